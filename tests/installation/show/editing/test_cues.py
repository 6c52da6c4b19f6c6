"""Edits of a cue list keep what its author wrote."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.show.editing.cues import with_values
from installation.show.editing.splices import toml_value

LIST = """# The list of the evening.
format = 1

[[cue]]
id = "1"   # the first
set = { "/a" = 0.5, "/b" = { to = 1.0, fade = 3.0 } } # why

# about two
[[cue]]
id = "2"
scene = "x"

[[cue]]
id = "3"
[cue.set]
"/a" = 1.0 # keep
# end

[[cue]]
id = "4"
set."/a" = 1.0 # dotted
fade = 2.0

[[cue]]
id = "5"
set = {}
"""


def lines_lost(before: str, after: str) -> list[str]:
    kept = after.split("\n")
    return [line for line in before.split("\n") if line not in kept]


def test_a_value_is_replaced_where_it_stands_and_its_times_stay() -> None:
    after = with_values(LIST, "1", {"/a": 0.25, "/b": 0.125})
    assert 'set = { "/a" = 0.25, "/b" = { to = 0.125, fade = 3.0 } } # why' in after
    assert len(lines_lost(LIST, after)) == 1


@pytest.mark.parametrize(
    ("cue", "line"),
    [
        ("1", 'set = { "/a" = 0.5, "/b" = { to = 1.0, fade = 3.0 }, "/c" = [1.0, 0.5] } # why'),
        ("2", 'scene = "x"\nset = { "/c" = [1.0, 0.5] }\n\n[[cue]]'),
        ("3", '"/a" = 1.0 # keep\n"/c" = [1.0, 0.5]\n# end'),
        ("4", 'set."/a" = 1.0 # dotted\nset."/c" = [1.0, 0.5]\nfade = 2.0'),
        ("5", 'set = { "/c" = [1.0, 0.5] }'),
    ],
)
def test_a_further_value_stands_behind_the_cues_own(cue: str, line: str) -> None:
    assert line in with_values(LIST, cue, {"/c": (1.0, 0.5)})


def test_a_scene_is_replaced_or_added() -> None:
    assert 'id = "2"\nscene = "sea"' in with_values(LIST, "2", {}, "sea")
    after = with_values(LIST, "1", {}, "sea")
    assert '# why\nscene = "sea"\n\n# about two' in after
    assert lines_lost(LIST, after) == []


def test_many_values_become_a_table_of_their_own() -> None:
    values = {f"/scene/sea-sparkle/{name}": 0.5 for name in ("glow", "life", "flow", "haze")}
    after = with_values(LIST, "2", values)
    assert 'scene = "x"\n\n[cue.set]\n"/scene/sea-sparkle/glow" = 0.5\n' in after
    assert tomllib.loads(after)["cue"][1]["set"] == values


def test_line_ends_and_byte_order_marks_stay() -> None:
    after = with_values("\ufeff" + LIST.replace("\n", "\r\n"), "2", {"/c": True})
    assert after.startswith("\ufeff")
    assert after.count("\n") == after.count("\r\n")


def test_a_cue_at_the_end_of_a_file_without_a_last_line_end() -> None:
    assert tomllib.loads(with_values('[[cue]]\nid = "1"', "1", {"/a": 1.0}))["cue"][0]["set"] == {"/a": 1.0}


def test_what_cannot_be_edited_is_refused() -> None:
    with pytest.raises(LookupError, match='no cue "9"'):
        with_values(LIST, "9", {"/a": 1.0})
    with pytest.raises(ValueError, match="set"):
        with_values('[[cue]]\nid = "1"\n[cue.set]\n', "1", {"/a": 1.0})
    with pytest.raises(ValueError, match="table of its own"):
        with_values('[[cue]]\nid = "1"\n[cue.set."/a"]\nfade = 0.5\n', "1", {"/a": 1.0})


VALUES = st.dictionaries(
    st.sampled_from(["/a", "/b", "/scene/one/glow", "/x/y"]),
    st.one_of(
        st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False, width=32),
        st.text(max_size=6), st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    ),
    min_size=1,
)  # fmt: skip


@given(st.sampled_from("12345"), VALUES)
def test_nothing_else_changes(cue: str, values: dict[str, object]) -> None:
    before, after = tomllib.loads(LIST), tomllib.loads(with_values(LIST, cue, values))  # type: ignore[arg-type]
    place = int(cue) - 1
    stated = after["cue"][place]["set"]
    for address, value in values.items():
        one = stated.pop(address)
        assert (one["to"] if isinstance(one, dict) else one) == (
            list(value) if isinstance(value, tuple) else value
        )
    kept = {a: v for a, v in before["cue"][place].get("set", {}).items() if a not in values}
    assert stated == kept
    before["cue"][place].pop("set", None)
    after["cue"][place].pop("set", None)
    assert before == after


@given(st.text())
def test_texts_are_read_back(text: str) -> None:
    if not any(0xD800 <= ord(one) < 0xE000 for one in text):
        assert tomllib.loads(f"a = {toml_value(text)}")["a"] == text
