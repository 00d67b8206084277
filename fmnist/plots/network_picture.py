"""A network as a row of blocks, from the same layers as its model: shapes, what each step is, parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.evaluation.layers import MAIN
from fmnist.language import N_, _
from fmnist.networks.architectures import Shape, walk
from fmnist.networks.config import RunConfig
from fmnist.plots.colors import palette

WIDTH, HEIGHT = 420, 104  # pixels
TOP, LARGEST = 16, 40  # where blocks begin, and the side of the largest
SHEET = 1.6  # pixels from one sheet of a block to the next
NAMES = {
    "image": N_("image"),
    "Conv2D": N_("convolution"),
    "MaxPooling2D": N_("pooling"),
    "AveragePooling2D": N_("pooling"),
    "GlobalAveragePooling2D": N_("mean"),
    "GlobalMaxPooling2D": N_("largest"),
    "Flatten": N_("flatten"),
    "Dense": N_("dense"),
}
FILLS = {"Conv2D": "#7a5af0", "Dense": "#c9720a"}  # those that learn; the others stay grey


@dataclass(frozen=True)
class Block:
    """One step: the kind of its main layer, the shape that leaves it, the parameters of all its layers."""

    kind: str
    shape: Shape
    parameters: int


def blocks(config: RunConfig) -> list[Block]:
    """The steps of a network, the image first; what works on each number alone belongs to the step before."""
    found = [Block("image", IMAGE_SHAPE, 0)]
    for _name, layer, shape in walk(config):
        parameters, after = layer.parameters(shape), layer.output_shape(shape)
        if layer.kind in MAIN:
            found.append(Block(layer.kind, after, parameters))
        else:
            last = found[-1]
            found[-1] = Block(last.kind, after, last.parameters + parameters)
    return found


def network_svg(config: RunConfig, dark: bool) -> str:
    """The picture, an SVG file."""
    steps, ink = blocks(config), palette(dark)
    pitch = WIDTH / len(steps)
    drawn = "".join(
        _block(step, pitch * (place + 0.5), ink.ink, ink.other, is_last=place == len(steps) - 1)
        for place, step in enumerate(steps)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="sans-serif" font-size="9">{drawn}</svg>'
    )


def in_words(config: RunConfig) -> str:
    """The picture's text alternative."""
    with_parameters = _("{name} {shape} ({count:,} parameters)")
    each = [
        (with_parameters if step.parameters else "{name} {shape}").format(
            name=_(NAMES[step.kind]), shape=_shape(step.shape), count=step.parameters
        )
        for step in blocks(config)
    ]
    return _("The network: {steps}").format(steps=" → ".join(each))


def _shape(shape: Shape) -> str:
    return "×".join(f"{side:,}" for side in shape)


def _block(step: Block, middle: float, ink: str, other: str, is_last: bool) -> str:
    name = _("classes") if is_last else _(NAMES[step.kind])
    count = f"{step.parameters:,}" if step.parameters else "–"
    lines = [
        (10, name, ink),
        (HEIGHT - 22, _shape(step.shape), ink),
        (HEIGHT - 8, _("parameters:") if step.kind == "image" else count, other),
    ]
    texts = "".join(
        f'<text x="{middle:.1f}" y="{y}" text-anchor="middle" fill="{color}">{escape(text)}</text>'
        for y, text, color in lines
    )
    return _solid(step, middle, other) + texts


def _solid(step: Block, middle: float, other: str) -> str:
    """Sheets behind each other for maps, one bar for a row of numbers; both grow with what they stand for."""
    fill = FILLS.get(step.kind, other)
    spatial = len(step.shape) > 1
    width = LARGEST * step.shape[1] / IMAGE_SHAPE[1] if spatial else 9
    height = LARGEST * step.shape[0] / IMAGE_SHAPE[0] if spatial else 6 + 3.4 * math.log2(step.shape[0])
    sheets = 1 + round(math.log2(step.shape[2])) if len(step.shape) == 3 else 1
    left = middle - (width + SHEET * (sheets - 1)) / 2
    top = TOP + (LARGEST + 10 - height) / 2
    return "".join(
        f'<rect x="{left + SHEET * sheet:.1f}" y="{top - SHEET * (sheet - sheets / 2):.1f}" '
        f'width="{width:.1f}" height="{height:.1f}" fill="{fill}" fill-opacity="0.75" '
        f'stroke="#ffffff" stroke-width="0.6"/>'
        for sheet in reversed(range(sheets))
    )
