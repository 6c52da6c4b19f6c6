"""Conditions of cues."""

import pytest

from installation.cue.condition import parse_condition
from installation.errors import AddressError

VALUES = {"/choice/heal": 1.0, "/score/odd": 0.0}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("/choice/heal >= 0.5", True),
        ("/choice/heal < 0.5", False),
        ("/choice/heal==1", True),
        ("/choice/heal != 1", False),
        ("/choice/heal > 0 and /score/odd <= 0", True),
        ("/choice/heal > 0 and /score/odd > 0", False),
        ("/nothing >= 0.5", False),
        ("/nothing < 0.5", True),
    ],
)
def test_a_condition_compares_values_and_what_has_none_is_zero(text: str, holds: bool) -> None:
    assert parse_condition(text).holds(lambda address: VALUES.get(address, 0.0)) is holds


@pytest.mark.parametrize(
    "text", ["heal >= 1", "/choice/heal", "/choice/heal => 1", "/a > x", "/a > nan", "/a > 1 or /b > 1"]
)
def test_what_is_no_condition_is_told_with_an_example(text: str) -> None:
    with pytest.raises(AddressError, match="; write e"):
        parse_condition(text)
