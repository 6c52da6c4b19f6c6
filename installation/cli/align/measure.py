"""Measures the latency of each speaker, and says what belongs into the venue file."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from installation.devices.priority import ask_for_time
from installation.errors import AdapterError, NotRunningError, PhotophoreError
from installation.ipc.control import request
from installation.show import DEFAULT_VENUE, load_venue
from installation.show.speakers import PAIR, SpeakerSpec
from installation.sound.align import Heard, Loop
from installation.sound.devices import NONE, Library
from installation.sound.threads.playout import LATENCY
from installation.sound.threads.urgency import PRIORITY
from installation.values import Seconds

__all__ = ["Measured", "measure", "proposals"]

_EARS: Final = 8
_COARSE: Final[Seconds] = 0.0005
"""Speakers that differ by less are heard at once."""
_UNSTEADY: Final[Seconds] = 0.002
"""Times of one speaker that differ by more say nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One speaker.

    Attributes:
        name: As the venue calls it; empty for a channel without a speaker.
        heard: What was heard of it.
    """

    name: str
    heard: Heard


def measure(venue: str | None, output: str | None, input_: str | None, repeat: int, *, as_json: bool) -> int:
    """Measure and print; return 1 if a speaker was not heard.

    Raises:
        PhotophoreError: A show is running, there is no device, or a device was lost.
    """
    _refuse_beside_a_show()
    room = load_venue(venue or DEFAULT_VENUE)
    speakers = room.speakers or PAIR
    library = Library()
    played = room.sound.output if output is None else output
    listened = room.sound.input if input_ is None else input_
    with _quiet():
        names, gaps, found = _run(library, (played, listened), speakers, repeat)
    measured = [_named(one, speakers) for one in found]
    if as_json:
        print(json.dumps(_as_json(names, gaps, measured), indent=2))
    else:
        _tell(names, gaps, measured, speakers)
    return 0 if all(one.heard.latency is not None for one in measured if one.name) else 1


def _refuse_beside_a_show() -> None:
    """Raise PhotophoreError if a show is running: it holds the devices, and its sound would be measured."""
    with suppress(NotRunningError):
        request("status")
        raise PhotophoreError("a show is running and holds the sound: end it first (photophore stop)")


def _run(
    library: Library, wanted: tuple[str, str], speakers: Sequence[SpeakerSpec], repeat: int
) -> tuple[tuple[str, str], int, list[Heard]]:
    for way, name in zip(("output", "input"), wanted, strict=True):
        if name.casefold() == NONE:
            raise PhotophoreError(f"the venue wants no {way}; name one by --{way}")
    # With buffers as in a show, and in time: a gap would be measured, too.
    ask_for_time(PRIORITY, inherited=True)
    ear = library.input(wanted[1], _EARS, LATENCY)
    if ear is None:
        raise AdapterError("there is no audio input", "plug in a microphone, or a cable from the output")
    try:
        output = library.output(wanted[0], max(one.channel for one in speakers), LATENCY)
        if output is None:
            raise AdapterError("there is no audio output")
        try:
            loop = Loop(output, ear, repeat)
            found = loop.run()
            return (output.device.name, ear.device.name), loop.gaps, found
        finally:
            output.close()
    finally:
        ear.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the audio libraries from chattering on stderr."""
    sys.stderr.flush()
    ours, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(ours, 2)
        os.close(nowhere)
        os.close(ours)


def _named(heard: Heard, speakers: Sequence[SpeakerSpec]) -> Measured:
    name = next((one.name for one in speakers if one.channel == heard.channel), "")
    return Measured(name, heard)


def proposals(measured: Sequence[Measured]) -> dict[str, Seconds]:
    """Return the delay of each speaker that was heard, so that all are heard at once: the last has none.

    Nothing where times are unsteady.
    """
    if any(one.heard.spread > _UNSTEADY for one in measured):
        return {}
    late = {one.name: one.heard.latency for one in measured if one.name and one.heard.latency is not None}
    last = max(late.values(), default=0.0)
    gaps = {name: last - latency for name, latency in late.items()}
    return {name: round(gap, 4) if gap > _COARSE else 0.0 for name, gap in gaps.items()}


def _tell(
    names: tuple[str, str], gaps: int, measured: Sequence[Measured], speakers: Sequence[SpeakerSpec]
) -> None:
    print(f"from {names[0]} back by {names[1]}:")
    for one in measured:
        heard = one.heard
        who = f"channel {heard.channel} {one.name}".rstrip()
        if heard.latency is None:
            print(f"  {who}: nothing was heard")
            continue
        spread = f"{heard.found} of {heard.played} chirps within {1000 * heard.spread:.1f} ms"
        print(f"  {who}: {1000 * heard.latency:.1f} ms, {heard.level:+.1f} dB ({spread})")
    delays = proposals(measured)
    if delays and max(delays.values()) > 0.0:
        print("\nFor the venue file, so that all speakers are heard at once:")
        for speaker in speakers:
            if speaker.name in delays:
                print(f'  [[speaker]] "{speaker.name}": delay = {delays[speaker.name]:.4f}')
    elif len(delays) > 1:
        print("\nAll speakers are heard at once: none needs a delay.")
    for words in _advice(gaps, measured):
        print(words, file=sys.stderr)


def _advice(gaps: int, measured: Sequence[Measured]) -> Iterator[str]:
    """Yield what the numbers mean, and what to do about them."""
    heard = [one.heard for one in measured if one.heard.latency is not None]
    yield (
        "These are times from the making of a sound to its return: buffer, output, cable or air (2.9 ms a "
        "metre) and input. The picture cannot be measured here: compare it by `photophore align --pattern`."
    )
    if gaps:
        yield f"Sound was lost {gaps} times, because the machine is busy; chirps near that do not count."
    if len(heard) < len(measured):
        first = "measure again, since all chirps may have been near a gap; then: " if gaps else ""
        yield (
            f"Where nothing was heard: {first}is the loop closed (by a cable or a microphone), are "
            "both turned up, and are --output and --input the right ones? `photophore list audio` names them."
        )
    if any(one.spread > _UNSTEADY for one in heard):
        yield "The times differ by more than 2 ms: measure again on a quiet machine before you use them."


def _as_json(names: tuple[str, str], gaps: int, measured: Sequence[Measured]) -> dict[str, object]:
    delays = proposals(measured)
    return {
        "output": names[0],
        "input": names[1],
        "gaps": gaps,
        "channels": [
            {
                "channel": one.heard.channel,
                "speaker": one.name,
                "latency_ms": None if one.heard.latency is None else round(1000 * one.heard.latency, 2),
                "spread_ms": round(1000 * one.heard.spread, 2),
                "level_db": None if one.heard.latency is None else round(one.heard.level, 1),
                "found": one.heard.found,
                "played": one.heard.played,
                "delay": delays.get(one.name),
            }
            for one in measured
        ],
    }
