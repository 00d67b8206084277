"""Real servers, visited without a browser, and the processes behind them."""

import pytest


@pytest.fixture
def anyio_backend():
    """What runs the tests that are coroutines."""
    return "asyncio"
