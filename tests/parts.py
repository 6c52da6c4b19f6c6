"""Real parts that tests need: present, skipped with a reason on a laptop, a failure in CI."""

import os
import shutil

import pytest


def lacking(part: str) -> None:
    """Skip the running test because a real part is missing; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{part} is missing, and CI must have every part")
    pytest.skip(f"{part} is missing here: `make test` prints how to install it")


def require(*programs: str) -> None:
    """Go on only if all programs are installed."""
    for program in programs:
        if shutil.which(program) is None:
            lacking(program)
