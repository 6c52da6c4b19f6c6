"""Small voices of hubs: what a machine plays for them, and when their bells ring."""

from pathlib import Path

import numpy as np
import pytest

from installation.clock import ManualClock
from installation.ipc.feeds.sound import Drive, Ring, Setup
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.player.sound.drive import Drives
from installation.player.sound.hubs import hub_rings
from installation.show import load_venue
from installation.show.soundscape import PATCHES, Soundscape, default_soundscape, unpack
from installation.sound import RATE
from installation.stage.sound.setup import setup_of
from tests.installation.sound.voice.hearing import opened, play

FPS = 30.0
VENUE = """format = 1
title = "Garden"
[canvas]
width = 160
height = 90
[[display]]
name = "window"
[guard]
profile = "standard"
"""
HUBS = """
[[hub]]
name = "north"
position = [0.1, 0.5]
voice = "small"
[[hub]]
name = "east"
position = [0.5, 0.5]
[[hub]]
name = "south"
position = [0.9, 0.5]
voice = "small"
"""
SITE = '[site]\nname = "garden"\nhub = "{}"\nlisten = ["127.0.0.1:17447"]\n'


def venue(folder: Path, hub: str = "", hubs: str = HUBS) -> Path:
    path = folder / f"garden-{hub}.toml"
    path.write_text(VENUE + hubs + (SITE.format(hub) if hub else ""), encoding="utf-8")
    return path


def heard(path: Path, seconds: float) -> tuple[Setup, list[Drive]]:
    """What the sound process of this machine would be told of the show ``fireflies``."""
    options = StageOptions(mode="run", headless=True, seed=3, show="fireflies", venue=str(path))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / FPS), None, repeatable=True)
    setup = setup_of(production.show, production.venue, 3)
    drives = Drives(player, (unpack(setup.soundscape)).addresses())
    told = []
    for index in range(round(seconds * FPS)):
        player.step([], index / FPS)
        told.append(drives.of(index / FPS))
    return setup, told


def rings(drives: list[Drive]) -> list[Ring]:
    return [ring for one in drives for ring in one.rings if ring.hub]


def test_a_machine_that_is_a_hub_plays_its_small_voice_alone(tmp_path: Path) -> None:
    setup, told = heard(venue(tmp_path, "south"), 60.0)
    table = unpack(setup.soundscape)
    assert {tuple(one.patches) for one in table.scenes.values()} == {("hub",)}
    assert setup.sounds == ()
    bells = rings(told)
    assert len(bells) >= 4
    assert {(one.hub, one.x, one.y) for one in bells} == {("south", 0.5, 1.0)}
    assert max(one.strength for one in bells) == 1.0
    assert "/hub/south/level" in told[-1].values


def test_each_flash_rings_in_its_own_frame_and_none_while_the_fireflies_rest(tmp_path: Path) -> None:
    _, told = heard(venue(tmp_path, "south"), 40.0)
    frames = [one for one in told if any(ring.hub for ring in one.rings)]
    assert frames
    assert all(ring.time == one.time for one in frames for ring in one.rings)
    hubs = load_venue(venue(tmp_path, "south")).hubs
    flash = ("south", 0.9, 0.5, 0, 1.0)
    assert len(hub_rings(hubs, "south", [flash], 0.5, 1.0)) == 1
    assert hub_rings(hubs, "south", [flash], 0.0, 1.0) == []
    assert hub_rings(hubs, "east", [("east", 0.5, 0.5, 0, 1.0)], 1.0, 1.0) == []


def test_a_machine_that_plays_all_hubs_has_their_bells_beside_its_sound(tmp_path: Path) -> None:
    setup, told = heard(venue(tmp_path), 60.0)
    table, plain = unpack(setup.soundscape), default_soundscape()
    assert table.scenes["symbiosis"].patches == {"hub": 1.0, **plain.scenes["symbiosis"].patches}
    assert table.scenes["symbiosis"].follow == plain.scenes["symbiosis"].follow
    assert table.states == plain.states
    assert {(one.hub, one.x, one.y) for one in rings(told)} == {("north", 0.1, 0.5), ("south", 0.9, 1.0)}


@pytest.mark.parametrize("hub", ["", "east"])
def test_without_a_small_voice_everything_is_as_the_show_says(tmp_path: Path, hub: str) -> None:
    hubs = HUBS if hub else HUBS.replace('voice = "small"', 'voice = "show"')
    setup, told = heard(venue(tmp_path, hub, hubs), 30.0)
    assert setup.soundscape == b""
    assert rings(told) == []


def test_another_word_for_the_voice_is_told_with_its_place(tmp_path: Path) -> None:
    path = venue(tmp_path, "", HUBS.replace('voice = "small"', 'voice = "tiny"', 1))
    with pytest.raises(Exception, match="voice") as caught:
        load_venue(path)
    assert "small" in str(caught.value)


def alone(rest: float = 0.0) -> Soundscape:
    from tests.installation.sound.voice.hearing import alone as table

    return table("hub", hub__rest=rest, hub__place=1.0)


def level(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


def test_a_flash_rings_at_once_and_the_drone_swells_and_sinks() -> None:
    flash = Ring(x=0.5, y=1.0, strength=1.0, time=0.0, hub="south")
    with opened(alone()) as voice:
        voice.drive(Drive(frame=1, time=0.0, at=0.0, before="here", after="here"))
        before = play(voice, 2.0)
        rung = play(voice, 0.1, rings={0: (flash,)})
        play(voice, 3.0)
        after = play(voice, 1.0)
        play(voice, 20.0)
        late = play(voice, 1.0)
    assert level(before) < 1e-5
    begins = int(np.argmax(np.abs(rung).max(axis=0) > 1e-3))
    assert begins < 0.02 * RATE
    assert level(after) > 20.0 * level(late)
    spectrum = np.abs(np.fft.rfft(rung[2], 1 << 16))
    highest = np.fft.rfftfreq(1 << 16, 1.0 / RATE)[int(spectrum.argmax())]
    assert 1500.0 < highest < 2400.0  # two octaves above 440 Hz, or the bell's next partial


def test_its_drone_follows_the_level_of_the_hub_and_flashes_of_the_picture_do_not_ring_it() -> None:
    flash = Ring(x=0.5, y=0.5, strength=1.0, time=0.0)
    with opened(alone(1.0)) as voice:
        voice.drive(Drive(frame=1, time=0.0, at=0.0, before="here", after="here"))
        play(voice, 3.0)
        loud = play(voice, 2.0, rings={0: (flash,)})
        assert voice.sounding == 0
    with opened(alone(0.12)) as voice:
        voice.drive(Drive(frame=1, time=0.0, at=0.0, before="here", after="here"))
        play(voice, 3.0)
        quiet = play(voice, 2.0)
    assert 12.0 < 20.0 * np.log10(level(loud) / level(quiet)) < 24.0
    assert PATCHES["hub"].inputs["rest"].default == 0.0
