"""Links for a lesson: the address of a page with its settings, and which controls it hides."""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import urlencode

from fmnist.language import N_, Words, row, say

HIDE = "hide"  # the name in the address
CONTROLS: dict[str, dict[str, str]] = {
    "explore": {
        "explore_split": N_("One image: set"),
        "explore_index": N_("One image: index"),
        "explore_previous": N_("One image: previous"),
        "explore_next": N_("One image: next"),
        "explore_random": N_("One image: random"),
        "explore_pixels": N_("One image: its 784 numbers"),
        "explore_part": N_("Everything below “Look further”"),
    },
    "train": {
        "network": N_("Network"),
        "hidden_layers": N_("Hidden layers"),
        "hidden_units": N_("Hidden units"),
        "activation": N_("Activation"),
        "dropout": N_("Dropout"),
        "epochs": N_("Epochs"),
        "optimizer": N_("Optimizer"),
        "learning_rate": N_("Learning rate"),
        "batch_size": N_("Batch size"),
        "validation_share": N_("Validation share"),
        "early_stopping": N_("Early stopping"),
        "seed": N_("Seed"),
        "training_images": N_("Training images"),
        "scale_pixels": N_("Scale the pixels"),
        "shuffle_labels": N_("Shuffle the labels"),
        "learn_drawings": N_("Learn from drawings"),
        "reset_settings": N_("As in the tutorial"),
        "code": N_("Show me the code"),
        "log": N_("Log"),
        "runs_part": N_("The table of runs"),
    },
    "predict": {
        "view": N_("The choice between the views"),
        "run": N_("Run"),
        "compare": N_("Compare with"),
        "test_index": N_("Test image: index"),
        "outcome": N_("Gallery: outcome"),
        "true_class": N_("Gallery: true class"),
        "predicted_class": N_("Gallery: predicted class"),
        "confidence": N_("Gallery: confidence"),
        "order": N_("Gallery: order"),
        "pairs": N_("Mistakes: the most frequent ones"),
        "reasons": N_("Mistakes: why"),
        "scores": N_("Mistakes: each class"),
        "tool": N_("Draw: tools"),
        "brush": N_("Draw: pen width"),
        "tone": N_("Draw: grey tone"),
        "draw_source": N_("Draw: where the picture comes from"),
    },
}
"""By page: the key of a control, which is also its class in the page, and what a teacher calls it."""

ALL = {key for controls in CONTROLS.values() for key in controls}


def read_hidden(asked: str) -> tuple[tuple[str, ...], list[Words]]:
    """The controls that an address hides, and a sentence for each name that is no control.

    Parameters
    ----------
    asked : str
        Names separated by commas.
    """
    names = list(dict.fromkeys(filter(None, (name.strip() for name in asked.split(",")))))
    unknown = [name for name in names if name not in ALL]
    return tuple(name for name in names if name in ALL), [_no_such(name) for name in unknown[:3]]


def _no_such(name: str) -> Words:
    nearest = get_close_matches(name, ALL, 1)
    told = say(N_("The link hides “{name}”, but there is no such control."), name=f"{name:.30}")
    return row(told, *(say(N_("Is “{name}” meant?"), name=each) for each in nearest))


def link(page_url: str, query: dict[str, str], hidden: tuple[str, ...]) -> str:
    """The address of a page with its settings and without some controls.

    Parameters
    ----------
    page_url : str
        As far as the path: "http://localhost:8501/train".
    query : dict
        The settings in the address now; what they say about hiding is replaced.
    hidden : keys of `CONTROLS`.
    """
    settings = {name: value for name, value in query.items() if name != HIDE}
    if hidden:
        settings[HIDE] = ",".join(hidden)
    return page_url.split("?")[0] + (f"?{urlencode(settings, safe=',')}" if settings else "")


def page_of(page_url: str) -> str:
    """Which entry of `CONTROLS` an address belongs to; the first page's is "explore"."""
    name = page_url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return name if name in CONTROLS else "explore"
