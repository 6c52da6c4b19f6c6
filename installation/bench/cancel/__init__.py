"""Our own output removed from a microphone: how much of it, at what cost, in a synthetic room.

The room decays by 60 dB in 0.4 s, its noise is 20 dB below our output, the devices are 30 ms late. Everything
is known by part, so that what is left of our output is exact (echo return loss enhancement, ITU-T G.168).
"""

from time import process_time

import numpy as np

from installation.bench import Row
from installation.bench.cancel.room import Signal, erle, path, people, pink, played_in, whole
from installation.sound import BLOCK, RATE
from installation.sound.ears.cancel import Canceller

__all__ = ["run"]

_SEED = 20261129
_SECONDS = 16.0
_LEAST_DB = 20.0
_MOST = 0.05
_PARTS = 16


def run() -> list[Row]:
    """Play, let people speak from 5 to 8 s, move the microphone at 10 s."""
    random = np.random.default_rng(_SEED)
    rows = []
    for name, ours in (
        ("noise", 0.1 * pink(random, whole(_SECONDS))),
        ("speech", 0.1 * people(random, whole(_SECONDS))),
    ):
        echo = played_in(path(random), ours, 0.03)
        moved = played_in(path(random), ours, 0.03)
        echo[whole(10.0) :] = moved[whole(10.0) :]
        others = random.standard_normal(len(echo)) * echo.std() / 10
        talk = people(random, len(echo)) * echo.std()
        others[whole(5.0) : whole(8.0)] += talk[whole(5.0) : whole(8.0)]
        out, share = _cancelled(echo + others, ours)
        left = out - others
        for what, start, end, goal in (
            ("after 3 s", 3.0, 5.0, _LEAST_DB),
            ("while people speak as loud", 5.0, 8.0, 14.0),
            ("2 s after the microphone was moved", 12.0, 14.0, 14.0),
            ("4 s after", 14.0, 16.0, _LEAST_DB),
        ):
            rows.append(_decibels(f"cancel: {name}, {what}", erle(echo, left, start, end), goal))
        rows.append(_share(f"cancel: {name}, time for one microphone", share))
    return rows


def _cancelled(heard: Signal, ours: Signal) -> tuple[Signal, float]:
    """Return what is left, and its share of real time: that of the best part, since others work, too."""
    canceller = Canceller(1)
    microphone, reference = heard.astype(np.float32)[None], ours.astype(np.float32)[None]
    spans = [slice(at, at + BLOCK) for at in range(0, len(heard), BLOCK)]
    blocks, times = [], [process_time()]
    for index, span in enumerate(spans, 1):
        blocks.append(canceller.process(microphone[:, span], reference[:, span]))
        if index % (len(spans) // _PARTS) == 0:
            times.append(process_time())
    share = min(np.diff(times)) / (len(spans) // _PARTS * BLOCK / RATE)
    return np.hstack(blocks)[0].astype(np.float64), float(share)


def _decibels(name: str, found: float, least: float) -> Row:
    return Row(name, found, least, None, "dB", "bound", found / least, f">= {least:.0f} dB", found >= least)


def _share(name: str, found: float) -> Row:
    note = f"one block of {1000 * BLOCK / RATE:.1f} ms takes {1e6 * found * BLOCK / RATE:.0f} us"
    return Row(
        name, found, _MOST, None, "of real time", "bound", found / _MOST, f"<= {_MOST}", found <= _MOST, note
    )
