"""What the stage tells the operator's screen over the bus, beside the tree and its effective values.

=====================  =====================================  ===========================================
key                    payload                                when
=====================  =====================================  ===========================================
``operator/outline``   msgpack of ``Outline``; kept           when the show, the tree or the patch changes
``operator/live``      msgpack of ``Live``                    10 Hz, while the name ``operator`` is alive
``operator/standby``   one JPEG of the cue that stands by     2 Hz, while the name ``standby`` is alive
=====================  =====================================  ===========================================

Nothing private is in it: routes of private signals have no value, and private readings are not counted.
Arrays are bytes, little-endian.
"""

from typing import Final

import msgspec

from installation.values import Address, Seconds

__all__ = [
    "LIVE",
    "LIVE_PERIOD",
    "OPERATOR",
    "OUTLINE",
    "STANDBY",
    "STANDBY_WATCHED",
    "ControlLine",
    "CueLine",
    "Heard",
    "LampLine",
    "Live",
    "Outline",
    "RouteLine",
]

OPERATOR: Final = "operator"
"""Name that is alive on the bus while an operator's screen is open."""
OUTLINE: Final = "operator/outline"
LIVE: Final = "operator/live"
LIVE_PERIOD: Final[Seconds] = 0.1
STANDBY: Final = "operator/standby"
STANDBY_WATCHED: Final = "standby"
"""Name that is alive on the bus while somebody looks at the picture of the standby."""


class CueLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One cue of the list; the fields are those of the show's file.

    Attributes:
        fade: Seconds until the last of its fades is over.
        length: Seconds on the cue clock from its beginning to that of the cue that follows by itself; with
            none of these, of its fade.
        at: Its place in the score in seconds; negative for none.
    """

    id: str
    name: str = ""
    scene: str = ""
    pre_wait: Seconds = 0.0
    fade: Seconds = 0.0
    length: Seconds = 0.0
    follow: str = "none"
    condition: str = ""
    at: Seconds = -1.0


class RouteLine(msgspec.Struct, frozen=True, kw_only=True):
    """One route, in file order.

    Attributes:
        shape: Names of its modulators, in order.
        where: Place in its file.
    """

    source: Address
    target: Address
    mode: str
    shape: str
    where: str


class LampLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fixture or pixel item of the venue.

    Attributes:
        first, count: Its lamps among the rows of ``Outline.places`` and the colours of ``Live.lamps``.
    """

    name: str
    first: int
    count: int


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What changes with the files only.

    Attributes:
        version: Version of the tree's ``Description`` to which the arrays of ``Live`` belong.
        authored: float32 by slot of the tree: what the current cue says, the default where no cue says it.
        cue: The cue to which ``authored`` belongs.
        places: float32 left, bottom, right, top of what each lamp samples of the picture, 0..1, v up.
        length: Seconds of a cycle of the score; 0 without one.
    """

    version: int = 0
    title: str = ""
    authored: bytes = b""
    cue: str = ""
    cues: tuple[CueLine, ...] = ()
    routes: tuple[RouteLine, ...] = ()
    lamps: tuple[LampLine, ...] = ()
    places: bytes = b""
    length: Seconds = 0.0


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One address at which input arrives.

    Attributes:
        values: The newest values, as text.
        source: Who sent them.
        count: Messages since the start of the stage.
        rate: Messages per second, over the last second.
        age: Seconds since the newest.
    """

    address: Address
    values: str
    source: str
    count: int
    rate: float
    age: Seconds


class ControlLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one control of a controller does now.

    Attributes:
        source: Address of its readings.
        target: The parameter that it moves, or the command that it gives.
        at: Where it was left, 0..1; negative if it was not moved yet.
        standing: Where its parameter stands in its travel, 0..1.
        waits: Whether it has to be caught before it moves its parameter.
        light: What its light shows, as on the device: level 0..1; 0 steady, 1 blinking, 2 pulsing; red, green
            and blue 0..1.
    """

    source: Address
    target: str
    at: float = -1.0
    standing: float = 0.0
    waits: bool = False
    light: tuple[float, int, float, float, float] = (0.0, 0, 1.0, 1.0, 1.0)


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """The present state.

    Attributes:
        version: That of the outline to which it belongs.
        time: Show time.
        cue, standby: Ids; empty for none.
        elapsed: Seconds on the cue clock since the cue began; negative in its pre-wait.
        rate: Seconds of the cue clock per second; 0 while it is held.
        before, after: Scenes; equal except during a change.
        progress: Of that change, 0..1.
        bases: float32 by slot.
        by_hand: uint8 by slot: 1 where a hand has set another value than the cue's.
        routes: float32 by route: what leaves its shape; NaN where it has none, or it is private.
        lamps: uint8 red, green and blue of each lamp as it is on the wire, sRGB.
        frames: float32 milliseconds between the frames since the last message.
        heard: Input, newest first.
        asked_by: The cue that asks for the blackout; empty where a hand or a route does.
        controls: What controls do on the page that is turned up.
        prompt: What the learning of a control asks for, or says; empty for nothing.
    """

    version: int
    time: Seconds
    cue: str = ""
    standby: str = ""
    elapsed: Seconds = 0.0
    rate: float = 1.0
    before: str = ""
    after: str = ""
    progress: float = 1.0
    blackout: bool = False
    asked_by: str = ""
    panic: bool = False
    bases: bytes = b""
    by_hand: bytes = b""
    routes: bytes = b""
    lamps: bytes = b""
    frames: bytes = b""
    heard: tuple[Heard, ...] = ()
    controls: tuple[ControlLine, ...] = ()
    prompt: str = ""
