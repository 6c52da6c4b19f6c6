"""Waiting for what other processes and threads do: one way for all tests."""

import time
from collections.abc import Callable
from typing import Any

__all__ = ["PATIENCE", "until"]

PATIENCE = 60.0
"""Seconds after which a test gives up waiting. Generous: it never decides what is right."""


def until(what: Callable[[], Any], why: str = "it happens", patience: float = PATIENCE) -> Any:
    """Ask until the answer is true, and return it.

    Args:
        what: The question; often asked.
        why: What is waited for, in the message of the failure.
        patience: Seconds.

    Raises:
        AssertionError: It did not happen within ``patience``.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.02)
    message = f"waited {patience:g} s in vain: {why}"
    raise AssertionError(message)
