"""Where visitors' stories stand: beside each other, and in place of the show's own."""

from hypothesis import given
from hypothesis import strategies as st

from installation.stories import MOST_STORIES, Wall

OWN = [f"own {i}" for i in range(24)]


def test_the_shows_own_fill_the_wall_in_turn() -> None:
    assert Wall(OWN).rows == [OWN[i % 24] for i in range(MOST_STORIES)]
    assert Wall().rows == [""] * MOST_STORIES


def test_visitors_take_the_places_of_the_shows_own_until_none_is_left() -> None:
    wall = Wall(OWN)
    for i in range(22):
        before = list(wall.rows)
        wall.add(f"v{i}")
        changed = [j for j in range(MOST_STORIES) if wall.rows[j] != before[j]]
        assert 1 <= len(changed) <= 3
        assert all(wall.rows[j] == f"v{i}" for j in changed)
    assert not any(one.startswith("own") for one in wall.rows)
    assert {f"v{i}" for i in range(22)} == set(wall.rows)


def test_as_many_stand_there_as_there_are_rows() -> None:
    wall = Wall(OWN)
    for i in range(MOST_STORIES):
        wall.add(f"v{i}")
    assert sorted(wall.rows) == sorted(f"v{i}" for i in range(MOST_STORIES))
    wall.add("one more")
    assert "one more" in wall.rows


def test_what_has_gone_leaves_its_rows_empty_until_they_are_filled_again() -> None:
    wall = Wall(OWN)
    wall.add("v")
    wall.drop("v")
    assert wall.rows.count("") == 3
    assert wall.refill()
    assert wall.rows == [OWN[i % 24] for i in range(MOST_STORIES)]
    assert not wall.refill()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=200))
def test_a_row_changes_only_for_what_comes_or_goes(steps: list[tuple[bool, int]]) -> None:
    wall, there = Wall(OWN), set()
    for comes, number in steps:
        key, before = f"v{number}", list(wall.rows)
        if comes:
            wall.add(key)
            there.add(key)
        else:
            wall.drop(key)
            there.discard(key)
        for was, now in zip(before, wall.rows, strict=True):
            assert now == was or (now == key if comes else (was, now) == (key, ""))
        assert there == {one for one in wall.rows if one.startswith("v")}
