"""Address patterns: OSC 1.0's meaning, in linear time."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation import osc
from installation.errors import OscError
from installation.osc.limits import Limits

LOOSE = Limits(pattern=400, wildcards=400)


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("/a/b", "/a/b", True),
        ("/a/b", "/a/bc", False),
        ("/a/?", "/a/b", True),
        ("/a/?", "/a/", False),
        ("/a?b", "/a/b", False),
        ("/a/*", "/a/", True),
        ("/a/*", "/a/b/c", False),
        ("/*/c", "/bbb/c", True),
        ("/*b", "/abab", True),
        ("/*ab*", "/xabab", True),
        ("/[a-c]x", "/bx", True),
        ("/[a-c]x", "/dx", False),
        ("/[!a-c]x", "/dx", True),
        ("/[!a-c]x", "/bx", False),
        ("/a[!x]b", "/a/b", False),
        ("/[a-]", "/-", True),
        ("/[-a]", "/-", True),
        ("/{red,blue}/1", "/blue/1", True),
        ("/{red,blue}/1", "/green/1", False),
        ("/{a,}{b,}c", "/c", True),
        ("/{a,}{b,}c", "/abc", True),
        ("/*{at,og}", "/catdog", True),
        ("/{foo,bar}*", "/barn", True),
        ("/a]b}", "/a]b}", True),
    ],
)
def test_pattern_means_what_osc_says(pattern: str, address: str, expected: bool) -> None:
    assert osc.match(pattern, address) is expected


@pytest.mark.parametrize("pattern", ["/a[b", "/a{b,c", "/*****", "/" + "a" * 80 + "*", "a*", "/\x07*"])
def test_malformed_or_greedy_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(OscError):
        osc.match(pattern, "/abc")


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "/", "?", "*", "[a-b]", "[!a]", "{a,bb}", "{,b}"]), max_size=10),
    st.text("ab/", max_size=10),
)
def test_matches_what_the_same_regular_expression_matches(parts: list[str], address: str) -> None:
    meaning = {
        "?": "[^/]",
        "*": "[^/]*",
        "[a-b]": "[ab]",
        "[!a]": "[^a/]",
        "{a,bb}": "(a|bb)",
        "{,b}": "(|b)",
    }
    expected = re.fullmatch("/" + "".join(meaning.get(part, part) for part in parts), "/" + address)
    pattern = osc.Pattern("/" + "".join(parts), LOOSE)
    assert pattern.matches("/" + address) is (expected is not None)


def test_work_is_linear_where_a_regular_expression_explodes() -> None:
    """199 stars against 20,000 characters: one step for each character, however many stars."""
    pattern = osc.Pattern("/" + "*a" * 199 + "b", LOOSE)
    steps = 0
    advance = pattern._advance

    def counted(places: int, character: str) -> int:
        nonlocal steps
        steps += 1
        return advance(places, character)

    pattern._advance = counted  # type: ignore[method-assign]
    assert not pattern.matches("/" + "a" * 20_000)
    assert steps <= 20_001


def test_memory_of_steps_is_bounded() -> None:
    pattern = osc.Pattern("/*")
    assert all(pattern.matches("/" + chr(code)) for code in range(0x4E00, 0x4E00 + 5_000))
    assert len(pattern._steps) <= 2_048


def test_is_pattern_finds_every_wildcard() -> None:
    assert all(osc.is_pattern(f"/a{sign}") for sign in "?*[{")
    assert not osc.is_pattern("/a/b-c_1")
