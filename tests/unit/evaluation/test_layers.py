"""Every layer's values, against Keras with the same weights: the program's networks, and odd settings."""

import numpy as np
import pytest

from fmnist.data.facts import CLASSES
from fmnist.evaluation.layers import LayerData, LayeredNetwork, UnknownLayerError
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402
from fmnist.training.inside import NotARowError, layers_of  # noqa: E402

L = keras.layers
IMAGES = np.random.default_rng(3).integers(0, 256, (3, 28, 28), dtype=np.uint8)
ODD = {
    "windows inside the image": [L.Conv2D(3, 5, padding="valid", activation="tanh")],
    "a stride that leaves a rest": [L.Conv2D(4, 4, strides=3, padding="same"), L.ReLU()],
    "oblong kernels and strides": [L.Conv2D(2, (2, 5), strides=(1, 2), activation="elu", use_bias=False)],
    "pooling that leaves a rest": [L.MaxPooling2D(3)],
    "pooling over the edge": [L.MaxPooling2D(3, strides=2, padding="same")],
    "means": [L.Conv2D(2, 3, activation="sigmoid"), L.AveragePooling2D(3, strides=2, padding="same")],
    "normalisation after pooling": [L.Conv2D(5, 3), L.MaxPooling2D(2), L.BatchNormalization(), L.ReLU()],
    "a plain normalisation": [L.Conv2D(2, 3), L.BatchNormalization(scale=False, center=False, epsilon=0.1)],
    "rescaling": [L.Rescaling(0.3, offset=-0.2), L.Conv2D(2, 3)],
    "layers for training alone": [L.RandomFlip(), L.GaussianNoise(1.0), L.SpatialDropout2D(0.9)],
    "the mean of each map": [L.Conv2D(6, 3), L.GlobalAveragePooling2D()],
    "the largest of each map": [L.Conv2D(6, 3), L.GlobalMaxPooling2D()],
}


def trained(model):
    """The model with weights as training might leave them: means and variances no longer 0 and 1."""
    random = np.random.default_rng(11)
    for layer in model.layers:
        for weight in layer.weights:
            if weight.name in ("beta", "bias", "moving_mean"):
                weight.assign(random.normal(0, 0.5, weight.shape))
            if weight.name in ("gamma", "moving_variance"):
                weight.assign(random.uniform(0.3, 2, weight.shape))
    return model


def outputs_by_keras(model, images):
    values = keras.ops.convert_to_tensor((images / np.float32(255)).astype(np.float32))
    for layer in model.layers:
        values = keras.Sequential([layer])(values, training=False)
        yield np.asarray(values.numpy())


def in_a_row(layers):
    """A model of copies of these layers, between those that every network begins and ends with."""
    row = [L.Reshape((28, 28, 1)), *layers, L.Flatten(), L.Dense(10, activation="softmax")]
    fresh = [type(layer).from_config(layer.get_config()) for layer in row]
    return keras.Sequential([keras.Input((28, 28)), *fresh])


def network_of(model):
    return LayeredNetwork.of(layers_of(model), 255.0)


def compare(model):
    steps = network_of(model).walk(IMAGES)
    expected = list(outputs_by_keras(model, IMAGES))
    assert len(steps.outputs) == len(expected)
    for mine, theirs in zip(steps.outputs, expected, strict=True):
        assert mine.shape == theirs.shape
        assert np.allclose(mine, theirs, atol=1e-4)
        assert mine.dtype == np.float32
    assert np.allclose(steps.probabilities, model(IMAGES / np.float32(255), training=False), atol=1e-4)


@pytest.mark.parametrize("key", NETWORKS)
def test_every_layer_of_every_network_gives_what_keras_gives(key):
    compare(trained(build(RunConfig(network=key))))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "elu"])
def test_every_activation_gives_what_keras_gives(activation):
    config = RunConfig(network="dense", activation=activation, hidden_layers=2, hidden_units=20, dropout=0.5)
    compare(trained(build(config)))


@pytest.mark.parametrize("case", ODD)
def test_layers_that_no_network_has_give_what_keras_gives(case):
    compare(trained(in_a_row(ODD[case])))


def test_pixels_are_divided_as_the_run_says():
    model = build(RunConfig(network="softmax", scale_pixels=False))
    steps = LayeredNetwork.of(layers_of(model), 1.0).walk(IMAGES)
    assert np.allclose(steps.probabilities, model(IMAGES.astype(np.float32)), atol=1e-4)


def test_the_way_of_one_image_is_that_of_its_walk_and_is_remembered():
    network = network_of(build(RunConfig(network="small-cnn")))
    steps = network.way(IMAGES[1])
    assert np.array_equal(steps.probabilities, network.walk(IMAGES[1:2]).probabilities)
    assert network.way(IMAGES[1].copy()) is steps
    assert network.way(IMAGES[2]) is not steps


def columns(key):
    network = network_of(build(RunConfig(network=key)))
    steps = network.walk(IMAGES)
    return [(each.kind, each.number, steps.after(each).shape[1:]) for each in network.columns]


def test_the_small_network_has_a_column_for_each_layer_that_moves_or_sums():
    assert columns("small-cnn") == [
        ("image", 1, (28, 28, 1)),
        ("Conv2D", 1, (14, 14, 16)),
        ("Conv2D", 2, (14, 14, 32)),
        ("MaxPooling2D", 1, (7, 7, 32)),
        ("Flatten", 1, (1568,)),
        ("Dense", 1, (64,)),
        ("Dense", 2, (CLASSES,)),
    ]


def test_a_network_that_begins_with_flatten_has_the_image_as_it_is():
    assert columns("softmax") == [
        ("image", 1, (28, 28)),
        ("Flatten", 1, (784,)),
        ("Dense", 1, (CLASSES,)),
    ]


def test_normalisation_and_activation_belong_to_the_column_of_what_they_follow():
    layers = [L.Conv2D(5, 3), L.MaxPooling2D(2), L.BatchNormalization(), L.ReLU(), L.Dropout(0.5)]
    network = network_of(in_a_row(layers))
    kinds = [[layer.kind for layer in network.layers[c.first : c.last + 1]] for c in network.columns]
    pooled = ["MaxPooling2D", "BatchNormalization", "ReLU", "Dropout"]
    assert kinds == [["Reshape"], ["Conv2D"], pooled, ["Flatten"], ["Dense"]]


def test_a_dense_units_sum_is_made_of_the_values_before_it():
    model = trained(build(RunConfig(network="small-cnn")))
    network = network_of(model)
    steps, column = network.walk(IMAGES[1:]), network.columns[-2]
    total = network.weighted_sum(steps, column, 9)
    kernel, bias = model.layers[-2].get_weights()
    flat = list(outputs_by_keras(model, IMAGES[1:2]))[-3][0]
    assert total.total == pytest.approx(float(flat @ kernel[:, 9] + bias[9]), abs=1e-4)


def test_the_weights_cannot_be_changed():
    network = network_of(build(RunConfig(network="small-cnn")))
    with pytest.raises(ValueError, match="read-only"):
        network.layers[1].weights["kernel"][0] = 0


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("LSTM", {}),
        ("Conv2D", {"dilation_rate": [2, 2]}),
        ("Conv2D", {"groups": 2}),
        ("Dense", {"activation": "gelu"}),
    ],
)
def test_a_layer_that_is_not_known_is_named_in_a_sentence(kind, settings):
    with pytest.raises(UnknownLayerError, match=rf"the layer strange \({kind}\)"):
        LayerData("strange", kind, settings, {})


def test_a_network_without_ten_scores_is_refused():
    with pytest.raises(UnknownLayerError, match="not a dense layer of ten classes"):
        LayeredNetwork.of([("flatten", "Flatten", {}, {})], 255.0)


def test_a_model_with_branches_is_refused():
    pixels = keras.Input((28, 28))
    branch = L.Dense(28)(pixels)
    model = keras.Model(pixels, L.Dense(10)(L.Flatten()(L.Add()([pixels, branch]))))
    with pytest.raises(NotARowError, match="in a row"):
        layers_of(model)


SEEING = {
    "same, odd": [L.Conv2D(1, 3, padding="same"), L.Conv2D(1, 5, strides=2, padding="same")],
    "valid, with a rest": [L.Conv2D(1, (4, 3), strides=(3, 2)), L.Conv2D(1, 2)],
    "pooling over the edge": [
        L.Conv2D(1, 3, padding="same"),
        L.AveragePooling2D(3, strides=2, padding="same"),
        L.Conv2D(1, 2, strides=2, padding="same"),
    ],
}


@pytest.mark.parametrize("case", SEEING)
def test_a_cell_sees_the_pixels_that_change_it_and_no_others(case):
    model = trained(in_a_row(SEEING[case]))
    network = network_of(model)
    column = network.columns[len(SEEING[case])]
    base = network.walk(np.zeros((1, 28, 28))).after(column)[0, :, :, 0]
    lit = np.eye(784).reshape(784, 28, 28) * 255  # one pixel of each
    changes = np.abs(network.walk(lit).after(column)[..., 0] - base) > 1e-6
    rows, columns = base.shape
    for cell in ((0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1), (1, columns - 1)):
        of_rows, of_columns = np.divmod(np.flatnonzero(changes[:, cell[0], cell[1]]), 28)
        seen = network.seen(column, *cell)
        assert (seen[0].start, seen[0].stop) == (of_rows.min(), of_rows.max() + 1)
        assert (seen[1].start, seen[1].stop) == (of_columns.min(), of_columns.max() + 1)
