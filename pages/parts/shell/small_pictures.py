"""Small pictures side by side, each with a line or two below: one element of the page for all of them.

Streamlit's own picture and caption in a container are three elements for each, with a toolbar besides, and a
browser looks at every element of the page again after each click.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from fmnist.drawing.picture_files import png_address

STYLE = """
.small-pictures {display: flex; flex-wrap: wrap; gap: 1rem; margin: 0}
.small-pictures figure {margin: 0}
.small-pictures img {display: block; width: 100%; image-rendering: pixelated}
.small-pictures figcaption {margin-top: .25rem; font-size: .875rem; line-height: 1.4; opacity: .75}
"""  # once for the whole page: see frame.tighten


@dataclass(frozen=True)
class SmallPicture:
    """One picture of a row.

    Parameters
    ----------
    png : bytes
        A PNG file.
    title, note : str
        What stands below, in two lines.
    alt : str
        What it shows, for people who do not see it.
    """

    png: bytes
    title: str
    alt: str
    note: str = ""


def show(pictures: list[SmallPicture], width: int) -> None:
    """Show a row of pictures, each `width` pixels wide; what does not fit goes to the next line."""
    figures = "".join(_figure(picture, width) for picture in pictures)
    st.html(f'<div class="small-pictures">{figures}</div>')


def _figure(picture: SmallPicture, width: int) -> str:
    lines = "<br>".join(map(escape, filter(None, (picture.title, picture.note))))
    return (
        f'<figure style="width: {width}px"><img src="{png_address(picture.png)}" alt="{escape(picture.alt)}">'
        f"<figcaption>{lines}</figcaption></figure>"
    )
