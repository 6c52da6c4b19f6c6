"""The voice of the process: made without waiting for its sounds, and made anew when it is broken."""

import os
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from msgspec import structs

from installation.devices.priority import ask_for_time
from installation.ipc.feeds.sound import Drive, Setup
from installation.show.soundscape import PartSpec, Soundscape, pack
from installation.sound import BLOCK, STATIONS
from installation.sound.making import Making
from installation.sound.parts import VoiceLike
from installation.sound.sources import Sources
from installation.sound.voice.sounds import library
from installation.sound.workshop import _ShowVoice, workshop
from tests.installation.sound.live.server import until

TABLE = Soundscape(scenes={"here": PartSpec("here", 0.05, 0.0, {"water": 1.0, "tide": 1.0})})
HERE = Drive(frame=1, time=0.0, at=0.0, before="here", after="here")


@pytest.fixture
def voice() -> Iterator[VoiceLike]:
    made = workshop().voice(Setup(soundscape=pack(TABLE)))
    yield made
    made.close()


def test_no_sound_is_made_by_the_process_that_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(kind: str, seed: int) -> library.Made:
        raise AssertionError(f"{kind} is made beside the playing, with seed {seed}")

    monkeypatch.setattr(library, "made", made)
    voice = workshop().voice(Setup(soundscape=pack(TABLE)))
    try:
        voice.drive(HERE)
        until(lambda: (voice.render(), voice.sounding)[1], "drops or wakes sound")
    finally:
        voice.close()


@pytest.mark.parametrize(("time", "urgent"), [(0.0, False), (600.0, True)])
def test_sounds_are_urgent_where_a_show_that_plays_has_lost_its_own(
    time: float, urgent: bool, voice: VoiceLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried: list[float] = []
    monkeypatch.setattr(Making, "hurry", lambda _making, seconds: hurried.append(seconds))
    voice.drive(Drive(frame=0, time=0.0, at=0.0))  # what stands in for the first frame
    voice.render()
    for scene in ("here", "there"):
        voice.drive(structs.replace(HERE, time=time, before=scene, after=scene))
        for _ in range(8):
            voice.render()

    assert bool(hurried) is urgent
    assert len(hurried) <= 1, "later scenes have time"


def test_what_is_made_behind_a_thread_may_wait_although_that_is_in_real_time(voice: VoiceLike) -> None:
    found: list[int] = []

    def render() -> None:
        ask_for_time(1, inherited=True)
        assert isinstance(voice, Sources)
        assert isinstance(voice._voice, _ShowVoice)
        voice._voice._behind(lambda: found.append(os.sched_getscheduler(0)))

    thread = threading.Thread(target=render)
    thread.start()
    thread.join()
    until(lambda: found, "it runs")
    assert found == [os.SCHED_BATCH]


def test_a_voice_that_is_no_number_any_more_is_made_anew(
    voice: VoiceLike, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    voice.drive(HERE)
    assert isinstance(voice, Sources)
    assert isinstance(voice._voice, _ShowVoice)
    graph = voice._voice._voice._graph
    nothing = np.full((len(STATIONS), BLOCK), np.nan, np.float32)
    monkeypatch.setattr(graph, "render", lambda: nothing.copy())
    for index in range(200):
        voice.render()
        assert voice.refused == index + 1
    assert caplog.text == ""
    until(lambda: np.abs(voice.render()).max() > 0.0, "it sounds again")
    assert voice.refused == 200
    assert "begins again" in caplog.text
