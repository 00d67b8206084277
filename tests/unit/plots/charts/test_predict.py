"""The charts of Predict say how much they rest on."""

import numpy as np

from fmnist.evaluation.scores import reliability
from fmnist.plots.charts.predict import reliability_diagram


def test_each_bar_of_the_reliability_diagram_says_how_many_images_it_rests_on():
    probabilities = np.full((7, 10), 0.01)
    probabilities[:, 0] = 0.91
    probabilities[5:, 0] = 0.75
    chart = reliability_diagram(reliability(np.zeros(7, int), probabilities))
    assert sorted(chart.table["images"]) == [2, 5]
    written = [
        layer["encoding"]["text"]["field"] for layer in chart.spec["layer"] if "text" in layer["encoding"]
    ]
    assert written == ["images"]
    (heights,) = [layer["encoding"]["y"] for layer in chart.spec["layer"] if "text" in layer["encoding"]]
    assert heights["value"] < 0  # above the field: no bar and no line runs through the numbers
