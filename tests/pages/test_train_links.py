"""A link to Train opens every setting it names; what does not fit becomes the nearest, with a notice."""

import pytest

LINKS = [
    ("network", "softmax", "softmax"),
    ("network", "Softmax regression", "softmax"),  # as earlier versions wrote it
    ("epochs", "1", 1),
    ("batch_size", "1", 1),
    ("hidden_units", "1", 1),
    ("scale_pixels", "no", False),
    ("training_images", "10", 10),
    ("seed", "3", 3),
    ("learning_rate", "0.01", 0.01),
    ("validation_share", "0.1", 0.1),
]
MENDED = [
    ("network", "softmx", "softmax"),
    ("epochs", "1e999", 5),
    ("epochs", "500", 100),
    ("batch_size", "-3", 1),
    ("batch_size", "many", 32),
    ("network", "zzz", "tutorial"),
    ("learning_rate", "0.0009", 0.001),
    ("learning_rate", "inf", 1.0),
    ("learning_rate", "nan", 0.001),
    ("scale_pixels", "perhaps", True),
]


@pytest.mark.parametrize(("name", "asked", "value"), LINKS)
def test_a_link_opens_the_setting_it_names(app, name, asked, value):
    test = app("train", **{name: asked})
    assert not test.exception and not test.info
    assert test.session_state[name] == value


@pytest.mark.parametrize(("name", "asked", "value"), MENDED)
def test_a_bad_value_becomes_the_nearest_with_a_notice(app, name, asked, value):
    test = app("train", **{name: asked, "seed": "7"})
    assert not test.exception
    assert (test.session_state[name], test.session_state.seed) == (value, 7)
    assert len(test.info) == 1


def test_the_address_follows_the_form_and_keeps_what_else_is_in_it(app):
    test = app("train", hide="log", epochs="3")
    next(each for each in test.number_input if each.key == "seed").set_value(9).run()
    for name, text in {"hide": "log", "epochs": "3", "seed": "9"}.items():
        assert test.query_params[name] in (text, [text])
    next(each for each in test.button if each.key == "reset_settings").click().run()
    assert set(test.query_params) == {"hide"}
