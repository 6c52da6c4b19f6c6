"""Which service of the system MIDI comes from, through which library, and why not from the others.

Linux: the ALSA sequencer, where USB controllers are, through alsa-midi; JACK, or PipeWire in its place,
through JACK-Client. Both have packages for every Python from 3.11 on. macOS and Windows: python-rtmidi.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from hardware.midi import alsa, jack
from hardware.midi.ports import Ports
from installation.contract import AdapterError

__all__ = ["Api", "Service", "is_own", "open_ports", "port_names", "services"]

Api = Literal["auto", "alsa", "jack"]


_clients: set[str] = set()
"""Names of the clients that this process has opened; a service may append a number, as in ``-01``."""


@dataclass(frozen=True, slots=True)
class Service:
    """One way to MIDI.

    Attributes:
        api: The system's service.
        library: The Python package it is reached through.
        missing: Why it cannot be used; empty if it can be tried.
        fix: What to do about that, in one line.
        open: Opens it under the name that others see. Raises AdapterError.
    """

    api: str
    library: str
    missing: str
    fix: str
    open: Callable[[str], Ports]


def services() -> Iterator[Service]:
    """What this system may have, in the order in which it is tried; found without opening anything."""
    if sys.platform.startswith("linux"):
        yield Service("alsa", alsa.LIBRARY, *alsa.missing(), alsa.AlsaPorts)
        yield Service("jack", jack.LIBRARY, *jack.missing(), jack.JackPorts)
        return
    yield from _of_rtmidi()


def _of_rtmidi() -> Iterator[Service]:
    from hardware.midi.rt import LIBRARY, RtMidiPorts

    try:
        import rtmidi
    except ImportError as error:
        fix = "use Python 3.11 or 3.12: python-rtmidi has no ready-made package above"
        yield Service("rtmidi", LIBRARY, str(error), fix, _none)
        return
    for number in rtmidi.get_compiled_api():
        if number != rtmidi.API_RTMIDI_DUMMY:
            yield Service(
                str(rtmidi.get_api_name(number)), LIBRARY, "", "", partial(RtMidiPorts, rtmidi, number)
            )


def _none(_client: str) -> Ports:
    raise AdapterError("MIDI is unavailable", "see `photophore doctor`")


def is_own(port: str) -> bool:
    """Whether a port belongs to a client of this process: what we send must not come in as somebody's."""
    client = port.partition(":")[0]
    return client in _clients or re.sub(r"-\d+$", "", client) in _clients


def open_ports(api: Api, client: str) -> tuple[Ports, str]:
    """The first service that answers, and why those before it did not.

    Raises AdapterError with the reason of each.
    """
    reasons: list[str] = []
    fixes: list[str] = []
    for service in services():
        if api not in {"auto", service.api}:
            continue
        missing = service.missing
        if not missing:
            try:
                opened = service.open(client)
                _clients.add(client)
                return opened, "; ".join(reasons)
            except AdapterError as error:
                missing = str(error)
        reasons.append(f"{service.api}: {missing}")
        fixes += [service.fix] if service.fix else []
    reason = "MIDI is unavailable: " + ("; ".join(reasons) or f"this system has no {api}")
    raise AdapterError(reason, "; ".join(fixes) or "name another api")


def port_names() -> tuple[list[str] | None, str]:
    """Names of the ports that there are now, each once; None and the reason where MIDI is unavailable.

    Opens the service for a moment, beside a show that plays.
    """
    try:
        ports, _ = open_ports("auto", "Photophore look")
    except AdapterError as error:
        return None, str(error)
    try:
        return sorted({port.name for port in ports.ports()}), ""
    except AdapterError as error:
        return None, str(error)
    finally:
        ports.close()
