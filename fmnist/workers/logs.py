"""The log of the web process: a line on standard error for each run that starts or ends, and no names."""

import logging


def to_standard_error() -> None:
    """Send the program's own messages there, with the time; once, however often it is called."""
    log = logging.getLogger("fmnist")
    if log.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
