"""The room's choice: stillness that people share."""

import numpy as np
import pytest

from installation.bodies.choice import Choice, ChoiceLaws, caring

WIDTH = 4.0


def care(*people: tuple[float, float, float]) -> int:
    """Each is x and y in metres, and seconds of stillness."""
    table = np.array(people, np.float64).reshape(-1, 3)
    return caring(table[:, :2], table[:, 2], np.ones(len(table), np.bool_), WIDTH)


def test_stillness_counts_in_the_middle_or_in_company() -> None:
    assert care() == 0
    assert care((2.0, 1.0, 5.0)) == 1
    assert care((2.0, 1.0, 0.2)) == 0, "not still yet"
    assert care((0.3, 1.0, 5.0)) == 0, "alone at the side"
    assert care((0.3, 1.0, 5.0), (1.2, 1.0, 0.0)) == 1, "somebody is near, though not still"
    assert care((0.3, 1.0, 5.0), (1.2, 1.0, 9.0)) == 2
    assert care((0.3, 1.0, 5.0), (3.8, 1.0, 9.0)) == 0


def test_who_has_gone_is_not_company() -> None:
    at, still = np.array([[0.3, 1.0], [0.5, 1.0]]), np.array([5.0, 5.0])
    assert caring(at, still, np.array([True, False]), WIDTH) == 0


def chosen_after(present: int, caring: int, laws: ChoiceLaws | None = None) -> float | None:
    """Seconds until the room heals; None if it does not within the window."""
    choice = Choice()
    choice.begin()
    for step in range(1, 76 * 10):
        if choice.advance(0.1, present, caring, laws or ChoiceLaws()):
            return step * 0.1
    return None


def test_one_visitor_needs_thirty_of_seventy_five_seconds() -> None:
    assert chosen_after(1, 1) == pytest.approx(30.0, abs=0.2)


def test_a_crowd_needs_the_same_share_of_all_its_seconds() -> None:
    assert chosen_after(40, 40) == pytest.approx(30.0, abs=0.2)
    assert chosen_after(40, 17) == pytest.approx(70.6, abs=0.3)
    assert chosen_after(40, 15) is None
    assert chosen_after(6, 3) == pytest.approx(60.0, abs=0.2)


def test_nobody_divides() -> None:
    assert chosen_after(0, 0) is None


def test_progress_never_falls_and_a_choice_stands_until_the_next_one_opens() -> None:
    choice = Choice()
    assert not choice.advance(1.0, 1, 1), "it is not open"
    choice.begin()
    seen = [choice.progress]
    for second in range(75):
        choice.advance(1.0, 1 if second < 40 else 5, 1 if second < 20 else 0)
        seen.append(choice.progress)
    assert seen == sorted(seen)
    assert 0.5 < seen[-1] < 1.0
    choice.end()
    assert not choice.heal
    choice.begin()
    for _ in range(40):
        choice.advance(1.0, 1, 1)
    choice.end()
    choice.advance(1.0, 5, 0)
    assert choice.heal
    choice.begin()
    assert not choice.heal
