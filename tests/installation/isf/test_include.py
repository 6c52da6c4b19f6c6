from pathlib import Path

import pytest

from installation.errors import ShaderError
from installation.isf import flatten, parse


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def refused(path: Path) -> list[str]:
    with pytest.raises(ShaderError) as caught:
        parse(path)
    return [str(finding) for finding in caught.value.findings]


def test_each_file_is_included_once_and_line_numbers_stay_the_authors(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.fs": '/*{\n}*/\n#include "x.glsl"\n#include "deep/y.glsl"\nvoid main() {}\n',
            "x.glsl": "float x;\n",
            "deep/y.glsl": '#include "../x.glsl"\n#include "z.glsl"\nfloat y;\n',
            "deep/z.glsl": '#include "y.glsl"\nfloat z;\n',
        },
    )

    shader = parse(tmp_path / "a.fs")

    assert shader.source.split().count("x;") == 1
    assert [Path(name).name for name in shader.names] == ["a.fs", "x.glsl", "y.glsl", "z.glsl"]
    lines = shader.source.splitlines()
    assert lines[lines.index("float y;") - 1] == "#line 200003 2"
    assert lines[lines.index("void main() {}") - 1] == "#line 5 0"
    assert {path.name for path in shader.files} == {"a.fs", "x.glsl", "y.glsl", "z.glsl"}


@pytest.mark.parametrize(
    "given", ["/etc/passwd", "../secret.glsl", "deep/../../secret.glsl", "..\\\\secret.glsl", ""]
)
def test_a_path_that_leaves_the_folders_is_refused(tmp_path: Path, given: str) -> None:
    write(
        tmp_path,
        {"secret.glsl": "float secret;", "show/a.fs": f'/*{{}}*/\n#include "{given}"\n', "show/deep/x": ""},
    )

    (found,) = refused(tmp_path / "show" / "a.fs")

    assert found.startswith(f"{tmp_path / 'show' / 'a.fs'}:2:")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"secret.glsl": "float secret;", "show/a.fs": '/*{}*/\n#include "link.glsl"\n'})
    (tmp_path / "show" / "link.glsl").symlink_to(tmp_path / "secret.glsl")

    (found,) = refused(tmp_path / "show" / "a.fs")

    assert "leaves the shader folders" in found


def test_every_missing_file_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"a.fs": '/*{}*/ \n#include "b.glsl"\n  # include "c.glsl"\n'})

    found = refused(tmp_path / "a.fs")

    assert [one.split(": ")[0] for one in found] == [f"{tmp_path}/a.fs:2:11", f"{tmp_path}/a.fs:3:14"]


def test_an_include_in_a_comment_is_no_include(tmp_path: Path) -> None:
    write(
        tmp_path, {"a.fs": '/*{}*/\n/* \n#include "b.glsl"\n*/ // /*\n// #include "c.glsl"\nvoid main() {}'}
    )

    assert 'include "b.glsl"' in parse(tmp_path / "a.fs").source


def test_the_library_is_found_from_anywhere(tmp_path: Path) -> None:
    write(tmp_path, {"a.fs": '/*{}*/\n#include "finite.glsl"\nvoid main() {}'})

    assert "vec4 finite(vec4 c)" in parse(tmp_path / "a.fs").source


def test_a_flattened_file_keeps_its_header_and_needs_no_other(tmp_path: Path) -> None:
    source = '/*{ "DESCRIPTION": "keep  me" }*/\n#include "x.glsl"\nvoid main() {}\n'
    write(tmp_path, {"a.fs": source, "x.glsl": "float x;\n"})

    assert flatten(tmp_path / "a.fs") == '/*{ "DESCRIPTION": "keep  me" }*/\nfloat x;\nvoid main() {}\n'


def test_includes_have_a_depth_and_a_number(tmp_path: Path) -> None:
    write(tmp_path, {f"c{n}.glsl": f'#include "c{n + 1}.glsl"\n' for n in range(500)})
    write(tmp_path, {f"w{n}.glsl": "\n" for n in range(300)})
    write(tmp_path, {"deep.fs": '/*{}*/\n#include "c0.glsl"\n'})
    write(tmp_path, {"wide.fs": "/*{}*/\n" + "".join(f'#include "w{n}.glsl"\n' for n in range(300))})

    for name, place in (("deep", "c31.glsl:1:11"), ("wide", "wide.fs:258:11")):
        (found,) = refused(tmp_path / f"{name}.fs")
        assert place in found
        assert "included more than 32 deep, or more than 256 in all" in found


def test_what_is_included_has_a_length_in_all(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}.glsl": "/" * 200_000 for n in range(3)})
    write(tmp_path, {"a.fs": "/*{}*/\n" + "".join(f'#include "{n}.glsl"\n' for n in range(3))})

    (found,) = refused(tmp_path / "a.fs")

    assert "2.glsl makes it too long" in found
