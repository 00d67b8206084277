"""The views: two pages that are one, and the six of Predict; all that is known of each is one record."""

from __future__ import annotations

from dataclasses import dataclass, field

from fmnist.language import N_


@dataclass(frozen=True)
class Next:
    """Where a view leads: the words on the link, the key of the view, and what else its address says."""

    words: str
    view: str
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """A view of Predict, or a page that has only one."""

    key: str  # in the address, as view=…; of a page: its path
    title: str
    purpose: str  # the sentence it opens with
    next: Next
    words: tuple[str, ...] = ()  # keys of `glossary.TERMS`, in the order to read them in
    compares: bool = False  # whether it shows other runs beside the chosen one
    needs_run: bool = True  # whether there is nothing to see before a run has predictions
    first_order: str = "index"  # of its images, one of `scores.ORDERS`, until another is chosen


def _by_key(*views: View) -> dict[str, View]:
    return {view.key: view for view in views}


PAGES = _by_key(
    View(
        key="explore",
        title=N_("Explore"),
        purpose=N_("Here you teach a network to name garments. First, get to know the data."),
        next=Next(N_("Next: train a network"), "train"),
        words=("pixel", "label", "training set", "test set", "scaling", "principal components"),
    ),
    View(
        key="train",
        title=N_("Train"),
        purpose=N_(
            "Press **Train**: the network looks at the training images again and again, and after each look "
            "it is a little less often wrong."
        ),
        next=Next(N_("Next: see what it gets wrong"), "mistakes"),
        words=(
            "epoch",
            "step",
            "loss",
            "accuracy",
            "overfitting",
            "validation",
            "early stopping",
            "learning rate",
            "optimizer",
            "parameters",
            "hidden unit",
            "activation",
            "dropout",
            "convolution",
            "seed",
            "scaling",
        ),
    ),
)
"""The pages that are one view."""

VIEWS = _by_key(
    View(
        key="test",
        title=N_("Test images"),
        purpose=N_("See ten probabilities for any of 10,000 images that the network has never seen."),
        next=Next(N_("Next: all its mistakes"), "mistakes"),
        words=("test set", "softmax", "confidence", "accuracy", "label"),
        compares=True,
    ),
    View(
        key="mistakes",
        title=N_("Mistakes"),
        purpose=N_("Find out what the network takes for what, how sure it is of that, and why."),
        next=Next(N_("Next: draw a garment yourself"), "draw"),
        words=("accuracy", "loss", "confusion matrix", "confidence", "precision", "calibration"),
        compares=True,
        first_order="confidence",
    ),
    View(
        key="inside",
        title=N_("What it learned"),
        purpose=N_(
            "Follow one image through the network: what each unit looks for, and how all of them add up "
            "to the answer."
        ),
        next=Next(N_("Next: play against it"), "beat"),
        words=("hidden unit", "parameters", "activation", "scores", "softmax"),
    ),
    View(
        key="break",
        title=N_("Break it"),
        purpose=N_("Change an image, a little or a lot, and see what the network says then."),
        next=Next(N_("Next: draw a garment yourself"), "draw"),
        words=("test set", "accuracy", "confidence", "softmax", "loss"),
        compares=True,
    ),
    View(
        key="draw",
        title=N_("Draw"),
        purpose=N_("Draw a garment and see what two networks take it for."),
        next=Next(N_("Next: guided experiments on how it learns"), "train", query={"experiment": "scaling"}),
        words=("confidence", "softmax", "shift", "features"),
        needs_run=False,
    ),
    View(
        key="beat",
        title=N_("Beat the network"),
        purpose=N_(
            "Name twenty test images yourself, and see who is right more often: you, or the network that has "
            "practised on the training images."
        ),
        next=Next(N_("Next: draw a garment yourself"), "draw"),
        words=("test set", "accuracy", "confidence"),
    ),
)
"""The views of Predict, in the order of their choice; pages/predict.py binds each key to what shows it."""
