from pathlib import Path

import pytest

from installation.errors import ShaderError
from installation.isf import parse, parse_text


def text(*inputs: tuple[str, str]) -> str:
    entries = ", ".join(f'{{"NAME": "{name}", "TYPE": "{kind}"}}' for name, kind in inputs)
    return f'/*{{"INPUTS": [{entries}]}}*/\nvoid main() {{}}'


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        ([], "generator"),
        ([("inputImage", "image")], "filter"),
        ([("startImage", "image"), ("endImage", "image"), ("progress", "float")], "transition"),
        ([("startImage", "image"), ("endImage", "image")], "generator"),
        ([("inputImage", "float")], "generator"),
    ],
)
def test_the_inputs_make_a_shader_a_generator_a_filter_or_a_transition(
    inputs: list[tuple[str, str]], kind: str
) -> None:
    assert parse_text(text(*inputs), Path("a.fs")).kind == kind


def test_a_missing_file_or_one_that_is_not_text_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "b.fs").write_bytes(b"/*{}*/ \xff\xfe")

    for name, words in (("a.fs", "cannot be read"), ("b.fs", "not UTF-8")):
        with pytest.raises(ShaderError, match=words):
            parse(tmp_path / name)


def test_a_missing_image_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(ShaderError, match="the image card is not found"):
        parse_text('/*{"IMPORTED": {"card": {"PATH": "none.png"}}}*/', tmp_path / "a.fs")


def test_windows_line_ends_and_a_byte_order_mark_are_welcome(tmp_path: Path) -> None:
    (tmp_path / "a.fs").write_bytes(b'\xef\xbb\xbf/*{\r\n"CREDIT": "x"}*/\r\nvoid main() {}\r\n')

    shader = parse(tmp_path / "a.fs")

    assert (shader.credit, shader.header_lines, "\r" in shader.source) == ("x", 1, False)


def test_the_vertex_shader_beside_the_file_is_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.fs").write_text("/*{}*/ void main() {}")
    (tmp_path / "a.vs").write_text("void main() { isf_vertShaderInit(); }")

    shader = parse(tmp_path / "a.fs")

    assert shader.vertex is not None
    assert tmp_path / "a.vs" in shader.files


def test_the_past_is_refused_wherever_it_is_read_without_a_history(tmp_path: Path) -> None:
    (tmp_path / "ghost.glsl").write_text("\nvec4 ghost() { return IMG_PAST(vec2(0.5), 1.0); }\n")
    text = (
        "/*{\n}*/ vec4 a() { return IMG_PAST(vec2(0.0), 2.0); }\n"
        "/* IMG_PAST */ // IMG_PAST\n"
        '#include "ghost.glsl"\n'
        "void main() { gl_FragColor = IMG_PAST(vec2(0.5), 1.0) + ghost(); }\n"
    )

    with pytest.raises(ShaderError) as caught:
        parse_text(text, tmp_path / "a.fs")

    places = [(Path(one.where.file).name, one.where.line, one.where.column) for one in caught.value.findings]
    assert places == [("a.fs", 2, 23), ("ghost.glsl", 2, 23), ("a.fs", 5, 30)]
    assert "no pass keeps a HISTORY" in str(caught.value)


def test_the_past_may_be_named_in_comments(tmp_path: Path) -> None:
    found = parse_text("/*{}*/ /* IMG_PAST(\nIMG_PAST */ void main() {} // IMG_PAST", tmp_path / "a.fs")
    assert found.source.endswith("// IMG_PAST\n")
    assert found.warnings == ()
