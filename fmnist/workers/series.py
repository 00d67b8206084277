"""Children that are told what to train: one that waits for its only run, one that trains run after run."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from fmnist.workers.children import Child, Nursery


@dataclass
class Spare:
    """A child that is ready to train and waits for the folder of a run."""

    child: Child
    connection: Connection

    def take(self, folder: str) -> bool:
        """Tell it what to train; False when it is no more."""
        try:
            if not self.child.ended():
                self.connection.send(folder)
                self.connection.close()
                return True
        except OSError:
            pass
        self.dismiss()
        return False

    def dismiss(self) -> None:
        """End it: nothing is to come."""
        self.connection.close()
        self.child.kill()
        if self.child.wait(2):
            self.child.close()


@dataclass
class Series:
    """A child that trains one run after another, all of one sweep and with one compiled graph."""

    child: Child
    connection: Connection
    trains: Hashable  # see `line.trained_with`

    @classmethod
    def begun(cls, nursery: Nursery, trains: Hashable, job: str) -> Series:
        """A new one. Raises OSError when there is no process to be had."""
        child, connection = nursery.start_talking("fmnist.workers.training_child:train_series", [job])
        return cls(child, connection, trains)

    def take(self, folder: str) -> bool:
        """Tell it what to train next; False when it is no more, and then it is not to be used again."""
        try:
            if not self.child.ended():
                self.connection.send(folder)
                return True
        except OSError:
            pass
        self.dismiss()
        return False

    def has_news(self) -> bool:
        """Whether a run has ended, or the child has."""
        try:
            return self.connection.poll()
        except OSError:
            return True

    def exitcode(self) -> int | None:
        """What `training_child.train` would have returned for the run; None when the child is no more."""
        try:
            return int(self.connection.recv())
        except (EOFError, OSError):
            return None

    def dismiss(self) -> None:
        """End it: nothing is to come."""
        """End the child."""
        self.connection.close()
        self.child.kill()
        if self.child.wait(2):
            self.child.close()
