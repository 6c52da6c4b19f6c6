"""Finds the JSON object of an ISF file: the first block comment that holds one, wherever it stands.

Files in the wild have their author's lines or a licence above it. They were made in hosts that read over a
comma before ``]`` or ``}`` and over ``//`` in the object, so both are read over here as well. Nothing is
moved meanwhile: every position is the author's.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from installation.errors import ShaderError
from installation.isf.places import Places
from installation.values import Finding

__all__ = ["Comment", "find"]

DEEPEST = 32
"""How deep an object may be nested; ISF needs four levels."""

MOST_CANDIDATES = 8
"""Comments that begin with ``{`` and are tried in turn."""

_OPENING = re.compile(r"//|/\*")
_BRACE = re.compile(r"\*?\s*(?=\{)")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|//[^\n]*|\*/|[\[\]{},]', re.DOTALL)
_GAP = re.compile(r"(?:\s++|//[^\n]*)*+")
_HALF = re.compile(r"[\ud800-\udfff]")
_WRITTEN_HALF = re.compile(r"\\u[dD][89abAB]\w\w(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]\w\w)\\u[dD][c-fC-F]")


@dataclass(frozen=True, slots=True)
class Comment:
    """The comment with the header.

    Attributes:
        start, end: Index of its first character, and of the first after it.
        data: The object.
        bare: Whether nothing but comments and blanks stands above it.
    """

    start: int
    end: int
    data: dict[str, Any]
    bare: bool


def find(places: Places) -> Comment:
    """Find and read the object.

    Args:
        places: Of the file. A comma too many is noted there as a warning.

    Raises:
        ShaderError: There is none, or the first one is wrong and no later one is right.
    """
    first: ShaderError | None = None
    for start, brace, bare in _candidates(places.text):
        try:
            data, end = _object(places, brace)
        except ShaderError as error:
            first = first or error
        else:
            return Comment(start, end, data, bare)
    if first is not None:
        raise first
    hint = "a comment /*{ ... }*/ with JSON makes a shader an ISF file"
    raise ShaderError([Finding(places.where(0), "there is no ISF header", hint)])


def _candidates(text: str) -> list[tuple[int, int, bool]]:
    """Of each block comment that begins with ``{``: its start, its brace, and whether no code is above."""
    found: list[tuple[int, int, bool]] = []
    at = 1 if text.startswith("\ufeff") else 0
    bare = True
    while len(found) < MOST_CANDIDATES:
        match = _OPENING.search(text, at)
        if match is None:
            break
        bare = bare and not text[at : match.start()].strip()
        if match[0] == "//":
            end = text.find("\n", match.end())
        else:
            brace = _BRACE.match(text, match.end())
            if brace is not None:
                found.append((match.start(), brace.end(), bare))
            end = text.find("*/", match.end())
            end = end + 2 if end >= 0 else end
        if end < 0:
            break
        at = end
    return found


def _object(places: Places, brace: int) -> tuple[dict[str, Any], int]:
    """The object that begins at ``brace``, and where its comment ends. Raises ShaderError."""
    text, commas = _strict(places, brace)
    try:
        data, length = json.JSONDecoder(strict=False).raw_decode(text)
    except json.JSONDecodeError as error:
        message = f"the header is not JSON: {error.msg}"
        raise ShaderError([Finding(places.where(brace + error.pos), message, _advice(text, error))]) from None
    except ValueError as error:  # a number of thousands of digits
        raise ShaderError([Finding(places.where(brace), f"the header is not JSON: {error}")]) from None
    if _HALF.search(json.dumps(data, ensure_ascii=False)):  # it can be neither shown nor written to a file
        written = _WRITTEN_HALF.search(places.text, brace)
        message = "a character of the header is half of a pair"
        raise ShaderError([Finding(places.where(written.start() if written else brace), message)])
    end = places.text.find("*/", brace + length)
    if end < 0:
        raise ShaderError(
            [Finding(places.where(brace + length), "the header's comment is not closed", "add */")]
        )
    for comma in commas:
        places.warn(places.where(comma), "a comma too many", "JSON has none before ] and }")
    return data, end + 2


def _strict(places: Places, brace: int) -> tuple[str, list[int]]:
    """The object as strict JSON of the same length: superfluous commas and comments become blanks.

    Raises:
        ShaderError: It is nested too deep.
    """
    text = places.text
    spans: list[tuple[int, int]] = []
    commas: list[int] = []
    depth, end = 0, len(text)
    for token in _TOKEN.finditer(text, brace):
        sign, at = token[0], token.start()
        if sign in "{[":
            depth += 1
            if depth > DEEPEST:
                message = f"the header is nested more than {DEEPEST} deep"
                raise ShaderError([Finding(places.where(at), message)])
        elif sign in "}]":
            depth -= 1
            if depth <= 0:
                end = token.end()
                break
        elif sign == ",":
            gap = _GAP.match(text, token.end())
            after = text[gap.end() : gap.end() + 1] if gap else ""
            if after and after in ",]}":
                commas.append(at)
                spans.append(token.span())
        elif sign == "*/":
            end = at
            break
        elif sign.startswith("//"):
            spans.append(token.span())
    productions, done = [], brace
    for start, stop in spans:
        productions += [text[done:start], " " * (stop - start)]
        done = stop
    return "".join(productions) + text[done:end], commas


def _advice(text: str, error: json.JSONDecodeError) -> str:
    here = text[error.pos : error.pos + 1]
    if not text[error.pos :].strip():
        return "a bracket } or ] is missing before the end of the comment"
    if here == "'" or (here.isalpha() and "property name" in error.msg):
        return 'names and texts stand in double quotes: "NAME"'
    if "',' delimiter" in error.msg:
        return "a comma is missing before this place"
    if "':' delimiter" in error.msg:
        return 'a colon is missing after a name: "NAME": value'
    if here == "." or (here == "+"):
        return "a number begins with a digit: 0.5"
    return "see https://docs.isf.video for what a header may say"
