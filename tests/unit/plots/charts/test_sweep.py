"""Charts of many runs: a line per run across its settings, a point per run of everybody's."""

from fmnist.plots.charts import sweep as charts
from tests.unit.evaluation.test_sweeps import Sweep, run


def test_a_line_crosses_each_setting_at_its_value_and_ends_at_its_accuracy():
    sweep = Sweep(
        "s",
        (
            run("a", 0.80, hidden_units=16, seed=1),
            run("b", 0.90, hidden_units=64, seed=2),
            run("c", 0.85, hidden_units=256, seed=1),
            run("d", None, hidden_units=64, seed=1),
        ),
    )
    names = {"hidden_units": "Units", "seed": "Seed"}
    chart = charts.parallel_coordinates(sweep, names, lambda name, value: str(value))
    places = {(row.run, row.axis): round(row.place, 2) for row in chart.table.itertuples()}
    assert {run for run, _ in places} == {"a", "b", "c"}  # what has reached nothing is no line
    assert [places[each, "Units"] for each in "abc"] == [0, 0.5, 1]
    assert [places[each, "Seed"] for each in "abc"] == [0, 1, 0]
    assert [places[each, "test accuracy"] for each in "abc"] == [0, 1, 0.5]


def test_every_run_is_a_point_in_the_row_of_its_settings():
    rows = [("Tutorial", "1", 0.87, True), ("Tutorial", "2", 0.86, False), ("Softmax", "1", 0.84, False)]
    chart = charts.distribution(rows)
    assert list(chart.table["whose"]) == ["yours", "others'", "others'"]
    points, means = chart.spec["layer"]
    assert points["encoding"]["y"]["sort"] == ["Tutorial", "Softmax"]
    assert means["encoding"]["x"]["aggregate"] == "mean"
