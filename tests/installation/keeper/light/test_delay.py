"""Lamps that follow a late projector, tick by tick: what waits, and what never does."""

from collections.abc import Iterator

import numpy as np
import pytest

from installation.devices.adapters import OutputSupervisor
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.delay import Delay
from installation.keeper.light.look import CROSSFADE, GAP, Look
from installation.keeper.light.wire import Wire
from installation.show.venue_model import LightSettings
from installation.values import LIGHT_RATE, LONGEST_LIGHT_DELAY
from tests.installation.keeper.light.test_wire import Ear
from tests.installation.keeper.tiny_keeper import PlainEncoder
from tests.installation.keeper.tiny_light import HEAD

TICK = 0.02
DELAY = 0.09


class Rigged:
    def __init__(self, delay: float = DELAY) -> None:
        self.now = 100.0
        self.mapping = Mapping.create(1)
        self.ear = Ear()
        output = OutputSupervisor(self.ear)
        output.open(0.0)
        settings = LightSettings(hold_s=2.0, fade_s=1.0, delay=delay)
        look = Look(settings, np.zeros((1, 512), np.float32), None, self.now)
        self.wire = Wire(self.mapping, look, PlainEncoder(), [output], 50.0, now=lambda: self.now)

    def run(self, seconds: float, level: int = 255, *, publish: bool = True, early: float = 0.0) -> list[int]:
        """Levels on the wire; each frame was made ``early`` seconds before its tick."""
        begun = len(self.ear.heard)
        for number in range(round(seconds / TICK)):
            if publish:
                light = np.full((1, 512), level * 257, np.uint16)
                self.mapping.state.write(HEAD.pack(number, self.now - early) + light.tobytes())
            self.wire.tick(self.now, TICK)
            self.now += TICK
        return [level for _, level in self.ear.heard[begun:]]


@pytest.fixture
def rigged() -> Iterator[Rigged]:
    made = Rigged()
    yield made
    made.mapping.close()


def lit(rigged: Rigged) -> Rigged:
    assert rigged.run(DELAY + CROSSFADE + 0.5)[-1] == 255
    return rigged


def test_light_is_late_by_the_delay_and_not_by_more(rigged: Rigged) -> None:
    assert lit(rigged).run(0.3, 51) == 5 * [255] + 10 * [51]


def test_the_delay_counts_from_when_a_frame_was_made(rigged: Rigged) -> None:
    lit(rigged)
    assert rigged.run(0.3, 51, early=0.015) == 4 * [255] + 11 * [51]
    assert rigged.run(0.3, 255, early=0.035) == 3 * [51] + 12 * [255]


def test_without_a_delay_nothing_waits() -> None:
    rigged = Rigged(0.0)
    assert rigged.run(CROSSFADE + 0.5)[-1] == 255
    assert rigged.run(0.1, 51) == 5 * [51]
    rigged.mapping.close()


def test_a_blackout_is_never_delayed_and_what_follows_it_is_the_light_of_then(rigged: Rigged) -> None:
    lit(rigged)
    rigged.wire.blackout = True
    assert rigged.run(0.2, 51) == 10 * [0]
    rigged.wire.blackout = False
    assert rigged.run(0.2, 51) == 10 * [51]


def test_a_panic_is_never_delayed(rigged: Rigged) -> None:
    lit(rigged)
    rigged.wire.calm = True  # as the stage says in the frame in which it begins
    assert rigged.run(0.06, 51) == 3 * [51]
    rigged.wire.calm = False
    assert rigged.run(0.14, 255) == 5 * [51] + 2 * [255]


def test_the_keepers_own_panic_does_not_wait_for_the_stage(rigged: Rigged) -> None:
    lit(rigged)
    rigged.wire.panic = True
    seen = rigged.run(0.5)
    assert seen[0] == 255
    assert seen[1] < 255, "the fade begins at once"


def test_a_stop_is_not_delayed(rigged: Rigged) -> None:
    lit(rigged)
    rigged.wire.tick(rigged.now, TICK, ending=True)
    assert rigged.ear.heard[-1][1] == 0


def test_a_stage_that_dies_takes_along_what_waited(rigged: Rigged) -> None:
    lit(rigged)
    rigged.run(0.04, 51)
    rigged.wire.interrupt()
    assert set(rigged.run(GAP + 0.2, publish=False)) == {255}
    assert rigged.wire.look.state == "held"


@pytest.mark.parametrize("rate", [30, 44, 60, 144, 1000])
def test_however_fast_frames_come_few_wait_and_each_comes_out_in_time(rate: int) -> None:
    delay = Delay(7.0)
    assert delay.seconds == LONGEST_LIGHT_DELAY
    shown: float | None = None
    for number in range(3 * rate):
        now = number / rate
        delay.put(np.full((1, 512), now, np.float32), now, now)
        due = delay.take(now)
        shown = shown if due is None else float(due[1][0, 0])
        if now > LONGEST_LIGHT_DELAY + 0.1:
            assert shown is not None
            assert -1e-6 <= now - LONGEST_LIGHT_DELAY - shown <= 2.0 / min(rate, LIGHT_RATE) + 1e-3
    assert len(delay._waiting) <= 2 * LONGEST_LIGHT_DELAY * LIGHT_RATE + 3
    delay.clear()
    assert delay.take(1e9) is None


def test_a_frame_with_a_senseless_time_is_no_later_and_no_earlier_than_that() -> None:
    delay = Delay(DELAY)
    light = np.zeros((1, 512), np.float32)
    for made in (-1e12, 1e12, float("nan")):
        delay.put(light, 1.0, made)
        assert delay.take(0.98) is None
        due = delay.take(1.0 + DELAY)
        assert due is not None
        assert due[1] is light
