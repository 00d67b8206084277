"""The address of Train: what goes in comes out; whatever it says, the form can be trained with."""

from dataclasses import fields
from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as some

from fmnist.lesson import train_address
from fmnist.networks.config import CHOICES, RANGES, RunConfig

NAMES = [field.name for field in fields(RunConfig)]


def _values(name, default):
    if name in CHOICES:
        return some.sampled_from(CHOICES[name])
    if isinstance(default, bool):
        return some.booleans()
    if name in train_address.STEPS:
        return some.sampled_from(train_address.STEPS[name])
    return some.integers(int(RANGES[name].low), int(RANGES[name].high))


forms = some.fixed_dictionaries(
    {field.name: _values(field.name, field.default) for field in fields(RunConfig)}
)


@given(forms)
def test_an_address_brings_back_exactly_the_form(form):
    query = dict(parse_qsl(urlencode(train_address.write(form))))
    values, notices = train_address.read(query)
    assert RunConfig().as_dict() | values == form and not notices


@given(some.dictionaries(some.sampled_from(NAMES), some.text(max_size=12)))
def test_whatever_the_address_says_the_form_can_be_trained_with(query):
    values, _ = train_address.read(query)
    form = RunConfig().as_dict() | values
    RunConfig(**form | {"early_stopping": form["early_stopping"] if form["validation_share"] else 0})
