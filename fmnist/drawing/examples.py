"""Our own example drawings, to try the Draw view at one click."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).with_name("example_drawings")


def titles() -> list[str]:
    """What the drawings show, in the order to offer them: "T-shirt", "Trousers", ..."""
    return [path.stem.capitalize() for path in sorted(FOLDER.glob("*.png"))]


def png_of(title: str) -> bytes:
    """The drawing of that title, a PNG file.

    Raises
    ------
    FileNotFoundError
        If there is no such drawing.
    """
    return (FOLDER / f"{title.lower()}.png").read_bytes()
