"""The look inside a network without a browser: each control, each kind of network, bad addresses."""

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.dense import DenseNetwork
from fmnist.evaluation.one_step import Averages, one_step
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError
from tests.pages.predict_page import address, shown, told, widget


def network(*sizes, activation="relu"):
    random = np.random.default_rng(5)
    layers = [
        (
            random.normal(0, 0.1, shape).astype(np.float32),
            random.normal(0, 0.1, shape[1]).astype(np.float32),
            activation if number < len(sizes) - 2 else "softmax",
        )
        for number, shape in enumerate(zip(sizes, sizes[1:], strict=False))
    ]
    return DenseNetwork.of(layers, 255.0)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.fixture(autouse=True)
def tiles(monkeypatch):
    """What the page hands to its grid of units, last one last."""
    sent = []
    monkeypatch.setattr("pages.parts.predict.units._units", lambda **given: sent.append(given["data"]))
    return sent


@pytest.fixture
def look(app, make_run, monkeypatch, dataset):
    """A function from a network and an address to the page that shows that network's insides."""

    def visit(made, settings=None, **query):
        flat = dataset.test_images.reshape(10_000, -1) / 255
        for layer in made.hidden_layers:
            flat = np.maximum(flat @ layer.kernel + layer.bias, 0)
        scores = flat @ made.layers[-1].kernel + made.layers[-1].bias
        monkeypatch.setattr(Judge, "dense_network", lambda self, run: made)
        monkeypatch.setattr(Judge, "adam_averages", lambda self, run: Averages.none(made))
        make_run(scores.argmax(axis=1), **(settings or {}))
        monkeypatch.setattr(
            "fmnist.runs.snapshot.Snapshot.predictions", lambda self: softmax(scores).astype(np.float32)
        )
        return app("predict", view="inside", **query)

    return visit


@pytest.fixture
def made():
    return network(784, 40, 10)


def hidden(made, dataset, index):
    return np.maximum(
        dataset.test_images[index].ravel() / 255 @ made.layers[0].kernel + made.layers[0].bias, 0
    )


def table(test, number):
    """The columns of one of the page's tables."""
    text = [each.value for each in test.markdown if each.value.startswith("| ")][number]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n")]
    return dict(zip(rows[0], map(list, zip(*rows[2:], strict=True)), strict=True))


def places(tiles):
    return [tile["place"] for tile in tiles[-1]["tiles"]]


def test_units_are_sorted_by_what_they_add_to_the_predicted_class(look, made, dataset, tiles):
    test = look(made, test_index="7")
    outputs = hidden(made, dataset, 7)
    scores = outputs @ made.layers[1].kernel + made.layers[1].bias
    adds = outputs * made.layers[1].kernel[:, scores.argmax()]
    assert places(tiles) == np.argsort(-adds, kind="stable")[:32].tolist()
    assert tiles[-1]["chosen"] == int(adds.argmax())
    assert f"Unit {adds.argmax()}:" in shown(test)
    assert not test.exception and not told(test)


def test_units_in_order_of_number_fill_pages_of_32(look, made, tiles):
    test = look(made)
    widget(test, "button_group", "unit_order").set_value("number").run()
    assert places(tiles) == list(range(32))
    assert address(test)["unit_order"] == "number"
    look(made, unit_order="number", unit_page="2")
    assert places(tiles) == list(range(32, 40))


def test_another_order_begins_at_the_first_page(look, made):
    test = look(made, unit_page="2")
    widget(test, "button_group", "unit_order").set_value("number").run()
    assert test.session_state.unit_page == 1


def test_the_chosen_units_arithmetic_is_written_out(look, made, dataset):
    test = look(made, test_index="12", unit="17")
    total = float(
        dataset.test_images[12].ravel() / 255 @ made.layers[0].kernel[:, 17] + made.layers[0].bias[17]
    )
    code = test.code[0].value
    rounded = f"{total:.2f}" if abs(total) >= 1 else f"{total:.3f}"
    assert f"= {rounded}".replace("-", "−") in code
    assert "relu: the larger of 0 and" in code


def test_next_previous_and_random_choose_the_image_everywhere(look, made, dataset, tiles, monkeypatch):
    test = look(made, test_index="41")
    for key, index in (("next", 42), ("previous", 41), ("image_12", 12)):
        widget(test, "button", key).click().run()
        assert address(test)["test_index"] == str(index)
        unit = tiles[-1]["tiles"][0]
        output = hidden(made, dataset, index)[unit["place"]]
        assert float(unit["value"]) == pytest.approx(output, abs=0.006)
    monkeypatch.setattr("pages.parts.predict.image_choice.random.randint", lambda low, high: high)
    widget(test, "button", "random").click().run()
    assert address(test)["test_index"] == "9999"


def test_the_score_of_any_class_is_bias_products_and_rest(look, made, dataset):
    test = look(made, test_index="3")
    widget(test, "selectbox", "output_class").set_value("Bag").run()
    outputs, bag = hidden(made, dataset, 3), 8
    score = outputs @ made.layers[1].kernel[:, bag] + made.layers[1].bias[bag]
    steps = table(test, 0)
    assert steps["Step"][0] == "bias"
    assert len(steps["Step"]) == 11  # bias, eight products, the others, the score
    assert float(steps["So far"][-2].replace("−", "-")) == pytest.approx(score, abs=0.006)
    assert address(test)["output_class"] == "Bag"


def test_the_ten_probabilities_are_those_of_the_run(look, made, dataset):
    test = look(made, test_index="3")
    outputs = hidden(made, dataset, 3)
    expected = softmax(outputs @ made.layers[1].kernel + made.layers[1].bias)
    shown_shares = [float(each) for each in table(test, 1)["Probability"]]
    assert shown_shares == pytest.approx(expected.tolist(), abs=6e-5)
    assert f"{expected.max():.4f}, the probability of {CLASS_NAMES[expected.argmax()]}" in test.code[1].value


def test_softmax_regression_shows_ten_templates_and_pixels(look, tiles, dataset):
    made = network(784, 10)
    test = look(made, {"network": "softmax"}, test_index="5", output_class="Coat")
    assert [tile["title"] for tile in tiles[-1]["tiles"]] == list(CLASS_NAMES)
    assert tiles[-1]["chosen"] == CLASS_NAMES.index("Coat")
    products = dataset.test_images[5].ravel() / 255 * made.layers[0].kernel[:, 4]
    row, column = divmod(int(np.abs(products).argmax()), 28)
    assert table(test, 0)["Step"][1] == f"pixel row {row}, column {column}"
    assert not test.exception


def test_a_deeper_network_says_which_layer_is_which(look):
    settings = {"network": "dense", "hidden_layers": 2}
    test = look(network(784, 40, 30, 10), settings)
    assert "784 pixels → 40 units (relu) → 30 units (relu) → 10 scores" in shown(test)
    assert "each output of the last hidden layer" in shown(test)
    assert "an approximation" in shown(test)


def test_weights_of_another_epoch_than_the_predictions_are_mentioned(look, made, monkeypatch, truth):
    test = look(made)
    assert "another moment" not in told(test)
    look_again = network(784, 40, 10)
    monkeypatch.setattr(
        Judge,
        "dense_network",
        lambda self, run: DenseNetwork.of(
            [(-layer.kernel, layer.bias.copy(), layer.activation) for layer in look_again.layers], 255.0
        ),
    )
    test.run()
    assert "another moment" in told(test)


def test_trouble_with_the_model_is_a_sentence(app, make_run, truth, monkeypatch):
    def refuse(*_):
        raise WorkerError("The model in model.keras cannot be read: the file is damaged.")

    monkeypatch.setattr(Judge, "dense_network", refuse)
    make_run(truth)
    test = app("predict", view="inside")
    assert "cannot be read" in told(test)
    assert not test.exception


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"unit": "55"}, "55 is outside 0 to 39, so this is the nearest: 39"),
        ({"unit": "best"}, "not a whole number"),
        ({"unit_page": "99"}, "99 is outside 1 to 2, so this is the nearest: 2"),
        ({"unit_order": "numbr"}, "this is “number”"),
        ({"output_class": "Shrt"}, "this is “Shirt”"),
    ],
)
def test_a_value_that_does_not_exist_is_mended_and_mentioned(look, made, tiles, query, sentence):
    test = look(made, **query)
    assert sentence in told(test)
    assert tiles[-1]["tiles"]
    assert not test.exception


@pytest.mark.parametrize("sizes", [(784, 40, 10), (784, 10)], ids=["tutorial", "softmax"])
def test_one_step_of_learning_is_worked_out_for_the_open_image(look, dataset, sizes):
    made = network(*sizes)
    test = look(made, {"network": "tutorial" if len(sizes) > 2 else "softmax"}, test_index="7")
    label = int(dataset.test_labels[7])
    step = one_step(made, dataset.test_images[7], label, 0.001, Averages.none(made))
    assert f"= **{step.loss:.3g}**" in shown(test)
    assert f"it is **{step.loss_after:.3g}** for this image" in shown(test)
    codes = [each.value for each in test.code if "new weight" in each.value]
    assert len(codes) == len(sizes) - 1
    assert "gradient = (probability − 1) × input" in codes[0]


@pytest.mark.parametrize("settings", [{"optimizer": "sgd"}, {"schedule": "one-cycle", "cycle_epochs": 5}])
def test_for_other_ways_to_learn_a_sentence_says_so(look, made, settings):
    test = look(made, settings)
    assert "It is worked out for runs with the optimizer Adam" in shown(test)
    assert not [each for each in test.code if "new weight" in each.value]


def test_without_what_the_optimizer_remembers_a_sentence_says_so(look, made, monkeypatch):
    def refuse(*_):
        raise WorkerError("It is gone.")

    monkeypatch.setattr("pages.parts.predict.one_step._averages", refuse)
    test = look(made)
    assert any("It is gone" in each.value for each in test.warning)
    assert not test.exception
