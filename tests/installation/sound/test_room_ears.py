"""The ears of a room: without us, with us while the show asks, and told when the loop fed on itself."""

import logging

import numpy as np
import pytest

from installation.bench.cancel.room import path, pink, played_in, whole
from installation.ipc.feeds.sound import LOOP, Drive
from installation.sound import BLOCK
from installation.sound.room_ears import RoomEars


def hear(ears: RoomEars, gain: np.ndarray, **asked: float | bool) -> float:
    """Play noise into the room, as loud as ``gain`` says; returns the loudness that is heard at the end."""
    random = np.random.default_rng(5)
    ours = (0.02 * pink(random, len(gain)) * gain).astype(np.float32)[None]
    heard = played_in(path(random), ours[0], latency=0.05).astype(np.float32)[None]
    values = {LOOP: float(asked.pop("loop", 0.0))}
    drive = Drive(frame=0, time=0.0, at=0.0, values=values, calm=bool(asked.get("calm", False)))
    loudness = -70.0
    for at in range(0, len(gain), BLOCK):
        span = slice(at, at + BLOCK)
        loudness = ears.hear(heard[:, span], ours[:, span], drive, 0.0).values["loudness"]
    return loudness


def test_the_show_opens_the_loop_and_panic_closes_it() -> None:
    ears, even = RoomEars(1), np.ones(whole(4.0))

    without = hear(ears, even)
    assert ears.reduction_db > 20.0
    assert hear(ears, even, loop=1.0) > without + 20.0
    assert hear(ears, even, loop=1.0, calm=True) < without + 6.0


def test_a_loop_that_feeds_on_itself_is_closed_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    ears = RoomEars(1)
    hear(ears, np.ones(whole(3.0)), loop=1.0)
    assert not ears.held

    with caplog.at_level(logging.WARNING):
        hear(ears, 10 ** np.linspace(0.0, 1.2, whole(5.0)), loop=1.0)

    assert ears.held
    told = [record.getMessage() for record in caplog.records]
    assert told == ["the acoustic loop fed on itself and is closed for 20 s"]
