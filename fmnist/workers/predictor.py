"""The prediction child, which keeps models loaded and answers at once, and its client in the web process."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE, TEST_IMAGES
from fmnist.evaluation.dense import DenseNetwork, NotDenseError
from fmnist.evaluation.layers import LayeredNetwork, UnknownLayerError
from fmnist.evaluation.one_step import Averages
from fmnist.language import N_, SaidError, Words, as_data, from_data, say
from fmnist.networks.forms import Form
from fmnist.networks.shipped import MODEL_PATH, SKETCH_READY
from fmnist.runs.store import RunError, Store
from fmnist.workers.children import Child, Nursery, WorkerError
from fmnist.workers.forkserver import resolve
from fmnist.workers.kept import Kept

MODELS = "fmnist.training.prediction:Models"
ANSWER_LIMIT = 20.0  # seconds
PATIENCE = {"neighbours": 3}  # times as long: it may pass thousands of images through a network first
START_LIMIT = 60  # seconds; a cold fork server on a busy machine takes ten
MAX_IMAGES = TEST_IMAGES
_Questions: TypeAlias = list[tuple[str, tuple[Any, ...]]]  # methods and their arguments
_Replies: TypeAlias = list[tuple[bool, Any]]  # whether each succeeded, with its value or a sentence as data
MOST_DENSE_BYTES = 64 * 2**20  # 150 of the tutorial's networks, or the largest one there can be
MOST_LAYERED_BYTES = 64 * 2**20  # of all kinds of networks: the strong one takes half a megabyte


def serve(models: str, connection: Connection) -> None:
    """Answer requests until the web process goes. Runs in the child.

    Parameters
    ----------
    models : str
        "module:class" with the methods that `Judge` names, each taking a model's path first.
    connection : Connection
        Brings lists of (method, arguments); takes for each of them (True, result) or (False, a sentence as
        data).
    """
    answers = resolve(models)()
    connection.send("ready")
    while True:
        try:
            questions = connection.recv()
        except EOFError:
            return
        connection.send([_reply(answers, *question) for question in questions])


def _reply(answers: Any, method: str, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, getattr(answers, method)(*arguments)
    except Exception as error:
        traceback.print_exc()
        return False, as_data(_sentence(error))


def _sentence(error: Exception) -> Words:
    if isinstance(error, SaidError):
        return error.sentence
    return say(N_("The prediction failed ({kind}: {error})."), kind=type(error).__name__, error=error)


@dataclass(frozen=True)
class Judgement:
    """What one network makes of n images."""

    hidden: np.ndarray  # (n, d) float32, the last hidden layer's values
    probabilities: np.ndarray  # (n, 10) float32


class Judge:
    """Predictions of trained networks. Requests from all threads are answered in the order they came.

    `model` is always a run's id or "sketch-ready": paths are made here and never come from a caller.
    Every method raises WorkerError with a sentence when there is no such model, the images are not
    images, or the child fails twice or takes too long.

    Parameters
    ----------
    nursery : Nursery
        Starts the child, at the first request or `warm`.
    store : Store
        Where the runs are.
    models : str
        What answers in the child; see `serve`.
    answer_limit : float
        Seconds after which a child that does not answer is ended.
    """

    def __init__(
        self, nursery: Nursery, store: Store, models: str = MODELS, answer_limit: float = ANSWER_LIMIT
    ) -> None:
        self._nursery, self._store = nursery, store
        self._models, self._answer_limit = models, answer_limit
        self._requests: queue.SimpleQueue[tuple[Future[_Replies], _Questions | None] | None]
        self._requests = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._dense: Kept[DenseNetwork] = Kept(MOST_DENSE_BYTES)
        self._layered: Kept[LayeredNetwork] = Kept(MOST_LAYERED_BYTES)
        self._child: Child | None = None
        self._connection: Connection | None = None

    def warm(self) -> None:
        """Start the child in the background."""
        self._put(None)

    def predict(self, model: str, images: np.ndarray) -> np.ndarray:
        """Probabilities, (n, 10) float32, for images (n, 28, 28) uint8."""
        probabilities: np.ndarray = self._ask("predict", model, _checked(images))
        return probabilities

    def evidence(self, model: str, image: np.ndarray, classes: list[int]) -> np.ndarray:
        """How much each pixel of an image (28, 28) speaks for each class: (len(classes), 28, 28) float32."""
        labels = [int(label) for label in classes]
        maps: np.ndarray = self._ask("evidence", model, _checked(image[None])[0], labels)
        return maps

    def grad_cam(self, model: str, image: np.ndarray, label: int) -> np.ndarray:
        """Where the last maps that speak for a class are active: (rows, columns) float32, of their size."""
        found: np.ndarray = self._ask("grad_cam", model, _checked(image[None])[0], int(label))
        return found

    def attack(
        self, model: str, images: np.ndarray, labels: np.ndarray, sizes: np.ndarray, steps: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images (n, 28, 28) uint8 changed by at most `sizes` (n,) grey levels so that the network errs.

        `steps` is 1 for the fast method, more for the iterated one. Returns the changed images, (n, 28, 28)
        uint8, and their probabilities, (n, 10) float32.
        """
        changed, probabilities = self._ask("attack", model, _checked(images), labels, sizes, int(steps))
        return changed, probabilities

    def smaller(self, model: str, form: Form, images: np.ndarray) -> tuple[np.ndarray, int]:
        """What a network says of images (n, 28, 28) uint8 in a form of fewer bytes, and how many these are.

        Returns probabilities, (n, 10) float32, and bytes.
        """
        probabilities, size = self._ask("smaller", model, form, _checked(images))
        return probabilities, size

    def most_excited(
        self, model: str, place: int, images: np.ndarray, count: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of images (n, 28, 28) uint8 those that excite each map of a layer most, the largest value first.

        `place` as in `LayeredNetwork`. Returns indices, values and cells, all (at most `count`, maps).
        """
        indices, values, cells = self._ask("most_excited", model, int(place), _checked(images), int(count))
        return indices, values, cells

    def judgements(self, models: Sequence[str], images: np.ndarray) -> dict[str, Judgement | WorkerError]:
        """What several networks make of images (n, 28, 28) uint8, in one trip to the child.

        Each model has its judgement, or the error that kept it from one; the others are not lost by that.
        """
        images = _checked(images)
        found: dict[str, Judgement | WorkerError] = {}
        paths: dict[str, Path] = {}
        for model in models:
            try:
                paths[model] = self._model_path(model)
            except WorkerError as error:
                found[model] = error
        try:
            replies = self._put([("judge", (path, images)) for path in paths.values()]).result()
        except WorkerError as error:
            return found | dict.fromkeys(paths, error)
        return found | dict(zip(paths, map(_judgement, replies), strict=True))

    def hidden(self, model: str, images: np.ndarray) -> np.ndarray:
        """The last hidden layer's values, (n, d) float32, for images (n, 28, 28) uint8."""
        values: np.ndarray = self._ask("hidden", model, _checked(images))
        return values

    def hidden_at(self, model: str, weights: tuple[np.ndarray, ...], images: np.ndarray) -> np.ndarray:
        """The same as `hidden` when the network had these weights, all of its own in Keras's order."""
        values: np.ndarray = self._ask("hidden_at", model, weights, _checked(images))
        return values

    def neighbours(self, model: str, image: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The nearest training images to an image (28, 28), as the network sees them: indices, distances."""
        indices, distances = self._ask("neighbours", model, _checked(image[None])[0], int(count))
        return indices, distances

    def dense_network(self, model: str) -> DenseNetwork:
        """The weights of a network of dense layers, read-only, kept until the model's file changes.

        Raises
        ------
        WorkerError
                Also if the network has layers or activations of other kinds.
        """
        return self._dense.get(self._version(model), lambda: self._load_dense(model))

    def adam_averages(self, model: str) -> Averages:
        """What a run's optimizer remembers of the steps so far.

        Raises
        ------
        WorkerError
                Also if it is another than Adam.
        """
        steps, means, squares = self._ask("adam_averages", model)
        return Averages(steps, tuple(means), tuple(squares))

    def layered_network(self, model: str) -> LayeredNetwork:
        """All layers of a network with their weights, read-only, kept until the model's file changes.

        Raises
        ------
        WorkerError
                Also if the network has a layer that is not computed outside TensorFlow.
        """
        return self._layered.get(self._version(model), lambda: self._load_layers(model))

    def _version(self, model: str) -> tuple[Path, int]:
        """Where a model is, and the time when it was written."""
        path = self._model_path(model)
        try:
            return path, path.stat().st_mtime_ns
        except OSError as error:
            raise WorkerError(N_("The model of this run has just been deleted.")) from error

    def _load_dense(self, model: str) -> DenseNetwork:
        layers, divisor = self._ask("dense_layers", model)
        try:
            return DenseNetwork.of(layers, divisor)
        except NotDenseError as error:
            raise WorkerError(error.sentence) from error

    def _load_layers(self, model: str) -> LayeredNetwork:
        layers, divisor = self._ask("layers", model)
        try:
            return LayeredNetwork.of(layers, divisor)
        except UnknownLayerError as error:
            raise WorkerError(error.sentence) from error

    def close(self) -> None:
        """End the child; later requests are refused."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()
        with self._lock:
            thread = self._thread
            self._requests.put(None)
        if thread is not None:
            thread.join(2)

    def _ask(self, method: str, model: str, *arguments: Any) -> Any:
        replies = self._put([(method, (self._model_path(model), *arguments))]).result()
        return _value(replies[0])

    def _put(self, request: _Questions | None) -> Future[_Replies]:
        future: Future[_Replies] = Future()
        with self._lock:
            if self._closed:
                raise WorkerError(N_("The program is closing."))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="judge", daemon=True)
                self._thread.start()
            self._requests.put((future, request))
        return future

    def _model_path(self, model: str) -> Path:
        if model == SKETCH_READY:
            return MODEL_PATH
        try:
            path = self._store.open(model).model_path
        except RunError as error:
            raise WorkerError(error.sentence) from error
        if path.is_symlink() or not path.is_file():
            raise WorkerError(N_("This run has no finished epoch yet, so there is nothing to predict with."))
        return path.resolve()

    # ------------------------------------------------------------------------- in the client's own thread

    def _work(self) -> None:
        while (item := self._requests.get()) is not None:
            future, request = item
            try:
                future.set_result(self._answer(request))
            except WorkerError as error:
                future.set_exception(error)
            except Exception as error:  # no process to be had, no descriptor, a model path that vanished
                message = N_("The prediction could not be made: {error}.")
                future.set_exception(WorkerError(message, error=error))
        self._drop()

    def _answer(self, request: _Questions | None) -> _Replies:
        try:
            return self._exchange(request)
        except (EOFError, ConnectionError):  # killed, or crashed: the request may succeed in a new child
            self._drop()
        try:
            return self._exchange(request)
        except (EOFError, ConnectionError):
            self._drop()
        message = N_("The process that predicts ended twice while answering. Try again, or another run.")
        raise WorkerError(message)

    def _exchange(self, request: _Questions | None) -> _Replies:
        child, connection = self._ensure_child()
        if not request:
            return []
        limit = self._answer_limit * max(PATIENCE.get(method, 1) for method, _ in request)
        alarm = threading.Timer(limit, child.kill)  # also frees a send that is stuck
        alarm.start()
        try:
            connection.send(request)
            replies: _Replies = connection.recv()
            return replies
        except (EOFError, ConnectionError):
            if not alarm.finished.is_set():
                raise
            self._drop()
            message = N_("The prediction took longer than {seconds:g} seconds and was ended.")
            raise WorkerError(message, seconds=limit) from None
        finally:
            alarm.cancel()

    def _ensure_child(self) -> tuple[Child, Connection]:
        if self._child is not None and self._connection is not None:
            return self._child, self._connection
        if self._closed:
            raise WorkerError(N_("The program is closing."))
        return self._start_child()

    def _start_child(self) -> tuple[Child, Connection]:
        """A new child that has said its first word, from another fork server if this one hangs."""
        child, connection = self._nursery.start_talking("fmnist.workers.predictor:serve", [self._models])
        self._child, self._connection = child, connection
        for _second in range(START_LIMIT):
            if connection.poll(1):
                connection.recv()
                return child, connection
            if self._nursery.replace_if_hung():  # once: another one is still loading when the time is over
                self._drop()
                return self._start_child()
        self._drop()
        message = N_("The process that predicts did not start within {seconds:g} seconds.")
        raise WorkerError(message, seconds=START_LIMIT)

    def _drop(self) -> None:
        child, connection = self._child, self._connection
        self._child = self._connection = None
        if connection is not None:
            connection.close()
        if child is not None:
            child.kill()
            if child.wait(2):
                child.close()


def _value(reply: tuple[bool, Any]) -> Any:
    succeeded, value = reply
    if not succeeded:
        raise WorkerError(from_data(value) or "")
    return value


def _judgement(reply: tuple[bool, Any]) -> Judgement | WorkerError:
    try:
        return Judgement(*_value(reply))
    except WorkerError as error:
        return error


def _checked(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != IMAGE_SHAPE:
        raise WorkerError(N_("Images to predict must be 28×28 pixels with values from 0 to 255."))
    if not 1 <= len(images) <= MAX_IMAGES:
        message = N_("Between 1 and {most:,} images can be predicted at once, not {number:,}.")
        raise WorkerError(message, most=MAX_IMAGES, number=len(images))
    return np.ascontiguousarray(images)
