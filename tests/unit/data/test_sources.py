"""Claims about where the images come from: the right source, whole files, a sentence, no long wait."""

import errno
import gzip
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import astuple

import numpy as np
import pytest

from fmnist.data import cache, download, idx, lookalikes, sources
from fmnist.language import say
from tests.unit import tiny_set
from tests.unit.tiny_set import send, serving

ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
LONG = 20  # seconds: a limit for what takes a fraction of a second
BUSY = 8  # seconds a busy computer may take on top of a time-out


@pytest.fixture(scope="module")
def contents():
    return tiny_set.make()


@pytest.fixture
def place(tmp_path, monkeypatch, contents):
    """A computer that never saw the data: empty folders, no network, the tiny set as the official one."""
    for name in [name for name in os.environ if name.startswith("FMNIST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spare"))
    monkeypatch.setattr(sources, "OFFICIAL_FILES", tuple(contents))
    monkeypatch.setattr(download, "ADDRESSES", ())
    monkeypatch.setattr(download, "TIMEOUT", (0.3, 0.4))
    monkeypatch.setattr(download, "SILENCE", 1.0)
    tiny = [np.zeros(file.shape, np.uint8) for file in contents]
    monkeypatch.setattr(lookalikes, "generate", lambda: tiny)
    return tmp_path


@pytest.fixture
def mirror(place, monkeypatch):
    """Make a server with the given answer the only address."""
    servers = []

    def start(answer):
        context = serving(answer)
        servers.append(context)
        server = context.__enter__()
        monkeypatch.setattr(download, "ADDRESSES", (server.address,))
        return server

    yield start
    for context in servers:
        context.__exit__(None, None, None)


def assert_only_whole_files(folder, contents):
    """Nothing under the official names but the official bytes, and nothing left over beside them."""
    right = {file.name: packed for file, packed in contents.items()}
    for path in folder.rglob("*"):
        assert path.name == "download.lock" or path.read_bytes() == right[path.name], path


def assert_look_alikes(dataset, *parts):
    assert (dataset.source, dataset.verified, dataset.is_real) == ("look-alikes", False, False)
    for part in (*parts, *NAMES, "not Fashion-MNIST", "put them in", "github.com/zalandoresearch"):
        assert part in str(dataset.notice)
    assert str(dataset.notice).endswith(".") and "Error" not in str(dataset.notice)


def wait_until(condition):
    limit = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


# --- the Dataset


def test_the_official_data_are_as_the_tutorial_prints_them(real_dataset):
    assert real_dataset.train_images.shape == (60_000, 28, 28)
    assert real_dataset.test_images.shape == (10_000, 28, 28)
    assert real_dataset.train_labels[:3].tolist() == [9, 0, 0]
    assert real_dataset.train_labels[-3:].tolist() == [3, 0, 5]
    assert np.bincount(real_dataset.train_labels).tolist() == [6_000] * 10
    assert np.bincount(real_dataset.test_labels).tolist() == [1_000] * 10
    assert real_dataset.verified and real_dataset.source in ("folder", "cache")


def test_arrays_cannot_be_written_to_even_after_pickling(dataset):
    for one in (dataset, pickle.loads(pickle.dumps(dataset))):
        for name in ARRAYS:
            array = getattr(one, name)
            assert array.dtype == np.uint8 and array.flags.c_contiguous and not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            one.train_images[0, 0, 0] = 1
    assert one.fingerprint == dataset.fingerprint and one.source == dataset.source


def test_the_fingerprint_tells_real_images_from_look_alikes(place, contents, monkeypatch):
    stand_in = sources.load()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tiny_set.fill(place / "folder", contents)))
    assert sources.load().fingerprint != stand_in.fingerprint


def test_importing_the_module_brings_in_neither_tensorflow_nor_streamlit_nor_network_code():
    heavy = "{'tensorflow', 'keras', 'streamlit', 'requests'}"
    code = f"import sys, fmnist.data.sources; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG)
    assert answer.stdout.strip() == "set()", answer.stderr


# --- folders

PACKINGS = {
    "unpacked": lambda raw: raw,
    "packed as tightly as can be": lambda raw: gzip.compress(raw, 9),
    "packed so that it is no smaller": lambda raw: gzip.compress(raw, 0),
    "packed in parts": lambda raw: gzip.compress(raw[:50]) + gzip.compress(b"") + gzip.compress(raw[50:]),
    "packed onto a tape": lambda raw: gzip.compress(raw) + bytes(512),
}


@pytest.mark.parametrize("name", ["{}-idx{}-ubyte.gz", "{}-idx{}-ubyte", "{}.idx{}-ubyte"])
@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("where", ["FMNIST_DATA_DIR", "cache"])
def test_the_official_bytes_are_used_whatever_they_are_packed_in(
    place, contents, monkeypatch, where, packing, name
):
    inside = _fill_anew(place / where, contents, PACKINGS[packing], name)
    if where == "FMNIST_DATA_DIR":
        monkeypatch.setenv(where, str(place / where))
    before = sources.state_of_files()
    dataset = sources.load()
    assert (dataset.verified, dataset.notice) == (True, "")
    for array, raw in zip(ARRAYS, inside, strict=True):
        assert getattr(dataset, array).tobytes() == raw[-getattr(dataset, array).size :]
    next((place / where).iterdir()).unlink()
    assert sources.state_of_files() != before


def _fill_anew(folder, contents, pack, name):
    """Fill a folder with the files in another packing and under other names; returns the bytes inside."""
    folder.mkdir(parents=True)
    inside = [gzip.decompress(packed) for packed in contents.values()]
    for file, raw in zip(contents, inside, strict=True):
        part, kind = file.name.split("-idx")
        (folder / name.format(part, kind[0])).write_bytes(pack(raw))
    return inside


def test_however_they_are_packed_a_run_is_continued_on_the_same_images(place, contents, monkeypatch):
    fingerprints = set()
    for number, pack in enumerate((*PACKINGS.values(), lambda raw: gzip.compress(raw, mtime=0))):
        folder = place / str(number)
        _fill_anew(folder, contents, pack, "{}-idx{}-ubyte.gz")
        monkeypatch.setenv("FMNIST_DATA_DIR", str(folder))
        fingerprints.add(sources.load().fingerprint)
    assert len(fingerprints) == 1


def test_an_unpacked_file_is_used_where_the_packed_one_is_damaged(place, contents, monkeypatch):
    folder = tiny_set.fill(place / "folder", contents)
    (folder / NAMES[0]).write_bytes(b"damaged")
    (folder / NAMES[0].removesuffix(".gz")).write_bytes(gzip.decompress(next(iter(contents.values()))))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(folder))
    assert sources.load().verified


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda raw: raw[:-1], "ubyte holds 31,359 values after its header, not 31,360."),
        (lambda raw: raw + b"x", "ubyte holds more than the 31,376 bytes it should when unpacked."),
        (lambda raw: raw + bytes(10**6), "ubyte holds more than the 31,376 bytes it should when unpacked."),
        (lambda raw: raw[:7] + b"\x09" + raw[8:], "The count in train-images-idx3-ubyte is 9, not 40."),
        (lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), "the SHA-256 of what is in it starts with"),
    ],
)
def test_a_damaged_unpacked_file_is_named_with_its_fault(place, contents, monkeypatch, damage, fault):
    folder = tiny_set.fill(place / "folder", contents)
    raw = gzip.decompress((folder / NAMES[0]).read_bytes())
    (folder / NAMES[0]).unlink()
    (folder / NAMES[0].removesuffix(".gz")).write_bytes(damage(raw))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(folder))
    assert_look_alikes(sources.load(), fault)


def test_the_named_folder_comes_first(place, contents, monkeypatch, mirror):
    server = mirror(tiny_set.files(contents))
    tiny_set.fill(place / "cache", contents)
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tiny_set.fill(place / "folder", contents)))
    dataset = sources.load()
    assert (dataset.source, dataset.verified, dataset.notice) == ("folder", True, "")
    assert not server.requests


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda path: path.unlink(), "is missing from"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "is cut off"),
        (lambda path: path.write_bytes(b"<html>Sign in</html>"), "is a web page"),
        (lambda path: path.write_bytes(path.with_name(NAMES[3]).read_bytes()), "The magic number in"),
        (lambda path: (path.unlink(), path.mkdir()), "cannot be read"),
    ],
)
def test_a_faulty_named_folder_is_said_to_be_so_and_the_cache_is_used(
    place, contents, monkeypatch, damage, fault
):
    folder = tiny_set.fill(place / "folder", contents)
    tiny_set.fill(place / "cache", contents)
    monkeypatch.setenv("FMNIST_DATA_DIR", str(folder))
    damage(folder / NAMES[2])
    dataset = sources.load(allow_download=False)
    assert (dataset.source, dataset.verified) == ("cache", True)
    assert (
        "FMNIST_DATA_DIR" in str(dataset.notice)
        and NAMES[2] in str(dataset.notice)
        and fault in str(dataset.notice)
    )


def test_a_named_folder_that_does_not_exist_ends_in_look_alikes_with_the_place_to_put_files(
    place, monkeypatch
):
    monkeypatch.setenv("FMNIST_DATA_DIR", str(place / "nowhere"))
    monkeypatch.setenv("FMNIST_OFFLINE", "1")
    assert_look_alikes(sources.load(), f"{NAMES[0]} is missing from {place / 'nowhere'}", "FMNIST_DATA_DIR")


def test_the_cache_folder_and_keras_folder_complete_each_other_without_a_request(place, contents, mirror):
    server = mirror(tiny_set.files(contents))
    halves = list(contents.items())
    tiny_set.fill(place / "cache", dict(halves[:1]))
    tiny_set.fill(place / "keras" / "datasets" / "fashion-mnist", dict(halves[1:]))
    dataset = sources.load()
    assert (dataset.source, dataset.verified, dataset.notice) == ("cache", True, "")
    assert not server.requests


@pytest.mark.parametrize("how", ["FMNIST_OFFLINE", "allow_download"])
def test_nothing_is_downloaded_when_that_is_not_wanted(place, contents, monkeypatch, mirror, how):
    server = mirror(tiny_set.files(contents))
    if how == "FMNIST_OFFLINE":
        monkeypatch.setenv(how, "1")
    assert_look_alikes(sources.load(allow_download=how != "allow_download"), str(place / "cache"))
    assert not server.requests


def test_a_hand_filled_cache_folder_with_one_file_missing_names_that_file(place, contents, monkeypatch):
    monkeypatch.setenv("FMNIST_OFFLINE", "1")
    (tiny_set.fill(place / "cache", contents) / NAMES[1]).unlink()
    assert_look_alikes(sources.load(), f"lacks {NAMES[1]}")


# --- download


def test_a_download_fills_the_cache_with_the_same_bytes_and_is_not_repeated(place, contents, mirror):
    server = mirror(tiny_set.files(contents))
    messages = []
    dataset = sources.load(progress=lambda message, share: messages.append((str(message), share)))
    assert (dataset.source, dataset.verified, dataset.notice) == ("download", True, "")
    assert {path.name for path in (place / "cache").glob("*.gz")} == set(NAMES)
    assert_only_whole_files(place / "cache", contents)
    assert messages[0] == (f"Downloading {NAMES[0]}, 0%", 0.0), "said before anything came"
    assert (f"Downloading {NAMES[3]}, 100%", 1.0) in messages
    assert sources.load().source == "cache"
    assert server.requests == dict.fromkeys(NAMES, 1)


def test_only_what_is_missing_is_downloaded(place, contents, mirror):
    server = mirror(tiny_set.files(contents))
    (tiny_set.fill(place / "cache", contents) / NAMES[1]).unlink()
    assert sources.load().source == "download"
    assert server.requests == {NAMES[1]: 1}


def test_a_damaged_cached_file_is_replaced_and_that_is_said(place, contents, mirror):
    mirror(tiny_set.files(contents))
    damaged = tiny_set.fill(place / "cache", contents) / NAMES[0]
    damaged.write_bytes(damaged.read_bytes()[:1000])
    dataset = sources.load()
    assert dataset.verified and f"{NAMES[0]} is cut off" in str(dataset.notice)
    assert "A good copy was downloaded" in str(dataset.notice)
    assert_only_whole_files(place / "cache", contents)
    assert sources.load().notice == ""


def test_a_damaged_cached_file_without_a_network_ends_in_look_alikes_that_name_it(place, contents):
    damaged = tiny_set.fill(place / "cache", contents) / NAMES[0]
    damaged.write_bytes(bytes(1000))
    for allow_download in (True, False):
        dataset = sources.load(allow_download=allow_download)
        assert_look_alikes(dataset, f"{NAMES[0]} is not a gzip file", str(place / "cache"))
        assert "lacks" not in str(dataset.notice), "it is there, though damaged"


def test_the_mirror_is_asked_first_and_the_other_addresses_fill_its_gaps(
    place, contents, monkeypatch, mirror
):
    def two_of_four(handler):
        if "labels" in handler.path:
            tiny_set.files(contents)(handler)
        else:
            send(handler, b"", status=404)

    with serving(two_of_four) as first:
        second = mirror(tiny_set.files(contents))
        monkeypatch.setenv("FMNIST_MIRROR", first.address + "/")
        assert sources.load().source == "download"
        assert first.requests == {NAMES[0]: 1}, "a mirror that lacks a file is left at once"
        assert second.requests == dict.fromkeys(NAMES, 1)


@pytest.mark.parametrize(
    "nonsense", ["somewhere", "file:///etc", "http://", "http://[", "http://\0", "http://a b"]
)
def test_a_mirror_that_is_no_address_is_passed_over(place, contents, monkeypatch, mirror, nonsense):
    mirror(tiny_set.files(contents))
    monkeypatch.setattr(os, "environ", {**os.environ, "FMNIST_MIRROR": nonsense})
    assert sources.load().source == "download"


def cut_off(handler):
    send(handler, bytes(200), length=5000)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(65536))


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"\x1f")
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda handler: send(handler, b"\n<!DOCTYPE html><title>Sign in</title>"), "a web page instead of"),
        (lambda handler: send(handler, b"<html>" + bytes(10**6)), "a web page instead of"),
        (lambda handler: send(handler, b"", status=404), "404"),
        (lambda handler: send(handler, b"", status=503), "503"),
        (lambda handler: send(handler, b"\x1f\x8b wrong"), f"{NAMES[0]} is"),
        (cut_off, "the connection broke off"),
        (endless, "more came than the"),
        (drip, "nothing more came"),
        (lambda handler: time.sleep(2), "it took the request and then was silent"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), "not the answer of a web server"),
        (lambda handler: handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: x\r\n\r\n"), "not"),
    ],
)
def test_a_bad_answer_ends_soon_in_look_alikes_that_say_what_came(place, contents, mirror, answer, reason):
    server = mirror(answer)
    begun = time.monotonic()
    dataset = sources.load()
    assert time.monotonic() - begun < download.SILENCE + BUSY
    assert_look_alikes(dataset, server.address.removeprefix("http://"), reason)
    assert_only_whole_files(place / "cache", contents)


def test_without_a_network_the_notice_says_so_at_once(place, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setattr(download, "ADDRESSES", (f"http://127.0.0.1:{port}", "https://nowhere.invalid"))
    begun = time.monotonic()
    refused = f"127.0.0.1:{port}: it refused the connection"
    assert_look_alikes(sources.load(), refused, "nowhere.invalid: its name could not be looked up", "online")
    assert time.monotonic() - begun < download.SILENCE + BUSY


def test_a_firewall_that_swallows_everything_is_given_up(place, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system accepts, nobody answers
        monkeypatch.setattr(download, "ADDRESSES", (f"http://127.0.0.1:{silent.getsockname()[1]}",) * 9)
        begun = time.monotonic()
        assert_look_alikes(sources.load(), "then was silent")
        assert time.monotonic() - begun < download.SILENCE + BUSY


def test_a_name_look_up_that_hangs_is_given_up(place, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(LONG) and [])
    monkeypatch.setattr(download, "ADDRESSES", ("http://nowhere.invalid",))
    begun = time.monotonic()
    assert_look_alikes(sources.load(), "nothing more came")
    assert time.monotonic() - begun < download.SILENCE + BUSY
    release.set()


def test_a_download_that_is_slow_but_steady_is_not_given_up(place, contents, mirror, monkeypatch):
    def slow(handler):
        time.sleep(download.SILENCE / 2)  # the four files together take twice as long as a silence may last
        tiny_set.files(contents)(handler)

    mirror(slow)
    monkeypatch.setattr(download, "TIMEOUT", (LONG, LONG))
    assert sources.load().source == "download"


def test_giving_up_and_making_look_alikes_fits_into_fifteen_seconds(monkeypatch):
    look_alikes = 3  # seconds they may take, as test_lookalikes checks
    assert sources.Loader.PATIENCE + 3 * look_alikes < 15, "even on a busy computer"
    monkeypatch.undo()
    assert download.SILENCE + look_alikes <= 15


# --- disks


def test_a_full_disk_leaves_no_half_file_and_the_files_are_kept_elsewhere(
    place, contents, mirror, monkeypatch
):
    mirror(tiny_set.files(contents))
    real = tempfile.NamedTemporaryFile

    def on_a_full_disk(*, dir, **options):
        target = real(dir=dir, **options)
        if dir == place / "cache":
            whole_write = target.write
            target.write = lambda packed: (whole_write(packed[:100]), _no_space())
        return target

    monkeypatch.setattr(cache.tempfile, "NamedTemporaryFile", on_a_full_disk)
    dataset = sources.load()
    assert (dataset.source, dataset.verified) == ("download", True)
    assert "The disk is full" in str(dataset.notice) and str(cache.spare_folder()) in str(dataset.notice)
    assert not list((place / "cache").glob("*.gz*")) and not list((place / "cache").glob(".*"))
    assert sources.load(allow_download=False).is_real, "a child process finds them too"


def _no_space():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_cache_folder_that_cannot_be_written_is_no_obstacle(place, contents, mirror, monkeypatch):
    mirror(tiny_set.files(contents))
    (place / "file").write_text("not a folder")
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(place / "file" / "cache"))
    dataset = sources.load()
    assert dataset.verified and f"{place / 'file' / 'cache'} cannot be written" in str(dataset.notice)
    assert sources.load(allow_download=False).is_real, "a child process finds them too"


def test_when_no_folder_can_be_written_the_images_are_used_from_memory(place, contents, mirror, monkeypatch):
    mirror(tiny_set.files(contents))
    (place / "file").write_text("not a folder")
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(place / "file" / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(place / "file"))
    dataset = sources.load()
    assert dataset.verified and "only in memory" in str(dataset.notice)


def test_folder_names_no_system_accepts_end_in_look_alikes(place, monkeypatch):
    for name in ("FMNIST_DATA_DIR", "FMNIST_CACHE_DIR", "KERAS_HOME"):
        monkeypatch.setenv(name, "/" + "x" * 5000)
    assert_look_alikes(sources.load(), "FMNIST_DATA_DIR was not used")


# --- several processes

IN_ANOTHER_PROCESS = """
import json, pathlib, sys
from fmnist.data import download, sources
from fmnist.data.idx import OfficialFile
files = json.loads(sys.argv[1])
sources.OFFICIAL_FILES = tuple(OfficialFile(n, s, h, tuple(d), i) for n, s, h, d, i in files)
download.ADDRESSES = (sys.argv[2],)
def note_waiting(message, fraction):
    if str(message).startswith("Another window"):
        pathlib.Path(sys.argv[3]).touch()
dataset = sources.load(progress=note_waiting)
print(dataset.source, dataset.verified)
"""


def start_loading(contents, server, waiting):
    """A process that loads, and makes the file `waiting` when it has to wait for another."""
    files = json.dumps([astuple(file) for file in contents])
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, files, server.address, str(waiting)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_share_one_download(place, contents, mirror):
    one_waits = threading.Event()

    def slow(handler):
        one_waits.wait(LONG)
        tiny_set.files(contents)(handler)

    server = mirror(slow)
    processes = [start_loading(contents, server, place / "waiting") for _ in range(2)]
    wait_until((place / "waiting").exists)
    one_waits.set()
    answers = [process.communicate(timeout=LONG)[0].strip() for process in processes]
    assert answers == ["download True"] * 2
    assert server.requests == dict.fromkeys(NAMES, 1)
    assert_only_whole_files(place / "cache", contents)


def test_a_process_killed_while_downloading_blocks_nobody(place, contents, mirror):
    asked, killed = threading.Event(), threading.Event()

    def slow_at_first(handler):
        asked.set()
        killed.wait(LONG)
        tiny_set.files(contents)(handler)

    server = mirror(slow_at_first)
    process = start_loading(contents, server, place / "waiting")
    assert asked.wait(LONG)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=LONG)
    killed.set()
    assert sources.load().verified
    assert_only_whole_files(place / "cache", contents)


# --- in the background of the web process


def wait_for(loader, condition):
    wait_until(lambda: condition(loader.status()))
    return loader.status()


def test_the_loader_has_the_data_when_it_is_done(place, contents):
    tiny_set.fill(place / "cache", contents)
    loader = sources.Loader()
    assert loader.status() == sources.Status(None, say("Looking for the images"), 0.0, False)
    loader.start()
    loader.start()
    status = wait_for(loader, lambda status: status.done)
    assert status.dataset.source == "cache" and (status.message, status.fraction) == ("", 1.0)


def test_during_a_slow_download_there_are_look_alikes_and_then_the_real_images(
    place, contents, mirror, monkeypatch
):
    go_on = threading.Event()
    right = {file.name: packed for file, packed in contents.items()}

    def stops_half_way(handler):
        packed = right[handler.path.strip("/")]
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(packed[: len(packed) // 2])
        go_on.wait(LONG)
        handler.wfile.write(packed[len(packed) // 2 :])

    mirror(stops_half_way)
    monkeypatch.setattr(sources.Loader, "PATIENCE", 0.1)
    monkeypatch.setattr(download, "TIMEOUT", (LONG, LONG))
    monkeypatch.setattr(download, "SILENCE", LONG)
    loader = sources.Loader()
    loader.start()
    status = wait_for(loader, lambda status: status.dataset)
    assert (
        not status.done
        and not status.dataset.is_real
        and "still being downloaded" in str(status.dataset.notice)
    )
    go_on.set()
    status = wait_for(loader, lambda status: status.done)
    assert status.dataset.source == "download" and status.dataset.notice == ""


def test_the_loader_ends_with_look_alikes_when_nothing_can_be_had(place):
    loader = sources.Loader()
    loader.start()
    assert_look_alikes(wait_for(loader, lambda status: status.done).dataset)


def test_a_loader_that_fails_altogether_says_so_and_is_done(place, monkeypatch):
    monkeypatch.setattr(lookalikes, "ASSET", place / "lost.npz")
    loader = sources.Loader()
    loader.start()
    status = wait_for(loader, lambda status: status.done)
    assert (
        status.dataset is None
        and "could not be loaded" in str(status.message)
        and "lost.npz" in str(status.message)
    )


def test_a_change_of_the_files_at_hand_is_seen_without_reading_them(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path))
    before = sources.state_of_files()
    assert sources.state_of_files() == before
    (tmp_path / idx.OFFICIAL_FILES[0].name).write_bytes(b"new")
    assert sources.state_of_files() != before
