"""The visitors' page with a room full of phones, and stories on their way to the walls of a site."""

from collections.abc import Sequence

from installation.bench import Row
from installation.bench.visitors import across
from installation.bench.visitors.burst import burst
from installation.bench.visitors.burst import run as run_burst

__all__ = ["burst", "run"]


def run() -> Sequence[Row]:
    """Return all rows."""
    return [*run_burst(), *across.run()]
