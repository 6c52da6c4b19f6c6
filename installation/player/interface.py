"""Connects the interface of ``neuro`` with a show's tree, signals and cues.

``neuro`` works on plain numbers; this module reads them from signals and writes them to signals and fades. A
show without ``states.toml`` has no interface, which costs one comparison per frame.
"""

import logging
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.bodies.privilege import held
from installation.cue.cuelist import CueList
from installation.errors import CommandError
from installation.light import Rig
from installation.light.shock import lift
from installation.neuro.attribution import Attribution
from installation.neuro.machine import Machine
from installation.neuro.parameters import ATTRIBUTION, INVITATION, enter_address, parameters
from installation.neuro.room import Controls, Outcome, Room
from installation.parameter import Tree
from installation.player.macros.routes import macro_routes
from installation.player.room.neuro_signals import NeuroSignals
from installation.player.room.neuro_status import interface_status
from installation.player.room.people import PeopleReadings
from installation.player.room.state_bases import StateBases
from installation.show.interface import InterfaceSpec, ShockSpec
from installation.show.model import RouteSpec, Show
from installation.signal import Signals
from installation.signal.spread import spread
from installation.status import InterfaceStatus
from installation.values import Address, Frame, Seconds

__all__ = ["Interface", "brakes", "routes_of"]

Floats = NDArray[np.float64]

_RELOAD: Seconds = 1.0
"""Fade time of edited values of the current state."""

_LOOPS: Final = ("/feedback/", "/effect/")
"""Parameters below these addresses that are called ``gain`` are loop gains."""

log = logging.getLogger(__name__)


def brakes(spec: InterfaceSpec | None, tree: Tree) -> list[RouteSpec]:
    """Return routes that move every loop gain, applied last: by disagreement, and less for stillness."""
    if spec is None:
        return []
    factors = {"/neuro/drive": spec.drive, "/neuro/brake": spec.brake}
    gains = [a for a in tree.parameters() if a.startswith(_LOOPS) and a.endswith("/gain")]
    return [
        RouteSpec(factor, gain, "multiply", (), spec.where)
        for factor, share in factors.items()
        if share > 0.0
        for gain in gains
    ]


def routes_of(show: Show, tree: Tree) -> tuple[RouteSpec, ...]:
    """Return all routes of a show on this tree: its own, in order, then macros, then the brakes."""
    known = tree.parameters()
    return *spread(show.routes, known), *macro_routes(show, known), *brakes(show.interface, tree)


class Interface:
    """Moves the bases that the states name, and publishes the answers.

    Args:
        spec: The contents of ``states.toml``; None for a show without one.
        tree: Tree that already contains the parameters of ``spec``.
        signals: Source of people's readings and destination of the results.
        cues: Cue list whose fades move bases between states, so that a manual change takes over.
        seed: The show's seed.

    Attributes:
        refused: Why the last requested state did not begin; empty if it did.
        answers: ``(40, 6)`` answers of the last frame; None without an interface.
        led: Whether the state of another hub is followed: what people do here brings none about meanwhile.
    """

    def __init__(
        self, spec: InterfaceSpec | None, tree: Tree, signals: Signals, cues: CueList, seed: int = 0
    ) -> None:
        self.refused = ""
        self.answers: Floats | None = None
        self.led = False
        self._seed = seed
        self._tree = tree
        self._signals = signals
        self._cues = cues
        self._spec: InterfaceSpec | None = None
        self._declared: list[Address] = []
        self._bases = StateBases(tree, cues)
        self._outcome: Outcome | None = None
        self._begun, self._wanted = cues.begun, cues.wanted_state
        self._bind(spec)

    @property
    def state(self) -> str:
        """Name of the current state; empty without an interface."""
        return self._machine.state if self._spec else ""

    @property
    def elapsed(self) -> Seconds:
        """Seconds since the current state began."""
        return self._machine.elapsed if self._spec else 0.0

    @property
    def attribution(self) -> Attribution | None:
        """Whose doing everybody is answered with, and how late; None without an interface."""
        return self._room.attribution if self._spec else None

    def advance(self, frame: Frame, people: PeopleReadings, least: Floats | None = None) -> None:
        """Process one frame, after the cues and before the chain.

        Args:
            frame: The frame's time.
            people: Their readings.
            least: ``(40,)`` minimum delay of each answer in seconds, from the movement to its light.
        """
        self.answers = None
        if self._spec is None:
            return
        dt = frame.dt * self._cues.clock.rate
        self._obey_cues()
        self._obey_events()
        self._machine.advance(dt, self._signals.hear, triggers=not (self._cues.calmed or self.led))
        self._move()
        self._live(frame, people, least)

    def lift(self, rig: Rig, aspect: float = 16 / 9, master: float = 1.0) -> NDArray[np.float32] | None:
        """Return the light that shockwaves add to the lamps in this frame; None if they add none."""
        if self._spec is None:
            return None
        if self._room.shocks.resting:
            return None
        added = lift(rig.samples, self._room.shocks.table(), aspect, rig.emitters().room)
        return None if added is None else added * np.float32(master)

    def panic(self, seconds: Seconds) -> None:
        """Enter the safe state at once, from any state."""
        if self._spec is None:
            return
        self.refused = ""
        self._machine.enter(self._spec.calm)
        self._room.shocks.calm()
        self._bases.stand(self._machine)
        self._bases.fade(self._machine, seconds, seconds)

    def shock(self, x: float, y: float) -> None:
        """Send shockwaves from a place, in shares of the picture. Raises CommandError without an interface.

        They are those that the show states for one of its states, else the usual ones.
        """
        if self._spec is None:
            message = "this show has no states.toml, and so no shockwaves"
            raise CommandError(message)
        stated = (one.shock for one in self._machine.states if one.shock is not None)
        self._room.shocks.send(next(stated, ShockSpec()), (x, y))

    def as_authored(self, seconds: Seconds = 4.0) -> None:
        """Fade everything that states name back to the values of the current state."""
        if self._spec is not None:
            self._bases.fade(self._machine, seconds, seconds)

    def stand_in(self, state: str, elapsed: Seconds) -> None:
        """Resume a state at once, as after a restart; an unknown name is ignored."""
        self._begun, self._wanted = self._cues.begun, self._cues.wanted_state
        if self._spec is None or state not in self._machine.names:
            return
        self._machine.stand(state, elapsed)
        self._bases.stand(self._machine)
        self._bases.fade(self._machine, 0.0, 0.0)

    def follow(self, state: str, elapsed: Seconds, *, at_once: bool) -> None:
        """Enter the state of another hub from any state, as far into it as that one is.

        Args:
            state: Its name; an unknown one is ignored.
            elapsed: Seconds since it began there.
            at_once: Whether it is met in its middle: without the fades into it.
        """
        if self._spec is None or state not in self._machine.names or state == self._machine.state:
            return
        if at_once:
            self.stand_in(state, elapsed)
            return
        self.refused = ""
        self._machine.enter(state)
        self._machine.stand(state, elapsed)

    def replace(self, spec: InterfaceSpec | None) -> None:
        """Replace the interface after an edit; the current state is kept if it still exists.

        Adds and removes parameters of the tree.
        """
        if spec == self._spec:
            return
        wanted = {one.address for one in parameters(spec)}
        for one in parameters(self._spec):
            if one.address not in wanted:
                self._tree.remove(one.address)
        self._tree.add([one for one in parameters(spec) if one.address not in self._tree.parameters()])
        if self._spec is None or spec is None:
            leaving = self._bases.own(self._machine) if self._spec is not None else {}
            self._bind(spec)
            self._bases.leave(leaving, _RELOAD)
        else:
            self._signals.release(self._declared)
            self._declared = []
            self._spec = spec
            self._listen()
            self._machine.replace(spec.states, spec.first)
            self._await()
            self._bases.fade(self._machine, _RELOAD, _RELOAD)
            self._bases.stand(self._machine)

    def status(self) -> InterfaceStatus | None:
        """Return the interface's part of ``status``; None without an interface."""
        if self._spec is None:
            return None
        return interface_status(self._outcome, self.state, self.elapsed, self.refused)

    def _bind(self, spec: InterfaceSpec | None) -> None:
        self._signals.release(self._declared)
        self._declared = []
        self._spec = spec
        if spec is None:
            return
        self._machine = Machine(spec.states, spec.first)
        self._room = Room(self._seed)
        self._listen()
        self._await()
        self._begun, self._wanted = self._cues.begun, self._cues.wanted_state
        self._bases.fade(self._machine, 0.0, 0.0)
        self._bases.stand(self._machine)

    def _listen(self) -> None:
        """Declare what is said; whatever identifies one person is private, whoever sent it."""
        self._says = NeuroSignals(self._signals, self._spec.drivers if self._spec else {})
        self._declared += self._says.declared
        self._version = -1

    def _declare(self, address: Address) -> int:
        self._declared.append(address)
        return self._signals.declare(address)

    def _read(self, address: Address) -> float:
        value = self._signals.get(address)
        return math.nan if value is None else value

    def _await(self) -> None:
        """Subscribe to every rise of the signals that triggers use."""
        self._signals.rises.listen([self._declare(address) for address in self._machine.listened()])

    # Requests for a state.

    def _obey_cues(self) -> None:
        """A cue is absolute: it enters its state from any other, and ``back`` leaves it again."""
        if self._cues.begun == self._begun:
            return
        self._begun = self._cues.begun
        cue, before = self._cues.current, self._wanted
        self._wanted = self._cues.wanted_state
        named = cue is not None and cue.state is not None
        if named or self._wanted != before:
            state = self._wanted or (self._spec.first if self._spec else "")
            if state in self._machine.names and state != self._machine.state:
                self.refused = ""
                self._machine.enter(state)
                return
        if cue is not None:
            self._bases.outrank(self._machine, cue)

    def _obey_events(self) -> None:
        """Handle pads, OSC and routes: the events as they were at the end of the previous frame."""
        tree = self._tree
        if tree.version != self._version:
            self._version = tree.version
            self._enters = [(state, tree.slot(enter_address(state))) for state in self._machine.names]
            self._controls = [tree.slot(one.address) for one in (*ATTRIBUTION, *INVITATION)]
        effective = tree.effective
        for state, slot in self._enters:
            if effective.item(slot) >= 0.5:
                self.refused = self._machine.ask(state)
                if self.refused:
                    log.info("%s", self.refused)

    def _move(self) -> None:
        if self._bases.move(self._machine):
            self.refused = ""
            if self._machine.spec.shock is not None:
                self._room.send(self._machine.spec.shock)

    # Input and output.

    def _live(self, frame: Frame, people: PeopleReadings, least: Floats | None) -> None:
        """Read the people, answer them, and publish their shared measures."""
        spec = self._spec
        if spec is None:
            return
        controlled = self._tree.effective.take(self._controls)
        permute, renew, amount, target, time = controlled[2:].tolist()
        low, high = held(controlled[:2]).tolist()
        least = None if least is None else held(least)
        controls = Controls(
            delays=(low, high),
            permute=permute,
            renew=renew,
            drivers={name: self._read(address) for name, address in spec.drivers.items()},
            brake=spec.brake,
            brake_time=spec.brake_time,
            drive=spec.drive,
            invitation=(amount, target, time),
        )
        outcome = self._outcome = self._room.advance(
            people.values, people.times, frame.time, frame.dt, controls, least, people.body(frame.time)
        )
        self.answers = outcome.answers
        self._says.write(outcome, self._machine.names.index(self.state), frame)
