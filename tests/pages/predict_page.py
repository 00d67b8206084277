"""What tests of the Predict page share: how to read it, and made-up predictions."""

import re

import numpy as np


def certain(predicted):
    probabilities = np.full((len(predicted), 10), 0.02, np.float32)
    probabilities[np.arange(len(predicted)), predicted] = 0.82
    return probabilities


def widget(test, kind, key):
    return next(each for each in test.get(kind) if each.key == key)


def shown(test):
    return " ".join(each.value for each in [*test.markdown, *test.caption, *test.subheader, *test.code])


def tables(test):
    """The tables that are texts, each as the cells below each column's name."""
    return [
        {name: cells for name, _, *cells in zip(*map(_cells, text.value.splitlines()), strict=True)}
        for text in test.markdown
        if text.value.startswith("|")
    ]


def _cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def small_pictures(test):
    """The lines below each of the small pictures in a row."""
    return re.findall(r"<figcaption>(.*?)</figcaption>", " ".join(each.value for each in test.get("html")))


def told(test):
    """The notices and warnings, as they were before what could be Markdown was escaped."""
    return " ".join(each.value for each in [*test.info, *test.warning]).replace("\\", "")


def address(test):
    return {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}
