"""ISF as it is written in the wild: what other hosts read over is read over, with the author's places."""

from pathlib import Path

import pytest

from installation.errors import ShaderError
from installation.isf import Shader, flatten, parse, parse_text
from installation.isf.header import MOST_INPUTS, read
from installation.isf.passes import MOST_PASSES

MAIN = "\nvoid main() { gl_FragColor = vec4(1.0); }\n"


def shader(text: str) -> Shader:
    return parse_text(text, Path("a.fs"))


def warned(text: str) -> list[str]:
    return [str(one).rpartition("/")[2] for one in shader(text).warnings]


def refused(text: str) -> list[str]:
    with pytest.raises(ShaderError) as caught:
        shader(text)
    last = text.rstrip("\n").count("\n") + 1
    assert all(1 <= one.where.line <= last for one in caught.value.findings)
    return [str(one).rpartition("/")[2] for one in caught.value.findings]


def test_a_comma_too_many_is_read_over_and_told_where_it_stands() -> None:
    text = (
        '/*{\n "CATEGORIES": [ "a, ]", ],\n "INPUTS": [\n  {"NAME": "x", "TYPE": "float", },\n ],\n}*/' + MAIN
    )

    found = shader(text)

    assert found.categories == ("a, ]",)
    assert [one.name for one in found.inputs] == ["x"]
    assert warned(text) == [
        "a.fs:2:24: a comma too many; JSON has none before ] and }",
        "a.fs:4:32: a comma too many; JSON has none before ] and }",
        "a.fs:4:35: a comma too many; JSON has none before ] and }",
        "a.fs:5:3: a comma too many; JSON has none before ] and }",
    ]


def test_two_commas_in_a_row_and_a_remark_in_the_object_are_read_over() -> None:
    text = '/*{ "CREDIT": "http://a", // who\n "INPUTS": [ ,, ] }*/' + MAIN

    found = shader(text.replace("[ ,, ]", '[{"NAME": "x", "TYPE": "bool"},, // twice\n ]'))
    assert (found.credit, [one.name for one in found.inputs]) == ("http://a", ["x"])


@pytest.mark.parametrize(
    "above",
    [
        "// by somebody\n// in 2016\n\n",
        "/* a licence\n   { not ours }\n*/\n// and a line with /*{ in it\n",
        "\ufeff\n\n",
        "#define ABOVE 1.0\n",
    ],
)
def test_the_header_may_stand_below_comments_and_code(above: str) -> None:
    found = shader(above + '/*{"INPUTS": [{"NAME": "x",\n"TYPE": "float"}]}*/' + MAIN)

    assert [one.name for one in found.inputs] == ["x"]
    lines = found.source.split("\n")
    main = next(number for number, line in enumerate(lines) if "main" in line)
    assert found.header_lines + main + 1 == above.count("\n") + 3  # the author's number of that line
    assert ("ABOVE" in found.source) == ("ABOVE" in above)


def test_a_comment_that_only_looks_like_a_header_does_not_hide_the_real_one() -> None:
    assert shader('/*{ a note }*/\n/*{"CREDIT": "b"}*/' + MAIN).credit == "b"
    (found,) = refused("/*{ a note }*/" + MAIN)
    assert found == (
        "a.fs:1:5: the header is not JSON: Expecting property name enclosed in double quotes; names and "
        'texts stand in double quotes: "NAME"'
    )


def test_code_above_the_header_is_kept_by_flatten(tmp_path: Path) -> None:
    (tmp_path / "a.fs").write_text('#define A 1\n/*{"CREDIT": "b"}*/' + MAIN)

    flat = flatten(tmp_path / "a.fs")

    assert flat.startswith('/*{"CREDIT": "b"}*/\n#define A 1\n')
    assert parse_text(flat, tmp_path / "b.fs").credit == "b"


def test_booleans_may_be_texts_in_any_case() -> None:
    inputs = (
        '{"NAME": "a", "TYPE": "bool", "DEFAULT": "TRUE"}, {"NAME": "b", "TYPE": "bool", "DEFAULT": "False"}'
    )

    assert [one.initial for one in shader(f'/*{{"INPUTS": [{inputs}]}}*/' + MAIN).inputs] == [(1.0,), (0.0,)]
    (found,) = refused('/*{"INPUTS": [{"NAME": "a", "TYPE": "bool", "DEFAULT": "maybe"}]}*/' + MAIN)
    assert found == "a.fs:1:16: input a: DEFAULT is 'maybe'; write true or false"


def test_a_menu_of_texts_gives_their_numbers() -> None:
    text = '/*{"INPUTS": [{"NAME": "a", "TYPE": "long", "VALUES": ["left", "right"], "DEFAULT": "right"}]}*/'

    (found,) = shader(text + MAIN).inputs

    assert (found.values, found.labels, found.initial) == ((0, 1), ("left", "right"), (1.0,))


def test_an_import_without_a_path_loads_nothing() -> None:
    text = '/*{"IMPORTED": {"store": {"PASSINDEX": 0}},\n"PASSES": [{"TARGET": "store"}, {}]}*/'

    assert shader(text + MAIN).imported == {}
    assert warned(text + MAIN) == ["a.fs:1:17: IMPORTED 'store' has no PATH; nothing is loaded for it"]


def test_a_cube_map_has_six_sides() -> None:
    sides = ", ".join(f'"side{n}.png"' for n in range(5))

    found = refused(f'/*{{\n"IMPORTED": {{"sky": {{"TYPE": "cube", "PATH": [{sides}]}}}}}}*/' + MAIN)

    assert found == [
        "a.fs:2:14: IMPORTED 'sky' has 5 paths; an image has one, a cube map six: +x -x +y -y +z -z"
    ]


@pytest.mark.parametrize("name", ["float", "if", "TIME", "IMG_PIXEL", "gl_Position", "isf_finite", "main"])
def test_a_name_that_cannot_be_declared_is_a_finding_at_its_place(name: str) -> None:
    (found,) = refused(f'/*{{"INPUTS": [\n  {{"NAME": "{name}", "TYPE": "float"}}]}}*/' + MAIN)

    assert found.startswith(f"a.fs:2:4: '{name}' cannot name an input; ")


def test_numbers_beyond_what_a_shader_receives_are_held_and_told() -> None:
    inputs = (
        '{"NAME": "a", "TYPE": "long", "MAX": 4294967295, "DEFAULT": -4294967295},\n'
        '{"NAME": "b", "TYPE": "float", "MAX": 1e39}, {"NAME": "c", "TYPE": "long", "VALUES": [1, 1e12]}'
    )
    text = f'/*{{"INPUTS": [{inputs}]}}*/' + MAIN

    a, b, c = shader(text).inputs

    assert (a.maximum, a.default, c.values) == ((2.0**31 - 1,), (-(2.0**31),), (1,))
    assert b.maximum is not None
    assert 3.4e38 < b.maximum[0] < 3.5e38
    assert [one.partition(": ")[0] for one in warned(text)] == [
        "a.fs:1:16",
        "a.fs:1:16",
        "a.fs:2:2",
        "a.fs:2:47",
    ]


def test_a_header_has_a_depth_and_lists_have_an_end() -> None:
    deep = "[" * 990 + "]" * 990
    assert refused('/*{"A": ' + deep + "}*/") == ["a.fs:1:40: the header is nested more than 32 deep"]
    assert refused('/*{"A": ' + "[" * 5000) == ["a.fs:1:40: the header is nested more than 32 deep"]

    inputs = ", ".join(f'{{"NAME": "i{n}", "TYPE": "float"}}' for n in range(MOST_INPUTS + 1))
    assert refused(f'/*{{"INPUTS": [{inputs}]}}*/') == [
        "a.fs:1:4: there are 513 inputs; at most 512 are read"
    ]
    passes = ", ".join("{}" for _ in range(MOST_PASSES + 1))
    assert refused(f'/*{{"PASSES": [{passes}]}}*/') == [
        "a.fs:1:4: there are 129 passes; at most 128 are drawn"
    ]


def test_an_authors_line_directive_moves_no_finding() -> None:
    found = shader('/*{"ISFVSN": "2"}*/\n#line 7 9\n # line 3\nvoid main() {}\n')

    assert found.source.split("\n")[:4] == ["", "", "", "void main() {}"]


def test_other_line_ends_than_the_usual_do_not_count() -> None:
    found = shader("/*{}*/\n// one\u2028line\x0c, still\nvoid main() {}\n")

    assert found.source.split("\n")[2] == "void main() {}"


def test_a_finding_never_stands_beyond_the_end_of_the_file(tmp_path: Path) -> None:
    refused('/*{"INPUTS": [\n\n')
    refused('/*{"INPUTS": []}\n\n\n')
    refused("\n\n\n")


@pytest.mark.parametrize(
    "text", ["\n" * 300_000, '/*{"a' + '\\"' * 300_000, "/**/" * 200_000, "layout(\n" * 100_000]
)
def test_reading_takes_no_more_time_than_the_text_is_long(text: str) -> None:
    with pytest.raises(ShaderError):
        read(text, "a.fs")
    with pytest.raises(ShaderError):
        parse_text(text, Path("a.fs"))
    shader("/*{}*/" + text)  # hangs for hours where a search begins again at every line


def test_a_shader_is_a_regular_file_of_a_bounded_size(tmp_path: Path) -> None:
    (tmp_path / "big.fs").write_text("/*{}*/" + " " * (256 << 10))
    (tmp_path / "loop.fs").symlink_to("loop.fs")
    (tmp_path / "zero.fs").symlink_to("/dev/zero")
    (tmp_path / "folder.fs").mkdir()
    for name, words in {
        "big": "is larger than 256 KiB",
        "loop": "cannot be read",
        "zero": "is a device, not a file",
        "folder": "is a folder, not a file",
    }.items():
        with pytest.raises(ShaderError, match=words):
            parse(tmp_path / f"{name}.fs")
