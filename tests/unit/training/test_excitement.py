"""Which images excite maps most: against NumPy, map by map."""

import numpy as np
import pytest

from fmnist.evaluation.layers import LayeredNetwork
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.training.excitement import NoMapsHereError
from fmnist.training.prediction import Models

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402


@pytest.fixture(scope="module")
def models(dataset):
    return Models(lambda: dataset)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    config = RunConfig(network="small-cnn")
    run = Store(tmp_path_factory.mktemp("runs")).create(config, info={})
    run.save_model(build(config).save)
    return run.model_path


@pytest.mark.parametrize("kind", ["Conv2D", "MaxPooling2D"])
def test_the_largest_values_their_images_and_cells_are_those_of_numpy(models, path, dataset, kind):
    network = LayeredNetwork.of(*models.layers(path))
    column = [each for each in network.columns if each.kind == kind][-1]
    images = dataset.test_images[:40]
    maps = network.walk(images).after(column)
    indices, values, cells = models.most_excited(path, column.last, images, 9)
    assert indices.shape == values.shape == cells.shape == (9, maps.shape[-1])
    for number in range(maps.shape[-1]):
        of_images = maps[..., number].reshape(40, -1)
        expected = sorted(of_images.max(axis=1), reverse=True)[:9]
        np.testing.assert_allclose(values[:, number], expected, atol=1e-5)
        there = of_images[indices[:, number], cells[:, number]]
        np.testing.assert_allclose(there, values[:, number], atol=1e-5)
        assert len(set(indices[:, number])) == 9


def test_of_fewer_images_there_are_fewer_and_of_equal_ones_the_first(models, path, dataset):
    same = np.repeat(dataset.test_images[:1], 3, axis=0)
    indices, values, _cells = models.most_excited(path, 1, same, 9)
    assert indices.shape == (3, values.shape[1])
    assert (indices == np.arange(3)[:, None]).all()


@pytest.mark.parametrize("place", [-1, 4, 99])
def test_a_layer_without_maps_is_told(models, path, dataset, place):
    network = LayeredNetwork.of(*models.layers(path))
    assert not 0 <= place < len(network.layers) or network.layers[place].kind in ("Flatten", "Dense")
    with pytest.raises(NoMapsHereError, match="no maps"):
        models.most_excited(path, place, dataset.test_images[:2], 9)
