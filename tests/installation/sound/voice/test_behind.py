"""Sounds that are made beside the playing: who makes them, which first, and what waits for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from installation.show.soundscape import PartSpec, Soundscape
from installation.sound.voice import Voice
from installation.sound.voice.sounds import library
from tests.installation.sound.voice.hearing import alone, drive, play

TABLE = Soundscape(
    scenes={
        "pond": PartSpec("pond", 0.05, 0.0, {"water": 1.0, "tide": 1.0}),
        "hall": PartSpec("hall", 0.05, 0.0, {"crowd": 1.0, "stories": 1.0}),
    }
)


class Behind:
    """Another thread, as slow as the test wants, and what is made in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.work: list[Callable[[], None]] = []
        self.made: list[str] = []
        self._at_it = False
        make = library.made

        def noted(kind: str, seed: int) -> library.Made:
            assert self._at_it, f"{kind} is made in the thread that renders"
            self.made.append(kind)
            if kind == "wakes":
                raise ValueError("no wakes today")
            return tuple((samples[:4800], pitch) for samples, pitch in make(kind, seed))

        monkeypatch.setattr(library, "made", noted)

    def __call__(self, work: Callable[[], None]) -> None:
        self.work.append(work)

    def do(self) -> None:
        """Do all of it."""
        self._at_it = True
        while self.work:
            self.work.pop(0)()
        self._at_it = False


@contextmanager
def opened(table: Soundscape, behind: Behind) -> Iterator[Voice]:
    voice = Voice(table, 1, behind)
    try:
        yield voice
    finally:
        voice.close()


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Behind:
    return Behind(monkeypatch)


def test_a_patch_begins_when_its_sounds_are_ready_and_others_do_not_wait_for_it(behind: Behind) -> None:
    with opened(TABLE, behind) as voice:
        voice.drive(drive("hall"))
        play(voice, 0.2)
        assert dict(voice.levels) == {}
        voice.drive(drive("pond"))
        play(voice, 0.2)
        assert set(voice.levels) == {"tide"}
        voice.drive(drive("hall"))
        behind.do()
        assert np.abs(play(voice, 1.0)).max() > 0.0
        assert {"crowd", "stories"} <= set(voice.levels)


def test_those_of_the_scene_are_made_first(behind: Behind) -> None:
    with opened(TABLE, behind) as voice:
        voice.drive(drive("hall"))
        play(voice, 0.1)
        behind.do()
    assert set(behind.made[:4]) == {"crowds", "steps", "pens", "talkers"}
    assert behind.made[4:] == ["drops", "wakes"]


def test_an_edit_is_followed_without_making_anything_in_the_thread_that_renders(behind: Behind) -> None:
    with opened(alone("tide"), behind) as voice:
        voice.drive(drive("here"))
        play(voice, 0.2)
        voice.adopt(alone("insects", "tide"))
        play(voice, 0.2)
        assert set(voice.levels) == {"tide"}
        behind.do()
        play(voice, 0.2)
        assert set(voice.levels) == {"tide", "insects"}


def test_sounds_that_cannot_be_made_are_told_and_only_their_patch_stays_silent(
    behind: Behind, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(TABLE, behind) as voice:
        voice.drive(drive("pond"))
        play(voice, 0.1)
        behind.do()
        play(voice, 0.2)
        assert set(voice.levels) == {"tide"}
        voice.drive(drive("hall"))
        play(voice, 0.2)
        assert {"crowd", "stories"} <= set(voice.levels)
    assert "the sounds wakes cannot be made" in caplog.text
    assert behind.made.count("wakes") == 1


def test_nothing_is_made_for_a_voice_that_was_closed(behind: Behind) -> None:
    with opened(TABLE, behind) as voice:
        voice.drive(drive("hall"))
        play(voice, 0.1)
    behind.do()
    assert behind.made == []
