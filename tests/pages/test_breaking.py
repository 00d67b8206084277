"""Breaking a network without a browser: changes by hand, attacks, all test images, and the words for them."""

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.changes import Changes
from fmnist.lesson.predict_address import BREAKING
from fmnist.networks.forms import FORMS, Form
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError
from pages.parts.predict import breaking, smaller
from tests.pages.predict_page import address, shown, small_pictures, tables, told, widget
from tools.server import wait_until


@pytest.fixture(autouse=True)
def judge(monkeypatch):
    """A network that says "Bag" to what is dark on its left edge, "Shirt" to everything else.

    An attack of 5 grey levels or more in one step, 3 in several, makes that left edge dark.
    """

    def predict(self, model, images):
        left = images[:, :, 0].mean(axis=1) > 2
        probabilities = np.full((len(images), 10), 0.02, np.float32)
        probabilities[np.arange(len(images)), np.where(left, 8, 6)] = 0.82
        return probabilities

    def attack(self, model, images, labels, sizes, steps):
        changed = images.copy()
        changed[sizes >= (5 if steps == 1 else 3), :, 0] = 9
        return changed, predict(self, model, changed)

    def smaller(self, model, form, images):
        right = form.bits >= 4 and not (form.halved and form.bits == 8)
        return np.eye(10, dtype=np.float32)[np.full(len(images), 8 if right else 6)], 10_000 * form.bits

    monkeypatch.setattr(Judge, "predict", predict)
    monkeypatch.setattr(Judge, "attack", attack)
    monkeypatch.setattr(Judge, "smaller", smaller)


@pytest.fixture
def shirt(dataset):
    """A test image that is a shirt with nothing on its left edge."""
    empty = dataset.test_images[:, :, 0].max(axis=1) == 0
    return int(np.flatnonzero(empty & (dataset.test_labels == 6))[0])


@pytest.fixture
def look(app, make_run, truth, shirt):
    run = make_run(truth)
    return lambda **query: app("predict", view="break", run=run, **{"test_index": str(shirt)} | query)


def slide(test, name, value):
    widget(test, "slider", breaking.KEY.format(name=name)).set_value(value).run()


def test_a_change_shows_the_image_the_bars_and_what_became_of_the_answer(look, shirt):
    test = look()
    assert "Nothing is changed yet: **Shirt, 82%**" in shown(test)
    slide(test, "brighter", 40)
    assert "Brighter by 40 of 255: it was **Shirt, 82%** and still is :blue[**Shirt, 82%**]" in shown(test)
    widget(test, "toggle", breaking.KEY.format(name="negated")).set_value(True).run()
    assert "became :red[**Bag, 82%**]" in shown(test)
    assert small_pictures(test) == ["the original", "changed"]
    assert not test.exception


def test_one_click_leads_back_to_the_original(look):
    test = look()
    assert widget(test, "button", "unchanged").disabled
    slide(test, "right", 3)
    slide(test, "turn", -15)
    assert "Moved right by 3, turned anticlockwise by 15°" in shown(test)
    widget(test, "button", "unchanged").click().run()
    assert "Nothing is changed yet" in shown(test)
    assert not Changes(**{name: test.session_state[f"change_{name}"] for name in breaking.LABELS})


def test_the_changed_image_can_be_painted_on(look, dataset, shirt):
    test = look()
    widget(test, "toggle", breaking.KEY.format(name="mirrored")).set_value(True).run()
    widget(test, "button", "paint_on_it").click().run()
    assert address(test)["view"] == "draw"
    assert len(test.session_state.sheet.now.marks) == 1
    assert not test.exception


def test_the_smallest_change_that_fools_it_is_told(look):
    test = look(breaking="fool")
    assert "**±5** in one step, **±3** in ten small steps" in shown(test)
    assert "A change of at most ±8: :red[**Bag, 82%**]. Before: **Shirt, 82%**." in shown(test)
    pictures = small_pictures(test)
    assert [each.split("<br>")[0] for each in pictures] == [
        "the original",
        "the change × 10",
        "attacked",
        "random noise ±8",
    ]
    widget(test, "slider", "attack_size").set_value(4).run()
    assert "A change of at most ±4: :blue[**Shirt, 82%**]" in shown(test)
    widget(test, "toggle", "iterated").set_value(True).run()
    assert "A change of at most ±4: :red[**Bag, 82%**]" in shown(test)


def test_an_image_that_is_wrong_already_needs_no_change(look, dataset):
    coat = int(np.flatnonzero(dataset.test_labels == CLASS_NAMES.index("Coat"))[0])
    assert "for another class than **Coat** without any change" in shown(
        look(breaking="fool", test_index=str(coat))
    )


def test_all_images_fill_the_table_and_four_charts(look):
    test = look(breaking="all")
    wait_until(lambda: "…" not in shown(test.run()), 60, "the table is never full")
    table = next(each.value for each in test.markdown if "unchanged" in each.value)
    assert "The tutorial's network" in table.replace("\\", "")
    assert len(test.get("vega_lite_chart") or test.get("arrow_vega_lite_chart")) == 4
    assert not test.exception


def test_smaller_forms_fill_the_table_and_the_chart_and_a_sentence_says_what_will_do(look, dataset):
    test = look(breaking="smaller")
    wait_until(lambda: "…" not in shown(test.run()), 60, "the table is never full")
    (table,) = tables(test)
    bags, shirts = (f"{(dataset.test_labels == label).mean():.1%}" for label in (8, 6))
    assert table["Bits of a weight"] == ["32", "8", "4", "3", "2"]
    assert table["Size"] == ["320.0 kB", "80.0 kB", "40.0 kB", "30.0 kB", "20.0 kB"]
    assert table["Named"] == [bags, bags, bags, shirts, shirts]
    assert table["Named, half 0"] == [bags, shirts, bags, shirts, shirts]
    assert len(test.get("vega_lite_chart") or test.get("arrow_vega_lite_chart")) == 1
    assert not test.get("progress") and not test.exception


def test_what_is_said_of_smaller_forms_follows_from_the_numbers():
    sizes = {form: 1_000 * form.bits - 100 * form.halved for form in FORMS}
    accuracy = dict.fromkeys(FORMS, 0.5) | {
        Form(): 0.87,
        Form(8): 0.869,
        Form(4): 0.872,
        Form(4, True): 0.859,
    }
    words = smaller.in_words(accuracy | {Form(2): 0.1}, sizes)
    assert words.startswith("**4 bits will do**: 4.0 kB instead of 32.0 kB, 8.0 times less, and 87.2% of")
    assert words.endswith("The most is lost with 2 bits: 10.0% are left.")
    words = smaller.in_words(accuracy | {Form(4, True): 0.86}, sizes)
    assert words.startswith("**4 bits and half of the weights 0 will do**: 3.9 kB")
    assert "No smaller form stays within a point of 87.0%" in smaller.in_words(
        dict.fromkeys(FORMS, 0.85) | {Form(): 0.87}, sizes
    )
    assert "lost" not in smaller.in_words(dict.fromkeys(FORMS, 0.87), sizes)


def test_trouble_is_a_sentence(look, monkeypatch):
    def refuse(*_):
        raise WorkerError("The model in model.keras cannot be read: the file is damaged.")

    monkeypatch.setattr(Judge, "predict", refuse)
    monkeypatch.setattr(Judge, "attack", refuse)
    monkeypatch.setattr(Judge, "smaller", refuse)
    for way in BREAKING:
        test = look(breaking=way)
        wait_until(lambda: "cannot be read" in told(test.run()), 30, "nothing is told")  # noqa: B023
        assert not test.exception
