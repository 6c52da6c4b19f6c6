"""Signals, their sources and modulators, and the routes from signals to parameters."""

from installation.signal.bounds import BoundsCounters
from installation.signal.chain import Chain
from installation.signal.check import check
from installation.signal.record import Recorded, open_replay, record_line, replay
from installation.signal.store import Signals
from installation.signal.trace import trace_line

__all__ = [
    "BoundsCounters",
    "Chain",
    "Recorded",
    "Signals",
    "check",
    "open_replay",
    "record_line",
    "replay",
    "trace_line",
]
