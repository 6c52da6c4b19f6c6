"""The visitors' page with a room full of phones."""

from installation.bench.visitors.burst import burst, run

__all__ = ["burst", "run"]
