"""Things lie where the README says they do; and each of these rules notices when it is broken."""

import shutil

import pytest

from tests.conftest import REPOSITORY
from tests.repository import shape

RULES = {
    "imports follow the order of the rooms": shape.imports_against_the_order,
    "TensorFlow is imported in fmnist/training alone": shape.tensorflow_outside_training,
    "the web process does not load fmnist/training": shape.training_loaded_early,
    "few files lie loose in the library": shape.too_many_loose_files,
    "each package says in one line what it is for": shape.packages_without_a_purpose,
    "the tests mirror the library": shape.tests_without_a_twin,
    "scripts and styles lie beside their widget": shape.scripts_without_a_widget,
}

AGAINST_THE_ORDER = {
    "a lower room imports a higher one": ("fmnist/data/idx.py", "import fmnist.runs.store"),
    "a name is imported from a package": ("fmnist/runs/files.py", "from fmnist import plots"),
    "an import is relative": ("fmnist/networks/config.py", "from ..runs import store"),
    "rooms of one floor know each other": ("fmnist/plots/tiles.py", "from fmnist.lesson import glossary"),
    "drawings know the data": ("fmnist/drawing/pen.py", "from fmnist.data.sources import load"),
    "the language knows a room": ("fmnist/language.py", "from fmnist.data.facts import CLASSES"),
    "the import is in a function": (
        "fmnist/runs/state.py",
        "def f():\n    def g():\n        import fmnist.workers",
    ),
    "the import is for types": (
        "fmnist/evaluation/scores.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fmnist.training.fit import Outcome",
    ),
    "the whole library is imported": ("fmnist/runs/files.py", "import fmnist"),
    "a room has no floor": ("fmnist/attic/box.py", "from fmnist.data import facts"),
    "the library knows the pages": ("fmnist/lesson/path.py", "from pages.parts.shell import words"),
    "the library knows Streamlit": ("fmnist/plots/tiles.py", "import streamlit as st"),
    "the library knows the tests": ("fmnist/data/idx.py", "from tests.unit import tiny_set"),
    "the shell knows a page's parts": ("pages/parts/shell/words.py", "from pages.parts.train import live"),
    "a page's parts know another's": ("pages/parts/explore/map.py", "from pages.parts.predict import tiles"),
    "a page knows another's parts": ("pages/train.py", "from pages.parts.predict import draw"),
    "a part knows its page": ("pages/parts/train/live.py", "from pages import train"),
    "a page knows the app": ("pages/train.py", "import app"),
    "the app knows the benchmarks": ("app.py", "from benchmarks import classroom"),
}
WITH_TENSORFLOW = {
    "at the top": ("fmnist/networks/export.py", "import keras"),
    "under another name": ("fmnist/workers/queue.py", "import tensorflow.keras as k"),
    "one name of it": ("pages/parts/train/live.py", "from keras.models import load_model"),
    "deep in a function": (
        "fmnist/workers/predictor.py",
        "class A:\n    def f(self):\n        import tensorflow",
    ),
    "for types": (
        "fmnist/runs/store.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras",
    ),
    "in the app": ("app.py", "import keras"),
}


@pytest.mark.parametrize("rule", RULES)
def test_it_holds_that(rule):
    assert RULES[rule](REPOSITORY) == []


def _all_but_code(folder, names):
    return [name for name in names if "." in name and not name.endswith((".py", ".js", ".css"))]


@pytest.fixture
def copy(tmp_path):
    """A copy of what the rules look at, to break them in."""
    for folder in ("fmnist", "pages", "tools", "benchmarks", "docs", "tests/unit"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder, ignore=_all_but_code)
    shutil.copy(REPOSITORY / "app.py", tmp_path)
    return tmp_path


def write(file, text):
    """Add text to a file, which is made if it is not there."""
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as end:
        end.write(f"\n{text}\n")


def test_a_copy_that_nobody_broke_breaks_no_rule(copy):
    assert [rule for rule in RULES if RULES[rule](copy)] == []


@pytest.mark.parametrize("case", AGAINST_THE_ORDER)
def test_an_import_against_the_order_is_noticed_when(copy, case):
    name, text = AGAINST_THE_ORDER[case]
    write(copy / name, text)
    (found,) = shape.imports_against_the_order(copy)
    assert found.startswith(f"{name}:")


@pytest.mark.parametrize("case", WITH_TENSORFLOW)
def test_tensorflow_outside_training_is_noticed(copy, case):
    name, text = WITH_TENSORFLOW[case]
    write(copy / name, text)
    (found,) = shape.tensorflow_outside_training(copy)
    assert found.startswith(f"{name}:")


def test_names_in_strings_and_imports_by_name_are_no_imports(copy):
    text = 'from importlib import import_module\nJOB = "fmnist.training.fit:train"\nimport_module("keras")'
    write(copy / "fmnist/runs/files.py", text)
    assert shape.imports_against_the_order(copy) == shape.tensorflow_outside_training(copy) == []


def test_a_sixth_loose_file_is_noticed(copy):
    count = len(list((copy / "fmnist").glob("*.py")))
    for number in range(count, 6):
        assert shape.too_many_loose_files(copy) == []
        write(copy / f"fmnist/more{number}.py", "")
    assert len(shape.too_many_loose_files(copy)) == 6


@pytest.mark.parametrize("text", ["", '"""Two lines.\n\nOf purpose.\n"""', "NUMBER = 1"])
def test_a_package_without_one_line_of_purpose_is_noticed(copy, text):
    (copy / "fmnist/runs/__init__.py").write_text(text, "utf-8")
    assert shape.packages_without_a_purpose(copy) == ["fmnist/runs"]


def test_a_folder_that_is_no_package_is_noticed(copy):
    write(copy / "pages/parts/attic/box.py", '"""A box."""')
    assert shape.packages_without_a_purpose(copy) == ["pages/parts/attic"]


def test_a_test_of_nothing_is_noticed(copy):
    write(copy / "tests/unit/runs/test_nothing.py", "")
    assert shape.tests_without_a_twin(copy) == ["tests/unit/runs/test_nothing.py"]


def test_a_room_that_is_renamed_leaves_its_tests_behind(copy):
    (copy / "fmnist/plots").rename(copy / "fmnist/pictures")
    found = shape.tests_without_a_twin(copy)
    assert {"tests/unit/plots", "tests/unit/pictures"} <= set(found)


def test_an_exception_for_a_test_that_has_gone_is_noticed(copy):
    (copy / "tests/unit/test_command_line.py").unlink()
    assert shape.tests_without_a_twin(copy) == ["tests/unit/test_command_line.py"]


@pytest.mark.parametrize("kind", ["js", "css"])
def test_a_script_without_its_widget_is_noticed(copy, kind):
    write(copy / f"pages/parts/explore/lonely.{kind}", "")
    assert shape.scripts_without_a_widget(copy) == [f"pages/parts/explore/lonely.{kind}"]


def test_a_file_of_the_web_process_that_loads_tensorflow_through_training_is_noticed(copy):
    file = copy / "fmnist/workers/smaller.py"
    code = file.read_text("utf-8")
    file.write_text("def f():\n    from fmnist.training import fit\n" + code, "utf-8")
    assert shape.training_loaded_early(copy) == []
    file.write_text("from fmnist.training.smaller import rounded\n" + code, "utf-8")
    assert len(shape.training_loaded_early(copy)) == 1
