"""How files of tests are dealt out to workers."""

from tests.dealing import LIVE, choose, is_live, rank

FILES = [
    "tests/end_to_end/test_program.py",
    "tests/installation/keeper/test_serve.py",
    "tests/installation/safety/test_hostile.py",
    "tests/installation/cue/test_order.py",
]


def test_files_in_real_time_come_first_and_long_ones_before_the_others() -> None:
    assert sorted([FILES[2], FILES[0], FILES[3], FILES[1]], key=rank) == FILES
    assert [is_live(one) for one in FILES] == [True, True, False, False]
    assert all(is_live(one) for one in LIVE)


def test_one_worker_takes_those_in_real_time_and_others_help_from_the_end_when_they_have_nothing_else() -> (
    None
):
    assert choose(FILES, takes_live=True) == FILES[0]
    assert choose(FILES, takes_live=False) == FILES[2]
    assert choose(FILES[:2], takes_live=False) == FILES[1]
    assert choose(FILES[2:], takes_live=True) == FILES[2]
