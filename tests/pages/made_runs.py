"""Runs as a training child leaves them, without any training."""

import numpy as np

from fmnist.networks.config import RunConfig
from fmnist.runs.files import EpochRow
from fmnist.runs.store import Run, Store
from tests.pages.predict_page import certain

WHOLE_ARCHIVE = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)  # the two ends of a zip file


def finished_run(
    store: Store, config: RunConfig | None = None, *, accuracy=0.82, test_accuracy=0.84, **named: str
) -> Run:
    """A run that is done after one row of history; `named` takes a name and an owner."""
    run = store.create(config or RunConfig(), info={}, **named)
    run.append_epoch(EpochRow(1, 0.5, accuracy, seconds=1.0, test_loss=0.45, test_accuracy=test_accuracy))
    run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
    run.end("finished", "Finished.")
    return run


def filmed_run(store: Store, dataset, predicted: dict[float, np.ndarray], **more) -> Run:
    """A run with these classes of the test images at its kept moments, the last epoch's among them."""
    facts = {"source": dataset.source, "fingerprint": dataset.fingerprint, "is_real": dataset.is_real}
    run = store.create(RunConfig(hidden_units=4), info={"data": facts}, **more)
    random = np.random.default_rng(0)
    shapes = ((784, 4), (4,), (4, 10), (10,))
    weights = [random.normal(size=shape).astype(np.float32) for shape in shapes]
    for epoch, classes in predicted.items():
        run.write_moment(epoch, int(100 * epoch), weights=weights, probabilities=certain(classes))
        if epoch >= 1:
            accuracy = float(np.mean(classes == dataset.test_labels))
            row = EpochRow(int(epoch), 0.5, 0.8, seconds=1.0, test_loss=0.5, test_accuracy=accuracy)
            run.append_epoch(row)
    run.write_predictions(certain(predicted[max(predicted)]))
    run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
    run.end("finished", "Finished.")
    return run
