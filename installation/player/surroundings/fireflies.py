"""The fireflies of a venue's hubs: each flashes by itself, hears the others, and lights its lamps.

On a machine that is one hub of a site, its own hub is computed here and those of others come as readings with
their time. Without a site all hubs of the venue are computed here, by the same model.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.light import Rig
from installation.parameter import Kind, Parameter, Tree
from installation.player.surroundings.hubs import PREFIX
from installation.player.surroundings.lamps import HubLamps
from installation.render.readback.flashes import Flash
from installation.show.fields import is_address
from installation.show.venue_model import HubSpec
from installation.signal import Signals
from installation.site.fireflies import BURST, Firefly, Synchrony, enough, envelope, reach
from installation.values import Address, Frame, Reading, Scalar, Seconds

__all__ = ["AMOUNT", "ORDER", "PARAMETERS", "TOLD", "BoundFireflies", "Flashed", "flash_address"]

AMOUNT: Final[Address] = "/fireflies/amount"
ORDER: Final[Address] = "/fireflies/order"
SEEN: Final[Address] = "/fireflies/seen"
"""Reading: for each of our hubs that sees flashes in the picture its name, their share, their show time."""
TOLD: Final[Address] = "/site/order"
"""Signal: how far the fireflies are in step, 0..1."""

PARAMETERS: Final = (
    Parameter(
        AMOUNT, Kind.FLOAT, (0.0,), (0.0,), (1.0,), "", "Fireflies of the hubs",
        "Light of their flashes in picture and lamps; at 0 they rest",
    ),
    Parameter(
        ORDER, Kind.FLOAT, (1.0,), (0.0,), (1.0,), "", "Order of the fireflies",
        "How few others are enough, and how far they hear: 0 scattered, 1 one shared dark",
    ),
)  # fmt: skip

MOST: Final = 16
"""Hubs that the picture shows; more are heard and not shown."""
_SILENT: Final = 99.0
_GONE: Final[Seconds] = 60.0
"""A hub of another machine that has not flashed for so long is not there."""
_SEEN_FOR: Final[Seconds] = 1.5
"""A hub that saw its picture flash within this stands for it: a flash of a burst and a little more."""
_FAR: Final = 1.4
"""How far a light hears at most, in distances of the two hubs that are farthest apart: at an order of 0.9 all
hear all."""
_FRAME: Final = 0.7
"""How far a light hears in the picture at most, in picture heights; as in the scene ``symbiosis``."""
_DENSITY: Final = 600.0
"""Lights of a picture height squared that a share of the picture's flashes is reckoned of."""
_COLOUR: Final = (0.12, 1.00, 0.60)
"""508 nm, the colour of hubs, as linear sRGB (``shaders/lib/spectrum.glsl``)."""
_LAMP: Final = 0.5
"""Linear light of the lamps at the height of a flash."""
_DIM: Final = 1.0e-3

Flashed = tuple[str, float, float, int, Seconds]
"""Name of the hub, its place x and y, which flash of its burst, show time."""


def flash_address(hub: str) -> Address:
    """The signal: light of a hub's firefly, 0..1."""
    return f"{PREFIX}/{hub}/flash"


class _Light:
    """A hub as a light: where it is, and when it flashed last."""

    def __init__(self, x: float, y: float, own: Firefly | None) -> None:
        self.x, self.y, self.own = x, y, own
        self.flashed: Seconds = -math.inf
        self.number = 0
        """Which flash of its burst that was."""
        self.saw: Seconds = -math.inf
        """When it last saw the lights of its picture flash."""
        self.stands = False
        """Whether it stands for the lights of another machine's picture, as that machine told last."""
        self.signal = -1


class BoundFireflies:
    """Moves the fireflies, says their light as signals, and gives it to picture and lamps.

    Args:
        tree: Has ``PARAMETERS``.
        signals: Where light and order are said.
        seed: Of the show.
        aspect: Width of the picture in heights.

    Attributes:
        said: Flashes of our own hubs in this frame.
        order: How far all are in step, 0..1.
    """

    def __init__(self, tree: Tree, signals: Signals, seed: int, aspect: float) -> None:
        self.said: list[Flashed] = []
        self._tree, self._signals, self._seed, self._aspect = tree, signals, seed, aspect
        self._lights: dict[str, _Light] = {}
        self._lamps = HubLamps(_COLOUR)
        self._waiting: list[tuple[Flashed, bool]] = []
        self._declared: list[Address] = []
        self._synchrony = Synchrony()
        self._order = signals.declare(TOLD)
        self._now: Seconds = 0.0
        self._looks = True

    @property
    def order(self) -> float:
        """How far they are in step, 0..1."""
        return self._synchrony.order

    def follow(self, hubs: Sequence[HubSpec], own: str, *, looks: bool = True) -> None:
        """Take the hubs of a venue.

        Args:
            hubs: All that it knows.
            own: Name of the one that this machine is; empty if it plays all of them.
            looks: Whether our hubs hear the lights of the picture. Those of one that nobody sees leave no
                pause between two bursts, and would hold the hub in a step of its own.
        """
        self._looks = looks
        declared, self._declared = self._declared, []
        before, self._lights = self._lights, {}
        for one in hubs:
            known = before.get(one.name)
            ours = not own or one.name == own
            firefly = (known.own if known is not None else None) or Firefly(
                f"{self._seed}/{one.name}", self._now
            )
            light = self._lights[one.name] = _Light(*one.position, firefly if ours else None)
            if known is not None:
                light.flashed, light.number = known.flashed, known.number
                light.saw, light.stands = known.saw, known.stands
            self._declare(one.name, light)
        self._signals.release(declared)

    def hear(self, reading: Reading, now: Seconds, late: Seconds) -> None:
        """Take a flash of another machine's hub, which was ``late`` seconds before this frame."""
        numbers = [float(one) for one in reading.values[1:] if isinstance(one, int | float)]
        # In recordings of older versions it does not say whether it stands for a picture.
        if len(reading.values) not in (4, 5) or len(numbers) != len(reading.values) - 1:
            return
        x, y, number, stands = (*numbers, 0.0)[:4]
        if math.isfinite(x + y + number + stands + late):
            self._waiting.append(((str(reading.values[0]), x, y, int(number), now - late), stands > 0.5))

    def stands(self, hub: str) -> bool:
        """Whether one of our hubs stands for the picture: it saw its lights flash just now."""
        light = self._lights.get(hub)
        return light is not None and light.own is not None and self._now - light.saw < _SEEN_FOR

    @property
    def awake(self) -> bool:
        """Whether our hubs look at the picture, whose lights they hear like each other."""
        tree = self._tree
        return self._looks and bool(self._own()) and tree.effective.item(tree.slot(AMOUNT)) > 0.0

    def _own(self) -> dict[str, _Light]:
        return {name: light for name, light in self._lights.items() if light.own is not None}

    def seen(self, flashes: Sequence[Flash], now: Seconds) -> list[Reading]:
        """Return what our hubs see in the picture, for the next frame's inbox.

        Args:
            flashes: Of one frame.
            now: Monotonic seconds.
        """
        if not flashes or not self.awake:
            return []
        within = _FRAME * reach(self._tree.effective.item(self._tree.slot(ORDER)))
        values: list[Scalar] = []
        for name, light in self._own().items():
            near = sum(
                math.hypot((one.x - light.x) * self._aspect, one.y - light.y) <= within for one in flashes
            )
            lights = _DENSITY * min(math.pi * within * within, self._aspect)
            if near:
                values += [name, round(near / lights, 6), flashes[0].time]
        return [Reading(SEEN, tuple(values), now, "picture")] if values else []

    def see(self, reading: Reading, _now: Seconds) -> None:
        """Let our hubs hear what they see in the picture."""
        theta = enough(self._tree.effective.item(self._tree.slot(ORDER)))
        for name, share, at in zip(
            reading.values[::3], reading.values[1::3], reading.values[2::3], strict=False
        ):
            light = self._lights.get(str(name))
            if light is not None and light.own is not None:
                light.own.hear(float(share), float(at), theta)
                light.saw = float(at)

    def advance(self, frame: Frame) -> None:
        """One frame, after everything came in and before the chain."""
        tree, now = self._tree, frame.time
        self._now = now
        amount = tree.effective.item(tree.slot(AMOUNT))
        waiting, self._waiting = self._waiting, []
        self.said = []
        for one, stands in waiting:
            light = self._met(one)
            if light is not None and light.own is None:
                light.stands = stands
                self._flash(one, light)
        for name, light in self._lights.items():
            if light.own is not None:
                for at, number in light.own.advance(now, awake=amount > 0.0):
                    flashed = (name, light.x, light.y, number, at)
                    self.said.append(flashed)
                    self._flash(flashed, light)
        here = [name for name, light in self._lights.items() if self._here(light)]
        self._synchrony.advance(now, here)
        self._say(frame, amount)

    def _say(self, frame: Frame, amount: float) -> None:
        signals = self._signals
        signals.values[self._order], signals.times[self._order] = self.order, frame.time
        for light in self._lights.values():
            if light.signal >= 0:
                signals.values[light.signal] = amount * envelope(frame.time - light.flashed)
                signals.times[light.signal] = frame.time

    def _met(self, flashed: Flashed) -> _Light | None:
        """Return the light of a hub of another machine, which the venue need not know."""
        name, x, y = flashed[:3]
        if name not in self._lights and len(self._lights) < MOST and is_address(flash_address(name)):
            light = self._lights[name] = _Light(x, y, None)
            self._declare(name, light)
        return self._lights.get(name)

    def _here(self, light: _Light) -> bool:
        return light.own is not None or self._now - light.flashed < _GONE

    def _flash(self, flashed: Flashed, light: _Light) -> None:
        """A light flashes, and our own ones within reach hear it."""
        name, _, _, number, at = flashed
        if at >= light.flashed:
            light.flashed, light.number = at, min(max(number, 0), BURST - 1)
        if number == 0:
            self._synchrony.begin(name, at)
        order = self._tree.effective.item(self._tree.slot(ORDER))
        others = [one for one in self._lights.values() if self._here(one)]
        far = max((self._apart(one, other) for one in others for other in others), default=0.0)
        theta, within = enough(order), reach(order) * _FAR * far
        for one in others:
            if one.own is None or one is light or self._apart(one, light) > within:
                continue
            heard = sum(other is not one and self._apart(one, other) <= within for other in others)
            one.own.hear(1.0 / max(heard, 1), at, theta, number)

    def _apart(self, one: _Light, other: _Light) -> float:
        return math.hypot((one.x - other.x) * self._aspect, one.y - other.y)

    def _declare(self, name: str, light: _Light) -> None:
        address = flash_address(name)
        self._declared.append(address)
        light.signal = self._signals.declare(address)

    # What is seen of it.

    def flashing(self, hub: str) -> bool:
        """Whether the firefly of a hub is lit."""
        light = self._lights.get(hub)
        return light is not None and self._signals.values.item(light.signal) > 0.3

    def table(self) -> NDArray[np.float32]:
        """``(2, 16, 4)`` for shaders: x, y, seconds since its flash (99: silent), amount (0: no hub).

        In row 1 x is 1 while a hub stands for the lights of another machine's picture, y which flash of its
        burst the last one was.
        """
        made = np.zeros((2, MOST, 4), np.float32)
        amount = self._tree.effective.item(self._tree.slot(AMOUNT))
        for column, light in enumerate([*self._lights.values()][:MOST]):
            if self._here(light):
                made[0, column] = light.x, light.y, min(self._now - light.flashed, _SILENT), amount
                made[1, column, :2] = light.stands, light.number
        return made

    def lift(
        self, rig: Rig, other: NDArray[np.float32] | None, master: float = 1.0
    ) -> NDArray[np.float32] | None:
        """Return the light that is added to lamps: that of ``other``, and of flashes of their hub.

        Args:
            rig: The venue's lamps.
            other: ``(lamps, 3)`` linear light; None for none.
            master: Factor on the light of the flashes, where that of the lamps is not applied later.
        """
        lit = [(name, self._signals.values.item(one.signal)) for name, one in self._lights.items()]
        shining = {name: _LAMP * master * light for name, light in lit if light > _DIM}
        return self._lamps.lift(rig, other, shining)
