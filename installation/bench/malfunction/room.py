"""The show that ships, played without a picture, held in one state of its interface."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.show.model import Show
from installation.values import Command, Seconds

__all__ = ["FRAME", "Room"]

Floats = NDArray[np.float64]

FRAME: Seconds = 1 / 60


class Room:
    """One player of the default show in the loopback venue, under a manual clock, with nobody in it.

    Args:
        held: Keep each state for good: no time budget, no phases, no triggers.
        step: Seconds a frame.

    Attributes:
        player: The whole thing.
        gains: Addresses of the gains of those edges that close loops through parameters.
        heard: Addresses of the parameters in those loops.
    """

    def __init__(self, held: bool = True, step: Seconds = FRAME) -> None:
        options = StageOptions(venue="loopback", headless=True)
        production = read_production(options)
        if held:
            production = replace(production, show=_held(production.show))
        self._clock = ManualClock(step)
        self._step = step
        self.player: Player = build_player(production, options, self._clock, None, repeatable=True)
        targets = {edge.target for edge in production.show.feedback}
        core = [edge for edge in production.show.feedback if edge.source in targets]
        self.gains = [f"/feedback/{edge.name}/gain" for edge in core]
        self.heard = sorted({edge.source for edge in core})

    def stand(self, state: str) -> None:
        """Stand in a state at once, with everything that it sets."""
        self.player.interface.stand_in(state, 0.0)

    def order(self, verb: str, *arguments: float | str) -> None:
        """Play a frame with a command and one for what it asks. Raises RuntimeError when it is refused."""
        step = self.player.step([Command(verb, arguments, 0.0, "bench")], 0.0)
        self.player.step([], 0.0)
        if step.refused or self.player.interface.refused:
            raise RuntimeError(self.player.interface.refused or step.refused[0][1])

    def frames(self, seconds: Seconds) -> Iterator[None]:
        """Play whole frames, one for each turn."""
        for _ in range(round(seconds / self._step)):
            self.player.step([], 0.0)
            yield

    def loop_frames(self, seconds: Seconds) -> Iterator[None]:
        """Play fades, signals, routes and edges only: without people and lamps nothing else moves them."""
        player = self.player
        for _ in range(round(seconds / self._step)):
            frame = player.frame = self._clock.tick()
            player.cues.advance(frame)
            player.chain.process(frame)
            player.tree.end_frame()
            yield

    def run(self, seconds: Seconds) -> None:
        """Play whole frames."""
        for _ in self.frames(seconds):
            pass

    def set_gains(self, gains: Floats | float) -> None:
        """Set the bases of the loops' gains."""
        for address, gain in zip(self.gains, np.broadcast_to(gains, len(self.gains)).tolist(), strict=True):
            self.player.tree.set(address, (gain,))

    def signal(self, address: str) -> float:
        """The newest value of a signal. Raises LookupError if it has none."""
        value = self.player.signals.get(address)
        if value is None:
            raise LookupError(address)
        return value

    def away(self) -> float:
        """How far the loops' parameters are from their bases: the farthest, in ranges."""
        tree = self.player.tree
        slots = [tree.slot(address) for address in self.heard]
        return float(np.max(np.abs(tree.effective[slots] - tree.base[slots]) / tree.span[slots]))

    def scatter(self, chance: np.random.Generator) -> None:
        """Give the loops any past: every frame and every filter at random, the same for the twins."""
        feedback = self.player.chain.feedback
        count = feedback.count
        feedback.history.rows[:] = np.repeat(chance.random((len(feedback.history.rows), count)), 2, axis=1)
        for _, state in feedback.steps.states():
            state[..., 0::2] = state[..., 1::2] = chance.random(state[..., 0::2].shape)


def _held(show: Show) -> Show:
    if show.interface is None:
        return show
    states = tuple(
        replace(state, longest=None, then=None, phases=(), triggers=()) for state in show.interface.states
    )
    return replace(show, interface=replace(show.interface, states=states))
