"""A plan of many trainings: all combinations, once each, ordered so that graphs are compiled once."""

from itertools import groupby

import pytest

from fmnist.networks.config import ConfigError, RunConfig
from fmnist.networks.sweep import graph_of, plan


def test_a_plan_has_every_combination_once_and_the_base_beside_it():
    made = plan(
        RunConfig(epochs=2), {"learning_rate": [0.001, 0.01, 0.01], "seed": [1, 2], "batch_size": [64]}
    )
    assert made.varied == ("learning_rate", "seed")
    assert {(c.learning_rate, c.seed, c.batch_size, c.epochs) for c in made.configs} == {
        (rate, seed, 64, 2) for rate in (0.001, 0.01) for seed in (1, 2)
    }
    assert len(made.configs) == 4


def test_runs_that_share_a_graph_follow_each_other():
    made = plan(RunConfig(), {"seed": [1, 2], "hidden_units": [16, 128], "learning_rate": [0.1, 0.2]})
    graphs = [graph for graph, _ in groupby(made.configs, graph_of)]
    assert len(made.configs) == 8 and len(graphs) == len(set(graphs)) == 2


def test_the_seed_is_part_of_the_graph_only_where_it_shuffles_labels():
    assert graph_of(RunConfig(seed=1)) == graph_of(RunConfig(seed=2, epochs=9, learning_rate=0.5))
    assert graph_of(RunConfig(seed=1, shuffle_labels=True)) != graph_of(
        RunConfig(seed=2, shuffle_labels=True)
    )
    assert graph_of(RunConfig(optimizer="sgd")) != graph_of(RunConfig())


def test_more_runs_take_longer_and_further_graphs_more_so():
    one = plan(RunConfig(), {}).seconds
    assert plan(RunConfig(), {"seed": [1, 2]}).seconds < 2 * one
    assert plan(RunConfig(), {"optimizer": ["adam", "sgd"]}).seconds == pytest.approx(2 * one)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"learning_rate": [0.1, 99]}, "learning_rate must lie between"),
        ({"learning_rate": []}, "at least one value of learning_rate"),
        ({"colour": ["red"]}, "no setting named 'colour'"),
        ({"network": ["tutorial", "transformer"]}, "network must be one of"),
        (
            {
                "learning_rate": [1, 2],
                "batch_size": [1, 2],
                "hidden_units": [1, 2],
                "optimizer": ["adam", "sgd"],
            },
            "at most 3 settings",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(values, words):
    with pytest.raises(ConfigError, match=words):
        plan(RunConfig(), values)
