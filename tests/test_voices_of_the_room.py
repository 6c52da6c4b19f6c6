"""What the ears hear of the people reaches sea and rally of the shipped show, and never the choice."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.bench.ears.signals import noise, speech
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.sound import heard_readings
from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears
from tests.installation.sound.ears.sounds import hear

Samples = NDArray[np.float32]

VOICES = "/scene/rally/voices"
STIR = "/scene/sea-sparkle/stir"
FRAME = 1.0 / 30.0
HOPS = round(FRAME * RATE / BLOCK)
"""Hops of a frame."""
CALM, LONG = 12.0, 8.0
SOFT = 0.005
"""What steps have at their loudest: 400 ms of them are a decibel and a half above the room."""


def room(seconds: float) -> Samples:
    """A room in which nobody makes a sound: about -63 LUFS in one channel."""
    return noise("room", round(seconds * RATE), np.random.default_rng(5)) * np.float32(0.001)


def talk(decibels: float) -> Samples:
    """People who talk, so far above the noise of the room."""
    said = speech(LONG, np.random.default_rng(6))
    power = float(np.mean(said * said))
    return np.asarray(said * 0.001 * 10.0 ** (decibels / 20.0) / np.sqrt(power), np.float32)


def steps() -> Samples:
    """Somebody who walks: soft heels on a floor, each with a scuff."""
    chance = np.random.default_rng(7)
    made, t = np.zeros(round(LONG * RATE), np.float32), np.arange(round(0.12 * RATE)) / RATE
    for at in np.arange(0.4, LONG - 0.3, 0.55):
        heel = np.sin(2.0 * np.pi * 95.0 * chance.uniform(0.85, 1.15) * t) * np.exp(-t / 0.025)
        scuff = noise("pink", t.size, chance) * np.exp(-t / 0.03) * 0.15
        begin = round(at * RATE)
        made[begin : begin + t.size] += SOFT * (heel * np.minimum(t / 0.002, 1.0) + scuff)
    return made


CLAPS = (1.0, 2.6, 4.1, 6.0)


def claps() -> Samples:
    """Four claps, 30 dB above the room for a moment."""
    chance = np.random.default_rng(3)
    made, t = np.zeros(round(LONG * RATE), np.float32), np.arange(round(0.2 * RATE)) / RATE
    for at in CLAPS:
        begin = round(at * RATE)
        burst = noise("white", t.size, chance) * np.exp(-t / 0.012) * np.minimum(t / 0.0008, 1.0)
        made[begin : begin + t.size] += np.float32(0.03) * burst
    return made


def opened() -> Player:
    options = StageOptions(venue="loopback")
    return build_player(read_production(options), options, ManualClock(FRAME), None, repeatable=True)


def listened(player: Player, after: Samples, target: str = VOICES) -> tuple[list[float], list[float]]:
    """Play a room in which nobody speaks, then one with these sounds; return what a parameter got in each."""
    samples = room(CALM + LONG)
    samples[-after.size :] += after
    heard = hear(Ears(1), samples)
    found: tuple[list[float], list[float]] = ([], [])
    for first in range(0, len(heard), HOPS):
        now = first * BLOCK / RATE
        entries = heard_readings(heard[first : first + HOPS], lambda _address: True, everything=False)
        assert player.step([*player.features(), *entries], now).refused == ()
        found[now >= CALM].append(player.tree.get(target)[0])
    return found


@pytest.mark.parametrize(
    ("sounds", "least", "most"),
    [
        pytest.param(lambda: room(LONG) * 0.0, 0.0, 0.05, id="nobody"),
        pytest.param(lambda: talk(9.0), 0.6, 1.0, id="talk"),
        pytest.param(steps, 0.2, 0.6, id="steps"),
    ],
)
def test_talk_and_steps_spread_the_rally_and_silence_does_not(
    sounds: Callable[[], Samples], least: float, most: float
) -> None:
    before, after = listened(opened(), sounds())
    half = len(after) // 2
    assert np.mean(before[len(before) // 2 :]) < 0.1
    assert least <= np.mean(after[half:]) <= most


def test_a_clap_lights_a_patch_of_the_sea_and_steps_do_not() -> None:
    silent, stirred = listened(opened(), claps(), STIR)
    rises = [at for at in range(1, len(stirred)) if stirred[at] > 0.6 > stirred[at - 1]]
    heard = [one for one in CLAPS if any(abs(at * HOPS * BLOCK / RATE - one) < 0.1 for at in rises)]
    assert max(silent[len(silent) // 2 :]) == 0.0
    assert len(heard) >= 3
    assert len(rises) <= len(CLAPS)
    assert max(listened(opened(), steps(), STIR)[1]) == 0.0


def test_nobody_has_to_shout() -> None:
    talked, shouted = (np.mean(listened(opened(), talk(level))[1]) for level in (14.0, 34.0))
    assert talked > 0.8 * shouted


def test_without_ears_the_score_stands_and_when_they_fall_silent_the_score_returns() -> None:
    player = opened()
    assert player.tree.get(VOICES) == (0.0,)
    listened(player, talk(20.0))
    assert player.tree.get(VOICES)[0] > 0.5
    for _ in range(round(60.0 / FRAME)):
        player.step(player.features(), player.frame.time)
    assert player.tree.get(VOICES)[0] == pytest.approx(0.0, abs=0.01)


def test_no_sound_moves_the_choice() -> None:
    heard = ("/ears/", "/signal/steps")
    reached = {route.target for route in opened().show.routes if route.source.startswith(heard)}
    assert VOICES in reached
    assert not any(to.startswith(("/choice", "/scene/choice", "/bodies")) for to in reached)
