import pytest

from installation.isf.report import findings

FILES = ("scene.fs", "lib/noise.glsl")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0:12(3): error: `foo' undeclared", "scene.fs:12:3: `foo' undeclared"),
        ("1:7(22): error: syntax error", "lib/noise.glsl:7:22: syntax error"),
        ('0(12) : error C1008: undefined variable "foo"', 'scene.fs:12:1: undefined variable "foo"'),
        ("0:100007(22): error: syntax error", "lib/noise.glsl:7:22: syntax error"),
        ("ERROR: 1:9: 'foo' : undeclared identifier", "lib/noise.glsl:9:1: 'foo' : undeclared identifier"),
        ("5:1(1): error: odd", "scene.fs[5]:1:1: odd"),
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
