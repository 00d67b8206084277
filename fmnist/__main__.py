"""The command line: python -m fmnist data | train | sweep | runs | …, with --help and --json."""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import MISSING, fields, replace
from functools import partial
from typing import Any

import numpy as np

from fmnist import environment
from fmnist.data import sources
from fmnist.data.facts import CLASS_NAMES
from fmnist.drawing import picture_files
from fmnist.drawing.sketch import SketchError
from fmnist.evaluation import at_moment, run_predictions
from fmnist.evaluation import scores as evaluation
from fmnist.evaluation.doubtful import find_doubtful
from fmnist.evaluation.sweeps import of_seeds_in_words, sweeps_of
from fmnist.language import N_
from fmnist.lesson import run_text
from fmnist.lesson.model_card import model_card
from fmnist.networks.architectures import NETWORKS, RECOMMENDED, parameter_count
from fmnist.networks.changed_labels import without
from fmnist.networks.config import CHOICES, ConfigError, RunConfig
from fmnist.networks.shipped import MODEL_PATH, SKETCH_READY
from fmnist.networks.sweep import plan
from fmnist.runs import moments
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import Run, RunError, Snapshot, Store, default_root
from fmnist.training.prediction import Models, PredictionError
from fmnist.workers.detective import Status
from fmnist.workers.queue import WorkerError, Workers
from fmnist.workers.sharing import Actions, Rules, Visitor

FEW = 25  # doubtful labels in the text for a person
SCORES = {"precision": "precision", "recall": "recall", "f1": "F1"}  # and in words
POLL = 0.1  # seconds between two looks at the run folder


class CommandError(Exception):
    """What was asked for cannot be done; the message is a sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 when it failed, 2 when it was asked wrongly."""
    _print_anything()
    options = _parser().parse_args(arguments)
    environment.mention_faults()
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except ConfigError as error:
        return _complain(error, 2)
    except (CommandError, PredictionError, RunError, SketchError, WorkerError, OSError) as error:
        return _complain(error, 1)


def _print_anything() -> None:
    r"""What a console cannot show is printed as numbers ("\u886b"), not answered with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _complain(error: Exception | str, status: int) -> int:
    print(error, file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fmnist", description="Fashion-MNIST from the command line."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    _add(commands, "data", _data, "find, check and describe the images (downloads them when needed)")
    train = _add(commands, "train", _train, "train a network; the defaults are the tutorial's")
    _add_settings(train)
    train.add_argument(
        "--without-doubtful",
        type=int,
        default=0,
        metavar="N",
        help="leave out the N labels that the tutorial's network doubts most (searched for when needed)",
    )
    sweep = _add(commands, "sweep", _sweep, "train all combinations of values, such as --seed 1,2,3")
    _add_values(sweep)
    _add(commands, "runs", _runs, "list all runs, newest first")
    evaluate = _add(commands, "evaluate", _evaluate, "accuracy and confusion matrix of a run on the test set")
    evaluate.add_argument(
        "--run",
        metavar="ID",
        help="the run, as `train` and `runs` name it (default: the newest with a model)",
    )
    evaluate.add_argument(
        "--epoch",
        type=float,
        metavar="N",
        help="a kept moment of its training: 0, a share of the first epoch, or an epoch (default: the last)",
    )
    card = _add(commands, "card", _card, "the model card of a run, as Markdown")
    card.add_argument("--run", metavar="ID", help="the run (default: the newest with a model)")
    predict = _add(commands, "predict", _predict, "name the garment in picture files")
    predict.add_argument(
        "files", nargs="+", metavar="FILE", help="PNG, JPEG, WebP or HEIC: a drawing or a photo"
    )
    predict.add_argument(
        "--run",
        default=SKETCH_READY,
        metavar="ID",
        help=f"a run, or {SKETCH_READY}, the shipped network (default)",
    )
    doubtful = _add(commands, "doubtful", _doubtful, "the training labels that a network doubts most")
    doubtful.add_argument("--network", default="tutorial", choices=sorted(NETWORKS), help="default tutorial")
    doubtful.add_argument("--epochs", type=int, default=RunConfig().epochs, help="default %(default)s")
    doubtful.add_argument("--seed", type=int, default=0, help="default %(default)s")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    parser.add_argument("--json", action="store_true", help="one JSON object per line on standard output")
    parser.set_defaults(command=command)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    for setting in fields(RunConfig):
        assert setting.default is not MISSING
        flag = "--" + setting.name.replace("_", "-")
        default = setting.default
        if setting.name in RECOMMENDED:  # whether it was said matters to --recommended
            kind = type(default)
            choices = CHOICES.get(setting.name)
            parser.add_argument(flag, type=kind, choices=choices, help=f"default {default}")
        elif isinstance(default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=default)
        else:
            parser.add_argument(
                flag,
                type=type(default),
                default=default,
                choices=CHOICES.get(setting.name),
                help=f"default {default}",
            )
    parser.add_argument(
        "--recommended",
        action="store_true",
        help="what brings the network close to its best: epochs, and how it learns, where not said otherwise",
    )
    parser.add_argument("--name", default="", help="a name for the table of runs")


def _add_values(parser: argparse.ArgumentParser) -> None:
    """For each setting a flag that takes several values with commas between them."""
    for setting in fields(RunConfig):
        flag, default = "--" + setting.name.replace("_", "-"), setting.default
        written = str(default).lower() if isinstance(default, bool) else default
        values = partial(_values, type(default))
        parser.add_argument(flag, type=values, metavar="VALUE,…", help=f"default {written}")


def _values(kind: type, typed: str) -> list[Any]:
    """What was typed, "16,128", as values of one kind."""
    read: Callable[[str], Any] = {"true": True, "false": False}.__getitem__ if kind is bool else kind
    try:
        return [read(each.strip()) for each in typed.split(",")]
    except (ValueError, KeyError):
        what = {int: "whole numbers", float: "numbers", bool: "true or false"}[kind]
        raise argparse.ArgumentTypeError(f"{typed!r} must be {what}, with commas between them") from None


def _report(options: argparse.Namespace, values: dict[str, Any], words: str) -> None:
    print(json.dumps(values) if options.json else words, flush=True)


def _data(options: argparse.Namespace) -> int:
    dataset = _load()
    values = {
        "source": dataset.source,
        "train_shape": list(dataset.train_images.shape),
        "test_shape": list(dataset.test_images.shape),
        "verified": dataset.verified,
    }
    checked = "checksums verified" if dataset.verified else "not the official files"
    words = (
        f"Source: {dataset.source} ({checked})\n"
        f"Training images: {dataset.train_images.shape}\nTest images: {dataset.test_images.shape}"
    )
    _report(options, values, words)
    return 0


def _load() -> sources.Dataset:
    dataset = sources.load(progress=lambda words, share: print(f"{words}", file=sys.stderr))
    if dataset.notice:
        print(dataset.notice, file=sys.stderr)
    return dataset


def _train(options: argparse.Namespace) -> int:
    config = _config(options)
    if options.without_doubtful < 0:
        raise ConfigError(N_("--without-doubtful must be 0 or more."))
    dataset = _load()  # a training child downloads nothing itself
    workers = Workers(Store(default_root()))
    workers.start(take_up=False)  # runs that a web process left waiting are not this command's
    try:
        if options.without_doubtful:
            doubted = find_doubtful(dataset.train_labels, _held_out(workers, RunConfig(), dataset))
            gone = without(doubted.images[: options.without_doubtful])
            config = replace(config, changed_labels=f"{config.changed_labels} {gone}".strip())
        run = workers.store.open(workers.submit(config, name=options.name))
        try:
            _follow(options, run)
        except KeyboardInterrupt:
            workers.stop(run.id)
            _follow(options, run)
    finally:
        workers.close()
    return _report_run(options, run)


def _sweep(options: argparse.Namespace) -> int:
    asked = {setting.name: getattr(options, setting.name) for setting in fields(RunConfig)}
    several = {name: values for name, values in asked.items() if values is not None}
    planned = plan(RunConfig(), several)
    _load()
    count = len(planned.configs)
    print(f"{count} runs, about {run_text.duration(planned.seconds)} on two free cores.", file=sys.stderr)
    workers = Workers(Store(default_root()))
    workers.start(take_up=False)
    try:
        sweep = Actions(workers, Rules.from_environment(), Visitor(is_teacher=True)).start_sweep(
            planned.configs
        )
        runs = [workers.store.open(run.id) for run in _runs_of(workers.store, sweep)]
        try:
            _follow_all(options, runs)
        except KeyboardInterrupt:
            for run in reversed(runs):
                with suppress(WorkerError):  # it has ended
                    workers.stop(run.id)
            _follow_all(options, runs)
    finally:
        workers.close()
    return _report_sweep(options, workers.store, sweep)


def _runs_of(store: Store, sweep: str) -> Sequence[Snapshot]:
    return sweeps_of(store.list(patience=math.inf))[sweep].runs


def _follow_all(options: argparse.Namespace, runs: Sequence[Run]) -> None:
    """Print each run as it ends, until all have."""
    left = list(runs)
    while left:
        for run in [run for run in left if run.state not in ACTIVE]:
            left.remove(run)
            history, state = run.history, run.state
            accuracy = history[-1].test_accuracy if history else None
            values = {"run": run.id, "state": state, "test_accuracy": accuracy}
            reached = "-" if accuracy is None else f"test accuracy {accuracy:.1%}"
            _report(options, values, f"{run.id}  {state}  {reached}  {run_text.title('', run.config)}")
        time.sleep(POLL)


def _report_sweep(options: argparse.Namespace, store: Store, sweep: str) -> int:
    found = sweeps_of(store.list(patience=math.inf))[sweep]
    best = found.best
    if best is None:
        raise CommandError("No run of the sweep has finished an epoch.")
    values = {
        "sweep": sweep,
        "runs": [
            {"run": run.id, "state": run.state, "test_accuracy": run.test_accuracy} | run.settings.as_dict()
            for run in found.runs
        ],
        "best": best.id,
    }
    words = f"Sweep {sweep}: best is {best.id}, test accuracy {best.test_accuracy:.1%}"
    first, *others = found.ranked
    if others:
        words += f". {of_seeds_in_words(first, others[0])}"
    _report(options, values, words)
    return 0 if all(run.state == "finished" for run in found.runs) else 1


def _config(options: argparse.Namespace) -> RunConfig:
    """The settings that were asked for; `--recommended` fills in what nobody has said."""
    said = {setting.name: getattr(options, setting.name) for setting in fields(RunConfig)}
    said = {name: value for name, value in said.items() if value is not None}
    recommended = NETWORKS[said["network"]].recommended if options.recommended else {}
    return RunConfig(**recommended | said)


def _follow(options: argparse.Namespace, run: Run) -> None:
    """Print each epoch as it ends, until the run has ended."""
    shown = 0
    while True:
        ended = run.state not in ACTIVE
        for row in run.history[shown:]:
            shown += 1
            words = f"Epoch {row.epoch}/{run.config.epochs}: loss {row.loss:.3f}, accuracy {row.accuracy:.1%}"
            values: dict[str, float | None] = {
                "epoch": row.epoch,
                "loss": row.loss,
                "accuracy": row.accuracy,
                "seconds": row.seconds,
            }
            if row.val_loss is not None:
                words += f", validation loss {row.val_loss:.3f}, validation accuracy {row.val_accuracy:.1%}"
                values |= {"val_loss": row.val_loss, "val_accuracy": row.val_accuracy}
            _report(options, values, f"{words} ({row.seconds:.2f} s)")
        if ended:
            return
        time.sleep(POLL)


def _report_run(options: argparse.Namespace, run: Run) -> int:
    history, state = run.history, run.state
    if state not in ("finished", "stopped") or not history:
        raise CommandError(run.progress.message or f"The run {run.id} ended as {state}.")
    last = history[-1]
    seconds = [row.seconds for row in history]
    values = {
        "run": run.id,
        "test_accuracy": last.test_accuracy,
        "test_loss": last.test_loss,
        "train_accuracy": last.accuracy,
        "parameters": parameter_count(run.config),
        "fit_seconds": sum(seconds),
        "epoch_seconds": seconds,
    }
    count = len(history)
    words = (
        f"Run {run.id}: test accuracy {last.test_accuracy:.1%}, test loss {last.test_loss:.3f}, "
        f"{count} epoch{'s' * (count != 1)} in {run_text.duration(sum(seconds))}"
    )
    _report(options, values, words)
    return 0


def _runs(options: argparse.Namespace) -> int:
    for run in Store(default_root()).list(patience=math.inf):
        accuracy = run.test_accuracy
        values = {
            "run": run.id,
            "name": run.name,
            "state": run.state,
            "network": run.config.network if run.config else None,
            "test_accuracy": accuracy,
        }
        share = "-" if accuracy is None else f"{accuracy:.1%}"
        _report(
            options, values, f"{run.id}  {run.state:11}  {share:6}  {run_text.title(run.name, run.config)}"
        )
    return 0


def _newest_with_a_model(store: Store) -> str:
    """The id of the run that is meant when none is named; standard error says which."""
    run = next((each for each in store.list(patience=math.inf) if each.has_model), None)
    if run is None:
        raise CommandError("There is no run with a model yet. Train one: python -m fmnist train.")
    print(f"Run {run.id}, the newest with a model.", file=sys.stderr)
    return run.id


def _evaluate(options: argparse.Namespace) -> int:
    store = Store(default_root())
    named = _newest_with_a_model(store) if options.run is None else options.run
    run, dataset = store.open(named), _load()
    if options.epoch is None:
        judged = evaluation.Evaluation(dataset.test_labels, _test_probabilities(run, dataset))
    else:
        judged = _at_moment(store.snapshot(named), options.epoch, dataset)
    scores = evaluation.per_class_scores(judged.confusion)
    values = {
        "run": run.id,
        **({} if options.epoch is None else {"epoch": options.epoch}),
        "test_accuracy": judged.accuracy,
        "confusion": judged.confusion.tolist(),
        "per_class": [
            {"class_name": CLASS_NAMES[one.label]} | {name: getattr(one, name) for name in SCORES}
            for one in scores
        ],
    }
    table = "\n".join(
        f"{CLASS_NAMES[one.label]:12} "
        + "  ".join(f"{word} {getattr(one, name):6.1%}" for name, word in SCORES.items())
        for one in scores
    )
    _report(options, values, f"Test accuracy {judged.accuracy:.1%}\n{table}")
    return 0


def _card(options: argparse.Namespace) -> int:
    store = Store(default_root())
    named = _newest_with_a_model(store) if options.run is None else options.run
    run, dataset = store.snapshot(named), _load()
    text = model_card(run, run_predictions.own_evaluation(run, dataset))
    _report(options, {"run": run.id, "card": text}, text.rstrip("\n"))
    return 0


def _at_moment(run: Snapshot, epoch: float, dataset: sources.Dataset) -> evaluation.Evaluation:
    """How a run judged the test images at a moment that it has kept."""
    kept = run.moments()
    if epoch not in kept:
        there = ", ".join(map(moments.named, kept)) if kept else "none, as runs of earlier versions have"
        raise CommandError(f"The run {run.id} has kept no moment at epoch {epoch:g}. It has {there}.")
    if run_predictions.foreign_images(run, dataset):
        raise CommandError(f"The run {run.id} was trained beside other test images than those at hand.")
    return at_moment.evaluation_at(run, epoch, dataset)


def _test_probabilities(run: Run, dataset: sources.Dataset) -> np.ndarray:
    """What the run says of the test images at hand, also when it was trained beside other images."""
    probabilities = run.predictions
    if probabilities is not None and run.info.get("data", {}).get("fingerprint") == dataset.fingerprint:
        return probabilities
    if not run.model_path.is_file():
        raise CommandError(f"The run {run.id} has no model: it ended before its first epoch, or was damaged.")
    return Models().predict(run.model_path, dataset.test_images)


def _predict(options: argparse.Namespace) -> int:
    path = MODEL_PATH if options.run == SKETCH_READY else Store(default_root()).open(options.run).model_path
    models, status = Models(), 0
    for file in options.files:
        try:
            image = _image_of(file)
        except SketchError as error:
            status = _complain(f"{_readable(file)}: {error}", 1)
            continue
        probabilities = models.predict(path, image[None])[0]
        label = int(probabilities.argmax())
        values = {
            "file": file,
            "label": label,
            "class_name": CLASS_NAMES[label],
            "probabilities": [round(float(share), 6) for share in probabilities],
        }
        _report(options, values, f"{_readable(file)}: {values['class_name']}, {probabilities[label]:.0%}")
    return status


def _doubtful(options: argparse.Namespace) -> int:
    config = RunConfig(network=options.network, epochs=options.epochs, seed=options.seed)
    dataset, workers = _load(), Workers(Store(default_root()))
    try:
        probabilities = _held_out(workers, config, dataset)
    finally:
        workers.close()
    found = find_doubtful(dataset.train_labels, probabilities)
    columns = found.images.tolist(), found.given.tolist(), found.likely.tolist(), found.scores.tolist()
    images = [
        {"index": index, "label": given, "likely": likely, "score": round(score, 6)}
        for index, given, likely, score in zip(*columns, strict=True)
    ]
    lines = [
        f"{one['index']:6}  {CLASS_NAMES[one['label']]:12} likely {CLASS_NAMES[one['likely']]}"
        for one in images[:FEW]
    ]
    first = f"{len(images):,} of {len(dataset.train_labels):,} training labels are doubtful. The first:"
    _report(options, {"images": images}, "\n".join([first, *lines]))
    return 0


def _held_out(workers: Workers, config: RunConfig, dataset: sources.Dataset) -> np.ndarray:
    """What networks say of training images that they have not seen: kept, or searched for now."""
    detective = workers.detective
    status = detective.status(config, dataset)
    if status.probabilities is None:
        detective.start(config, dataset)
        status = _await(lambda: detective.status(config, dataset))
    if status.probabilities is None:
        raise CommandError(status.problem or "The search ended before it had a result.")
    return status.probabilities


def _await(look: Callable[[], Status]) -> Status:
    """The status of a search once it has ended; standard error says how far it is."""
    shown = 0
    while (status := look()).is_running:
        tenth = int(status.share * 10)
        if tenth > shown:
            shown = tenth
            print(f"{tenth * 10} % of the search done", file=sys.stderr)
        time.sleep(POLL)
    return status


def _image_of(file: str) -> np.ndarray:
    """The garment in a picture file, uint8 (28, 28)."""
    from fmnist.drawing import sketch

    try:
        data = picture_files.read_file(file)
    except (OSError, ValueError) as error:  # a ValueError for a name that no file can have
        reason = getattr(error, "strerror", None) or str(error)
        raise SketchError(N_("The file cannot be read: {reason}."), reason=reason) from error
    conversion = sketch.convert(sketch.open_picture(data))
    if conversion.hint:
        raise SketchError(picture_files.NO_GARMENT)
    return conversion.image


def _readable(name: str) -> str:
    r"""A file's name for a person: bytes that are no text as numbers, "caf\xe9.png"."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
