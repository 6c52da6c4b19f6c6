"""The voice as its users have it: blocks, silence, one at a time, equal from process to process."""

import hashlib
import subprocess
import sys

import msgspec
import numpy as np
import pytest

from installation.ipc.feeds.sound import Ring
from installation.show.soundscape import PATCHES, PartSpec, Soundscape
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice import Voice
from installation.sound.voice.patches import ALL
from tests.installation.sound.voice.hearing import alone, drive, opened, play

RING = Ring(x=1.0, y=0.5, strength=1.0, time=0.0)


def test_every_patch_of_the_table_is_there() -> None:
    assert set(ALL) == set(PATCHES)


def test_blocks_have_all_stations_and_are_new_each_time() -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here"))
        first, second = voice.render(), voice.render()

        assert first.shape == (len(STATIONS), BLOCK)
        assert first.dtype == np.float32
        assert first is not second


@pytest.mark.parametrize(("x", "station"), [(0.0, 0), (0.5, 2), (1.0, 4)])
def test_a_flash_rings_with_the_next_block_where_it_stands(x: float, station: int) -> None:
    with opened(alone("bells")) as voice:
        voice.drive(drive("here"))
        play(voice, 2.0)
        voice.drive(drive("here", rings=(Ring(x=x, y=0.5, strength=1.0, time=0.0),)))
        heard = play(voice, 2 * BLOCK / RATE)

    power = (heard.astype(float) ** 2).mean(1)
    assert power.argmax() == station
    assert power[station] > 1e-6


def test_one_voice_at_a_time() -> None:
    with opened(alone("tide")) as voice:
        with pytest.raises(RuntimeError, match="close"):
            Voice(alone("tide"), 2)
        voice.close()
        voice.close()
        Voice(alone("tide"), 2).close()


def test_a_dropped_voice_makes_room_for_the_next() -> None:
    Voice(alone("tide"), 2)
    Voice(alone("tide"), 2).close()


def test_a_blackout_is_silent_within_30_ms_and_nothing_sounds_in_it() -> None:
    with opened(alone("crowd", "tide", crowd__density=1.0)) as voice:
        voice.drive(drive("here"))
        before = play(voice, 4.0)
        voice.drive(drive("here", dark=True))
        after = play(voice, 2.0)

        assert np.abs(before[:, -RATE:]).max() > 0.01
        assert np.abs(after[:, : RATE // 100]).max() > 0.0
        assert np.abs(after[:, round(0.03 * RATE) :]).max() == 0.0
        assert voice.sounding == 0


def test_a_silence_of_the_score_fades_and_ends() -> None:
    with opened(alone("crowd", crowd__density=1.0)) as voice:
        voice.drive(drive("here"))
        play(voice, 4.0)
        voice.drive(drive("here", silent=True))
        fading = play(voice, 2.1)
        assert np.abs(fading[:, RATE : RATE + 4800]).max() > 0.0
        assert np.abs(play(voice, 1.0)).max() == 0.0

        voice.drive(drive("here"))
        assert np.abs(play(voice, 4.0)).max() > 0.01


def test_nothing_clicks_when_it_starts_stops_or_is_cut() -> None:
    """A step between two samples shows in the highest octave, where a low murmur has nothing."""
    with opened(alone("tide", "roots")) as voice:
        voice.drive(drive("here"))
        parts = [play(voice, 1.5)]
        for given in ({"silent": True}, {}, {"dark": True}, {}, {"calm": True}):
            voice.drive(drive("here", **given))
            parts.append(play(voice, 1.2))
    heard = np.concatenate(parts, 1)

    assert np.abs(heard[:, :64]).max() < 1e-3
    highest = np.diff(heard.astype(float), n=3, axis=1)
    assert np.abs(highest).max() < 0.02


def test_no_offset_stays() -> None:
    with opened(alone("crowd", "pressure", "water", crowd__density=1.0, pressure__shock=1.0)) as voice:
        voice.drive(drive("here"))
        heard = play(voice, 6.0)

    assert np.abs(heard[:, RATE:].mean(1)).max() < 2e-4


def test_an_offset_is_taken_away() -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here", {"/voice/tide/level": 0.0}))
        play(voice, 2.0)
        voice._graph.render = lambda: np.full((len(STATIONS), BLOCK), 0.1, np.float32)
        assert np.abs(play(voice, 1.0)[:, -BLOCK:]).max() < 1e-3


def test_what_is_no_number_leaves_as_silence() -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here", values={"/voice/detune": float("nan"), "/voice/tide/level": float("inf")}))
        heard = play(voice, 1.0)
        voice._graph.render = lambda: np.full((len(STATIONS), BLOCK), np.nan, np.float32)
        broken = voice.render()

        assert np.isfinite(heard).all()
        assert np.abs(broken).max() < 1.0
        assert voice.refused == 1


def test_a_number_whose_square_is_none_is_a_number() -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here"))
        play(voice, 1.0)
        voice._graph.render = lambda: np.full((len(STATIONS), BLOCK), 1e25, np.float32)
        loud = voice.render()

        assert np.isfinite(loud).all()
        assert voice.refused == 0


SCRIPT = """
import hashlib
from tests.installation.sound.voice.test_voice import sample
print(hashlib.sha256(sample().tobytes()).hexdigest())
"""


def sample() -> np.ndarray:
    with opened(alone("bells", "tide", "insects", "fan", "reef"), seed=1) as voice:
        voice.drive(drive("here", values={"/voice/feedback": 0.8, "/voice/detune": 30.0}))
        return play(voice, 3.0, rings={150: (RING,), 300: (RING, RING)})


def test_one_seed_gives_the_same_samples_in_another_process() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    ours = sample()
    assert np.abs(ours).max() > 0.01
    assert done.stdout.strip() == hashlib.sha256(ours.tobytes()).hexdigest()


def test_another_seed_gives_another_sound() -> None:
    heard = []
    for seed in (1, 2):
        with opened(alone("tide"), seed) as voice:
            voice.drive(drive("here"))
            heard.append(play(voice, 1.0))
    assert not np.array_equal(*heard)


def test_an_edited_table_is_taken_over_while_it_plays() -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here"))
        play(voice, 0.5)
        voice.adopt(alone("weather"))
        play(voice, 5.0)

        assert set(voice.levels) == {"weather"}


def test_a_scene_that_stands_when_the_process_comes_back_is_soon_as_loud_as_before() -> None:
    slow = PartSpec("slow", 6.0, 0.0, {"water": 1.0})
    other = PartSpec("other", 6.0, 0.0, {"tide": 1.0})
    levels = {}
    for came, time in (("with the show", 0.0), ("in its midst", 600.0)):
        with opened(Soundscape(scenes={"slow": slow, "other": other})) as voice:
            voice.drive(msgspec.structs.replace(drive("slow"), time=time))
            play(voice, 2.0)
            first = voice.levels["water"]
            voice.drive(msgspec.structs.replace(drive("other"), time=time + 2.0))
            play(voice, 2.0)
            levels[came] = first, voice.levels["tide"]

    assert levels["in its midst"][0] == pytest.approx(1.0)
    assert levels["with the show"][0] < 0.4
    assert max(tide for _, tide in levels.values()) < 0.4, "the next scene comes as it always does"
