"""Audio devices as values, and which one a name in a venue file means. Pure."""

from typing import Final, Literal, TypeAlias

import msgspec

from installation.errors import AdapterError, nearest

__all__ = ["DEFAULT", "NONE", "SERVER_API", "Device", "Inventory", "Way", "choose"]

DEFAULT: Final = ""
"""Name of the system's default device."""
SERVER_API: Final = "PulseAudio"
"""Of devices that a sound server has: PulseAudio, or PipeWire in its place."""
_JACK: Final = "jack"
NONE: Final = "none"
"""Name that asks for no device."""

Way: TypeAlias = Literal["output", "input"]

_LISTED: Final = "`photophore list audio` shows the devices"


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One device as PortAudio lists it.

    Attributes:
        index: Its number, until the list is renewed.
        api: Host API, e.g. ``ALSA``, ``JACK Audio Connection Kit``, ``Core Audio``, or ``SERVER_API``.
        outputs, inputs: Most channels of each direction.
        rate: Default sampling rate in Hz.
        alias: What the sound server calls it itself; it may be chosen by that, too.
    """

    index: int
    name: str
    api: str
    outputs: int = 0
    inputs: int = 0
    rate: float = 0.0
    alias: str = ""

    @property
    def of_jack(self) -> bool:
        """Whether a JACK server plays it: as PortAudio's own, or by ALSA's device of that name."""
        return self.api.startswith("JACK") or self.name == "jack"

    def channels(self, way: Way) -> int:
        """Most channels in one direction."""
        return self.outputs if way == "output" else self.inputs


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What there is.

    Attributes:
        output, input: Numbers of the system's default devices; -1 for none.
        problem: Why the devices could not be listed; empty normally.
    """

    devices: tuple[Device, ...] = ()
    output: int = -1
    input: int = -1
    problem: str = ""

    def able(self, way: Way) -> list[Device]:
        """Return the devices of one direction."""
        return [one for one in self.devices if one.channels(way)]

    def default(self, way: Way) -> int:
        """Return the number of the default device of one direction; -1 for none."""
        return self.output if way == "output" else self.input


def choose(wanted: str, found: Inventory, way: Way) -> Device | None:
    """Return the device that a venue file means.

    The whole name counts before its beginning, and that before any other part; among equals the first in the
    order of the system. Upper and lower case are alike. ``jack`` is the JACK server itself where PortAudio
    reaches it, else ALSA's device of that name: through that its loss is noticed seconds later.

    Args:
        wanted: A name or a part of one; ``DEFAULT``.
        found: What there is.
        way: Direction.

    Returns:
        None if the machine has no device at all in that direction.

    Raises:
        AdapterError: There are devices, and none of that name.
    """
    able = found.able(way)
    if not able:
        return None
    if wanted == DEFAULT:
        default = found.default(way)
        return next((one for one in able if one.index == default), able[0])
    sought = wanted.casefold()
    if sought == _JACK:
        able.sort(key=lambda one: not one.api.startswith("JACK"))
        if able[0].api.startswith("JACK"):
            return able[0]
    tests = (str.__eq__, str.startswith, str.__contains__)
    for test in tests:
        for one in able:
            if test(one.name.casefold(), sought) or (one.alias and test(one.alias.casefold(), sought)):
                return one
    names = list(dict.fromkeys(one.name for one in able))
    message = f"there is no {way} device {wanted!r}"
    raise AdapterError(message, nearest(wanted, names, f"there are {', '.join(names[:6])}; {_LISTED}"))
