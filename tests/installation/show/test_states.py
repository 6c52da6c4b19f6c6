"""Reading ``states.toml``: what it may say, and what is said about what it may not."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.show import load_show
from installation.show.document import parse
from installation.show.interface import MOST_STATES
from installation.show.resolve import show_references
from installation.show.states import read_states
from installation.values import Finding
from tests.installation.neuro.states import STATES, add_states


def findings(text: str) -> list[Finding]:
    found: list[Finding] = []
    read_states(parse(text, Path("states.toml")), found)
    return found


def test_a_state_says_its_values_times_triggers_and_phases(small_show: Path) -> None:
    show = load_show(add_states(small_show))
    states = {state.name: state for state in show.states}

    assert show.interface is not None
    assert show.interface.first == "attuned"
    assert tuple(states) == ("attuned", "drifting", "malfunction", "backfire", "repairing", "symbiosis")
    wild = states["malfunction"]
    assert (wild.onset, wild.decay, wild.longest, wild.then) == (0.5, 2.0, 20.0, "repairing")
    assert wild.set["/scene/one/glow"] == 1.0
    assert wild.triggers[0].above
    assert (wild.triggers[0].level, wild.triggers[0].release, wild.triggers[0].dwell) == (0.8, 0.5, 2.0)
    assert wild.triggers[0].after == {"drifting"}
    assert [(phase.at, phase.like) for phase in wild.phases] == [(8.0, "attuned"), (12.0, None)]
    assert states["backfire"].shock is not None
    assert states["backfire"].shock.energy == (1.0, 0.6, 0.35)
    assert small_show / "states.toml" in show.files


def test_a_show_without_the_file_has_no_interface(small_show: Path) -> None:
    show = load_show(small_show)

    assert show.interface is None
    assert show.states == ()


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ('[state."a b"]\n', 2, 8, '"a b" is not a name', "becomes part of an address"),
        ('[state.drifting.refuses]\natuned = "no"\n', 3, 1, "no [state.atuned] in this file",
         "did you mean attuned?"),
        ("[state.drifting.refuses]\nattuned = 3\n", 3, 11, "attuned needs a reason", "nothing is torn"),
        ('[[state.drifting.trigger]]\nsignal = "/a"\nabove = 1\nafter = ["atuned"]\n', 5, 9,
         "no [state.atuned] in this file", "did you mean attuned?"),
        ("[state.drifting]\nonst = 1\n", 3, 1, "state drifting has no key `onst`", "did you mean onset?"),
        ("[state.drifting]\nonset = -1\n", 3, 9, "onset: expected a number 0..3600, got -1", ""),
        ('[state.drifting]\nthen = "attuned"\n', 3, 8, "`longest` is missing", ""),
        ("[state.drifting]\nlongest = 3\n", 3, 11, "`then` is missing", ""),
        (
            '[state.drifting]\nlongest = 3\nthen = "atuned"\n', 4, 8,
            "there is no [state.atuned] in this file", "did you mean attuned?",
        ),
        (
            '[state.drifting]\nlongest = 3\nthen = "repairing"\n', 4, 8,
            "there is no [state.repairing] in this file", "known: attuned, drifting",
        ),
        ('[state.drifting.set]\n"glow" = 1\n', 3, 1, '"glow" is not an address', "write it in quotes"),
        (
            '[state.drifting]\nset = { "/a/glow" = 1 }\ntimes = { "/a/glov" = 2 }\n', 4, 23,
            "/a/glov is not in this state's `set`", "did you mean /a/glow?",
        ),
        (
            '[state.drifting]\nset = { "/a/glow" = 1 }\ntimes = { "/a/glow" = "slow" }\n', 4, 23,
            "/a/glow takes seconds", "",
        ),
        ("[[state.drifting.trigger]]\nabove = 1\n", 2, 1, "a trigger has no `signal`", ""),
        (
            '[[state.drifting.trigger]]\nsignal = "/a"\n', 2, 1,
            "a trigger has one level, `above` or `below`", "",
        ),
        (
            '[[state.drifting.trigger]]\nsignal = "/a"\nabove = 0.5\nrelease = 0.7\n', 5, 11,
            "release: 0.7 is not below the level 0.5", "",
        ),
        (
            '[[state.drifting.trigger]]\nsignal = "/a"\nbelow = 0.5\nrelease = 0.3\n', 5, 11,
            "release: 0.3 is not above the level 0.5", "",
        ),
        ("[[state.drifting.phase]]\nfade = 1\n", 2, 1, "a phase has no `at`", ""),
        (
            "[[state.drifting.phase]]\nat = 9\n[[state.drifting.phase]]\nat = 3\n", 5, 6,
            "at: 3 s is not after the phase before it", "line 3 begins at 9 s",
        ),
        (
            "[[state.drifting.phase]]\nat = 9\n[[state.drifting.phase]]\nat = 9\n", 5, 6,
            "at: 9 s is not after the phase before it", "put them in order",
        ),
        (
            "[state.drifting]\nlongest = 5\nthen = 'attuned'\n[[state.drifting.phase]]\nat = 5\n", 6, 6,
            "at: 5 s never comes, the state ends after 5 s", "earlier",
        ),
        ("[state.drifting.shock]\nenergy = []\n", 3, 10, "a shock has 1 to 4 fronts, not 0", ""),
        ("[state.drifting.shock]\napart = 0.2\n", 3, 9, "apart: expected a number 1..60", ""),
        ("[people]\nfrom = 3\n", 3, 8, "from: expected text", ""),
        ("[drivers]\narousl = '/a'\n", 3, 1, "has no key `arousl`", "did you mean arousal?"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_place_with_a_way_out(
    text: str, line: int, column: int, message: str, hint: str
) -> None:
    found = findings("format = 1\n[state.attuned]\n" + text)

    assert len(found) == 1
    assert message in found[0].message
    assert hint in found[0].hint
    assert (found[0].where.line, found[0].where.column) == (line + 1, column)


def test_all_mistakes_of_all_files_arrive_together(small_show: Path) -> None:
    add_states(small_show, STATES.replace("onset = 2.0", "onst = 2.0"))
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(text.replace("seed = 7", 'seed = "x"'))

    with pytest.raises(ShowError) as caught:
        load_show(small_show)

    files = [Path(finding.where.file).name for finding in caught.value.findings]
    assert files == ["show.toml", "states.toml", "states.toml"]


def test_a_cue_names_a_state_that_there_is(small_show: Path) -> None:
    cues = 'format = 1\n[[cue]]\nid = "1"\nstate = "drifting"\n'
    (small_show / "cues.toml").write_text(cues)

    (missing,) = show_references(load_show(small_show))
    assert "write a states.toml" in missing.hint
    add_states(small_show)
    assert show_references(load_show(small_show)) == []
    (small_show / "cues.toml").write_text(cues.replace("drifting", "drifitng"))
    (wrong,) = show_references(load_show(small_show))
    assert (wrong.where.line, wrong.hint) == (4, "did you mean drifting?")


def test_a_show_names_its_own_states_in_its_own_order(small_show: Path) -> None:
    text = (
        'format = 1\ncalm = "dusk"\n[state.noon]\n[state.dusk]\n[state.dusk.refuses]\nnoon = "it is late"\n'
    )
    interface = load_show(add_states(small_show, text)).interface

    assert interface is not None
    assert [state.name for state in interface.states] == ["noon", "dusk"]
    assert (interface.first, interface.calm) == ("noon", "dusk")
    assert interface.states[1].refuses == {"noon": "it is late"}


def test_there_are_not_more_states_than_can_be_told_apart() -> None:
    many = "format = 1\n" + "".join(f"[state.s{number}]\n" for number in range(MOST_STATES + 1))

    assert [one.message for one in findings(many)] == [f"more than {MOST_STATES} states"]


@given(st.text(max_size=400))
def test_no_text_stops_the_reader_otherwise_than_with_findings(text: str) -> None:
    with contextlib.suppress(ShowError):
        findings("[state.attuned]\n" + text)


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(-9, 9), st.text("ab/", max_size=4)),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(
        ["first", "state", "people", "drivers", "state.attuned.set", "state.attuned.trigger",
         "state.attuned.phase", "state.attuned.shock", "state.attuned.times", "state.attuned.longest"]
    ),
)  # fmt: skip
def test_any_value_in_any_place_is_read_or_told(value: object, key: str) -> None:
    findings(f"{key} = {json.dumps(value)}\n")
