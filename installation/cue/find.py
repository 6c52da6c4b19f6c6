"""Looks up cues by id, number or position, with suggestions for unknown ones."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from installation.errors import AddressError, CommandError
from installation.show.model import CueSpec

__all__ = ["find", "nth", "row_of", "unknown"]

_MOST = 12
"""Maximum ids listed in a message."""


def find(cues: Sequence[CueSpec], text: str) -> str:
    """Return the id of a cue given by id, by an equal number (``1.0`` for ``1``), or by position from 1.

    The position is used only if no id is a number, so that a wrong number never plays another cue. Raises
    AddressError with similar ids.
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
    """Return a message that there is no such cue, with cues of similar id or name."""
    words = {word: cue for cue in cues for word in (cue.name.lower(), cue.id)}
    near = get_close_matches(text.lower(), words, 3, 0.6)
    if near:
        return (
            f"no cue {text!r}; did you mean {' or '.join(dict.fromkeys(words[one].words for one in near))}?"
        )
    more = ", ..." if len(cues) > _MOST else ""
    return f"no cue {text!r}; known: {', '.join(cue.id for cue in cues[:_MOST]) or 'none'}{more}"


def row_of(cue: CueSpec, current: CueSpec | None = None, standby: CueSpec | None = None) -> dict[str, Any]:
    """Return one row of the list of cues, as plain values. The current cue may be the standby, too.

    Args:
        cue: A cue of the list.
        current: The current cue of a running show.
        standby: The cue that the next GO plays.
    """
    stands = " ".join(word for word, one in (("current", current), ("standby", standby)) if cue is one)
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
