import pytest

from installation.isf.report import MOST, MOST_READ, OWN, findings, hopeless, inside, left_out
from installation.values import Finding, Where

FILES = ("scene.fs", "lib/noise.glsl")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0:12(3): error: `foo' undeclared", "scene.fs:12:3: `foo' undeclared"),
        ("1:7(22): error: syntax error", "lib/noise.glsl:7:22: syntax error"),
        ('0(12) : error C1008: undefined variable "foo"', 'scene.fs:12:1: undefined variable "foo"'),
        ("0:100007(22): error: syntax error", "lib/noise.glsl:7:22: syntax error"),
        ("ERROR: 1:9: 'foo' : undeclared identifier", "lib/noise.glsl:9:1: 'foo' : undeclared identifier"),
        ("5:1(1): error: odd", "scene.fs:1:1: odd"),
    ],
)
def test_a_line_of_every_driver_becomes_the_authors_place(line: str, expected: str) -> None:
    log = f"GLSL Compiler failed\n\nfragment_shader\n===============\n{line}\n"

    assert [str(one) for one in findings(log, FILES, ("scene.vs",))] == [expected]


def test_a_vertex_shader_has_a_table_of_its_own() -> None:
    log = "GLSL Compiler failed\n\nvertex_shader\n=============\n0:2(1): error: no\n"

    assert str(findings(log, FILES, ("scene.vs",))[0]) == "scene.vs:2:1: no"


def test_warnings_are_dropped_beside_errors_and_repetitions_always() -> None:
    log = "0:1(1): warning: hm\n0:2(1): error: no\n0:2(1): error: no\n"

    assert [str(one) for one in findings(log, FILES, FILES)] == ["scene.fs:2:1: no"]


def test_a_log_without_places_is_kept_whole() -> None:
    assert [
        str(one) for one in findings("GLSL Linker failed\n\nerror: too many varyings\n", FILES, FILES)
    ] == ["scene.fs:1:1: error: too many varyings"]


def test_an_empty_log_is_still_a_finding() -> None:
    assert "gave no reason" in str(findings("", FILES, FILES)[0])


@pytest.mark.parametrize(
    "line",
    [
        "7:1(1): error: a",
        f"0:{'9' * 5000}(1): error: a",
        "0:1(1): a",
        "0:1(1): preprocessor error: a",
        f"{'9' * 5000}:1(1): error: a",
        "0(0) : error : a",
    ],
)
def test_no_message_of_a_driver_can_raise(line: str) -> None:
    for files in (FILES, ("a.fs",), ()):
        (found,) = findings(f"fragment_shader\n===\n{line}\n", files, ())
        assert found.where.file == (files or ("shader",))[0]
        assert len(found.message) <= 400


def test_what_a_call_might_have_meant_is_no_error() -> None:
    log = (
        "0:4(9): error: no matching function for call to `f(int)'; candidates are:\n"
        "0:4(9): error:    float f(float, vec2[3])\n0:4(9): error:    int f(bool)\n0:5(1): error: next\n"
    )

    found = [one.message for one in findings(log, FILES, ())]

    assert found == ["no matching function for call to `f(int)'", "next"]


def test_thousands_of_errors_are_counted() -> None:
    found = findings("\n".join(f"0:{n}(1): error: no" for n in range(1, 20_001)), FILES, ())

    assert len(found) == MOST + 1
    assert found[-1].message == "and 19976 more"
    assert hopeless(found)
    assert not hopeless(findings("\n".join(f"0:{n}(1): error: no" for n in range(1, 200)), FILES, ()))


def test_what_is_wrong_in_our_own_lines_is_told_at_the_files_beginning() -> None:
    (found,) = findings(f"0:{OWN * 100_000 + 12}(3): error: unexpected X", FILES, ())

    assert (found.where.file, found.where.line) == ("scene.fs", 1)
    assert "declarations of the header's names" in found.message


def test_nothing_stands_beyond_the_end_of_its_file() -> None:
    given = [
        Finding(Where("a.fs", 9, 4), "m"),
        Finding(Where("a.fs", 2, 4), "n"),
        Finding(Where("b", 7), "o"),
    ]

    assert [one.where for one in inside(given, {"a.fs": 3})] == [
        Where("a.fs", 3),
        Where("a.fs", 2, 4),
        Where("b", 7),
    ]


def test_a_log_of_megabytes_is_not_read_to_its_end_and_says_so() -> None:
    line = "0:3(1): error: " + "x" * 985 + "\n"
    found = findings(line * 100_000, FILES, ())  # what moderngl raises holds all of it
    assert len(found) == 2
    assert found[-1].message.startswith(f"and {100_000 * len(line) - MOST_READ} bytes of the driver's log")

    alone = findings("nothing that has a place\n" + left_out(7), FILES, ())
    assert [one.message for one in alone] == [
        "nothing that has a place (and 7 bytes of the driver's log that were not read)"
    ]
