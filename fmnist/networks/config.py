"""What a person can choose about a run: one frozen dataclass, checked when it is made. No TensorFlow here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from fmnist.data.facts import TRAIN_IMAGES
from fmnist.language import N_, SaidError, Sentence, say
from fmnist.networks.changed_labels import MOST, changes_in, left_out, written

NETWORK_KEYS = ("softmax", "tutorial", "dense", "small-cnn", "strong-cnn")
EARLIER_STRONG_CNN = "strong-cnn-1"  # what "strong-cnn" was before learning-rate schedules could be chosen
EARLIER_NETWORK_KEYS = (EARLIER_STRONG_CNN,)  # in run folders of earlier versions; no longer offered
OPTIMIZERS = ("adam", "sgd", N_("momentum"), "rmsprop", "adamw")
OPTIMIZER_NAMES = {
    "adam": "Adam",
    "sgd": "SGD",
    "momentum": N_("SGD with momentum"),
    "rmsprop": "RMSprop",
    "adamw": "AdamW",
}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu")
LAST_LAYERS = ("softmax", "logits")
DEFAULT_LEARNING_RATES = {"adam": 0.001, "sgd": 0.01, "momentum": 0.01, "rmsprop": 0.001, "adamw": 0.001}
SCHEDULES = (N_("constant"), N_("one-cycle"), N_("growing"))
SCHEDULE_NAMES = {
    "constant": N_("Constant"),
    "one-cycle": N_("One cycle"),
    "growing": N_("Growing, to find a rate"),
}


class ConfigError(SaidError, ValueError):
    """A setting that cannot be trained with; the sentence is for the person who chose it."""


@dataclass(frozen=True)
class RunConfig:
    """All settings of a run. The defaults are those of TensorFlow's "basic classification" tutorial.

    Raises
    ------
    ConfigError
        If a value is of the wrong type, not finite or outside its range; the message names it and the range.
    """

    network: str = "tutorial"  # one of NETWORK_KEYS
    hidden_units: int = 128  # width of each hidden layer ("tutorial" and "dense")
    hidden_layers: int = 1  # 1 to 4 ("dense" only; "tutorial" always has one)
    activation: str = "relu"  # "dense" only
    last_layer: str = "softmax"  # "logits": it only adds up, and a softmax layer of its own comes after it
    dropout: float = 0.0  # share of hidden units switched off in each step, 0 to 0.8 ("dense" only)
    optimizer: str = "adam"  # one of OPTIMIZERS; "momentum" is SGD with momentum 0.9
    learning_rate: float = 0.001  # 1e-6 to 10
    batch_size: int = 32  # images per step, 1 to 60,000 (more than there are means: all of them)
    epochs: int = 5  # 1 to 100
    validation_share: float = 0.0  # share of the training images held back from training, 0 to 0.3
    early_stopping: int = 0  # epochs without a better validation loss before stopping; 0 is never
    seed: int = 0  # 0 to 2**31 - 1: starting weights, order of images, dropout
    training_images: int = TRAIN_IMAGES  # the first so many training images, 10 to 60,000
    scale_pixels: bool = True  # divide by 255, as the tutorial does
    shuffle_labels: bool = False  # an experiment: labels that mean nothing
    learn_drawings: bool = False  # also train on drawings made from the photos
    # Of the learning rate. "one-cycle" rises to it, then falls until the last epoch; "growing" gets there
    # from a hundred-thousandth of it, by the same factor in each step.
    schedule: str = "constant"
    cycle_epochs: int = 0  # how many epochs the one cycle takes; 0: all. A run that goes on keeps its cycle
    label_smoothing: float = 0.0  # share of each label that is spread evenly over all classes, 0 to 0.3
    shifts: int = 0  # pixels, 0 to 8: above 0, it also learns from a copy of each photo, moved by lot
    turns: int = 0  # degrees, 0 to 45: likewise, and the same copy, turned by lot
    attacked: int = 0  # grey levels, 0 to 32: every second image is changed so that the loss grows
    changed_labels: str = ""  # "12 355:6": image 12 is left out, image 355 is learned as class 6

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))
        if self.early_stopping and not self.validation_share:
            raise ConfigError(
                N_("early_stopping needs a validation_share above 0: it watches the validation loss.")
            )
        if self.changed_labels and self.training_images - self.left_out < RANGES["training_images"].low:
            raise ConfigError(
                N_("Of {images:,} training images, changed_labels leaves fewer than {least:g}."),
                images=self.training_images,
                least=RANGES["training_images"].low,
            )

    @property
    def learns_moved(self) -> bool:
        """Whether the run also learns from a moved copy of each photo."""
        return bool(self.shifts or self.turns)

    @property
    def left_out(self) -> int:
        """How many of the training images it may take it leaves out, because of their labels."""
        return left_out(self.changed_labels, self.training_images) if self.changed_labels else 0

    @property
    def planned_epochs(self) -> int:
        """After how many epochs the learning-rate schedule ends; later epochs go on at its last rate."""
        return self.cycle_epochs or self.epochs

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: object) -> RunConfig:
        """The settings in a dictionary; names left out keep their defaults.

        Raises
        ------
        ConfigError
            If `values` is not a dictionary, has a name that is no setting, or a value out of range.
        """
        if not isinstance(values, dict):
            message = N_("The settings must be a table of names and values, not {kind}.")
            raise ConfigError(message, kind=type(values).__name__)
        unknown = sorted(set(values) - {field.name for field in fields(cls)}, key=str)
        if unknown:
            raise ConfigError(N_("There is no setting named {name}."), name=_shown(unknown[0]))
        return cls(**values)

    @classmethod
    def from_folder(cls, values: object) -> RunConfig:
        """`from_dict` for what a run folder holds, also of an earlier version, whose networks it names."""
        if isinstance(values, dict) and "schedule" not in values and values.get("network") == "strong-cnn":
            values = values | {"network": EARLIER_STRONG_CNN}
        return cls.from_dict(values)


CHOICES: dict[str, tuple[str, ...]] = {
    "network": NETWORK_KEYS,
    "activation": ACTIVATIONS,
    "optimizer": OPTIMIZERS,
    "last_layer": LAST_LAYERS,
    "schedule": SCHEDULES,
}


class Range(NamedTuple):
    """The least and the greatest value of a setting, both allowed; the form offers values a step apart."""

    low: float
    high: float
    step: float = 1  # 0: the form offers a few values that are not equally far apart

    def offered(self) -> tuple[float, ...]:
        """Every value from low to high a step apart, rounded to two decimals."""
        count = round((self.high - self.low) / self.step) + 1
        return tuple(round(self.low + number * self.step, 2) for number in range(count))


RANGES: dict[str, Range] = {
    "hidden_units": Range(1, 2048, 16),
    "hidden_layers": Range(1, 4),
    "dropout": Range(0.0, 0.8, 0.05),
    "learning_rate": Range(1e-6, 10.0, step=0),
    "batch_size": Range(1, TRAIN_IMAGES, 16),
    "epochs": Range(1, 100),
    "validation_share": Range(0.0, 0.3, 0.05),
    "early_stopping": Range(0, 20),
    "seed": Range(0, 2**31 - 1),
    "training_images": Range(10, TRAIN_IMAGES, 1000),
    "cycle_epochs": Range(0, 100),
    "label_smoothing": Range(0.0, 0.3, 0.05),
    "shifts": Range(0, 8),
    "turns": Range(0, 45),
    "attacked": Range(0, 32),
}


def _shown(value: Any) -> Sentence | str:
    if isinstance(value, int) and abs(value) > 10**20:
        return say(N_("a number with too many digits"))
    return f"{value!r:.60}"


def _refused(message: str, name: str, value: Any, **known: Any) -> ConfigError:
    return ConfigError(message, name=name, value=_shown(value), **known)


def _checked(name: str, value: Any) -> Any:
    if name in CHOICES:
        return _checked_choice(name, value)
    if name in RANGES:
        return _checked_number(name, value)
    if name == "changed_labels":
        return _checked_changes(name, value)
    if not isinstance(value, bool):
        raise _refused(N_("{name} must be true or false, not {value}."), name, value)
    return value


def _checked_choice(name: str, value: Any) -> str:
    known = CHOICES[name] + (EARLIER_NETWORK_KEYS if name == "network" else ())
    if not isinstance(value, str) or value not in known:
        choices = ", ".join(CHOICES[name])
        raise _refused(N_("{name} must be one of {choices}, not {value}."), name, value, choices=choices)
    return value


def _checked_changes(name: str, value: Any) -> str:
    try:
        return written(changes_in(value)) if isinstance(value, str) and value else _empty(value)
    except ValueError:
        message = N_(
            "{name} must list at most {most:,} training images, such as 12 (left out) and 355:6 (learned as "
            "class 6), not {value}."
        )
        raise _refused(message, name, value, most=MOST) from None


def _empty(value: Any) -> str:
    if value != "":
        raise ValueError
    return ""


def _checked_number(name: str, value: Any) -> int | float:
    low, high, _ = RANGES[name]
    whole = isinstance(RunConfig.__dataclass_fields__[name].default, int)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (whole and isinstance(value, float) and not value.is_integer())
    ):
        message = N_("{name} must be a number, not {value}.")
        if whole:
            message = N_("{name} must be a whole number, not {value}.")
        raise _refused(message, name, value)
    if not low <= value <= high:  # not-a-number fails this too
        message = N_("{name} must lie between {low:g} and {high:,g}, not {value}.")
        raise _refused(message, name, value, low=low, high=high)
    return int(value) if whole else float(value)


TODAYS_TUTORIAL = "https://www.tensorflow.org/tutorials/keras/classification"
TODAYS = RunConfig(epochs=10, last_layer="logits")
"""What that page trains today; `RunConfig()` is what it trained before logits came into it."""
