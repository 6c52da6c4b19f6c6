"""The result of one frame of the player, and what became of its commands."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from installation.errors import PhotophoreError
from installation.light import LightState
from installation.values import Command, Frame

__all__ = ["Obedience", "Step"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one frame.

    Attributes:
        frame: Time of the frame.
        left: Commands that are not the player's: windows, files, quitting.
        refused: Commands that could not be carried out, with the reason.
        light: Target light of the lamps.
        told: Commands that were carried out and have something to tell about it.
    """

    frame: Frame
    left: tuple[Command, ...]
    refused: tuple[tuple[Command, str], ...]
    light: LightState
    told: tuple[tuple[Command, str], ...] = ()


class Obedience:
    """Carries out the commands of one frame; a command that fails stops nothing.

    Args:
        carry_out: Carries one out and returns what it tells; None if it is not the player's. What it raises
            is why the command is refused.
    """

    def __init__(self, carry_out: Callable[[Command], str | None]) -> None:
        self._carry_out = carry_out
        self._left: list[Command] = []
        self._refused: list[tuple[Command, str]] = []
        self._told: list[tuple[Command, str]] = []

    def __call__(self, command: Command) -> None:
        """Carry out one command."""
        try:
            words = self._carry_out(command)
            if words is None:
                self._left.append(command)
            elif words:
                self._told.append((command, words))
        except (PhotophoreError, OSError) as error:
            self._refused.append((command, str(error)))
        except Exception as error:
            log.exception("%s from %s failed", command.verb, command.source or "nobody")
            self._refused.append((command, f"{command.verb} failed: {type(error).__name__}: {error}"))

    def step(self, frame: Frame, light: LightState) -> Step:
        """Return the frame's result."""
        return Step(frame, tuple(self._left), tuple(self._refused), light, tuple(self._told))
