"""A link to Train opens every setting it names, also the values that Streamlit's widgets would begin with."""

import pytest

LINKS = [
    ("network", "softmax"),
    ("epochs", 1),
    ("batch_size", 1),
    ("hidden_units", 1),
    ("scale_pixels", False),
    ("training_images", 10),
    ("seed", 3),
]


@pytest.mark.parametrize(("name", "value"), LINKS)
def test_a_link_opens_the_setting_it_names(app, name, value):
    from fmnist.networks import NETWORKS

    shown = NETWORKS[value].title if name == "network" else str(value).lower()
    assert app("train", **{name: shown}).session_state[name] == value
