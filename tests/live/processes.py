"""Find the children of a running server, to do to them what an operating system does."""

import psutil

from tools.server import Server, wait_until

START = 150  # seconds until a child is there, for busy machines


def training_child(server: Server, run_id: str) -> psutil.Process:
    """The process that trains this run."""
    return wait_until(
        lambda: next((child for child in _children(server) if _trains(child, run_id)), None),
        START,
        f"no process trains {run_id}",
    )


def prediction_child(server: Server) -> psutil.Process:
    """The process that predicts."""
    return wait_until(
        lambda: next((child for child in _children(server) if child.name() == "fmnist-serve"), None),
        START,
        "no process predicts",
    )


def kill(process: psutil.Process) -> None:
    """End a process as the system does when memory runs out."""
    process.kill()
    wait_until(
        lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, START, "it lives"
    )


def _children(server: Server) -> list[psutil.Process]:
    """What the fork server has forked."""
    fork_servers = psutil.Process(server.process.pid).children()
    return [child for fork_server in fork_servers for child in fork_server.children()]


def _trains(child: psutil.Process, run_id: str = "") -> bool:
    try:
        return any(file.path.endswith(f"{run_id}/log.txt") for file in child.open_files())
    except psutil.Error:
        return False
