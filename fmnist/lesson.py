"""Links for a lesson: the address of a page with its settings, and which controls it hides."""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import urlencode

HIDE = "hide"  # the name in the address
CONTROLS: dict[str, dict[str, str]] = {
    "explore": {
        "explore_split": "One image: set",
        "explore_index": "One image: index",
        "explore_previous": "One image: previous",
        "explore_next": "One image: next",
        "explore_random": "One image: random",
        "explore_pixels": "One image: its 784 numbers",
        "explore_part": "Everything below “Look further”",
    },
    "train": {
        "network": "Network",
        "hidden_layers": "Hidden layers",
        "hidden_units": "Hidden units",
        "activation": "Activation",
        "dropout": "Dropout",
        "epochs": "Epochs",
        "optimizer": "Optimizer",
        "learning_rate": "Learning rate",
        "batch_size": "Batch size",
        "validation_share": "Validation share",
        "early_stopping": "Early stopping",
        "seed": "Seed",
        "training_images": "Training images",
        "scale_pixels": "Scale the pixels",
        "shuffle_labels": "Shuffle the labels",
        "learn_drawings": "Learn from drawings",
        "reset_settings": "As in the tutorial",
        "code": "Show me the code",
        "log": "Log",
        "runs_part": "The table of runs",
    },
    "predict": {
        "view": "The choice between the views",
        "run": "Run",
        "compare": "Compare with",
        "test_index": "Test image: index",
        "outcome": "Gallery: outcome",
        "true_class": "Gallery: true class",
        "predicted_class": "Gallery: predicted class",
        "confidence": "Gallery: confidence",
        "order": "Gallery: order",
        "pairs": "Mistakes: the most frequent ones",
        "reasons": "Mistakes: why",
        "scores": "Mistakes: each class",
        "tool": "Draw: tools",
        "brush": "Draw: pen width",
        "tone": "Draw: grey tone",
        "draw_source": "Draw: where the picture comes from",
    },
}
"""By page: the key of a control, which is also its class in the page, and what a teacher calls it."""

ALL = {key for controls in CONTROLS.values() for key in controls}


def read_hidden(asked: str) -> tuple[tuple[str, ...], list[str]]:
    """The controls that an address hides, and a sentence for each name that is no control.

    Parameters
    ----------
    asked : str
        Names separated by commas.
    """
    names = list(dict.fromkeys(filter(None, (name.strip() for name in asked.split(",")))))
    unknown = [name for name in names if name not in ALL]
    return tuple(name for name in names if name in ALL), [_no_such(name) for name in unknown[:3]]


def _no_such(name: str) -> str:
    nearest = get_close_matches(name, ALL, 1)
    advice = f" Is “{nearest[0]}” meant?" if nearest else ""
    return f"The link hides “{name:.30}”, but there is no such control.{advice}"


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
