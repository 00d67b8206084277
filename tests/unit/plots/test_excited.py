"""The pictures of images that excite a map: framed where the cell looks, with class and value."""

import numpy as np

from fmnist.plots.excited import framed, tiles

IMAGES = np.zeros((3, 28, 28), np.uint8)


def test_the_frame_goes_around_what_is_seen_and_nothing_else():
    picture = framed(IMAGES[0], (range(2, 7), range(10, 28)))
    coloured = (picture != 255).any(axis=-1)
    rows, columns = np.nonzero(coloured)
    assert (rows.min(), rows.max() + 1) == (8, 28)
    assert (columns.min(), columns.max() + 1) == (40, 112)
    assert not coloured[10:26, 42:110].any()


def test_a_tile_says_class_value_and_cell():
    (tile,) = tiles(IMAGES, np.array([9, 1, 2]), [(1, 3.456, (2, 5))], [(range(3), range(3))])
    assert (tile["place"], tile["title"], tile["value"]) == (1, "Trouser", "3.46")
    assert tile["words"] == "Test image 1: Trouser. Largest value 3.46, in row 2, column 5 of the map"
