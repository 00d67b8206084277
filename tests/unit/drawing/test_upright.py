"""A garment that leans is turned upright, one without an axis is left alone."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist.drawing import upright
from tests.unit.drawing.photos import TROUSERS, TSHIRT, surface


@pytest.mark.parametrize("points", [TROUSERS, TSHIRT], ids=["trousers", "T-shirt"])
@pytest.mark.parametrize("turn", [-5, -2, 3, 5])
def test_the_turn_that_makes_it_upright_is_found(points, turn):
    leaning = surface(points).rotate(-turn, Image.Resampling.BILINEAR, expand=True)
    assert upright.slant(np.asarray(leaning)) == pytest.approx(turn, abs=0.7)


def test_what_stands_upright_is_left_as_it_is():
    assert upright.slant(np.asarray(surface())) == 0


def test_a_shoe_from_the_side_has_no_such_axis():
    shoe = Image.new("L", (600, 400))
    ImageDraw.Draw(shoe).polygon([(20, 330), (60, 250), (350, 60), (580, 60), (580, 330)], fill=200)
    assert upright.slant(np.asarray(shoe.rotate(4, expand=True))) == 0


def test_turning_keeps_all_of_it():
    garment = np.asarray(surface(TSHIRT))
    assert upright.turned(garment, 5).sum(dtype=float) == pytest.approx(garment.sum(dtype=float), rel=0.01)
