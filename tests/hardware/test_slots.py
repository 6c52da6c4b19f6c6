"""Numbers stay with their bodies."""

import pytest

from hardware.slots import GAP, NEAR, Slots


def number(slots: Slots, key: object, x: float, now: float) -> int | None:
    person = slots.place(key, x, 0.5, now)  # type: ignore[arg-type]
    return None if person is None else person.number


def test_bodies_take_the_lowest_numbers_and_keep_them() -> None:
    slots = Slots()
    assert [number(slots, key, 0.1 * key, 0.0) for key in range(1, 5)] == [1, 2, 3, 4]
    slots.leave(2, 0.1)
    assert number(slots, 3, 0.9, 0.2) == 3
    assert len(slots) == 3


def test_a_body_that_was_lost_for_a_moment_keeps_its_number() -> None:
    slots = Slots()
    number(slots, "a", 0.2, 0.0)
    number(slots, "b", 0.8, 0.0)
    slots.leave("a", 1.0)
    slots.leave("b", 1.0)
    assert number(slots, "c", 0.8 + NEAR * 0.9, 1.0 + GAP * 0.9) == 2
    assert number(slots, "d", 0.2, 1.0 + GAP * 0.9) == 1


@pytest.mark.parametrize(("x", "later"), [(0.2 + 1.1 * NEAR, 0.5 * GAP), (0.9, 0.0)])
def test_another_body_does_not_take_a_number_that_somebody_may_come_back_to(x: float, later: float) -> None:
    slots = Slots()
    number(slots, "a", 0.2, 0.0)
    slots.leave("a", 1.0)
    assert number(slots, "b", x, 1.0 + later) == 2
    assert number(slots, "c", 0.2, 1.0 + later) == 1


def test_a_number_is_free_again_after_the_gap() -> None:
    slots = Slots()
    number(slots, "a", 0.2, 0.0)
    slots.leave("a", 1.0)
    assert number(slots, "b", 0.2, 1.1 + GAP) == 1


def test_no_more_people_than_numbers() -> None:
    slots = Slots(first=39, most=40)
    assert [number(slots, key, 0.3 * key, 0.0) for key in range(3)] == [39, 40, None]
    slots.leave(0, 0.1)
    assert number(slots, 2, 0.9, 0.2) == 39  # nobody else can have it, so the one who may come back loses it


def test_speed_is_in_metres_and_stillness_follows() -> None:
    slots = Slots(size=(6.0, 4.0))
    for frame in range(120):
        person = slots.place("a", 0.2 + 0.8 / 6.0 * frame / 60, 0.5, frame / 60)
    assert person is not None
    assert slots.speed(person) == pytest.approx(0.8, rel=0.05)
    assert slots.readings(person, 2.0, "t")[2].values == (0.0,)
    x = person.x
    for frame in range(120, 360):
        slots.place("a", x + 0.002 * (frame % 2), 0.5, frame / 60)
    assert slots.readings(person, 6.0, "t")[2].values == (1.0,)
