"""What a run folder promises: whole writes, readers that survive anything, the truth about who is alive."""

import fcntl
import io
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fmnist.language import Sentence
from fmnist.networks.config import RunConfig
from fmnist.runs import files
from fmnist.runs import many as many_runs
from fmnist.runs import store as runs
from fmnist.runs.store import EpochRow, Progress, Run, RunError, Snapshot, Store
from tests.unit import small_disk
from tools.server import wait_until

FILES = ("config.json", "label.json", "progress.json", "history.csv", "model.keras", "predictions.npz")


@pytest.fixture
def store(runs_dir):
    return Store(runs_dir)


@pytest.fixture
def disk(tmp_path):
    yield from small_disk.mounted(tmp_path / "disk")


def _model(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights", b"123")


def _finished(store: Store, epochs: int = 2) -> Run:
    """A run whose folder holds every file."""
    run = store.create(
        RunConfig(epochs=epochs), info={"data": {"is_real": True, "fingerprint": "f"}}, name="mine"
    )
    for epoch in range(1, epochs + 1):
        run.save_model(_model)
        run.write_predictions(np.full((10_000, 10), 0.1))
        run.append_epoch(EpochRow(epoch, 0.5 / epoch, 0.8, 0.6, 0.7, 1.5, 0.55, 0.75))
    run.append_batches([(0.5, 1.0, 0.6), (1.0, 0.5, 0.8)])
    run.end("finished", "Done.")
    return run


def _only(store: Store) -> Snapshot:
    (summary,) = store.list()
    return summary


def _hold_in_another_process(run: Run) -> subprocess.Popen:
    code = (
        "import sys, time; from pathlib import Path; from fmnist.runs.store import Run\n"
        "run = Run(Path(sys.argv[1])); print(run.hold(), flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(run.path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "True\n"
    return process


# ------------------------------------------------------------------------------------- writing, reading


def test_what_is_written_is_read_back(store):
    config = RunConfig(network="dense", hidden_layers=3, learning_rate=1 / 3, epochs=7)
    run = store.create(config, info={"data": {"source": "folder"}}, name="First try", owner="browser-1")
    progress = Progress("running", 1, 7, 20, 1875, 0.1 + 0.2, 1 / 3, "Epoch 2", 1e9, 1e9, None, None, None)
    rows = [
        EpochRow(1, 0.1 + 0.2, 1 / 3, None, None, 2 / 3),
        EpochRow(2, 0.2, 0.9, 0.3, 0.8, 1.0, 0.31, 0.81),
    ]
    probabilities = np.random.default_rng(0).dirichlet(np.ones(10), 10_000).astype(np.float32)

    run.hold()
    run.write_progress(progress)
    for row in rows:
        run.append_epoch(row)
    run.append_batches([(0.5, 0.7, 0.6)])
    run.append_batches([(1.0, 1 / 3, 0.7)])
    run.write_predictions(probabilities)
    again = store.open(run.id)

    assert (again.config, again.name, again.owner, again.problem) == (config, "First try", "browser-1", "")
    assert again.info["data"] == {"source": "folder"} and again.info["versions"]["tensorflow"]
    assert again.progress == progress
    assert again.history == rows
    assert again.batches == [(0.5, 0.7, 0.6), (1.0, 1 / 3, 0.7)]
    assert np.array_equal(again.predictions, probabilities) and not again.predictions.flags.writeable
    run.release()


def test_points_of_an_epoch_broken_off_make_room_for_those_of_the_epoch_trained_again(store):
    run = _finished(store, epochs=1)
    run.append_batches([(1.3, 0.4, 0.8)])
    continued = store.open(run.id)
    continued.append_batches([(1.2, 0.3, 0.9)])
    assert [epoch for epoch, _, _ in store.open(run.id).batches] == [0.5, 1.0, 1.2]


def test_a_summary_tells_what_the_table_shows(store):
    run = _finished(store)
    found = _only(store)
    assert (found.id, found.name, found.state, found.epochs_done) == (run.id, "mine", "finished", 2)
    assert (found.seconds, found.test_accuracy, found.val_accuracy) == (3.0, 0.75, 0.7)
    assert (found.has_predictions, found.has_model, found.is_real_data, found.problem) == (
        True,
        True,
        True,
        "",
    )
    assert abs((datetime.now(UTC) - found.created).total_seconds()) < 60


def test_runs_are_listed_newest_first(store):
    made = [store.create(RunConfig(), info={}).id for _ in range(5)]
    assert [summary.id for summary in store.list()] == made[::-1]


def test_an_id_is_its_time_in_utc_and_something_random(store, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    run = store.create(RunConfig(), info={})
    monkeypatch.undo()
    time.tzset()
    assert datetime.strptime(run.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).timestamp() == pytest.approx(
        time.time(), abs=5
    )
    assert len({runs.new_id()[-4:] for _ in range(50)}) > 30


def test_a_change_is_seen_although_the_list_remembers(store):
    run = _finished(store)
    assert _only(store).name == "mine"
    run.rename("yours")
    assert _only(store).name == "yours"
    run.append_epoch(EpochRow(3, 0.1, 0.9, seconds=1.0))
    assert _only(store).epochs_done == 3


def test_an_unchanged_run_is_not_read_again(store, monkeypatch):
    run = _finished(store)
    for path in run.path.iterdir():
        os.utime(path, (1e9, 1e9))
    before = store.list()
    monkeypatch.setattr(runs, "read_folder", lambda *_: pytest.fail("read again"))
    assert store.list() == before


def test_a_reader_never_sees_half_a_file(store):
    run = store.create(RunConfig(epochs=100), info={}, hold=True)
    done = threading.Event()

    def write():
        for epoch in range(1, 101):
            run.append_epoch(EpochRow(epoch, 0.5, 0.5, seconds=1.0))
            run.write_progress(Progress("running", epoch, 100, message="x" * epoch))
            run.rename("n" * epoch)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = [_only(store)]
    while not done.is_set():
        seen.append(_only(store))
    writer.join()
    assert {summary.problem for summary in seen} == {""}
    assert [summary.epochs_done for summary in seen] == sorted(summary.epochs_done for summary in seen)
    run.release()


def test_a_save_that_fails_leaves_the_old_model_and_nothing_else(store):
    run = _finished(store)
    before, names = run.model_path.read_bytes(), sorted(os.listdir(run.path))

    def fail(path):
        path.write_bytes(b"half")
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        run.save_model(fail)
    assert run.model_path.read_bytes() == before
    assert sorted(os.listdir(run.path)) == names


def test_a_loss_that_is_not_finite_is_written_as_not_known(store):
    run = store.create(RunConfig(), info={}, hold=True)
    run.write_progress(Progress("running", loss=float("nan"), accuracy=float("inf")))
    assert (run.progress.loss, run.progress.accuracy, run.problem) == (None, None, "")
    run.release()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two   words \n", "two words"),
        ("a\x00b\x1b[31mc\u202ed\ud800e", "abcde"),
        ("<b>**bold**</b>", "<b>**bold**</b>"),
        ("x" * 500, "x" * 100),
        ("Grüße 👕", "Grüße 👕"),
    ],
)
def test_a_name_is_kept_as_one_line_of_plain_text(store, typed, kept):
    run = store.create(RunConfig(), info={})
    run.rename(typed)
    run.annotate("a note\nof two lines\x07")
    assert (run.name, run.note) == (kept, "a note\nof two lines")
    assert (_only(store).name, _only(store).note, _only(store).problem) == (kept, "a note\nof two lines", "")


def test_the_log_is_shown_from_its_end_and_without_control_characters(store):
    run = store.create(RunConfig(), info={})
    assert run.log == ""
    (run.path / "log.txt").write_bytes(b"x" * 300_000 + b"\x1b[1mbold\x1b[0m \xff\x00\b\nlast line\n")
    assert run.log.endswith("xbold \ufffd\nlast line\n") and len(run.log) <= 200_000


# --------------------------------------------------------------------------------- damaged and strange


def _zip_of(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def _npz(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, probabilities=array)
    return buffer.getvalue()


DAMAGE = {
    "config.json": [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b'{"config": null}',
        b'{"config": {"epochs": 1e999}}',
        b'{"config": {"epochs": NaN}}',
        b'{"config": {"epochs": ' + b"9" * 5000 + b"}}",
        b'{"config": {"network": "../../etc"}}',
        b'{"config": {}, "info": 3}',
        b" " * 2_000_000,
    ],
    "label.json": [b"", b'{"name": 7}', b'{"name": "a", "note": []}', b"null"],
    "progress.json": [
        b"",
        b"{",
        b"{}",
        b'{"state": "thinking"}',
        b'{"state": ["queued"]}',
        b'{"state": "finished", "epoch": 1.5}',
        b'{"state": "finished", "epoch": true}',
        b'{"state": "finished", "loss": NaN}',
        b'{"state": "finished", "started": 1e300}',
        b'{"state": "finished", "test_accuracy": 7}',
        b'{"state": "finished", "message": {}}',
    ],
    "history.csv": [
        b"",
        b"epoch,loss\n1,2\n",
        b'"',
        b"\x00\n",
        b"epoch,loss,accuracy,val_loss,val_accuracy,seconds,test_loss,test_accuracy\n1,nan,0,,,1,,\n",
        b"epoch,loss,accuracy,val_loss,val_accuracy,seconds,test_loss,test_accuracy\n2,1,0,,,1,,\n",
        b"epoch,loss,accuracy,val_loss,val_accuracy,seconds,test_loss,test_accuracy\n1,,0,,,1,,\n",
        b"epoch,loss,accuracy,val_loss,val_accuracy,seconds,test_loss,test_accuracy\n1,1,0.5,,,1",
    ],
    "batches.csv": [b"", b"epoch,loss,accuracy\n1,inf,0\n", b"epoch,loss,accuracy\nx,1,0\n"],
    "model.keras": [b"", b"PK\x03\x04 and no end", b"not a model"],
    "predictions.npz": [
        b"",
        b"PK\x03\x04",
        _npz(np.ones((10, 10), np.float32))[:-10],
        _npz(np.ones(10, np.float32)),
        _npz(np.full((10, 10), np.nan, np.float32)),
        _npz(np.full((10, 10), 7, np.float32)),
        _npz(np.ones((10, 10), np.float64)),
        _zip_of("probabilities.npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f4'"),
        _zip_of("other.npy", b""),
        pickle.dumps([1, 2, 3]),
    ],
}


@pytest.mark.parametrize(("name", "content"), [(name, c) for name in DAMAGE for c in DAMAGE[name]])
def test_a_damaged_file_is_named_and_hides_no_other_run(store, name, content):
    run, whole = _finished(store), _finished(store)
    (run.path / name).write_bytes(content)
    assert name in str(run.problem)
    _survives_reading(run)
    assert {summary.id for summary in store.list()} == {run.id, whole.id}
    assert store.list()[0].state == "finished"


@pytest.mark.parametrize("name", FILES)
def test_a_folder_or_a_pipe_in_the_place_of_a_file_is_damage(store, name):
    run = _finished(store)
    for make in (os.mkdir, os.mkfifo):
        (run.path / name).unlink() if (run.path / name).is_file() else (run.path / name).rmdir()
        make(run.path / name)
        summary = _only(store)
        assert summary.state == "damaged" and name in str(summary.problem)
        _survives_reading(run)


@pytest.mark.parametrize("name", ["config.json", "progress.json", "model.keras"])
def test_a_missing_file_is_damage(store, name):
    run = _finished(store)
    (run.path / name).unlink()
    assert _only(store).state == "damaged" and name in str(_only(store).problem)
    assert run.progress.state == "damaged" and name in str(run.progress.message)


def test_an_owner_that_no_page_could_show_is_shortened_to_what_can_be(store):
    run = store.create(RunConfig(), info={}, owner="\ud800" + "a" * 100)
    assert run.owner == _only(store).owner == "a" * 64


def test_rows_before_the_damage_are_kept(store):
    run = _finished(store)
    text = (run.path / "history.csv").read_text()
    (run.path / "history.csv").write_text(text[: text.index("\n2,") + 6])
    assert [row.epoch for row in run.history] == [1]
    assert _only(store).epochs_done == 1


def test_history_that_is_damaged_during_training_is_whole_again_after_the_next_epoch(store):
    run = store.create(RunConfig(), info={}, hold=True)
    run.append_epoch(EpochRow(1, 0.5, 0.8, seconds=1.0))
    (run.path / "history.csv").write_bytes(b"garbage")
    run.append_epoch(EpochRow(2, 0.4, 0.9, seconds=1.0))
    assert [row.loss for row in store.open(run.id).history] == [0.5, 0.4]
    run.release()


def test_predictions_are_never_unpickled(store):
    run = _finished(store)

    class Harmful:
        def __reduce__(self):
            return os.mkdir, (str(run.path / "harm"),)

    (run.path / "predictions.npz").write_bytes(_npz(np.array([Harmful()], object)))
    assert run.predictions is None and not (run.path / "harm").exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([*FILES, "batches.csv", "log.txt", "lock", "stop"]),
    content=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: json.dumps(value).encode())
    | st.lists(st.lists(st.text(max_size=5), max_size=9), max_size=4).map(
        lambda rows: "\n".join(",".join(row) for row in rows).encode(errors="replace")
    ),
)
def test_whatever_a_file_holds_the_list_is_made(tmp_path_factory, name, content):
    store = Store(tmp_path_factory.mktemp("runs"))
    run, whole = _finished(store, epochs=1), _finished(store, epochs=1)
    (run.path / name).write_bytes(content)
    _survives_reading(run)
    states = {summary.id: summary.state for summary in store.list()}
    assert states[whole.id] == "finished" and states[run.id] in ("finished", "damaged")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(sorted(files._PROGRESS_CHECKS)), value=st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())
))  # fmt: skip
def test_progress_is_valid_or_refused(tmp_path, key, value):
    (tmp_path / "progress.json").write_text(json.dumps({"state": "running", key: value}))
    progress, problem = files.read_progress(tmp_path)
    assert (progress is None) == bool(problem)
    if progress is not None:
        for moment in (progress.heartbeat, progress.started, progress.finished):
            datetime.fromtimestamp(moment or 0, UTC)
        assert 0 <= progress.epoch <= 1000 and progress.state in files.STATES
        assert isinstance(progress.message, str | Sentence)


def _survives_reading(run: Run) -> None:
    """Every property gives a value; only `config` may refuse, in a sentence."""
    for read in ("info", "owner", "name", "note", "progress", "state", "history", "batches", "log"):
        getattr(run, read)
    assert isinstance(run.problem, str | Sentence)
    assert run.predictions is None or run.predictions.shape[1] == 10
    try:
        assert isinstance(run.config, RunConfig)
    except RunError as error:
        assert "config.json" in str(error)


# --------------------------------------------------------------------------------------- ids and folders


@pytest.mark.parametrize(
    "id", ["", ".", "..", "../runs", "a/b", "a\\b", "/etc", "~", "x" * 65, "é", "a\x00", None, 7]
)
def test_what_is_no_id_opens_nothing(store, id):
    with pytest.raises(RunError, match="not the id of a run"):
        store.open(id)


@given(id=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_leads_out_of_the_runs_folder(runs_dir, id):
    try:
        assert Store(runs_dir).open(id).path.parent == runs_dir
    except RunError as error:
        assert str(error).endswith(".")


def test_a_link_in_the_runs_folder_is_no_run(store, tmp_path):
    run = _finished(store)
    (store.root / "link").symlink_to(run.path)
    assert [summary.id for summary in store.list()] == [run.id]
    with pytest.raises(RunError, match="no run link"):
        store.open("link")


def test_a_folder_that_is_no_run_is_shown_as_damaged(store):
    (store.root / "holiday-photos").mkdir()
    (store.root / ".hidden").mkdir()
    (store.root / "a-file").write_text("x")
    assert [(summary.id, summary.state) for summary in store.list()] == [("holiday-photos", "damaged")]


def test_a_deleted_run_is_gone_with_all_its_files(store):
    run, other = _finished(store), _finished(store)
    token = store.delete(run.id)
    with pytest.raises(RunError, match="may have been deleted"):
        store.open(run.id)
    store.purge()
    assert os.listdir(store.root) == [other.id]
    with pytest.raises(RunError, match="removed for good"):
        store.restore(token)


def test_a_deleted_run_is_brought_back_as_it_was(store):
    run = _finished(store)
    before = store.snapshot(run.id)
    token = store.delete(run.id)
    assert store.list() == []
    assert store.restore(token) == run.id
    after = store.snapshot(run.id)
    assert (after.state, after.history, after.has_model) == (before.state, before.history, before.has_model)
    with pytest.raises(RunError, match="cannot be brought back"):
        store.restore(token)


def test_a_deleted_run_is_kept_for_a_while_and_not_beyond_the_next_start(store):
    early, late = store.delete(_finished(store).id), store.delete(_finished(store).id)
    long_ago = time.time() - runs.KEPT_ASIDE - 1
    os.utime(store.deleted(early).path, (long_ago, long_ago))
    store.purge(runs.KEPT_ASIDE)
    assert os.listdir(store.root) == [store.deleted(late).id]
    store.sweep()
    assert os.listdir(store.root) == []


def test_deleted_runs_are_removed_by_themselves(store, monkeypatch):
    monkeypatch.setattr(runs, "KEPT_ASIDE", 0.05)
    for _ in range(2):
        store.delete(_finished(store).id)
    wait_until(lambda: os.listdir(store.root) == [], 10, "deleted runs are still there")


@pytest.mark.parametrize("token", ["", "../x", "00000000-../../x", "zzzzzzzz-x", "00000000-x"])
def test_no_token_leads_out_of_the_folder(store, token):
    (store.root.parent / "x").mkdir()
    with pytest.raises(RunError, match="cannot be brought back"):
        store.restore(token)


def test_a_damaged_run_can_be_deleted(store):
    run = _finished(store)
    (run.path / "config.json").write_bytes(b"\x00")
    store.delete(run.id)
    assert store.list() == []


def test_an_active_run_is_not_deleted(store):
    run = store.create(RunConfig(), info={}, hold=True)
    with pytest.raises(RunError, match="stop it before"):
        store.delete(run.id)
    run.release()
    store.delete(run.id)
    assert store.list() == []


def test_what_a_killed_process_left_half_made_is_swept_up(store):
    owned = store.create(RunConfig(), info={}, hold=True)
    owned.path.rename(store.root / ".new-owned")
    (store.root / ".new-left").mkdir()
    (store.root / ".deleted-left").mkdir()
    assert store.list() == []
    store.sweep()
    assert os.listdir(store.root) == [".new-owned"]
    owned.release()


def test_the_folder_named_in_the_environment_is_used(monkeypatch):
    monkeypatch.setenv("FMNIST_RUNS_DIR", "/some/where")
    assert runs.default_root() == Path("/some/where")
    monkeypatch.delenv("FMNIST_RUNS_DIR")
    assert runs.default_root() == Path(runs.__file__).parents[2] / "runs"


def test_a_runs_folder_that_is_gone_is_empty_and_made_again(store):
    _finished(store)
    shutil.rmtree(store.root)
    assert store.list() == [] and store.problem() == ""
    store.create(RunConfig(), info={})
    assert len(store.list()) == 1


def test_a_file_in_the_place_of_the_runs_folder_is_told_in_a_sentence(tmp_path):
    (tmp_path / "runs").write_text("")
    store = Store(tmp_path / "runs")
    assert store.list() == [] and str(store.problem()).endswith("is not a folder.")
    with pytest.raises(RunError, match="No run could be made"):
        store.create(RunConfig(), info={})


def test_a_run_whose_folder_is_gone_answers_in_sentences(store):
    run = _finished(store)
    shutil.rmtree(run.path)
    _survives_reading(run)
    for act in (lambda: run.rename("x"), run.request_stop, run.hold):
        with pytest.raises(RunError, match="its folder is gone"):
            act()


def test_a_read_only_disk_is_told_in_sentences_and_can_still_be_read(disk):
    store = Store(disk)
    run = _finished(store)
    waiting = store.create(RunConfig(), info={})
    small_disk.make_read_only(disk)
    assert {summary.state for summary in store.list()} == {"finished", "interrupted"}
    for act in (
        lambda: store.create(RunConfig(), info={}),
        lambda: run.rename("x"),
        lambda: store.delete(run.id),
    ):
        with pytest.raises(RunError, match="read-only"):
            act()
    assert waiting.state == "interrupted"


def test_on_a_full_disk_the_end_of_a_run_still_finds_room(disk):
    run = Store(disk).create(RunConfig(), info={}, hold=True)
    with pytest.raises(OSError, match="No space"), open(disk / "filling", "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    with pytest.raises(OSError, match="No space"):
        run.write_progress(Progress("running"))
    run.end("failed", "The disk is full.")
    assert (run.state, run.progress.message, run.problem) == ("failed", "The disk is full.", "")
    with pytest.raises(RunError, match="the disk is full"):
        Store(disk).create(RunConfig(), info={})
    run.release()


# -------------------------------------------------------------------------------------------- who is alive


def test_a_run_without_a_living_owner_is_interrupted(store):
    run = store.create(RunConfig(), info={}, hold=True)
    assert (run.state, _only(store).state) == ("queued", "queued")
    run.release()
    assert (run.state, _only(store).state) == ("interrupted", "interrupted")
    assert "can be continued" in str(run.progress.message)


def test_a_killed_owner_frees_its_run_at_once(store):
    run = store.create(RunConfig(), info={})
    run.write_progress(Progress("running", 0, 5))
    owner = _hold_in_another_process(run)
    assert (run.state, _only(store).state) == ("running", "running")
    assert not run.hold(timeout=0)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    assert (run.state, _only(store).state) == ("interrupted", "interrupted")
    assert run.hold()
    owner.stdout.close()
    run.release()


def test_readers_do_not_keep_an_owner_from_its_run(store):
    run = store.create(RunConfig(), info={})
    done = threading.Event()

    def read():
        while not done.is_set():
            store.list()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(100):
        owner = store.open(run.id)
        assert owner.hold()
        owner.release()
    done.set()
    for reader in readers:
        reader.join()


def test_readers_do_not_take_each_other_for_the_owner(store):
    run = store.create(RunConfig(), info={})
    with open(run.path / "lock") as other_reader:
        fcntl.flock(other_reader, fcntl.LOCK_SH)
        assert (run.state, _only(store).state) == ("interrupted", "interrupted")


def test_a_run_that_ends_while_it_is_looked_at_was_not_interrupted(store, monkeypatch):
    owner = store.create(RunConfig(), info={}, hold=True)
    owner.write_progress(Progress("running"))
    reader = store.open(owner.id)

    def ends_before_its_lock_is_tried():
        owner.end("finished", "")
        owner.release()
        return False

    monkeypatch.setattr(reader, "is_held", ends_before_its_lock_is_tried)
    assert reader.state == "finished"


@pytest.mark.parametrize("moment", [0.0, 1e9, 3.9e9])
def test_a_clock_that_jumps_changes_no_state(store, moment):
    run = store.create(RunConfig(), info={}, hold=True)
    run.write_progress(Progress("running", heartbeat=moment, started=moment))
    for path in run.path.iterdir():
        os.utime(path, (moment, moment))
    assert (run.state, _only(store).state) == ("running", "running")
    run.write_progress(replace(run.progress, epoch=1))
    assert _only(store).progress.epoch == 1
    run.release()
    assert (run.state, _only(store).state) == ("interrupted", "interrupted")


def test_a_request_to_stop_is_seen_and_can_be_withdrawn(store):
    run = store.create(RunConfig(), info={})
    assert not run.stop_requested()
    store.open(run.id).request_stop()
    assert run.stop_requested()
    run.clear_stop()
    run.clear_stop()
    assert not run.stop_requested()


def test_what_a_killed_writer_left_is_removed_by_the_next_owner(store):
    run = _finished(store)
    (run.path / "writing-1234-model.keras").write_bytes(b"half")
    assert _only(store).problem == ""
    run.remove_leftovers()
    assert not (run.path / "writing-1234-model.keras").exists() and run.model_path.exists()


# ------------------------------------------------------------------------------------------ monstrous files


def _npy(head, data):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, head)
    return file.getvalue() + data


def _npz(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("probabilities.npy", content)
    return file.getvalue()


TEN_PER_IMAGE = {"descr": "<f4", "fortran_order": False, "shape": (10_000_000, 10)}
MONSTROUS = {
    "unpacks to 400 MB": lambda: _npz(_npy(TEN_PER_IMAGE, bytes(400_000_000))),
    "says it holds 400 MB": lambda: _npz(_npy(TEN_PER_IMAGE, bytes(400_000))),
}


@pytest.mark.parametrize("make", MONSTROUS.values(), ids=MONSTROUS)
def test_predictions_that_would_take_much_memory_are_damaged_before_they_take_it(store, make):
    run = _finished(store)
    (run.path / "predictions.npz").write_bytes(make())
    tracemalloc.start()
    assert run.predictions is None and "predictions.npz is damaged" in str(run.problem)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_table_of_points_far_longer_than_any_run_writes_is_not_read(store):
    run = _finished(store)
    (run.path / "batches.csv").write_text("epoch,loss,accuracy\n" + "0.5,1.0,0.5\n" * 1_000_000)
    began = time.perf_counter()
    assert run.batches == []
    assert "batches.csv is damaged: it is larger than" in str(run.problem)
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize("name", [*FILES, "batches.csv", "log.txt"])
def test_a_symbolic_link_in_a_run_folder_is_not_followed(store, tmp_path, name):
    run = _finished(store)
    (run.path / "log.txt").write_text("a line")
    run.append_batches([(0.5, 1.0, 0.6)])
    elsewhere = tmp_path / "elsewhere"
    shutil.move(run.path / name, elsewhere)
    (run.path / name).symlink_to(elsewhere)
    if name == "log.txt":
        assert run.log == ""
        return
    assert f"{name} cannot be read: it is a symbolic link, which is not followed." in str(run.problem)
    listed = _only(store)
    assert not (name == "model.keras" and listed.has_model)
    assert not (name == "predictions.npz" and listed.has_predictions)


# ------------------------------------------------------------------------------------------ very many runs


@pytest.fixture
def many(tmp_path, monkeypatch):
    """A store that takes five runs, all of which have ended, for very many; and their ids, newest first."""
    monkeypatch.setattr(runs, "MANY", 4)
    monkeypatch.setattr(many_runs, "REST", 1_000.0)
    monkeypatch.setattr(many_runs, "PAUSE", 1_000.0)
    store = Store(tmp_path / "many")
    for number in range(5):
        run = store.create(RunConfig(epochs=1), info={}, name=f"Run {number}")
        run.append_epoch(EpochRow(1, 0.5, 0.8))
        run.save_model(saved_model)
        run.end("finished", "")
    settled(store)
    return store, [run.id for run in store.list(patience=60)]


def saved_model(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights", b"1")


def settled(store):
    """Wait until a folder's time of change would differ if it changed once more."""
    newest = max(path.stat().st_mtime_ns for path in store.root.iterdir())
    while time.time_ns() < newest + 50_000_000:
        time.sleep(0.01)


def test_of_very_many_runs_those_at_rest_are_not_looked_into_again(many, monkeypatch):
    store, ids = many
    looked = []
    monkeypatch.setattr(runs, "read_folder", lambda *_: pytest.fail("it was read again"))
    monkeypatch.setattr(runs, "signature_of", lambda path, *_: looked.append(path))
    assert [run.id for run in store.list()] == ids
    assert looked == []
    assert store.unread == 0


def test_of_very_many_runs_one_whose_files_change_is_seen_at_once(many):
    store, ids = many
    store.open(ids[3]).rename("Another name")
    store.delete(ids[4])
    run = store.create(RunConfig(), info={}, hold=True)
    listed = store.list()
    assert [each.id for each in listed] == [run.id, *ids[:4]]
    assert (listed[0].state, listed[4].name) == ("queued", "Another name")
    for state in ("running", "failed"):
        run.write_progress(Progress(state, message="why"))
        assert store.list()[0].state == state
    run.release()


def test_of_very_many_runs_one_damaged_in_place_is_seen_when_it_has_rested(many, monkeypatch):
    store, ids = many
    (store.root / ids[2] / "progress.json").write_bytes(b"?")
    monkeypatch.setattr(many_runs, "REST", 0.0)
    monkeypatch.setattr(many_runs, "PAUSE", 0.0)
    assert [run.state for run in store.list()] == ["finished", "finished", "damaged", "finished", "finished"]


def test_a_page_does_not_wait_for_very_many_runs_to_be_read_for_the_first_time(many):
    store, ids = many
    after_a_restart = Store(store.root)
    assert (after_a_restart.list(patience=-1), after_a_restart.unread) == ([], 5)
    assert [run.id for run in after_a_restart.list(patience=60)] == ids
    assert after_a_restart.unread == 0
    assert [run.id for run in after_a_restart.list(patience=-1)] == ids


def test_the_oldest_are_left_out_first(many, monkeypatch):
    store, ids = many
    clock = iter(range(100))
    monkeypatch.setattr(many_runs.ManyRuns, "_read_later", lambda *_: None)
    monkeypatch.setattr(many_runs.time, "monotonic", lambda: next(clock))
    listed = Store(store.root).list(patience=5)
    assert 0 < len(listed) < 5
    assert [run.id for run in listed] == ids[: len(listed)]


def test_what_a_page_did_not_wait_for_is_read_meanwhile(many):
    store, ids = many
    after_a_restart = Store(store.root)
    wait_until(lambda: len(after_a_restart.list(patience=-1)) == 5, 30, "nobody reads the rest")
    assert [run.id for run in after_a_restart.list(patience=-1)] == ids
    assert after_a_restart.unread == 0


def test_what_another_process_changes_among_very_many_runs_is_seen_after_a_pause(many, monkeypatch):
    store, ids = many
    store.list()
    Store(store.root).open(ids[2]).rename("Renamed elsewhere")
    monkeypatch.setattr(many_runs, "PAUSE", 0.0)
    assert store.list()[2].name == "Renamed elsewhere"


def test_within_the_pause_no_folder_is_looked_at(many, monkeypatch):
    store, ids = many
    store.list()
    monkeypatch.setattr(many_runs, "time_of_change", lambda path: pytest.fail(f"looked at {path}"))
    assert [run.id for run in store.list()] == ids


def test_the_waiting_runs_are_found_without_reading_the_others(many, monkeypatch):
    store, _ids = many
    waiting = store.create(RunConfig(), info={})
    monkeypatch.setattr(runs, "read_folder", lambda *_: pytest.fail("all of a run was read"))
    assert [run.id for run in store.waiting()] == [waiting.id]
    waiting.end("stopped", "")
    assert store.waiting() == []
