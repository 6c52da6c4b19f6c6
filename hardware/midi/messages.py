"""MIDI messages as readings: addresses that a person can guess, values from 0 to 1.

Meaning of the messages: MIDI 1.0 Detailed Specification, "Channel Voice Messages"; mido reads the bytes.
"""

import re
import unicodedata
from collections.abc import Sequence

import mido

__all__ = ["meaning", "slug"]

_SLUG_LENGTH = 64
_PITCH = 16_383


def slug(name: str) -> str:
    """A port's name as a part of an address: ``nanoKONTROL2:nanoKONTROL2 MIDI 1`` is ``nanokontrol2``.

    The port's own part counts only where it says more than the client's: ``Launchpad:Launchpad MIDI 2``
    is ``launchpad-2``. Depends on the name alone, never on what else is plugged in: backends leave out the
    numbers that a system hands out.
    """
    client, _, port = name.partition(":")
    port = port.removeprefix(client).strip()
    port = "" if port.casefold() in {client.casefold(), "midi", "midi 1", "1"} else port.removeprefix("MIDI ")
    plain = unicodedata.normalize("NFKD", f"{client} {port}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_LENGTH].strip("-") or "port"


def meaning(data: Sequence[int], channels: bool) -> tuple[str, float] | None:
    """Return name and value of what one MIDI message says; None for those that say nothing about a control.

    Args:
        data: Bytes of one whole message.
        channels: Whether the name begins with the channel (1 to 16).

    Raises:
        ValueError: The bytes are not a MIDI message.
    """
    try:
        message = mido.Message.from_bytes(data)
    except LookupError as error:  # mido reads past the end of a pitch bend that was cut off
        raise ValueError("a MIDI message that was cut off") from error
    found = _meaning(message)
    if found is None or not channels:
        return found
    return f"{message.channel + 1}/{found[0]}", found[1]


def _meaning(message: mido.Message) -> tuple[str, float] | None:
    match message.type:
        case "control_change":
            return f"cc/{message.control}", message.value / 127
        case "note_on":
            return f"note/{message.note}", message.velocity / 127
        case "note_off":
            return f"note/{message.note}", 0.0
        case "polytouch":
            return f"pressure/{message.note}", message.value / 127
        case "aftertouch":
            return "pressure", message.value / 127
        case "program_change":
            return "program", message.program / 127
        case "pitchwheel":
            return "pitch", (message.pitch + 8_192) / _PITCH
    return None
