"""The chart of smaller networks: a line for all weights, one for half of them, a point for each form."""

from fmnist.networks.forms import Form
from fmnist.plots.charts import smaller as charts

ACCURACY = {Form(): 0.87, Form(4): 0.86, Form(4, True): 0.85}
SIZES = {Form(): 400_000, Form(4): 51_000, Form(4, True): 38_000}


def test_each_form_known_so_far_is_a_point_of_its_line():
    chart = charts.accuracy_over_size(ACCURACY, SIZES)
    assert [tuple(row) for row in chart.table.itertuples(index=False)] == [
        ("all weights", 400.0, 0.87, "32"),
        ("all weights", 51.0, 0.86, "4"),
        ("the smallest half set to 0", 38.0, 0.85, "4"),
    ]
    told = charts.in_words(ACCURACY, SIZES)
    assert "the smallest half set to 0, 4 bits, 38.0 kB: 85.0%" in told


def test_nothing_known_is_a_chart_too():
    assert len(charts.accuracy_over_size({}, {}).table) == 0
