"""Sounds that another process makes: the same ones, less urgent than the picture; and without it."""

import os
import signal
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from installation.sound.making import Making
from installation.sound.making.__main__ import NICE
from installation.sound.voice.sounds import made


@pytest.fixture
def making() -> Iterator[Making]:
    one = Making()
    yield one
    one.close()


def same(found: object, kind: str, seed: int) -> bool:
    """Whether these are the sounds that this process makes."""
    here = made(kind, seed)
    assert isinstance(found, tuple)
    return len(found) == len(here) and all(
        np.array_equal(one, other) and pitch == known
        for (one, pitch), (other, known) in zip(found, here, strict=True)
    )


def test_they_are_those_that_this_process_would_make_and_it_is_less_urgent_than_the_picture(
    making: Making,
) -> None:
    for kind, seed in (("drops", 3), ("thumps", 4)):
        assert same(making(kind, seed), kind, seed)
    first = making.pid
    assert first is not None
    assert os.getpriority(os.PRIO_PROCESS, first) == os.getpriority(os.PRIO_PROCESS, 0) + NICE


def test_what_is_urgent_is_as_urgent_as_the_picture_and_what_comes_after_it_is_not(making: Making) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    making.hurry(60.0)
    making("drops", 5)
    assert making.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, making.pid) == ours
    making.hurry(-1.0)
    making("ticks", 5)
    assert os.getpriority(os.PRIO_PROCESS, making.pid) == ours + NICE
    making.hurry(60.0)
    making("drops", 6)
    assert making.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, making.pid) == ours


def test_a_process_that_was_killed_is_replaced_and_nothing_is_lost(
    making: Making, caplog: pytest.LogCaptureFixture
) -> None:
    making("drops", 1)
    first = making.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert same(making("ticks", 1), "ticks", 1)
    assert "sounds are made beside the playing" in caplog.text
    assert same(making("drops", 2), "drops", 2)
    assert making.pid not in (None, first)


def test_what_cannot_be_made_is_told_and_the_next_is_made(making: Making) -> None:
    with pytest.raises(RuntimeError, match="KeyError: 'trumpets'"):
        making("trumpets", 1)
    assert same(making("drops", 1), "drops", 1)


def test_it_ends_with_close_and_begins_again_with_the_next_call(making: Making) -> None:
    making("drops", 1)
    first = making.pid
    assert first is not None
    making.close()
    assert making.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert same(making("drops", 1), "drops", 1)


def test_without_such_a_process_they_are_made_here(caplog: pytest.LogCaptureFixture) -> None:
    making = Making((sys.executable, "-c", "pass"))
    assert same(making("drops", 1), "drops", 1)
    assert "no other process does it" in caplog.text


def test_one_that_hangs_is_ended_and_they_are_made_here(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    making("drops", 1)
    first = making.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr("installation.sound.making.process._PATIENCE", 0.2)
    assert same(making("ticks", 1), "ticks", 1)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
