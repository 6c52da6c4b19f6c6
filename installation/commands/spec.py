"""What the table of commands says of each: a row, its arguments, its keys, and who may give it."""

import math
from dataclasses import dataclass
from enum import Enum, IntEnum

from installation.values import Address, Scalar, Seconds

__all__ = [
    "DAY",
    "DOUBLE_PRESS",
    "HOLD_TO_QUIT",
    "LATE",
    "Argument",
    "By",
    "CommandSpec",
    "Key",
    "Kind",
    "Role",
]

DOUBLE_PRESS: Seconds = 0.5
"""Two presses of a key within this time are a double press."""
HOLD_TO_QUIT: Seconds = 1.0
"""How long Q must be held: a slip of the hand must not end a show."""
LATE: Seconds = 1.0
"""A GO, or another event, that has waited so long for others is not given any more."""
DAY: Seconds = 86400.0
"""The longest time that a command takes as an argument."""


class Role(IntEnum):
    """Who asks. Each may do all that those below may."""

    VIEWER = 0
    OPERATOR = 1
    MODERATOR = 2
    ADMIN = 3


class By(Enum):
    """Who carries a command out."""

    PLAYER = "player"
    """The show itself: part of the piece, in the order of arrival with everything else."""
    STAGE = "stage"
    """The process around it: windows, files, quitting."""
    REQUESTS = "requests"
    """The stage answers a question; nothing changes."""
    KEEPER = "keeper"
    """The keeper alone, also while the stage hangs."""


class Kind(Enum):
    """What an argument may be."""

    TEXT = "text"
    NAME = "name"
    """A file name: letters, digits, dash and underscore."""
    FILE = "file"
    """A path; the command line makes it absolute."""
    NUMBER = "number"
    WHOLE = "whole number"
    SWITCH = "switch"
    """On or off, in words, as 1 and 0, or as true and false; ``words`` are allowed beside them."""
    SCALAR = "value"
    """A number, a truth value or a text, as it came."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command.

    Attributes:
        name: For messages and help.
        kind: What it may be.
        help: What it means, in a line.
        low, high: Range of numbers, inclusive.
        words: What may stand there instead of a value of its kind.
        optional: It may be left out; then it is None.
        rest: It takes all that follow, at least one.
        default: What the command line sends where nothing is given; None sends nothing.
        option: The command line takes it as ``--NAME VALUE``.
    """

    name: str
    kind: Kind
    help: str = ""
    low: float = -math.inf
    high: float = math.inf
    words: tuple[str, ...] = ()
    optional: bool = False
    rest: bool = False
    default: Scalar | None = None
    option: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the window that gives a command.

    Attributes:
        name: pygame's constant without ``K_``: ``space``, ``b``, ``f11``.
        arguments: Given with the command.
        how: ``press``, ``shift`` (with Shift held), ``twice`` (within ``DOUBLE_PRESS``) or ``hold`` (for
            ``HOLD_TO_QUIT``).
        words: How the HUD's line of keys names it, e.g. ``Space GO``; empty leaves it out.
    """

    name: str
    arguments: tuple[Scalar, ...] = ()
    how: str = "press"
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command.

    Attributes:
        name: Its verb, in recordings and on the control socket.
        help: What it does, in a line.
        by: Who carries it out.
        keeper: Whether the keeper carries it out first, by itself, and then tells the stage.
        role: The least role that may give it.
        arguments: In order.
        recorded: Whether it is part of the piece: recorded, and given again by a replay.
        live: Whether people may give it while a recording plays.
        ends_panic: Whether it brings the light back after a panic.
        outside: Whether it loads, quits or writes files; such a command is never within reach of OSC or MIDI.
        address: Its OSC address, ``{name}`` standing for an argument; also its name as a route's target.
        osc: Whether an OSC message to ``address`` gives it.
        midi: Whether a route to ``address`` gives it when it rises: so MIDI, sensors and people reach it.
        http: Whether the panel may pass it on.
        values: An OSC message's values are its arguments; else they say pressed or let go.
        timed: Whether it matters when within a frame it was given.
        site: Whether other hubs of a site may give it, by way of the hub process.
        cli: Its words on the command line; empty where that has none.
        keys: Of the window.
    """

    name: str
    help: str
    by: By
    role: Role
    keeper: bool = False
    arguments: tuple[Argument, ...] = ()
    recorded: bool = True
    live: bool = False
    ends_panic: bool = False
    outside: bool = False
    address: Address = ""
    osc: bool = False
    midi: bool = False
    http: bool = True
    values: bool = False
    timed: bool = False
    site: bool = False
    cli: str = ""
    keys: tuple[Key, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that opens what must stay shut. Raises ValueError."""
        if self.outside and (self.osc or self.midi):
            message = f"{self.name} loads, quits or writes files: OSC and MIDI must not reach it"
            raise ValueError(message)
        if (self.osc or self.midi) != bool(self.address):
            message = f"{self.name}: an address and OSC or MIDI go together"
            raise ValueError(message)
