"""All that an adapter may know of Photophore.

A device has two directions. There are five kinds of adapters:

=================  ==========================  ==============================  ======
class              in                          out                             home
=================  ==========================  ==============================  ======
``InputAdapter``   readings                                                    stage
``ControlSurface`` readings                    feedback (states, by address)   stage
``MessageOutput``                              messages (events, in order)     stage
``PictureOutput``                              guarded pictures, the newest    stage
``LightOutput``                                universes, at a steady rate     keeper
=================  ==========================  ==============================  ======

``hardware`` and third parties import this module and nothing else of ``installation``. An adapter is a
class named by an entry point in the group ``photophore.adapters``; it is built from settings that a
venue file gives, opens nothing until ``open`` is called, and raises only ``AdapterError``. A supervisor
closes and reopens it with back-off when it raises, so an adapter never retries by itself.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation import osc, portable_math, surface
from installation.errors import AdapterError, OscError, to_install
from installation.logs import Refusals
from installation.status import TargetStatus
from installation.values import (
    BT709,
    CHANNELS,
    HOST,
    LAST_UNIVERSE,
    LIMITED_RANGE,
    MOST_IN_SPAN,
    OSC_PORT,
    STREAM_PORT,
    Address,
    Reading,
    Scalar,
    Seconds,
)

__all__ = [
    "BT709",
    "CHANNELS",
    "HOST",
    "LAST_UNIVERSE",
    "LIMITED_RANGE",
    "OSC_PORT",
    "STREAM_PORT",
    "Adapter",
    "AdapterError",
    "Address",
    "ControlSurface",
    "Counters",
    "InputAdapter",
    "LightFrame",
    "LightOutput",
    "Message",
    "MessageOutput",
    "OscError",
    "PictureFrame",
    "PictureOutput",
    "Reading",
    "Refusals",
    "Scalar",
    "Seconds",
    "Settings",
    "TargetStatus",
    "UniverseSpan",
    "osc",
    "portable_math",
    "surface",
    "to_install",
]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every adapter's settings: what a venue file may say about it."""


class UniverseSpan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A run of our universes and where they go on the wire.

    Attributes:
        universe: Number of the first of our universes, from 1.
        count: How many follow one another.
        address: The protocol's own number of the first: Art-Net Port-Address (from 0), sACN universe (from
            1).
    """

    universe: Annotated[int, msgspec.Meta(ge=1, le=LAST_UNIVERSE)]
    address: Annotated[int, msgspec.Meta(ge=0, le=LAST_UNIVERSE)]
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_IN_SPAN)] = 1


@dataclass(slots=True)
class Counters:
    """What an adapter has done since it was made; the supervisor reads them for ``status``."""

    received: int = 0
    sent: int = 0
    dropped: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class LightFrame:
    """One immutable frame of universes, as bytes for the wire.

    Attributes:
        index: Frame number, counts up.
        time: Monotonic seconds at which it was made.
        levels: ``(universes, 512)`` uint8; row 0 is our universe 1.
    """

    index: int
    time: Seconds
    levels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Message:
    """One value on its way out of the stage.

    Attributes:
        address: OSC-style path, e.g. ``/midi/nanokontrol2/cc/16`` or ``/cue/3/go``.
        values: Its arguments; none for a plain event.
        to: Name of the target, of a message output that has several.
        stream: It is one of many values of something that moves: only the newest of an address counts, and a
            rate limit may leave out those between. Any other message is an event.
        group: Messages with the same number belong to one frame; 0 belongs to none.
    """

    address: Address
    values: tuple[Scalar, ...] = ()
    to: str = ""
    stream: bool = False
    group: int = 0


@dataclass(frozen=True, slots=True, weakref_slot=True)
class PictureFrame:
    """One finished picture: what the projector shows, after the flash guard.

    Attributes:
        index: Number of the frame, counts up.
        time: Monotonic seconds at which it was drawn.
        pixels: ``(height, width, 4)`` uint8: red, green, blue, one without meaning; sRGB, top row first.
    """

    index: int
    time: Seconds
    pixels: NDArray[np.uint8]


class Adapter(ABC):
    """A device in or out.

    Attributes:
        kind: Name used in venue files.
        home: Process it lives in: every light protocol in the keeper, everything else on the stage.
        extra: The extra of this package that it needs, e.g. ``lsl``; empty if it needs none.
        modules: What that extra has to bring, to be looked for without importing it.
        counters: What it has done.
        refusals: What it did not take or could not send, and why; note everything there that is left out.
    """

    kind: ClassVar[str]
    home: ClassVar[Literal["keeper", "stage"]]
    Settings: ClassVar[type[Settings]]
    extra: ClassVar[str] = ""
    modules: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str, settings: Any) -> None:
        self.name = name
        self.settings = settings
        self.counters = Counters()
        self.refusals = Refusals(name)

    @abstractmethod
    def open(self) -> None:
        """Acquire the device. Calling it twice is harmless. Raises AdapterError."""

    @abstractmethod
    def close(self) -> None:
        """Release the device. Harmless when closed, never raises."""

    @property
    def detail(self) -> str:
        """One line for people: what it is bound to, its kind of wire, address and port."""
        return ""


class InputAdapter(Adapter):
    """Readings in; the supervisor calls ``receive`` in a thread of its own."""

    home: ClassVar[Literal["keeper", "stage"]] = "stage"
    watches: ClassVar[tuple[Address, ...]] = ()
    """Public signals and parameters of which ``see`` is told, for devices that answer the room."""

    def see(self, values: Sequence[float]) -> None:
        """Be told the newest values of ``watches``, once a frame; NaN where there is none, or it is private.

        Called from another thread; must not wait.
        """

    @abstractmethod
    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """Everything that has arrived, waiting at most ``timeout`` seconds for the first.

        Raises AdapterError when the device is lost.
        """

    def wake(self) -> None:
        """Make a waiting ``receive`` return soon. Called from another thread."""


class ControlSurface(InputAdapter):
    """Readings in and feedback out: LEDs of a MIDI controller, values of an OSC remote, haptics.

    Feedback is a state: of each address only the newest value counts, and after the device was lost all of it
    is told again. It is called in the thread of ``receive``, between two of these, so one device is never
    used by two threads.
    """

    @property
    def mirrors(self) -> bool:
        """Whether it shows the base of every parameter at its address, rather than what is bound to it."""
        return False

    def equip(self, controllers: surface.Library) -> None:
        """Be told which controllers are known, once, before the first ``open``."""

    def declare(self, readings: Collection[Address]) -> None:
        """Be told which readings finer than 7 bits maps use, such as ``/midi/knob/cc14/3``.

        Called whenever that changes, from another thread. What is not declared stays plain control changes.
        """

    @abstractmethod
    def feedback(self, messages: Sequence[Message]) -> None:
        """Show these values, at most one of an address. Waits for nothing.

        Raises AdapterError when the device is lost.
        """


class MessageOutput(Adapter):
    """Messages out to consoles and other programs: OSC, MIDI, MIDI Show Control.

    A message is an event, unless it is marked as a stream: each is sent once, in order. One that could not be
    sent within a second, because the device was away or slow, is dropped and counted: a GO that comes late
    does harm.
    """

    home: ClassVar[Literal["keeper", "stage"]] = "stage"

    @property
    def targets(self) -> tuple[str, ...]:
        """Names under which shows send to it; that of the adapter unless it sends to several."""
        return (self.name,)

    @property
    def health(self) -> tuple[TargetStatus, ...]:
        """How each target fares, for ``status``; empty where ``state`` and ``detail`` say all of it."""
        return ()

    def tend(self) -> Seconds:
        """Do what is due without a new message: a value that the rate limit held back, a connection.

        Called in the thread of ``send``, before and after it. Waits for nothing.

        Returns:
            Seconds until it wants to be called again; a new message comes sooner.

        Raises AdapterError when the device is lost.
        """
        return 1.0

    def objection(self, message: Message) -> str:  # noqa: ARG002 - for adapters that object
        """Return why this message can never be sent, and after ``; `` what to do; empty if it can.

        Called in any thread, whether or not the device is there.
        """
        return ""

    @abstractmethod
    def send(self, messages: Sequence[Message]) -> None:
        """Send these in order. Called in a thread of its own, so it may wait for the device for a moment.

        Raises AdapterError when the device is lost.
        """


class PictureOutput(Adapter):
    """Guarded pictures out: a stream, another program, a capture device.

    Only the newest picture counts: one that comes while another is being sent takes the place of the one that
    waits, and that is counted as dropped. So a slow receiver never delays a frame.
    """

    home: ClassVar[Literal["keeper", "stage"]] = "stage"
    size: tuple[int, int] = (640, 360)
    """Width and height of the pictures; set once before the first ``open``."""

    @property
    def rate(self) -> float:
        """Most pictures a second that it takes; 0 takes each."""
        return 0.0

    @property
    def wanted(self) -> bool:
        """Whether anybody receives: nothing is read back from the graphics card otherwise."""
        return True

    @abstractmethod
    def send(self, frame: PictureFrame) -> None:
        """Encode and send one picture. Called in a thread of its own, so it may wait for a moment.

        Args:
            frame: Its pixels are overwritten after the call.

        Raises AdapterError when the device is lost.
        """


class LightOutput(Adapter):
    """Universes out; the keeper calls ``send`` at the venue's rate, also when nothing changed."""

    home: ClassVar[Literal["keeper", "stage"]] = "keeper"

    def identify(self, instance: uuid.UUID) -> None:
        """Be told who this instance of the program is, once, before the first ``open``.

        It lasts over restarts and differs from that of any other instance, also on the same machine. A
        protocol whose packets name their sender takes the name from it.
        """

    def take_role(self, *, leads: bool, now: Seconds) -> None:
        """Be told whether this machine leads a site of several; from another thread than ``send``'s.

        It is told twice a second. Where that stops, somebody else may lead by now.
        """

    @abstractmethod
    def send(self, frame: LightFrame, now: Seconds) -> None:
        """Put one frame on the wire without blocking. Raises AdapterError when the device is lost."""

    def finish(self, frame: LightFrame, now: Seconds, only: frozenset[str] | None = None) -> None:
        """Say goodbye on the wire with ``frame`` as the last look, as the protocol asks.

        Called once before ``close`` on a clean stop. The default sends the frame three times.

        Args:
            frame: What is to be shown last.
            now: Monotonic seconds.
            only: Some of ``places``: the others are sent to by somebody else from now on, and must not see a
                goodbye. None is all.
        """
        if only is None or only:
            for _ in range(3):
                self.send(frame, now)

    @property
    def places(self) -> frozenset[str]:
        """Every place on the wire that this sends to, e.g. ``artnet 10.0.0.5:6454 3``; none if unknown.

        When a patch changes while the show runs, places that nobody sends to any more see a goodbye.
        """
        return frozenset()

    def resume(self, before: "LightOutput") -> None:
        """Go on where another one of the same kind stops, e.g. with its sequence numbers."""
