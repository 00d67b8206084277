"""The clickable list of the confusion matrix's largest cells beside the diagonal."""

from __future__ import annotations

from collections.abc import Iterable

from fmnist.data.class_words import class_name
from fmnist.evaluation.scores import ConfusedPair
from fmnist.language import _
from fmnist.plots.tiles import percent
from pages.parts.predict.matrix import Choose, choose_clicked
from pages.parts.shell.component import component

KEY = "frequent_mistakes"

_pairs = component("confused_pairs", '<ol class="pairs"></ol>', "predict/pairs")


def show(pairs: Iterable[ConfusedPair], choose: Choose) -> None:
    """Show pairs of classes; `choose` gets the true and the predicted class of a clicked one."""
    words = _("{true} taken for {predicted}: {count} ({share})")
    shown = [
        {
            "cell": (pair.true, pair.predicted),
            "words": words.format(
                true=class_name(pair.true),
                predicted=class_name(pair.predicted),
                count=pair.count,
                share=percent(pair.share),
            ),
        }
        for pair in pairs
    ]
    _pairs(key=KEY, data={"pairs": shown}, on_chosen_change=lambda: choose_clicked(KEY, choose))
