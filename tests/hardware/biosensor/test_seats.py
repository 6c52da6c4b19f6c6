"""Who sits where: a dropout is held and faded, a hand-over begins anew."""

import numpy as np
import pytest

from hardware.biosensor.bank import SensorBank
from hardware.biosensor.seats import FADE, HOLD, OFF, QUIET, Seats, check_seats
from installation.contract import Reading
from installation.neuro.people import FRESH
from tests.hardware.biosensor.made import Floats, ppg

PLACES = ((0.2, 0.3), (0.8, 0.4))
RATE = 100.0


class Room:
    """Two grips, a bank and seats, stepped by a clock of our own."""

    def __init__(self) -> None:
        self.bank = SensorBank(2, 1.0)
        self.seats = Seats("grips", 5, PLACES, self.bank.forget)
        self.now = 100.0

    def live(self, seconds: float, first: Floats | None, second: Floats | None = None) -> list[Reading]:
        """Let time pass while the grips say this, None for a grip that is silent; signals begin anew."""
        found: list[Reading] = []
        for at in range(0, round(seconds * RATE), 10):
            self.now += 0.1
            for seat, signal in enumerate((first, second)):
                if signal is not None:
                    self.seats.heard(seat, self.now)
                    self.bank.feed(seat, "ppg", RATE, signal[at : at + 10], self.now)
            told = self.bank.look(self.now)
            for seat in range(2):
                touches, good = self.bank.state(seat)
                self.seats.judge(seat, self.now, touches=touches, good=good)
            found += self.seats.readings(told, self.now)
        return found


def hearts(found: list[Reading], person: int) -> list[float]:
    return [float(one.values[0]) for one in found if one.address == f"/person/{person}/heart"]


def last(found: list[Reading], address: str) -> float:
    return float([one for one in found if one.address == address][-1].values[0])


def held(bpm: float, seconds: float = 40.0, seed: int = 1) -> Floats:
    return ppg(bpm, seconds, RATE, seed)[0]


LOOSE = np.full(6000, 0.4)


def test_each_seat_is_a_person_of_its_own_and_all_is_private() -> None:
    room = Room()
    found = room.live(20.0, held(60), held(90))
    assert hearts(found, 5)[-1] == pytest.approx(60.0, rel=0.05)
    assert hearts(found, 6)[-1] == pytest.approx(90.0, rel=0.05)
    assert (last(found, "/person/5/x"), last(found, "/person/6/y")) == (0.2, 0.4)
    assert last(found, "/person/5/quality") == 1.0
    assert all(one.private and one.source == "grips" for one in found)
    assert room.seats.people == 2


def test_a_dropout_is_held_then_faded_and_who_is_back_is_the_same_person() -> None:
    room = Room()
    room.live(20.0, held(60))
    silence = room.live(HOLD + FADE - 0.5, None)
    quality = [float(one.values[0]) for one in silence if one.address == "/person/5/quality"]
    assert quality == sorted(quality, reverse=True)
    assert 0.0 < quality[-1] < 0.3
    early = [one for one in silence if one.time < 120.0 + HOLD and one.address == "/person/5/quality"]
    assert all(one.values == (1.0,) for one in early), "held"
    assert room.seats.people == 1
    back = room.live(12.0, held(61, seed=2))
    assert last(back, "/person/5/quality") == 1.0
    assert hearts(back, 5)


def test_a_sensor_that_stays_silent_is_on_nobody_and_nothing_is_told_any_more() -> None:
    room = Room()
    room.live(20.0, held(60))
    room.live(HOLD + FADE + 0.5, None)
    assert room.seats.people == 0
    rest = room.live(10.0, None)
    assert rest == []


def test_a_hand_over_leaves_nothing_of_the_former_person() -> None:
    room = Room()
    room.live(25.0, held(60))
    off = room.live(4.0, LOOSE)
    assert room.seats.people == 0
    assert last(off, "/person/5/quality") < 1.0
    began = room.now
    # The next one has a pulse that the first one's usual would call missed beats.
    found = room.live(30.0, held(110, seed=4))
    rates = hearts(found, 5)
    assert all(rate == pytest.approx(110.0, rel=0.1) for rate in rates)
    first = min(one.time for one in found if one.address == "/person/5/heart")
    assert first - (began - 4.0) > QUIET - OFF
    fresh = Room()
    fresh.now = room.now - 30.0
    alone = fresh.live(30.0, held(110, seed=4))
    assert rates[-10:] == hearts(alone, 5)[-10:], "as if nobody had been there before"


def test_between_two_people_a_seat_is_quiet_for_longer_than_anything_stays_fresh() -> None:
    assert float(FRESH.max()) < QUIET


def test_a_movement_is_no_hand_over() -> None:
    room = Room()
    room.live(20.0, held(60))
    moved = held(60)
    moved[:300] += 0.2 * np.sin(np.arange(300) / 7.0) + np.linspace(0.0, 0.3, 300)
    found = room.live(20.0, moved)
    assert room.seats.people == 1
    assert not [one for one in found if one.address == "/person/5/quality" and one.values[0] < 1.0]


def test_a_pulse_is_one_at_the_beat_and_nought_after_it() -> None:
    room = Room()
    found = [one for one in room.live(30.0, held(60)) if one.address == "/person/5/pulse"]
    values = [one.values[0] for one in found]
    assert values[:2] == [1.0, 0.0]
    assert values.count(1.0) == pytest.approx(values.count(0.0), abs=1)
    assert values.count(1.0) > 15


def test_a_breath_that_stops_coming_fades_to_rest() -> None:
    room = Room()
    room.live(20.0, held(60))
    room.seats.readings([(0, "breath", 0.8, room.now)], room.now)
    found = room.live(HOLD + FADE + 0.2, held(60, seed=3))
    values = [float(one.values[0]) for one in found if one.address == "/person/5/breath"]
    assert values[0] == pytest.approx(0.8)
    assert values == sorted(values, reverse=True)
    assert values[-1] == 0.0


def test_closing_forgets_everybody() -> None:
    room = Room()
    room.live(20.0, held(60))
    room.seats.clear()
    assert room.seats.people == 0
    assert room.bank.look(room.now) == []


@pytest.mark.parametrize(("first", "count", "good"), [(1, 40, True), (40, 1, True), (40, 2, False)])
def test_there_are_forty_numbers(first: int, count: int, good: bool) -> None:
    if good:
        check_seats(first, count)
    else:
        with pytest.raises(ValueError, match="lower first"):
            check_seats(first, count)


def test_who_is_read_at_once_is_told_of_only_after_the_quiet() -> None:
    gone: list[int] = []
    seats = Seats("straps", 1, PLACES, gone.append)

    def look(now: float, *, on: bool) -> bool:
        seats.heard(0, now)
        seats.judge(0, now, touches=on, good=on)
        seats.readings([], now)
        return seats.admits(0)

    assert look(10.0, on=True)
    assert not look(10.0 + OFF + 0.1, on=False)
    assert gone == [0]
    assert not look(13.0, on=True), "another one, whose rate the strap knows at once"
    assert not look(10.0 + QUIET - 0.1, on=True)
    assert look(10.0 + QUIET + 0.1, on=True)
