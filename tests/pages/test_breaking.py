"""Breaking a network without a browser: changes by hand, attacks, all test images, and the words for them."""

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.changes import Changes
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError
from pages.parts.predict import breaking
from tests.pages.predict_page import address, shown, small_pictures, told, widget
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

    monkeypatch.setattr(Judge, "predict", predict)
    monkeypatch.setattr(Judge, "attack", attack)


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


def test_trouble_is_a_sentence(look, monkeypatch):
    def refuse(*_):
        raise WorkerError("The model in model.keras cannot be read: the file is damaged.")

    monkeypatch.setattr(Judge, "predict", refuse)
    monkeypatch.setattr(Judge, "attack", refuse)
    for way in ("change", "fool", "all"):
        test = look(breaking=way)
        wait_until(lambda: "cannot be read" in told(test.run()), 30, "nothing is told")  # noqa: B023
        assert not test.exception
