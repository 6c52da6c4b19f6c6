"""What sound costs: made offline, in a process of its own, and beside a stage that draws."""

from collections.abc import Sequence

from installation.bench import Row

__all__ = ["run"]


def run() -> Sequence[Row]:
    """All of it; what needs a sound server is left out where there is none."""
    from installation.bench.sound.live import live_rows
    from installation.bench.sound.offline import offline_rows

    return [*offline_rows(), *live_rows()]
