"""What the prediction child answers, against NumPy with the same weights; models are small and untrained."""

import numpy as np
import pytest

from fmnist.evaluation.dense import DenseNetwork
from fmnist.networks.architectures import FEW_IMAGES, NETWORKS, neighbour_pool, parameter_count
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.training.prediction import Models, PredictionError

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A function from settings to the path of an untrained model in a run folder of its own."""
    store = Store(tmp_path_factory.mktemp("runs"))

    def save(config, model=None):
        run = store.create(config, info={})
        run.save_model((model or build(config)).save)
        return run.model_path

    return save


@pytest.fixture(scope="module")
def models(dataset):
    return Models(lambda: dataset)


def weights(path):
    return keras.models.load_model(path, compile=False).get_weights()


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def flat(images, divisor=255):
    return images.reshape(len(images), -1).astype(np.float64) / divisor


def test_probabilities_are_those_of_the_weights(saved, models, dataset):
    path = saved(RunConfig())
    first, bias, second, last_bias = weights(path)
    hidden = np.maximum(flat(dataset.test_images[:1_200]) @ first + bias, 0)
    assert np.allclose(models.hidden(path, dataset.test_images[:1_200]), hidden, atol=1e-4)
    expected = softmax(hidden @ second + last_bias)
    predicted = models.predict(path, dataset.test_images[:1_200])
    assert predicted.dtype == np.float32
    assert np.allclose(predicted, expected, atol=1e-5)


@pytest.mark.parametrize("network", ["tutorial", "small-cnn", "strong-cnn"])
def test_with_other_weights_the_last_hidden_layer_is_that_of_a_network_that_has_them(
    saved, models, dataset, network
):
    path = saved(RunConfig(network=network))
    other = saved(RunConfig(network=network, seed=7))
    images = dataset.test_images[:30]
    found = models.hidden_at(path, weights(other), images)
    np.testing.assert_allclose(found, models.hidden(other, images), atol=1e-4)
    assert np.abs(found - models.hidden(path, images)).max() > 0.01
    with pytest.raises(PredictionError, match="another network"):
        models.hidden_at(path, weights(other)[1:], images)


def test_a_softmax_layer_after_logits_changes_nothing_that_is_asked_of_a_model(saved, models, dataset):
    one, other = (saved(RunConfig(last_layer=kind)) for kind in ("softmax", "logits"))  # of the same weights
    images = dataset.test_images[:5]
    for found, expected in zip(models.judge(other, images), models.judge(one, images), strict=True):
        assert np.allclose(found, expected, atol=1e-6)
    assert np.allclose(models.evidence(other, images[0], [3]), models.evidence(one, images[0], [3]))
    layers, _ = models.dense_layers(other)
    assert [activation for *_, activation in layers] == ["relu", "softmax"]


def test_a_judgement_holds_hidden_values_and_probabilities_of_one_pass(saved, models, dataset):
    path, images = saved(RunConfig()), dataset.test_images[:7]
    hidden, probabilities = models.judge(path, images)
    assert np.array_equal(hidden, models.hidden(path, images))
    assert np.array_equal(probabilities, models.predict(path, images))


def test_a_run_trained_without_scaling_is_given_pixels_from_0_to_255(saved, models, dataset):
    path = saved(RunConfig(network="softmax", scale_pixels=False))
    kernel, bias = weights(path)
    expected = softmax(flat(dataset.test_images[:20], divisor=1) @ kernel + bias)
    assert np.allclose(models.predict(path, dataset.test_images[:20]), expected, atol=1e-4)


def test_evidence_of_softmax_regression_is_exactly_weight_times_pixel(saved, models, dataset):
    path = saved(RunConfig(network="softmax"))
    kernel, _ = weights(path)
    image = dataset.test_images[12]
    expected = [(kernel[:, label] * image.ravel() / 255).reshape(28, 28) for label in (7, 5)]
    assert np.allclose(models.evidence(path, image, [7, 5]), expected, atol=1e-6)


def test_evidence_of_the_tutorials_network_adds_up_to_the_score_less_the_biases(saved, models, dataset):
    path = saved(RunConfig())  # its biases start at 0, and ReLU networks without bias are linear along a ray
    first, _, second, _ = weights(path)
    image = dataset.test_images[12]
    scores = np.maximum(flat(image[None]) @ first, 0)[0] @ second
    maps = models.evidence(path, image, list(range(10)))
    assert np.allclose(maps.sum(axis=(1, 2)), scores, atol=1e-4)


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(),
        RunConfig(network="softmax"),
        RunConfig(network="softmax", scale_pixels=False),
        RunConfig(network="dense", hidden_layers=3, hidden_units=40, dropout=0.5),
        *(RunConfig(network="dense", activation=each) for each in ("tanh", "sigmoid", "elu")),
    ],
)
def test_a_dense_network_computed_from_its_weights_gives_the_same_probabilities(
    saved, models, dataset, config
):
    path = saved(config)
    network = DenseNetwork.of(*models.dense_layers(path))
    images = dataset.test_images[:50]
    computed = [network.walk(image).probabilities for image in images]
    assert np.allclose(computed, models.predict(path, images), atol=1e-4)
    hidden = [network.walk(image).outputs[-1] for image in images if network.hidden_layers]
    assert not hidden or np.allclose(hidden, models.hidden(path, images), atol=1e-4)


def test_a_convolutional_network_has_no_dense_layers_to_show(saved, models):
    with pytest.raises(PredictionError, match="other kinds than dense: Conv2D"):
        models.dense_layers(saved(RunConfig(network="small-cnn")))


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(),
        RunConfig(hidden_units=1_100, training_images=6_000),  # wide ones are kept as float16
        RunConfig(network="softmax", training_images=12_000),
    ],
)
def test_neighbours_are_the_nearest_training_images_in_the_last_hidden_layer(saved, models, dataset, config):
    path = saved(config)
    image = dataset.test_images[0]
    found, distances = models.neighbours(path, image, 3)
    wanted = models.hidden(path, image[None])[0]
    every = np.linalg.norm(
        models.hidden(path, dataset.train_images[: config.training_images]) - wanted, axis=1
    )
    assert found.tolist() == np.argsort(every, kind="stable")[:3].tolist()
    assert np.allclose(distances, np.sort(every)[:3], rtol=1e-4)


def test_a_run_that_saw_few_images_is_compared_with_those_only(saved, models, dataset):
    path = saved(RunConfig(training_images=40))
    found, _ = models.neighbours(path, dataset.test_images[0], 3)
    assert found.max() < 40


def test_convolutional_networks_look_among_ten_thousand():
    assert neighbour_pool(RunConfig(network="small-cnn")) == FEW_IMAGES
    assert neighbour_pool(RunConfig(network="small-cnn", training_images=500)) == 500
    assert neighbour_pool(RunConfig()) == 60_000


def test_a_model_that_was_trained_on_is_loaded_anew(saved, models, dataset):
    path = saved(RunConfig(network="softmax"))
    before = models.predict(path, dataset.test_images[:1])
    build(RunConfig(network="softmax", seed=1)).save(path)
    assert not np.allclose(models.predict(path, dataset.test_images[:1]), before)


def test_a_model_for_other_shapes_is_refused_with_a_sentence(saved, models, dataset):
    small = keras.Sequential([keras.Input((32, 32)), keras.layers.Flatten(), keras.layers.Dense(10)])
    path = saved(RunConfig(), small)
    with pytest.raises(PredictionError, match=r"This model takes \(None, 32, 32\)"):
        models.predict(path, dataset.test_images[:1])


def test_a_damaged_model_is_refused_with_a_sentence(saved, models, dataset):
    path = saved(RunConfig())
    path.write_bytes(path.read_bytes()[:1_000])
    with pytest.raises(PredictionError, match="damaged"):
        models.predict(path, dataset.test_images[:1])


def test_a_run_without_model_is_refused_with_a_sentence(models, dataset, tmp_path):
    with pytest.raises(PredictionError, match="no saved model"):
        models.predict(tmp_path / "model.keras", dataset.test_images[:1])


def test_a_model_that_would_run_code_of_its_own_is_not_loaded(saved, models, dataset, tmp_path):
    trap = tmp_path / "trap"
    layers = [keras.Input((28, 28)), keras.layers.Lambda(_open_trap(trap)), keras.layers.Flatten()]
    path = saved(RunConfig(), keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")]))
    trap.unlink(missing_ok=True)  # building the model has called the function
    with pytest.raises(PredictionError):
        models.predict(path, dataset.test_images[:1])
    assert not trap.exists()


def _open_trap(trap):
    name = str(trap)

    def spring(images, name=name):
        open(name, "w").close()
        return images

    return spring


def test_the_layers_of_a_model_come_with_kind_settings_and_weights(saved, models):
    path = saved(RunConfig(network="strong-cnn", scale_pixels=False))
    layers, divisor = models.layers(path)
    assert divisor == 1.0
    kinds = [layer.kind for layer in NETWORKS["strong-cnn"].layers(RunConfig(network="strong-cnn"))]
    assert [kind for _, kind, _, _ in layers] == kinds
    found = [array for *_, arrays in layers for array in arrays.values()]
    assert sum(array.size for array in found) == parameter_count(RunConfig(network="strong-cnn"))
    assert {array.dtype for array in found} == {np.dtype(np.float32)}


def test_what_adam_remembers_is_read_with_the_model_or_refused_with_a_sentence(saved, models):
    trained = build(RunConfig())
    trained.compile("adam", "sparse_categorical_crossentropy")
    random = np.random.default_rng(0)
    trained.fit(random.random((64, 28, 28)), random.integers(0, 10, 64), batch_size=32, verbose=0)
    steps, means, squares = models.adam_averages(saved(RunConfig(), trained))
    assert steps == 2
    assert [each.shape for each in means] == [each.shape for each in trained.get_weights()]
    assert all(each.min() >= 0 for each in squares) and any(each.min() < 0 for each in means)
    with pytest.raises(PredictionError, match="without what its optimizer remembers"):
        models.adam_averages(saved(RunConfig(network="softmax")))
    trained.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(PredictionError, match="Adam"):
        models.adam_averages(saved(RunConfig(network="dense"), trained))
