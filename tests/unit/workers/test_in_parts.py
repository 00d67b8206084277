"""Work in the background: what goes wrong is told and tried again after a while, what is found is kept."""

import pytest

from fmnist.runs.store import RunError
from fmnist.workers import in_parts
from fmnist.workers.in_parts import Once
from tools.server import wait_until


def finish(work):
    work.start()
    wait_until(lambda: (work.is_done or work.trouble) and not work._thread.is_alive(), 60, "it goes on")


def test_what_is_computed_once_is_kept():
    asked = []
    work = Once(lambda: asked.append(1) or 0.3)
    assert not work.is_done
    for _look in range(2):
        finish(work)
    assert work.is_done and work.found == 0.3 and asked == [1]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RunError("The run is gone."), "The run is gone."),
        (ZeroDivisionError("by 0"), "This could not be computed (ZeroDivisionError: by 0)."),
    ],
)
def test_what_went_wrong_is_told_and_tried_again_only_after_a_while(monkeypatch, error, told):
    asked = []

    def compute():
        asked.append(1)
        if len(asked) == 1:
            raise error
        return 7

    work = Once(compute)
    for _look in range(3):
        finish(work)
    assert str(work.trouble) == told and len(asked) == 1
    monkeypatch.setattr(in_parts, "RETRY", 0.0)
    work.start()
    wait_until(lambda: work.is_done, 60, "it is not tried again")
    assert work.trouble is None and work.found == 7
