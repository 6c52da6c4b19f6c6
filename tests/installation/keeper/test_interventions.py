"""Each time that the guard steps in is told once, and not too often."""

import logging

import pytest

from installation.keeper.interventions import APART, LONG, Interventions


@pytest.fixture
def told(caplog):
    caplog.set_level(logging.INFO, logger="installation.keeper.interventions")
    return caplog


def play(account, start, seconds, reduction, cause="room"):
    for tick in range(round(seconds * 50)):
        account.note(start + tick / 50, reduction, cause)
    return start + seconds


def test_an_intervention_is_one_line_with_cause_ratio_and_length(told):
    account = Interventions("lamps")
    now = play(account, 0.0, 2.0, 0.0)
    now = play(account, now, 1.0, 0.4)
    now = play(account, now, 0.2, 0.0)  # a short pause belongs to it
    now = play(account, now, 1.0, 0.7, "chase")
    assert told.messages == []
    assert account.report()["last"]["cause"] == "chase"
    play(account, now, 1.0, 0.0)
    assert len(told.messages) == 1
    assert "70 %" in told.messages[0]
    assert "three rises of the room" in told.messages[0]
    assert "2.2 s" in told.messages[0]
    assert account.report() == {
        "interventions": 1,
        "last": {"seconds": 2.18, "cause": "chase", "reduction": 0.7},
    }


def test_one_that_goes_on_is_told_of_meanwhile(told):
    account = Interventions("lamps")
    play(account, 0.0, LONG + 1.0, 0.5)
    assert len(told.messages) == 1
    assert "goes on" in told.messages[0]


def test_many_are_counted_and_not_all_told(told):
    account = Interventions("lamps")
    now = 0.0
    for _ in range(12):
        now = play(account, now, 0.4, 0.9)
        now = play(account, now, 0.6, 0.0)
    assert account.report()["interventions"] == 12
    assert len(told.messages) == 2
    assert "9 more" in told.messages[1] or "10 more" in told.messages[1]
    assert now > APART


def test_nothing_is_told_when_nothing_was_darkened(told):
    account = Interventions("lamps")
    play(account, 0.0, 5.0, 0.0)
    assert told.messages == []
    assert account.report() == {"interventions": 0, "last": {}}
