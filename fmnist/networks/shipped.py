"""Sketch-ready, the network that comes with the program: its key, and where its model lies."""

from pathlib import Path

SKETCH_READY = "sketch-ready"
MODEL_PATH = Path(__file__).with_name(f"{SKETCH_READY}.keras")
