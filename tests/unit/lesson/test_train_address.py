"""The address of Train: what goes in comes out; whatever it says, the form can be trained with."""

from dataclasses import fields
from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as some

from fmnist.lesson.train_address import FORM, STEPS
from fmnist.networks.config import CHOICES, RANGES, RunConfig

NOT_IN_THE_FORM = {
    "cycle_epochs",  # going on beyond a learning-rate cycle sets it
    "changed_labels",  # which ones, the page looks up
}
IN_THE_FORM = [field for field in fields(RunConfig) if field.name not in NOT_IN_THE_FORM]
NAMES = [field.name for field in fields(RunConfig)]


def _values(name, default):
    if name in CHOICES:
        return some.sampled_from(CHOICES[name])
    if isinstance(default, bool):
        return some.booleans()
    if name in STEPS:
        return some.sampled_from(STEPS[name])
    return some.integers(*(int(bound) for bound in RANGES[name][:2]))


forms = some.fixed_dictionaries({field.name: _values(field.name, field.default) for field in IN_THE_FORM})


def test_the_forms_defaults_are_those_of_the_tutorial():
    tutorial = RunConfig().as_dict()
    assert FORM.defaults == {name: tutorial[name] for name in tutorial if name not in NOT_IN_THE_FORM}


@given(forms)
def test_an_address_brings_back_exactly_the_form(form):
    query = dict(parse_qsl(urlencode(FORM.write(form))))
    values, notices = FORM.read(query)
    assert values == form and not notices


@given(some.dictionaries(some.sampled_from(NAMES), some.text(max_size=12)))
def test_whatever_the_address_says_the_form_can_be_trained_with(query):
    form, _ = FORM.read(query)
    RunConfig(**form | {"early_stopping": form["early_stopping"] if form["validation_share"] else 0})
