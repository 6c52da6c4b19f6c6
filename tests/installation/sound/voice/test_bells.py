"""How many bells there are, which ones, and when."""

import random
from pathlib import Path

import numpy as np
import pytest

from installation.ipc.feeds.sound import Ring
from installation.sound import BLOCK, RATE
from installation.sound.voice.events import MOST, Events, Sound
from installation.sound.voice.patches import Moment, Patch
from installation.sound.voice.patches.bells import Bells
from installation.sound.voice.patches.nature.water import Water
from installation.sound.voice.sounds.strike import ramp
from tests.installation.sound.voice.hearing import BLOCKS, alone, drive, opened, play


def rang(monkeypatch: object, rings: dict[int, tuple[Ring, ...]], seconds: float, **values: float) -> list:
    """What bells are played: block, place, gain."""
    found = []
    inner = Events.play

    def noted(
        self: Events, sound: object, gain: float, place: float, rate: float = 1.0, owner: str = ""
    ) -> None:
        found.append((blocks[0], place, gain))
        inner(self, sound, gain, place, rate, owner)  # type: ignore[arg-type]

    monkeypatch.setattr(Events, "play", noted)  # type: ignore[attr-defined]
    blocks = [0]
    with opened(alone("bells")) as voice:
        told = {f"/voice/{name}": value for name, value in values.items()}
        voice.drive(drive("here", told))
        play(voice, 1.0)
        for index in range(round(seconds * BLOCKS)):
            blocks[0] = index
            if index in rings:
                voice.drive(drive("here", told, rings=rings[index]))
            voice.render()
    return found


def ring(strength: float, x: float = 0.5) -> Ring:
    return Ring(x=x, y=0.5, strength=strength, time=0.0)


def test_what_rings_is_seen_once_by_the_bells_and_once_by_every_patch_beside_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, list[float]] = {"water": [], "bells": []}

    def noted(self: Patch, now: Moment) -> None:
        seen[self.name] += [one.strength for one in now.rings]

    monkeypatch.setattr(Water, "step", noted)
    monkeypatch.setattr(Bells, "step", noted)
    told = [0.01 * (index + 1) for index in range(60)]
    with opened(alone("water", "bells")) as voice:
        voice.drive(drive("here"))
        play(voice, 0.5)
        for strength in told:
            voice.drive(drive("here", rings=(ring(strength),)))
            play(voice, BLOCK / RATE)
        voice.drive(drive("here"))
        play(voice, 0.1)
    assert seen == {"water": told, "bells": told}


def test_no_second_has_more_than_six(monkeypatch: object) -> None:
    chance = random.Random(2)
    rings = {index: (ring(chance.random()), ring(chance.random())) for index in range(0, 940, 3)}
    found = np.array([one[0] / BLOCKS for one in rang(monkeypatch, rings, 5.0)])

    most = max(((found >= start) & (found < start + 1.0)).sum() for start in found)
    assert 4 <= most <= 6
    assert len(found) >= 20


def test_of_those_that_come_together_the_strongest_ring(monkeypatch: object) -> None:
    strengths = [0.05, 0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5]
    found = rang(monkeypatch, {10: tuple(ring(one, one) for one in strengths)}, 1.0)

    assert sorted(place / 4.0 for _, place, _ in found) == sorted(sorted(strengths)[-6:])


def test_many_weak_ones_do_not_take_the_bells_of_strong_ones(monkeypatch: object) -> None:
    strong = {index: (ring(0.9, 1.0),) for index in range(30, 1800, 107)}
    weak = {
        index: (ring(0.1 + 0.0001 * (index % 97), 0.0),) for index in range(0, 1800, 9) if index not in strong
    }
    found = rang(monkeypatch, weak | strong, 1800 / BLOCKS)

    assert sum(place == 4.0 for _, place, _ in found) >= 0.9 * len(strong)
    assert sum(place == 0.0 for _, place, _ in found) > len(strong)


def test_strong_ones_are_louder(monkeypatch: object) -> None:
    found = rang(monkeypatch, {10: (ring(0.1),), 400: (ring(1.0),)}, 3.0)

    assert found[1][2] > 2.0 * found[0][2]


def test_each_rings_with_its_own_block_while_nothing_is_astray(monkeypatch: object) -> None:
    times = [10, 57, 101, 222, 300]
    found = rang(monkeypatch, {time: (ring(0.8),) for time in times}, 2.0)

    assert [block for block, *_ in found] == times


def test_sound_runs_ahead_of_the_light_and_behind_it(monkeypatch: object) -> None:
    times = np.arange(20, 3700, 60)
    found = rang(monkeypatch, {int(time): (ring(0.8),) for time in times}, 20.0, ahead=0.4)
    heard = np.array([block for block, *_ in found])

    after = np.array([(one - times[times <= one].max(initial=0)) / BLOCKS for one in heard])
    at_once = np.isin(heard, times).mean()
    assert 0.1 < at_once < 0.9
    assert ((after > 0.02) & (after < 0.4)).sum() > 8
    assert len(heard) <= 1.4 * len(times)


def test_sounds_are_read_between_their_samples_and_panned_with_equal_power() -> None:
    samples = np.random.default_rng(1).standard_normal(5000).astype(np.float32)
    for rate, over in ((1.0, 1), (0.731, 1), (1.618, 2), (8.0, 2)):
        events = Events()
        events.play(Sound(samples, over=over), 0.5, 7.25, rate)
        blocks = []
        while (block := events.render()) is not None:
            blocks.append(block)
        heard = np.concatenate(blocks, axis=1)
        places = np.arange(heard.shape[1]) * rate * over
        told = 0.5 * np.interp(places, np.arange(5001), np.append(samples, 0.0), right=0.0)
        for station, gain in ((7, np.cos(np.pi / 8)), (0, np.sin(np.pi / 8))):
            assert np.abs(heard[station] - gain * told).max() < 1e-4
        assert not heard[1:7].any()
        assert len(events) == 0


def test_sounds_are_bounded_and_end(monkeypatch: object) -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here", {"/voice/tide/level": 0.0}))
        play(voice, 0.3)
        sound = Sound(ramp(0.1 * np.sin(2 * np.pi * 40.0 * np.arange(RATE) / RATE), 0.05, 0.05))
        heard = []
        for index in range(3 * MOST):
            voice._events.play(sound, 1.0, index % 8)
            heard.append(voice.render())
            assert voice.sounding <= MOST + 8
        assert voice.stolen >= 2 * MOST - 8
        assert np.abs(np.diff(np.concatenate(heard, 1), n=2, axis=1)).max() < 1e-3
        play(voice, sound.seconds() + 0.2)

        assert voice.sounding == 0


def test_thousands_of_sounds_leave_nothing_behind() -> None:
    with opened(alone("tide")) as voice:
        voice.drive(drive("here", {"/voice/tide/level": 0.0}))
        play(voice, 0.1)
        sound = min(voice._studio.library["ticks"], key=lambda one: one.length)

        def many(count: int) -> int:
            for index in range(count):
                voice._events.play(sound, 0.05, index % 8, 4.0)
                voice.render()
            return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

        before = many(150)
        assert many(700) - before < 4_000_000
        play(voice, sound.seconds() + BLOCK / RATE)
        assert voice.sounding == 0
