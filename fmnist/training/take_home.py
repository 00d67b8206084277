"""A trained network as SavedModel and TFLite, each compared with Keras. Imports TensorFlow: in a child."""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from fmnist.language import N_, Words, row, say
from fmnist.runs.take_home import CHECKED, SAVED_MODEL, TFLITE, TFLITE_INT8, Made, TakeHome
from fmnist.training.folding import folded
from fmnist.training.scoring import IMAGES_PER_CALL

APART = 1e-3  # of probabilities: more than rounding brings
ALIKE = {SAVED_MODEL: CHECKED, TFLITE: CHECKED, TFLITE_INT8: 90}  # as many named as Keras does, at least
Predict = Callable[[np.ndarray], np.ndarray]


def make(
    network: keras.Model, pixels: np.ndarray, labels: np.ndarray, keep: Callable[[str, bytes], object]
) -> TakeHome:
    """Convert a network into each format, check it, and hand over those that pass.

    Parameters
    ----------
    network : keras.Model
        Input (n, 28, 28) float32, output (n, 10) probabilities.
    pixels : numpy.ndarray (n, 28, 28) float32
        Test images, n >= CHECKED, as the network wants them: scaled if it has learned scaled ones.
    labels : numpy.ndarray (n,) integers
    keep : callable
        Called with the name and content of each file that passed.
    """
    expected = _in_parts(lambda part: np.asarray(network(part, training=False)), pixels)
    made: dict[str, Made] = {}
    problems: list[Words] = []
    for name, content in _converted(folded(network)).items():  # TFLite knows no layers that draw by lot
        probabilities = _in_parts(_reader(name, content), pixels)
        found = _checked(probabilities, expected, labels, len(content))
        if found.alike < ALIKE[name] or (name != TFLITE_INT8 and found.apart > APART):
            message = N_("{file} is not offered: it names only {alike} of {count} test images as Keras does.")
            if found.alike >= ALIKE[name]:
                message = N_("{file} is not offered: its probabilities are not those of Keras.")
            problems.append(say(message, file=name, alike=found.alike, count=CHECKED))
            continue
        keep(name, content)
        made[name] = found
    return TakeHome(_accuracy(expected, labels), made, row(*problems))


def _converted(network: keras.Model) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        network.export(folder, format="tf_saved_model", verbose=False)
        packed = _packed(Path(folder))
        plain = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]  # weights of one byte each
        return {SAVED_MODEL: packed, TFLITE: plain, TFLITE_INT8: converter.convert()}


def _packed(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            name = f"saved_model/{path.relative_to(folder).as_posix()}"
            if path.is_file():
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _reader(name: str, content: bytes) -> Predict:
    """What predicts from the very bytes that a person will get."""
    return _saved_model(content) if name == SAVED_MODEL else _tflite(content)


def _saved_model(content: bytes) -> Predict:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
        loaded = tf.saved_model.load(f"{folder}/saved_model")
    return lambda part: np.asarray(loaded.serve(tf.constant(part)))


def _tflite(content: bytes) -> Predict:
    interpreter = _interpreter(content)
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()

    def predict(part: np.ndarray) -> np.ndarray:
        interpreter.resize_tensor_input(taken["index"], part.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(taken["index"], part)
        interpreter.invoke()
        probabilities: np.ndarray = interpreter.get_tensor(given["index"])
        return probabilities

    return predict


def _interpreter(content: bytes) -> tf.lite.Interpreter:
    with warnings.catch_warnings():  # its successor is another package, which nothing here needs
        warnings.simplefilter("ignore", UserWarning)
        return tf.lite.Interpreter(model_content=content)


def _in_parts(predict: Predict, pixels: np.ndarray) -> np.ndarray:
    starts = range(0, len(pixels), IMAGES_PER_CALL)
    return np.concatenate([predict(pixels[start : start + IMAGES_PER_CALL]) for start in starts])


def _checked(probabilities: np.ndarray, expected: np.ndarray, labels: np.ndarray, size: int) -> Made:
    first, theirs = probabilities[:CHECKED], expected[:CHECKED]
    alike = int((first.argmax(axis=1) == theirs.argmax(axis=1)).sum())
    apart = float(np.nan_to_num(np.abs(first - theirs), nan=1.0).max())
    return Made(size, alike, apart, _accuracy(probabilities, labels))


def _accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(probabilities.argmax(axis=1) == labels))
