"""Real parts that tests need: present, skipped with a reason on a laptop, a failure in CI."""

import os
import shutil
import socket
from importlib.util import find_spec

import pytest

NAMESPACES = "root, with `ip` for network namespaces,"


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


def require_module(name: str) -> None:
    """Go on only if a Python package is installed."""
    if find_spec(name) is None:
        lacking(f"the Python package {name}")


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """Return a port of the loopback that nothing uses now, of TCP or of UDP (``SOCK_DGRAM``)."""
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def needs(part: str, *, there: bool) -> pytest.MarkDecorator:
    """Return a mark that skips where a real part is missing; in CI the tests run, and fail without it."""
    reason = f"{part} is missing here: `make test` prints how to install it"
    return pytest.mark.skipif(not there and not os.environ.get("CI"), reason=reason)
