"""What a control may move: a parameter, or a command with its arguments."""

import shlex
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from installation.commands import COMMANDS, By, CommandSpec, Role, addressed, arguments, nearest_verb
from installation.errors import CommandError
from installation.values import Address, Command, Scalar

__all__ = ["SCENE_INPUT", "Target", "reachable", "scene_input", "target_of"]

SCENE_INPUT: Final = "scene-input"
"""``scene-input 3`` is the third input of whatever scene is on."""


@dataclass(frozen=True, slots=True)
class Target:
    """Either of the two.

    Attributes:
        address: The parameter's; empty for a command.
        spec: The command; None for a parameter.
        arguments: Of the command.
    """

    address: Address = ""
    spec: CommandSpec | None = None
    arguments: tuple[Scalar, ...] = ()


def reachable(spec: CommandSpec) -> bool:
    """Whether a control may give a command: an operator's, of the running show, that touches no file."""
    return not spec.outside and spec.role <= Role.OPERATOR and spec.by in (By.PLAYER, By.STAGE)


def scene_input(text: str) -> int | None:
    """Return the number of an input of the scene that is on, from 1; None if it is something else.

    Raises CommandError where no number follows.
    """
    words = text.split()
    if words[:1] != [SCENE_INPUT]:
        return None
    if len(words) != 2 or not words[1].isdecimal() or int(words[1]) < 1:
        message = f"{text!r}: {SCENE_INPUT} is followed by a number from 1"
        raise CommandError(message)
    return int(words[1])


def target_of(text: str, parameters: Container[Address], cues: Container[str] = ()) -> Target:
    """Read what a control moves.

    Args:
        text: An address, or the words of a command.
        parameters: Addresses of the show's parameters.
        cues: Ids of its cues.

    Raises:
        CommandError: There is no such parameter or command, or a controller must not give it.
    """
    if text in parameters:
        return Target(address=text)
    if text.startswith("/"):
        found = addressed(text)
        if found is None:
            message = f"there is no parameter {text}"
            raise CommandError(message)
        spec, held = found
        given: tuple[Scalar, ...] = held
        if spec.name == "cue" and held[0] not in cues:
            message = f'there is no cue "{held[0]}"'
            raise CommandError(message)
    else:
        spec, given = _spoken(text)
    if not reachable(spec):
        message = f"no controller may give the command {spec.name}"
        raise CommandError(message)
    arguments(Command(spec.name, given))
    return Target(spec=spec, arguments=given)


def _spoken(text: str) -> tuple[CommandSpec, tuple[str, ...]]:
    try:
        verb, *given = shlex.split(text)
    except ValueError as error:
        message = f"{text!r} is no command: {error}"
        raise CommandError(message) from error
    spec = COMMANDS.get(verb)
    if spec is None:
        message = f"there is no command {verb!r}{nearest_verb(verb)}"
        raise CommandError(message)
    return spec, tuple(given)
