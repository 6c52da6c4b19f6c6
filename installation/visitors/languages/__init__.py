"""The texts of the visitors' page, a file for each language, and which one a browser gets."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["DEFAULT", "Texts", "choose", "languages"]

DEFAULT: Final = "en"
_MOST_ASKED: Final = 32


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language; names in braces are filled in."""

    name: str
    direction: str
    languages: str
    title: str
    intro: str
    sentence: str
    room: str
    left: str
    over: str
    draw: str
    write: str
    canvas: str
    clear: str
    consent: str
    send: str
    privacy: str
    withdraw: str
    thanks: str
    sent: str
    code: str
    again: str
    dark: str
    withdraw_intro: str
    withdraw_code: str
    withdraw_send: str
    withdrawn: str
    unknown: str
    empty: str
    long: str
    huge: str
    drawing: str
    wait: str
    failed: str
    scan: str
    privacy_text: tuple[str, ...]
    responsible: str


def languages() -> Mapping[str, Texts]:
    """Read the texts of all languages, by their tag; English first."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.toml"), key=lambda one: (one.stem != DEFAULT, one.stem)):
        found[path.stem] = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Texts)
    return found


def choose(known: Mapping[str, Texts], wanted: str, accepted: str) -> str:
    """Return the tag of the language for a request.

    Args:
        known: The languages that there are.
        wanted: The language that was chosen on the page; empty for none.
        accepted: The ``Accept-Language`` header (RFC 9110, 12.5.4).
    """
    if wanted in known:
        return wanted
    asked: list[tuple[float, int, str]] = []
    for i, part in enumerate(accepted[:1024].split(",")[:_MOST_ASKED]):
        tag, _, weight = part.strip().partition(";")
        asked.append((-_weight(weight), i, tag.partition("-")[0].strip().lower()))
    return next((tag for less, _, tag in sorted(asked) if less < 0 and tag in known), DEFAULT)


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
