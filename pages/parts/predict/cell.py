"""One map of a convolution or a pooling: any of its cells, and how it came about, added up in the browser."""

from __future__ import annotations

from typing import Any

from fmnist.language import _
from pages.parts.shell.component import MAP_PICTURES, component

KEY = "cell"

_cell = component("layer_cell", '<div class="cell-made"></div>', "predict/cell", MAP_PICTURES)


def show(made_of: dict[str, Any], which: str) -> None:
    """Show what `fmnist.plots.maps.made_of` made; `which` tells one map of one run from another."""
    words = {
        "map": _("The map. Arrow keys go to another cell; now row {row}, column {column}: {value}"),
        "where": _("Row {row}, column {column}: {value}"),
        "sums": _("Sums of the {maps} maps: {all}"),
        "one_sum": _("Sum of the products: {all}"),
        "bias": _("with the bias: {total} + {bias} = {result}"),
        "normalisation": _(
            "normalised: ({value} − mean {mean}) / √(variance {variance} + {epsilon}) × {gamma} + {beta} "
            "= {result}"
        ),
        "relu": _("relu: the larger of 0 and {value} = {result}"),
        "tanh": "tanh({value}) = {result}",
        "sigmoid": "sigmoid: 1 / (1 + e^−({value})) = {result}",
        "elu": _("elu: {value} becomes {result}"),
        "largest": _("the largest of {values} = {result}"),
        "mean": _("the mean of {values} = {result}"),
        "flat": _(
            "Flatten puts it at place ({row} × {width} + {column}) × {maps} + {map} = {place} of the row."
        ),
        "card": _("map {map}: {sum}"),
        "only_card": _("sum: {sum}"),
        "card_said": _("Window of map {map}, its kernel, and their products, which add up to {sum}"),
        "products": _("Window × kernel of map {map}, number by number:"),
        "window": _("The window:"),
        "outside": _("outside: 0") if made_of["kind"] == "convolution" else _("outside"),
        "page": _("{page} of {pages}"),
        "earlier": _("Earlier maps"),
        "later": _("Later maps"),
    }
    _cell(key=KEY, data=made_of | {"words": words, "which": which})
