"""The model card of a run, as Markdown: what it learned from, how good it is, where it errs, its limits.

After Mitchell and others, "Model Cards for Model Reporting", 2019.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fmnist.data.class_words import class_name
from fmnist.evaluation.difference import share_interval
from fmnist.evaluation.scores import Evaluation, most_confused_pairs, per_class_scores, reliability
from fmnist.language import _, as_markdown, in_a_row, n_
from fmnist.lesson import run_text, sweep_text
from fmnist.lesson.train_address import FORM
from fmnist.networks.architectures import NETWORKS, parameter_count, summary
from fmnist.networks.config import RunConfig
from fmnist.networks.epoch import photos_held_back, photos_learned
from fmnist.networks.export import command
from fmnist.runs.snapshot import Snapshot

CONFUSIONS = 5
CHECKSUM_SHOWN = 12  # hexadecimal digits


def model_card(run: Snapshot, judged: Evaluation | None) -> str:
    """The card, in the language of now.

    Parameters
    ----------
    run : Snapshot
        With settings that can be read.
    judged : Evaluation or None
        What it says of the test images that it was tested with; None where that is not at hand.

    Raises
    ------
    RunError
        If its settings cannot be read.
    """
    config = run.settings
    title = as_markdown(run_text.title(run.name, config))
    parts = [
        "# " + _("Model card: {run}").format(run=title),
        _("One training run of a dashboard around Fashion-MNIST. All numbers were measured on this run."),
        _table((_("What"), _("This run")), _facts(run)),
        _headed(_("Network")),
        as_markdown(_(NETWORKS[config.network].teaches)),
        _layers(config),
        _headed(_("Settings")),
        _settings(config),
        _headed(_("Data")),
        _data(run),
    ]
    if judged is None:
        parts += [
            _headed(_("Results")),
            _("The predictions of this run for its test images are not at hand."),
        ]
    else:
        parts += [*_results(judged), *_calibration(judged), *_confusions(judged)]
    parts += [_headed(_("Limits")), _limits(run), _headed(_("How to reproduce it")), _reproduction(run)]
    return "\n\n".join(parts) + "\n"


def _headed(words: str) -> str:
    return f"## {words}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: bool = False) -> str:
    """A Markdown table; with `numbers` all columns but the first are set right."""
    line = ["---", *(["---:" if numbers else "---"] * (len(head) - 1))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, line, *rows])


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"* {line}" for line in lines if line)


def _facts(run: Snapshot) -> list[tuple[str, str]]:
    config = run.settings
    done = _("{done} of {epochs} epochs").format(done=run.epochs_done, epochs=config.epochs)
    rows = [
        (_("Run"), f"`{run.id}`"),
        (_("State"), _(run_text.STATE_WORDS[run.state])),
        (_("Trained"), f"{run.created:%Y-%m-%d}, {done}, {run_text.duration(run.seconds)}"),
        (_("Network"), as_markdown(run_text.network_title(config))),
        (_("Parameters"), f"{parameter_count(config):,}"),
    ]
    if run.test_accuracy is not None:
        rows.append((_("Test accuracy"), f"{run.test_accuracy:.2%}"))
    return rows


def _layers(config: RunConfig) -> str:
    rows = [(f"`{row.layer}`", str(row.output_shape), f"{row.parameters:,}") for row in summary(config)]
    return _table((_("Layer"), _("Output shape"), _("Parameters")), rows, numbers=True)


def _settings(config: RunConfig) -> str:
    usual, known = RunConfig(), NETWORKS[config.network].settings
    rows = []
    for name, setting in FORM.items():
        if name == "network" or (name in sweep_text.OF_SOME_NETWORKS and name not in known):
            continue
        value, tutorials = (sweep_text.shown(name, getattr(each, name)) for each in (config, usual))
        rows.append(
            (_(setting.title), as_markdown(value), "" if value == tutorials else as_markdown(tutorials))
        )
    labels = as_markdown(run_text.labels_changed(config.changed_labels))
    rows.append((_("Labels"), labels, ""))
    return _table((_("Setting"), _("This run"), _("The tutorial, where it differs")), rows)


def _data(run: Snapshot) -> str:
    config, data = run.settings, run.data
    if run.is_real_data is None:
        source = _("Which images it learned from is not known.")
    elif run.is_real_data:
        source = _(
            "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017; MIT licence): photos of garments of ten classes, "
            "28 × 28 pixels in 256 greys."
        )
    else:
        source = _("Look-alikes that this program made: not Fashion-MNIST.")
    held, learned = photos_held_back(config), photos_learned(config)
    lines = [
        source,
        n_(
            "Learned from {count:,} training image.", "Learned from {count:,} training images.", learned
        ).format(count=learned),
        _("Held back for validation: {count:,}.").format(count=held) if held else "",
        _("Left out for their labels: {count:,}.").format(count=config.left_out) if config.left_out else "",
        _("The labels it learned were shuffled: they mean nothing.") if config.shuffle_labels else "",
        _("It was tested on 10,000 other images, after each epoch.") if run.epochs_done else "",
    ]
    checksums = data.get("checksums")
    if isinstance(checksums, dict):
        shown = ", ".join(
            f"`{str(name)[:60]}` {str(value)[:CHECKSUM_SHOWN]}…" for name, value in sorted(checksums.items())
        )
        lines.append(_("SHA-256 of its files: {files}.").format(files=shown) if shown else "")
    return _list(lines)


def _share(count: int, of: int) -> str:
    """A share with its 95% interval: "86.1% (85.4 to 86.8)"."""
    low, high = share_interval(count, of)
    return _("{share:.1%} ({low:.1f} to {high:.1f})").format(
        share=count / of if of else 0.0, low=100 * low, high=100 * high
    )


def _results(judged: Evaluation) -> list[str]:
    images, right = len(judged.labels), int(judged.right.sum())
    words = _(
        "Of {images:,} test images it names {share} correctly, with a loss of {loss:.3f}. In brackets: the "
        "95% interval (Wilson), which says how far other test images of the same kind could be from this."
    )
    rows = [
        (
            as_markdown(class_name(each.label)),
            f"{each.images:,}",
            _share(each.images - each.mistakes, each.images),
            f"{each.precision:.1%}",
        )
        for each in per_class_scores(judged.confusion)
    ]
    head = (
        _("Class"),
        _("Images"),
        _("Of these named so (recall)"),
        _("Of those named so right (precision)"),
    )
    return [
        _headed(_("Results")),
        words.format(images=images, share=_share(right, images), loss=judged.loss),
        _table(head, rows, numbers=True),
    ]


def _calibration(judged: Evaluation) -> list[str]:
    found = reliability(judged.labels, judged.probabilities)
    sure = float(judged.confidence.mean())
    words = _(
        "It is on average {sure:.1%} sure and {right:.1%} right. Expected calibration error (Guo and others, "
        "2017, ten bins): {error:.3f}."
    ).format(sure=sure, right=judged.accuracy, error=found.expected_calibration_error)
    rows = [
        (f"{one.low:.0%}–{one.high:.0%}", f"{one.images:,}", f"{one.confidence:.1%}", f"{one.accuracy:.1%}")
        for one in found.bins
        if one.images
    ]
    head = (_("How sure"), _("Images"), _("Sure on average"), _("Right"))
    return [_headed(_("Calibration")), words, _table(head, rows, numbers=True)]


def _confusions(judged: Evaluation) -> list[str]:
    pairs = most_confused_pairs(judged.confusion, CONFUSIONS)
    if not pairs:
        return [_headed(_("Confusions")), _("It named every test image correctly.")]
    rows = [
        (as_markdown(class_name(pair.true)), as_markdown(class_name(pair.predicted)), f"{pair.count:,}",
         f"{pair.share:.1%}")
        for pair in pairs
    ]  # fmt: skip
    head = (_("True class"), _("Named"), _("Images"), _("Share of the true class"))
    return [_headed(_("Confusions")), _table(head, rows, numbers=True)]


def _limits(run: Snapshot) -> str:
    config = run.settings
    seen = _("Photos and drawings from elsewhere look otherwise: expect it to name fewer of them correctly.")
    if config.learn_drawings:
        seen = _("It has also learned drawings that this program made, but no photos from elsewhere.")
    return _list(
        [
            _("It knows ten classes and no “none of these”: whatever it is shown, it names one of the ten."),
            _("It was tested on cut-out, centred, grey garments, as it has learned them."),
            seen,
            _("Some labels of the data set are wrong or a matter of opinion, in the test set, too."),
            _("It is one run with one seed: other seeds give other networks, some better, some worse."),
            _("Who picks the best of many runs by test accuracy has picked luck, too."),
            ""
            if run.is_real_data is not False
            else _("Its numbers are about look-alikes and say nothing of photos of garments."),
            _("It is made for learning how networks learn, not for decisions about things or people."),
        ]
    )


def _reproduction(run: Snapshot) -> str:
    versions = run.info.get("versions")
    known = versions if isinstance(versions, dict) else {}
    shown = ", ".join(f"{str(name)[:40]} {str(value)[:40]}" for name, value in sorted(known.items()))
    typed = command(run.settings)
    script = _("“Show me the code” on Train gives the same as a plain Keras script and notebook.")
    rounding = _("The same seed gives the same starting weights and order of images; rounding may differ.")
    lines = [_("In the dashboard's folder:"), f"```sh\n{typed}\n```"] if typed else []
    lines.append(in_a_row(script, rounding))
    if shown:
        lines.append(_("Trained with {versions}.").format(versions=as_markdown(shown)))
    return "\n\n".join(lines)
