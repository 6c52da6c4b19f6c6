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
