"""Sound on the command line: which devices there are, and what this machine lacks."""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final, Literal

from installation.errors import AdapterError
from installation.show import load_venue
from installation.sound.devices import NONE, Inventory, choose
from installation.sound.devices.library import EXTRA, PORTAUDIO, SERVER, missing
from installation.sound.devices.names import Way
from installation.sound.devices.scan import scan

__all__ = ["PACKAGES", "absent", "audio_devices", "sound_checks"]

PACKAGES: Final = ("sounddevice", "signalflow")
"""Without these there is no sound process."""

_WAYS: Final[tuple[Way, Way]] = ("output", "input")
_REMEDY: Final = f"{SERVER}, or leave it: shows play in silence"


def absent() -> str:
    """Return which packages of sound are not installed, and how to install them; empty if all are."""
    lacking = [one for one in PACKAGES if find_spec(one) is None]
    return f"{' and '.join(lacking)} not installed: {EXTRA}" if lacking else ""


def audio_devices(_show: str, venue: str | None) -> Iterator[dict[str, Any]]:
    """Yield the audio devices of this moment; with a venue also what it chooses.

    A name of the venue that no device has is told on stderr, beside them.

    Raises:
        AdapterError: They cannot be listed.
    """
    found = scan()
    if found.problem:
        raise AdapterError(found.problem)
    chosen: dict[Way, int] = {}
    for way in _WAYS:
        try:
            chosen[way] = _chosen(found, way, venue)
        except AdapterError as error:
            chosen[way] = -1
            print(f"{way}: {error}", file=sys.stderr)
    for one in found.devices:
        used = [way for way in _WAYS if chosen[way] == one.index]
        yield {
            "name": one.name,
            "api": one.api,
            "outputs": one.outputs,
            "inputs": one.inputs,
            "rate": one.rate,
            "used as": " and ".join(used),
        }


def _chosen(found: Inventory, way: Way, venue: str | None) -> int:
    sound = load_venue(venue).sound if venue else None
    wanted = "" if sound is None else sound.output if way == "output" else sound.input
    if wanted.casefold() == NONE:
        return -1
    device = choose(wanted, found, way)
    return device.index if device is not None else -1


def sound_checks() -> Iterator[tuple[str, Literal["ok", "warn"], str, str]]:
    """Yield what ``doctor`` says of sound: name, state, detail, fix."""
    lacking = absent()
    if lacking:
        yield (
            "sound",
            "ok",
            f"{lacking.partition(':')[0]}; it is optional",
            f"{EXTRA}  # if you want to hear it",
        )
        return
    problem = missing()
    found = Inventory() if problem else scan()
    problem = problem or found.problem
    if problem:
        yield "sound", "warn", problem.partition(";")[0], PORTAUDIO if missing() else _REMEDY
        return
    for way in _WAYS:
        device = choose("", found, way)
        if device is None:
            yield f"sound {way}", "warn", "there is no device", _REMEDY
        else:
            others = len(found.able(way)) - 1
            words = f"{device.name} ({device.api}), {device.channels(way)} channels, and {others} others"
            yield f"sound {way}", "ok", words, ""
