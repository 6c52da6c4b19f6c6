import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import ShaderError
from installation.isf.header import read


def header(**data: object) -> str:
    return "/*" + json.dumps(data, indent=2) + "*/\nvoid main() {}\n"


def findings(text: str) -> list[str]:
    with pytest.raises(ShaderError) as caught:
        read(text, "a.fs")
    return [str(finding) for finding in caught.value.findings]


def test_a_bare_header_is_one_pass_to_the_output() -> None:
    found = read("/*{}*/", "a.fs")

    assert len(found.passes) == 1
    assert found.passes[0].target is None
    assert found.color == "encoded"


def test_every_kind_of_input_is_understood() -> None:
    kinds = ["event", "bool", "long", "float", "point2D", "color", "image", "audio", "audioFFT"]

    found = read(header(INPUTS=[{"NAME": f"i{n}", "TYPE": kind} for n, kind in enumerate(kinds)]), "a.fs")

    assert [one.type for one in found.inputs] == kinds
    assert [one.components for one in found.inputs] == [1, 1, 1, 1, 2, 4, 0, 0, 0]


def test_an_input_without_a_default_begins_at_its_identity_or_in_the_middle() -> None:
    found = read(
        header(
            INPUTS=[
                {"NAME": "a", "TYPE": "float", "IDENTITY": 0.75},
                {"NAME": "b", "TYPE": "float", "MIN": 2, "MAX": 4},
                {"NAME": "c", "TYPE": "float"},
                {"NAME": "d", "TYPE": "color"},
                {"NAME": "e", "TYPE": "long", "VALUES": [3, 4]},
                {"NAME": "f", "TYPE": "color", "DEFAULT": [1, 0.5, 0.25]},
            ]
        ),
        "a.fs",
    )

    assert [one.initial for one in found.inputs] == [
        (0.75,),
        (3.0,),
        (0.5,),
        (0, 0, 0, 1),
        (3.0,),
        (1, 0.5, 0.25, 1),
    ]


def test_unknown_keys_are_ignored() -> None:
    found = read(
        header(SOMETHING={"X": 1}, INPUTS=[{"NAME": "a", "TYPE": "float", "WIDGET": "knob"}]), "a.fs"
    )

    assert found.inputs[0].name == "a"


def test_keys_are_read_in_any_case_and_truth_in_any_spelling() -> None:
    found = read(header(passes=[{"target": "a", "persistent": "true"}, {"TARGET": "b", "FLOAT": 1}]), "a.fs")

    assert [(one.target, one.persistent, one.float) for one in found.passes] == [
        ("a", True, False),
        ("b", False, True),
    ]


@pytest.mark.parametrize("buffers", [["old"], {"old": {"WIDTH": "$WIDTH/2", "FLOAT": True}}])
def test_version_one_names_its_persistent_buffers_apart(buffers: object) -> None:
    found = read(header(PERSISTENT_BUFFERS=buffers, PASSES=[{"TARGET": "old"}, {}]), "a.fs")

    assert found.passes[0].persistent
    assert found.passes[0].float == isinstance(buffers, dict)
    assert (found.passes[0].width is not None) == isinstance(buffers, dict)


def test_our_own_keys_are_read() -> None:
    found = read(
        header(
            PHOTOPHORE={"COLOR": "linear", "PHASES": {"breath": 12}},
            PASSES=[
                {"TARGET": "p"},
                {"TARGET": "q", "POINTS": "p", "BLEND": "add", "POINT_SIZE": 3, "STEPS": 4},
                {"FILTER": "nearest", "WRAP": "repeat"},
            ],
        ),
        "a.fs",
    )

    assert (found.color, dict(found.phases)) == ("linear", {"breath": 12.0})
    assert (found.passes[1].points, found.passes[1].blend, found.passes[1].steps) == ("p", "add", 4)
    assert (found.passes[2].nearest, found.passes[2].repeat) == (True, True)


@pytest.mark.parametrize("text", ["", "void main() {}", "/* words */", "// {}", "/*[]*/", "/*"])
def test_a_file_without_a_header_says_how_one_looks(text: str) -> None:
    assert findings(text) == [
        "a.fs:1:1: there is no ISF header; a comment /*{ ... }*/ with JSON makes a shader an ISF file"
    ]


def test_broken_json_is_pointed_at_inside_the_comment() -> None:
    (found,) = findings('/*\n{\n  "INPUTS": [\n    {"NAME" "a"}\n  ]\n}*/')

    assert found.startswith("a.fs:4:13: the header is not JSON: Expecting ':' delimiter; a colon is missing")


def test_half_a_character_is_refused_where_it_stands() -> None:
    (found,) = findings('/*{\n  "DESCRIPTION": "\\ud83d\\ude00 and \\ud800"\n}*/')

    assert found == "a.fs:2:36: a character of the header is half of a pair"


def test_all_that_is_wrong_is_reported_at_once_and_in_place() -> None:
    text = """/*{
  "INPUTS": [
    {"NAME": "a b", "TYPE": "float"},
    {"NAME": "speed", "TYPE": "flaot"},
    {"NAME": "level", "TYPE": "float", "DEFAULT": "loud"}
  ],
  "PASSES": [
    {"TARGET": "x", "WIDTH": "$WIDTH /"},
    {"TARGET": "y", "HEIGHT": "$hight / 2", "STEPS": 0, "BLEND": "screen"},
    {"POINTS": "nowhere"}
  ],
  "PHOTOPHORE": {"COLOR": "srgb", "FLOOR": "up", "PHASES": {"p": -1}}
}*/"""

    found = findings(text)

    starts = ["3:6", "4:6", "5:6", "8:39", "9:32", "9:6", "9:6", "7:3", "12:18", "12:35", "12:50"]
    assert sorted(one.split(" ")[0] for one in found) == sorted(f"a.fs:{start}:" for start in starts)


def test_a_name_may_be_used_once_only() -> None:
    (found,) = findings(header(INPUTS=[{"NAME": "a", "TYPE": "float"}], PASSES=[{"TARGET": "a"}]))

    assert "'a' names both one input and another target" in found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    "NAME",
    "TYPE",
    "DEFAULT",
    "MIN",
    "MAX",
    "VALUES",
    "LABELS",
    "TARGET",
    "WIDTH",
    "POINTS",
    "STEPS",
    "PATH",
]
ENTRY = st.dictionaries(
    st.sampled_from(KEYS), JSON | st.sampled_from(["a", "float", "color", "long"]), max_size=5
)
TOP = ["INPUTS", "PASSES", "IMPORTED", "PERSISTENT_BUFFERS", "PHOTOPHORE", "CATEGORIES"]


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(TOP), JSON | st.lists(ENTRY, max_size=3), max_size=6))
def test_any_json_is_a_header_or_a_shader_error(data: object) -> None:
    with contextlib.suppress(ShaderError):
        read("/*" + json.dumps(data) + "*/", "a.fs")


@given(st.text(max_size=80))
def test_any_text_is_a_header_or_a_shader_error(text: str) -> None:
    with pytest.raises(ShaderError):
        read("/*{" + text, "a.fs") if "*/" not in text else read(text.replace("/*", ""), "a.fs")


@pytest.mark.parametrize("number", ["Infinity", "NaN", "-1e999"])
def test_numbers_without_end_are_findings(number: str) -> None:
    text = f"""/*{{"INPUTS": [{{"NAME": "a", "TYPE": "float", "MAX": {number}}},
        {{"NAME": "b", "TYPE": "long", "VALUES": [1, {number}]}}],
        "PHOTOPHORE": {{"PHASES": {{"p": {number}}}}}}}*/"""

    assert len(findings(text)) == 2


def test_a_history_is_read() -> None:
    passes = [{"TARGET": "past", "HISTORY": 64, "BLEND": "none", "STEPS": 1, "PERSISTENT": False}, {}]

    found = read(header(PASSES=passes), "a.fs")

    assert [one.history for one in found.passes] == [64, 0]


@pytest.mark.parametrize("count", [3, 0, -4, 16.5, True, "16", {}])
def test_a_history_of_another_length_is_refused_in_its_place(count: object) -> None:
    text = header(PASSES=[{"TARGET": "past", "HISTORY": count}, {}])

    (found,) = findings(text)

    line = next(n for n, one in enumerate(text.splitlines(), 1) if "HISTORY" in one)
    assert found == f"a.fs:{line}:7: HISTORY is {count!r}; write 4, 16 or 64 (frames)"


def test_a_history_stands_alone_and_is_not_the_picture() -> None:
    found = findings(
        header(
            PASSES=[
                {"TARGET": "a", "HISTORY": 4, "FLOAT": True, "POINTS": "b"},
                {"TARGET": "b", "HISTORY": 16},
                {"TARGET": "a"},
                {"HISTORY": 64},
            ]
        )
    )

    assert found == [
        "a.fs:5:7: FLOAT, POINTS cannot stand beside HISTORY; draw into another target first, and copy that",
        "a.fs:17:7: a HISTORY needs a TARGET",
        "a.fs:10:7: a keeps a HISTORY already; one in a shader: IMG_PAST reads it",
        "a.fs:4:7: several passes draw a, a HISTORY",
    ]
    assert findings(header(PASSES=[{"TARGET": "a", "HISTORY": 4}])) == [
        "a.fs:4:7: the last pass is the picture, no HISTORY; add a pass without TARGET"
    ]


def test_inputs_are_named_for_macros() -> None:
    inputs = [{"NAME": "pace", "TYPE": "float"}, {"NAME": "trail", "TYPE": "float"}]
    macros = {"speed": "pace", "half-life": ["trail", "pace"]}

    found = read(header(INPUTS=inputs, PHOTOPHORE={"MACROS": macros}), "a.fs")

    assert found.roles == {"speed": ("pace",), "half-life": ("trail", "pace")}


@pytest.mark.parametrize(
    ("macros", "said"),
    [
        ({"sped": "pace"}, "MACROS names"),
        ({"speed": "pase"}, "speed names"),
        ({"speed": "picture"}, "speed names"),
        (["pace"], "MACROS is"),
    ],
)
def test_a_macro_without_such_a_role_or_input_is_refused(macros: object, said: str) -> None:
    inputs = [{"NAME": "pace", "TYPE": "float"}, {"NAME": "picture", "TYPE": "image"}]

    assert said in findings(header(INPUTS=inputs, PHOTOPHORE={"MACROS": macros}))[0]


@pytest.mark.parametrize("signal", ["/nature/rain", "/neuro/shock/0/{x,y,age,energy}", "/midi/nano-2/cc/1"])
def test_an_input_names_the_signal_that_it_is_made_for(signal: str) -> None:
    found = read(header(INPUTS=[{"NAME": "wet", "TYPE": "float", "SIGNAL": signal}]), "a.fs")

    assert found.inputs[0].signal == signal
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("kind", "signal"),
    [
        ("float", "rain"),
        ("float", 3),
        ("float", ["/a"]),
        ("float", "/a b"),
        ("float", "/"),
        ("image", "/a/b"),
    ],
)
def test_what_another_host_may_mean_by_signal_is_read_over(kind: str, signal: object) -> None:
    found = read(header(INPUTS=[{"NAME": "wet", "TYPE": kind, "SIGNAL": signal}]), "a.fs")

    assert found.inputs[0].signal == ""
    assert "input wet: SIGNAL is" in found.warnings[0].message
