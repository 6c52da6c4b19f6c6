"""Which cue somebody means, and what is near where there is none."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from installation.errors import AddressError, CommandError
from installation.show.model import CueSpec

__all__ = ["find", "nth", "row_of", "unknown"]

_MOST = 12
"""Ids that a message names."""


def find(cues: Sequence[CueSpec], text: str) -> str:
    """Id of the cue that is meant: its id, the same number (``1.0`` for ``1``), or its place from 1.

    The place counts only where no id is a number, so that a wrong number never plays another cue. Raises
    AddressError with what is near.
    """
    ids = [cue.id for cue in cues]
    if text in ids:
        return text
    number, numbered = _number(text), [one for one in ids if _number(one) is not None]
    same = [one for one in numbered if _number(one) == number]
    if same:
        return same[0]
    if number is not None and not numbered and number in range(1, len(ids) + 1):
        return ids[int(number) - 1]
    raise AddressError(unknown(cues, text))


def nth(cues: Sequence[CueSpec], number: int) -> str:
    """Return the id of the cue at a place in the list, counted from 1. Raises CommandError."""
    if number > len(cues):
        message = f"there is no cue number {number}: the list has {len(cues)}"
        raise CommandError(message)
    return cues[number - 1].id


def unknown(cues: Sequence[CueSpec], text: str) -> str:
    """That there is no such cue, and which are near by id or by name."""
    words = {word: cue for cue in cues for word in (cue.name.lower(), cue.id)}
    near = get_close_matches(text.lower(), words, 3, 0.6)
    if near:
        return (
            f"no cue {text!r}; did you mean {' or '.join(dict.fromkeys(words[one].words for one in near))}?"
        )
    more = ", ..." if len(cues) > _MOST else ""
    return f"no cue {text!r}; known: {', '.join(cue.id for cue in cues[:_MOST]) or 'none'}{more}"


def row_of(cue: CueSpec, current: CueSpec | None = None, standby: CueSpec | None = None) -> dict[str, Any]:
    """One row of the list of cues, as plain values.

    Args:
        cue: Of the list.
        current: The one that runs or stands, of a running show.
        standby: The one that the next GO plays.
    """
    stands = ("current" if cue is current else "") or ("standby" if cue is standby else "")
    return {
        "id": cue.id,
        "name": cue.name,
        "scene": cue.scene or "",
        "state": cue.state or "",
        "fade": cue.fade,
        "follow": cue.follow,
        "stands": stands,
    }


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
