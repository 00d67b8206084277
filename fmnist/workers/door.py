"""The teacher's door: who may try the passphrase, and how long those wait who guess."""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_WAIT = 60.0  # seconds that one browser waits before its next word is looked at
LONGEST_WAIT_OF_ADDRESS = 2.0  # seconds for each browser at an address: the teacher may sit there, too
FORGOTTEN_AFTER = 900.0  # seconds without a wrong word
MOST_KNOWN = 10_000  # browsers and addresses that are remembered
log = logging.getLogger("fmnist")


@dataclass
class _Guesser:
    wrong: int = 0
    last: float = 0.0  # time.monotonic() of the last wrong word


class TeachersDoor:
    """Compares what visitors type with the teacher's passphrase, in the same time whatever was typed.

    After a wrong word the next one of the same browser is looked at only after a while: 1 second, then 2, 4,
    up to a minute. Somebody who pretends to be a new browser for each guess is known by the address; all
    browsers there wait up to two seconds, no more, because the teacher's may be among them. No word is
    refused: the right one opens, after the wait that its own browser and address have earned.

    So a browser makes about 1,400 guesses a day, and each connection from one address a guess in two seconds.
    That is slow, and no more: what makes guessing hopeless is a passphrase of twelve letters or more.

    Parameters
    ----------
    passphrase : str
        "" when nobody is to be the teacher.
    wait : callable
        Waits so many seconds.
    """

    def __init__(self, passphrase: str, wait: Callable[[float], None] = time.sleep) -> None:
        self._passphrase, self._wait = passphrase.encode("utf-8", "surrogatepass"), wait
        self._browsers: dict[str, _Guesser] = {}
        self._addresses: dict[str, _Guesser] = {}
        self._lock = threading.Lock()

    def opens(self, typed: str, browser: str = "", address: str = "") -> bool:
        """Whether this is the passphrase, after the wait that is due.

        Parameters
        ----------
        typed : str
        browser, address : str
            Who types, and from where; "" for those of whom it is not known.
        """
        self._wait(self._due(browser, address))
        right = hmac.compare_digest(typed.encode("utf-8", "surrogatepass"), self._passphrase)
        if right and self._passphrase:
            with self._lock:
                self._browsers.pop(browser, None)
            return True
        self._note(browser, address)
        return False

    def _due(self, browser: str, address: str) -> float:
        """Seconds until the next word from there is looked at."""
        now = time.monotonic()
        with self._lock:
            due = [
                _left(self._browsers.get(browser), LONGEST_WAIT, 1.0, now),
                _left(self._addresses.get(address), LONGEST_WAIT_OF_ADDRESS, 0.01, now),
            ]
        return max(due)

    def _note(self, browser: str, address: str) -> None:
        now = time.monotonic()
        with self._lock:
            for known, name in ((self._browsers, browser), (self._addresses, address)):
                guesser = known.setdefault(name, _Guesser())
                if now - guesser.last > FORGOTTEN_AFTER:
                    guesser.wrong = 0
                guesser.wrong, guesser.last = guesser.wrong + 1, now
                _forget(known, now)
            wrong = self._addresses[address].wrong
        if wrong & (wrong - 1) == 0:  # 1, 2, 4, 8 …: a guesser does not fill the disk
            log.warning("a wrong passphrase was typed: number %d from one address", wrong)


def _left(guesser: _Guesser | None, most: float, first: float, now: float) -> float:
    """What is left of a wait that doubles with each wrong word, from `first` to `most` seconds."""
    if guesser is None or now - guesser.last > FORGOTTEN_AFTER:
        return 0.0
    wait = min(most, first * 2.0 ** min(guesser.wrong - 1, 20))
    return max(0.0, guesser.last + wait - now)


def _forget(known: dict[str, _Guesser], now: float) -> None:
    if len(known) <= MOST_KNOWN:
        return
    for name in sorted(known, key=lambda name: known[name].last)[: MOST_KNOWN // 10]:
        del known[name]
