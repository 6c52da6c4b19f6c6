"""The machine of one mean."""

import math

import numpy as np
import pytest

from installation.safety.law import LAWS
from installation.safety.strict import Strict
from tests.judges import most_in_a_second, transitions


@pytest.mark.parametrize("still", [True, False])
def test_a_drift_of_small_runs_cannot_swing_several_times_a_second(still):
    machine = Strict(LAWS["standard"], still=still)
    put = []
    for index in range(60 * 8):
        swing = 0.25 * abs((index / 60 * 3) % 1 * 2 - 1)
        wanted = 0.3 + swing + (0.05 if index % 2 else 0.0)
        mean = min(wanted, machine.cap(1 / 60))
        machine.commit(mean)
        put.append([mean])
    assert most_in_a_second(transitions(np.array(put)), 60) <= 3


def settled(level: float, *, still: bool = False) -> Strict:
    """A machine that has stood at ``level`` for longer than every rest."""
    machine = Strict(LAWS["standard"], still=still)
    for _ in range(6):
        machine.commit(min(level, machine.cap(0.5)))
    machine.commit(level - 0.01)  # ends the run of the start
    machine.cap(2.0)
    return machine


def test_the_next_float_above_the_cap_is_no_rise_in_a_rest():
    """``mean * (cap / mean)`` rounds: it freed a window's mean in the middle of its rest."""
    machine = Strict(LAWS["standard"], still=False)
    cap = machine.level + LAWS["standard"].step
    machine.after_rise = 0.0  # only the rule of two rises is left
    assert machine.cap(0.1) == cap
    machine.commit(math.nextafter(cap, 1.0))
    assert not machine.rising
    assert machine.cap(0.1) <= cap


def test_after_an_event_another_run_stays_under_the_size_of_an_event():
    law = LAWS["standard"]
    machine = settled(0.2)
    machine.commit(0.27)  # a rise that is an event
    machine.cap(0.1)
    machine.commit(0.26)
    assert machine.cap(0.1) == pytest.approx(0.26 + 0.9 * law.window_step)
    machine.cap(0.9)
    assert machine.cap(0.1) == math.inf


def test_a_step_back_within_the_slack_does_not_begin_another_run():
    law = LAWS["standard"]
    machine = settled(0.2)
    for _ in range(3):  # together an event, apart none
        machine.commit(machine.extreme + 0.03)
        machine.cap(0.01)
        machine.commit(machine.extreme - 0.5 * law.slack)
        machine.cap(0.01)
    assert machine.after_rise > 0.9


def test_a_rise_that_has_stood_for_long_and_grows_gives_the_whole_rest_again():
    law = LAWS["standard"]
    machine = settled(0.2)
    machine.commit(0.3)  # a rise that is an event
    for _ in range(8):
        machine.cap(0.5)
        machine.commit(0.3)
    machine.commit(0.8)  # and grows
    machine.cap(0.1)
    machine.commit(0.75)  # a step back that is no event
    assert machine.cap(0.1) == pytest.approx(0.75 + 0.9 * law.window_step)
    machine.commit(0.78)
    machine.cap(0.9)
    assert machine.cap(0.1) == math.inf
