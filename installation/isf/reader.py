"""Reading ISF files from disk, and writing them as one file without includes."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from installation import paths
from installation.errors import ShaderError
from installation.isf.header import Header
from installation.isf.header import read as read_header
from installation.isf.include import LARGEST, LINES, Resolved, resolve
from installation.isf.places import Places
from installation.isf.shader import Shader
from installation.values import Finding, Where

__all__ = ["flatten", "parse", "parse_text", "shipped"]

_VERSION = re.compile(r"^[ \t]*#[ \t]*version[ \t]+(\d{1,9}).*$", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_LINE = re.compile(r"#line (\d+) (\d+)$")
_PAST = re.compile(r"\bIMG_PAST\b")


def parse(path: Path) -> Shader:
    """Read an ISF file, the vertex shader beside it and everything it includes.

    Raises:
        ShaderError: Something in it is wrong; the findings say what and where.
    """
    path = paths.real(path)
    text = _read(path)
    beside = path.with_suffix(".vs")
    vertex = _read(beside) if paths.is_file(beside) else None
    return parse_text(text, path, vertex)


@cache
def _shipped(path: Path) -> Shader:
    return parse(path)


def shipped(folder: str, name: str) -> Shader:
    """A shader that comes with the program, ``shaders/FOLDER/NAME.fs``; read once, for it does not change.

    Raises ShaderError as ``parse`` does.
    """
    return _shipped(paths.shaders() / folder / f"{name}.fs")


def _kind(header: Header) -> Literal["generator", "filter", "transition"]:
    images = {one.name for one in header.inputs if one.type == "image"}
    numbers = {one.name for one in header.inputs if one.type == "float"}
    if {"startImage", "endImage"} <= images and "progress" in numbers:
        return "transition"
    return "filter" if "inputImage" in images else "generator"


def parse_text(text: str, path: Path, vertex: str | None = None) -> Shader:
    """Read an ISF file that is in memory.

    Args:
        text: The fragment shader with its header.
        path: Where it comes from; includes and images are looked up beside it. The file need not exist.
        vertex: The vertex shader.

    Raises:
        ShaderError: Something in it is wrong; the findings say what and where.
    """
    path = path.absolute()
    header = read_header(text, str(path))
    body, lines = _body(text, header)
    roots = _roots(path)
    source = resolve(body, path, roots, lines + 1)
    beside = path.with_suffix(".vs")
    lower = resolve(vertex, beside, roots) if vertex is not None else None
    imported = {name: paths.real(path.parent / given) for name, given in header.imported.items()}
    cubes = {
        name: tuple(paths.real(path.parent / one) for one in given) for name, given in header.cubes.items()
    }
    _check_pictures(path, text, imported, cubes)
    files = [path, *source.files, *imported.values(), *(side for cube in cubes.values() for side in cube)]
    if lower is not None:
        files += [beside, *lower.files]
    if not any(one.history for one in header.passes):
        above = text[: header.end] if header.bare else ""
        _without_history(source, lines + 1, len(above) - above.rfind("\n") - 1)
    wanted = _VERSION.search(source.text)
    return Shader(
        path=path,
        description=header.description,
        credit=header.credit,
        categories=header.categories,
        inputs=header.inputs,
        passes=header.passes,
        imported=imported,
        kind=_kind(header),
        source=source.text,
        header_lines=lines,
        vertex=lower.text if lower else None,
        color=header.color,
        phases=header.phases,
        reads=header.reads,
        mean=header.mean,
        scales=header.scales,
        floor=header.floor,
        roles=header.roles,
        names=tuple(source.names),
        vertex_names=tuple(lower.names) if lower else (),
        lengths=tuple(source.lengths),
        vertex_lengths=tuple(lower.lengths) if lower else (),
        cubes=cubes,
        warnings=header.warnings,
        files=tuple(dict.fromkeys(files)),
        version=max(330, int(wanted[1])) if wanted else 330,
    )


def flatten(path: Path) -> str:
    """One ISF file with its includes in their places, for any other ISF host.

    Raises:
        ShaderError: It cannot be read.
    """
    path = paths.real(path)
    text = _read(path)
    header = read_header(text, str(path))
    if header.bare:
        lines = text[: header.end].count("\n") + 1
        return text[: header.end] + resolve(text[header.end :], path, _roots(path), lines, marks=False).text
    body, _ = _body(text, header)  # code above the header: other hosts want it first
    return text[header.start : header.end] + "\n" + resolve(body, path, _roots(path), marks=False).text


def _body(text: str, header: Header) -> tuple[str, int]:
    """The author's GLSL, and how many lines of the file stand above it.

    Where there is code above the header, it is part of it, and the header's lines are empty.
    """
    above = text[: header.end]
    if header.bare:
        return text[header.end :], above.count("\n")
    blank = "\n" * text.count("\n", header.start, header.end)
    return text[: header.start] + blank + text[header.end :], 0


def _check_pictures(
    path: Path, text: str, imported: Mapping[str, Path], cubes: Mapping[str, tuple[Path, ...]]
) -> None:
    """Refuse pictures that are not there. Raises ShaderError with every one."""
    places = Places(text, str(path))
    wanted = [(name, file) for name, file in imported.items()]
    wanted += [(name, file) for name, sides in cubes.items() for file in sides]
    for name, file in wanted:
        if not paths.is_file(file):
            where = places.find_key(name)
            if where.line == where.column == 1:  # version 1 writes it as a value
                where = places.find("NAME", name)
            places.error(where, f"the image {name} is not found: {file}", "put it beside the shader")
    if places.findings:
        raise ShaderError(places.findings)


def _without_history(source: Resolved, line: int, indent: int) -> None:
    """Refuse to read the past where no pass keeps it. Raises ShaderError with every place.

    Args:
        source: GLSL below the header, with ``#line`` marks.
        line: The author's number of its first line.
        indent: Characters of the header before it in that line.
    """
    findings = []
    file = source.names[0]
    bare = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source.text)
    for text in bare.split("\n"):
        marked = _LINE.match(text)
        if marked is not None:
            line, file = int(marked[1]) % LINES, source.names[int(marked[2])]
            continue
        for match in _PAST.finditer(text):
            where = Where(file, line, match.start() + 1 + indent)
            hint = 'add {"TARGET": "past", "HISTORY": 16} to PASSES'
            findings.append(Finding(where, "IMG_PAST is read, but no pass keeps a HISTORY", hint))
        line, indent = line + 1, 0
    if findings:
        raise ShaderError(findings)


def _roots(path: Path) -> tuple[Path, ...]:
    """Folders that includes may come from: beside the file, the library, and the shaders that we ship."""
    ours = paths.shaders()
    return (path.parent, ours / "lib", ours)


def _read(path: Path) -> str:
    try:
        text = paths.read_bytes(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise ShaderError([Finding(Where(str(path)), f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        text = f"is not UTF-8 (byte {error.start})"
        raise ShaderError([Finding(Where(str(path)), text, "save it as UTF-8")]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
