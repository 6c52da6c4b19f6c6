import pytest

from installation.cue.find import find, row_of
from installation.errors import AddressError
from installation.show.model import CueSpec
from installation.values import Where


def cue(name: str, words: str = "") -> CueSpec:
    return CueSpec(name, words or name, Where("cues.toml"))


NUMBERED = [cue("1", "dawn"), cue("1.5", "mist"), cue("2"), cue("10", "storm")]
NAMED = [cue("dawn"), cue("storm"), cue("calm")]


@pytest.mark.parametrize(
    ("text", "meant"), [("1.5", "1.5"), ("1.0", "1"), ("01", "1"), ("10", "10"), ("2.00", "2")]
)
def test_a_cue_is_found_by_its_id_and_by_the_same_number(text: str, meant: str) -> None:
    assert find(NUMBERED, text) == meant


def test_the_place_counts_only_where_no_id_is_a_number() -> None:
    assert find(NAMED, "2") == "storm"
    with pytest.raises(AddressError):
        find(NUMBERED, "4")  # the fourth of the list is 10


@pytest.mark.parametrize(
    ("cues", "text", "said"),
    [
        (NUMBERED, "strom", "no cue 'strom'; did you mean 10 storm?"),
        (NAMED, "strom", "did you mean storm?"),
        (NUMBERED, "1.55", "did you mean 1.5 mist"),
        (NUMBERED, "99", "known: 1, 1.5, 2, 10"),
        (NAMED, "4", "known: dawn, storm, calm"),
        ([], "1", "known: none"),
        ([cue(f"c{i:02}x") for i in range(40)], "zz", "c11x, ..."),
    ],
)
def test_an_unknown_cue_is_told_with_what_is_near(cues: list[CueSpec], text: str, said: str) -> None:
    with pytest.raises(AddressError) as caught:
        find(cues, text)
    assert said in str(caught.value)


def test_a_row_says_where_the_list_stands() -> None:
    first, second = NUMBERED[:2]

    assert row_of(first, first, second)["stands"] == "current"
    assert row_of(second, first, second)["stands"] == "standby"
    assert row_of(second) == {
        "id": "1.5", "name": "mist", "scene": "", "state": "", "fade": 2.0, "follow": "none", "stands": "",
    }  # fmt: skip
