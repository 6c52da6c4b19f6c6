"""What the lamps wear while the stage lives, falls silent, dies and returns. No clock, no process."""

from itertools import pairwise

import numpy as np
import pytest

from installation.keeper.light.look import CROSSFADE, GAP, RISE, Look
from installation.light.power import Crossfade
from installation.show.venue_model import LightSettings

SETTINGS = LightSettings(hold_s=10.0, fade_s=4.0)
FULL = np.full((1, 512), 1.0, np.float32)
HALF = np.full((1, 512), 0.5, np.float32)
SAFE = np.full((1, 512), 0.2, np.float32)


def look(hazard=None, settings=SETTINGS):
    return Look(settings, SAFE, hazard, 0.0)


def live(machine, until, light=FULL, since=0.0):
    """Feed it 50 frames a second."""
    now = since
    while now <= until:
        machine.take(light, now)
        machine.step(now)
        now += 0.02
    return now - 0.02


def test_it_starts_dark_and_crossfades_to_the_first_frame():
    machine = look()
    assert machine.step(0.1).max() == 0
    assert machine.state == "dark"
    machine.take(FULL, 1.0)
    assert machine.step(1.0).max() == 0
    machine.take(FULL, 1.5)
    assert machine.step(1.5)[0, 0] == pytest.approx(0.5 / CROSSFADE)
    machine.take(FULL, 2.0)
    assert machine.step(2.0)[0, 0] == 1.0


def test_a_stage_that_never_comes_leads_to_the_safe_look():
    machine = look()
    assert machine.step(9.9).max() == 0
    assert machine.step(14.1)[0, 0] == pytest.approx(0.2)
    assert machine.state == "safe"


def test_the_last_look_is_held_then_faded_to_the_safe_look():
    machine = look()
    last = live(machine, 3.0)
    assert machine.step(last + 9.9)[0, 0] == 1.0
    assert machine.state == "held"
    assert machine.step(last + 12.0)[0, 0] == pytest.approx(0.6)
    assert machine.state == "fading"
    assert machine.step(last + 14.0)[0, 0] == pytest.approx(0.2)
    assert machine.state == "safe"


def returns(machine, when, light, until):
    """The stage is back: ``light`` is its level, seconds after that."""
    seen = []
    for step in range(round(until * 50)):
        machine.take(np.full((1, 512), light(step / 50), np.float32), when + step / 50)
        seen.append(float(machine.step(when + step / 50)[0, 0]))
    return seen


def test_a_stage_that_returns_is_held_off_and_then_crossfaded_to_from_what_is_shown():
    machine = look()
    last = live(machine, 3.0)
    machine.interrupt()
    assert machine.step(last + 5.0)[0, 0] == 1.0
    seen = returns(machine, last + 5.0, lambda _: 0.5, 4.0)
    assert set(seen[: round(RISE * 50)]) == {1.0}
    assert max(abs(a - b) for a, b in pairwise(seen)) < 0.02
    assert seen[-1] == 0.5


@pytest.mark.parametrize("rise", [0.5, 2.0, 3.0])
@pytest.mark.parametrize("killed", [True, False])
def test_the_lamps_do_not_dip_while_the_new_picture_rises_from_black(rise, killed):
    machine = look()
    last = live(machine, 3.0, HALF)
    if killed:
        machine.interrupt()
    machine.step(last + 3.0)
    seen = returns(machine, last + 3.0, lambda passed: 0.5 * min(1.0, passed / rise), 6.0)
    assert min(seen) > 0.47
    assert machine.state == "live"


def test_a_picture_that_never_stops_rising_is_gone_over_to_all_the_same():
    machine = look()
    last = live(machine, 3.0, HALF)
    machine.interrupt()
    returns(machine, last + 1.0, lambda passed: passed / 8, 8.0)
    assert machine.state == "live"


def test_a_stage_that_dies_again_and_again_before_it_has_risen_ends_in_the_safe_look_without_a_jump():
    machine = look()
    now = live(machine, 3.0)
    shown = [1.0]
    for _ in range(30):
        machine.interrupt()
        for _ in range(100):
            now += 0.02
            shown.append(float(machine.step(now)[0, 0]))
        shown += returns(machine, now, lambda _: 0.0, 0.5)
        now += 0.5
    assert shown[-1] == pytest.approx(0.2)
    assert min(shown) > 0.19
    assert max(abs(a - b) for a, b in pairwise(shown)) < 0.01


def test_an_interrupted_stage_is_crossfaded_to_even_if_it_is_back_at_once():
    machine = look()
    last = live(machine, 3.0)
    machine.interrupt()
    machine.take(HALF, last + 0.1)
    assert machine.step(last + 0.1)[0, 0] == 1.0


def test_a_short_gap_is_no_loss():
    machine = look()
    last = live(machine, 3.0)
    machine.take(HALF, last + GAP * 0.9)
    assert machine.step(last + GAP * 0.9)[0, 0] == 0.5
    assert machine.state == "live"


def test_panic_fades_to_the_safe_look_whatever_the_stage_sends_and_comes_back():
    machine = look()
    last = live(machine, 3.0)
    machine.panic(True, last)
    machine.take(FULL, last + 2.0)
    assert machine.step(last + 2.0)[0, 0] == pytest.approx(0.6)
    live(machine, last + 6.0, since=last + 2.0)
    assert machine.step(last + 6.0)[0, 0] == pytest.approx(0.2)
    machine.panic(False, last + 6.0)
    now = live(machine, last + 6.5, since=last + 6.0)
    assert machine.step(now)[0, 0] == pytest.approx(0.2 + 0.8 * (now - last - 6.0), abs=1e-3)


def test_the_first_frame_of_a_stage_does_not_hurry_the_fade_of_a_panic():
    machine = look()
    machine.panic(True, 0.0)
    assert machine.step(1.0)[0, 0] == pytest.approx(0.05)
    machine.take(FULL, 1.0)
    assert machine.step(2.0)[0, 0] == pytest.approx(0.1)
    assert machine.step(4.0)[0, 0] == pytest.approx(0.2)


def test_panic_works_without_a_stage():
    machine = look()
    last = live(machine, 3.0)
    machine.interrupt()
    machine.panic(True, last + 1.0)
    assert machine.step(last + 5.0)[0, 0] == pytest.approx(0.2)


def test_hazards_are_dark_on_every_failure_path():
    hazard = np.zeros((1, 512), bool)
    hazard[0, 7] = True
    machine = look(hazard)
    last = live(machine, 3.0)
    assert machine.step(last)[0, 7] == 1.0
    for later in (GAP + 0.01, 9.0, 12.0, 20.0):
        shown = machine.step(last + later)
        assert shown[0, 7] == 0.0
        assert shown[0, 6] > 0.0
    machine.take(FULL, last + 20.0)
    assert machine.step(last + 20.5)[0, 7] == 0.0
    machine.panic(True, last + 20.5)
    assert machine.step(last + 21.0)[0, 7] == 0.0


def test_without_a_fade_the_safe_look_comes_at_once():
    machine = look(settings=LightSettings(hold_s=1.0, fade_s=0.0))
    last = live(machine, 3.0)
    assert machine.step(last + 1.01)[0, 0] == pytest.approx(0.2)


def test_the_oldest_frame_that_lamps_still_show_is_that_of_the_held_look_until_it_is_left():
    machine = look()
    live(machine, 3.0)
    last = machine.oldest
    machine.interrupt()
    machine.take(HALF, 4.0)
    machine.step(4.0)
    returns(machine, 4.0, lambda _: 0.5, RISE + CROSSFADE - 0.1)
    fading = machine.oldest
    returns(machine, 4.0 + RISE + CROSSFADE, lambda _: 0.5, 0.1)

    assert last == pytest.approx(3.0, abs=0.03)
    assert fading == last
    assert machine.oldest > 7.0


@pytest.mark.parametrize("alive", [0.1, 0.4, 0.7])
def test_a_stage_that_hitches_again_and_again_leaves_old_frames_behind_without_a_jump(alive):
    machine = look()
    now, shown = live(machine, 3.0), []
    for number in range(8):
        light = np.full((1, 512), 0.8 if number % 2 else 0.1, np.float32)
        for step in range(30 + round(alive * 50)):
            now += 0.02
            if step > 30:
                machine.take(light, now)
            shown.append(float(machine.step(now)[0, 0]))
        assert number < 1 or machine.oldest > now - 3.0

    assert now > 8.0
    assert max(abs(a - b) for a, b in pairwise(shown)) < 0.04


def test_in_a_panic_no_old_frame_is_shown_once_the_safe_look_is_and_that_is_told():
    machine = look()
    last = live(machine, 3.0)
    machine.panic(True, last)
    live(machine, 6.9, since=last)
    fading = machine.oldest, machine.shows_safe
    now = live(machine, 7.2, since=6.9)
    panic = machine.oldest, machine.shows_safe
    machine.panic(False, now)
    leaving = [live(machine, now + 0.5, since=now) and machine.shows_safe]
    leaving += [live(machine, now + 1.5, since=now + 0.5) and machine.shows_safe]

    assert fading == (pytest.approx(last), True)
    assert panic == (pytest.approx(now), True)
    assert leaving == [True, False]


def test_filament_lamps_that_change_places_take_no_more_halfway():
    one, other = np.zeros((1, 512), np.float32), np.zeros((1, 512), np.float32)
    one[0, 0] = other[0, 1] = one[0, 2] = other[0, 3] = 1.0
    machine = Look(SETTINGS, SAFE, None, 0.0, Crossfade(np.array([0, 1])))
    last, power, light = live(machine, 3.0, one), [], []
    for step in range(60):
        now = last + 1.0 + step / 50
        machine.take(other, now)
        shown = machine.step(now)[0]
        power.append(float(shown[0] ** 0.47 + shown[1] ** 0.47))
        light.append(float(shown[2] + shown[3]))

    assert max(power) <= 1.001
    assert light == pytest.approx([1.0] * 60, abs=1e-6), "LEDs: in their light"
    assert shown[1] == 1.0


def test_a_frame_with_a_senseless_time_says_nothing_of_its_age():
    machine = look()
    live(machine, 3.0)
    before = machine.oldest
    for made in (1e12, float("nan"), -1e12):
        machine.take(FULL, 3.1, made)
        machine.step(3.1)

    assert machine.oldest == before


def test_a_stage_that_only_stopped_for_a_moment_is_crossfaded_to_at_once():
    machine = look()
    last = live(machine, 3.0)
    seen = returns(machine, last + 1.0, lambda _: 0.5, CROSSFADE + 0.1)

    assert max(abs(a - b) for a, b in pairwise(seen)) < 0.02
    assert seen[-1] == 0.5
