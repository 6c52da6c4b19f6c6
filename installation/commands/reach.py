"""Who and what reaches a command: roles, addresses, routes, keys, and the code that carries it out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from installation.commands.spec import CommandSpec, Role
from installation.commands.table import COMMANDS
from installation.errors import CommandError
from installation.values import Address, Command, Scalar, Seconds

__all__ = ["addressed", "bound", "key_words", "may", "pressed", "routed", "targets"]

_FORMS = tuple((tuple(one.address.split("/")), one) for one in COMMANDS.values() if one.address)

Handler = TypeVar("Handler", bound=Callable[..., object])


def may(role: Role, verb: str) -> bool:
    """Whether somebody of this role may give a command over HTTP; never for one that there is not."""
    spec = COMMANDS.get(verb)
    return spec is not None and spec.http and role >= spec.role


def addressed(address: Address) -> tuple[CommandSpec, tuple[str, ...]] | None:
    """The command that has this address, and the arguments that the address holds; None for any other."""
    parts = address.split("/")
    for form, spec in _FORMS:
        if len(form) == len(parts):
            held = [part for want, part in zip(form, parts, strict=True) if want.startswith("{")]
            same = all(
                want == part or (want.startswith("{") and part)
                for want, part in zip(form, parts, strict=True)
            )
            if same:
                return spec, tuple(held)
    return None


def targets(cues: Iterable[str], macros: Iterable[str] = ()) -> list[Address]:
    """Every address of a command that a route may have as its target, with the show's cues and macros."""
    names = {"cue": list(cues), "macro": list(macros)}
    found: list[Address] = []
    for _, spec in _FORMS:
        if spec.midi:
            found += _filled(spec, names)
    return found


def _filled(spec: CommandSpec, names: Mapping[str, Sequence[str]]) -> list[Address]:
    """The addresses of a command with its argument filled in: every name, or every number in its range."""
    before, brace, rest = spec.address.partition("{")
    if not brace:
        return [spec.address]
    name, _, after = rest.partition("}")
    one = next(argument for argument in spec.arguments if argument.name == name)
    numbers = [] if name in names else [str(each) for each in range(int(one.low), int(one.high) + 1)]
    words = names.get(name, numbers)
    return [before + word + after for word in words]


def routed(address: Address, time: Seconds) -> Command:
    """What a route to this address asks for. Raises CommandError where there is no such command."""
    found = addressed(address)
    if found is None or not found[0].midi:
        message = f"no route may give {address}"
        raise CommandError(message)
    return Command(found[0].name, found[1], time, "route")


def pressed(
    spec: CommandSpec, held: Sequence[Scalar], values: Sequence[Scalar], time: Seconds, source: str
) -> Command | None:
    """What an OSC message to a command's address asks for; None where a button was let go.

    A button sends 1 when it is pressed and 0 when it is let go: the second must not be a second GO.
    """
    if spec.values and values:
        return Command(spec.name, (*held, values[0]), time, source)
    if values and isinstance(values[0], (int, float)) and not values[0]:
        return None
    return Command(spec.name, tuple(held), time, source)


def bound(by: Iterable[CommandSpec], handlers: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """The handlers, after a look whether there is one for each command and none for any other.

    Raises ValueError where the table and the code have come apart.
    """
    wanted = {one.name for one in by}
    if wanted != handlers.keys():
        message = f"the table and the code differ in {', '.join(sorted(wanted ^ handlers.keys()))}"
        raise ValueError(message)
    return handlers


def key_words() -> list[str]:
    """The HUD's words for all keys, in the order of the table."""
    return [key.words for one in COMMANDS.values() for key in one.keys if key.words]
