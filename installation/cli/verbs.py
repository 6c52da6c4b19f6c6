"""Verbs that send one command to a running show, made from the table of commands."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from installation.commands import COMMANDS, Argument, CommandSpec, Kind

__all__ = ["add_verbs"]

_PRINTED = ("get", "set", "send", "watch", "status", "quarantine", "learn")
"""Verbs that print a result; these are written out with the other verbs."""
_TYPES = {Kind.NUMBER: float, Kind.WHOLE: int, Kind.FILE: Path}


def add_verbs(application: typer.Typer, groups: dict[str, typer.Typer]) -> None:
    """Add a verb to the application for each command that is available on the command line.

    Args:
        application: Takes the verbs of one word.
        groups: Take the verbs of two words, by the first.
    """
    for spec in COMMANDS.values():
        if spec.cli and spec.name not in _PRINTED:
            group, _, last = spec.cli.rpartition(" ")
            negative = any(one.kind in _TYPES and not one.option and one.low < 0.0 for one in spec.arguments)
            lenient = {"ignore_unknown_options": True} if negative else {}  # -10 is a number, not an option
            (groups[group] if group else application).command(last, context_settings=lenient)(_verb(spec))


def _verb(spec: CommandSpec) -> Callable[..., int]:
    def tell(**given: Any) -> int:
        from installation.cli.remote import tell as say

        values = [str(v.resolve()) if isinstance(v, Path) else v for v in given.values() if v is not None]
        return say(spec.name, *values)

    parts = [_parameter(one) for one in spec.arguments]
    tell.__name__, tell.__doc__ = spec.name.replace("-", "_"), spec.help
    tell.__annotations__ = {part.name: part.annotation for part in parts} | {"return": int}
    vars(tell)["__signature__"] = inspect.Signature(parts, return_annotation=int)
    return tell


def _parameter(one: Argument) -> inspect.Parameter:
    kind: Any = _TYPES.get(one.kind, str)
    low = one.low if one.kind in (Kind.NUMBER, Kind.WHOLE) and one.low > float("-inf") else None
    if one.option:
        info: Any = typer.Option(f"--{one.name}", min=low, help=one.help)
    else:
        words = "on|off" if one.kind is Kind.SWITCH else one.name.upper()
        info = typer.Argument(metavar="|".join((words, *one.words)), min=low, help=one.help)
    default = one.default if one.optional else inspect.Parameter.empty
    may_lack = one.optional and one.default is None
    annotation: Any = Annotated[kind | None, info] if may_lack else Annotated[kind, info]
    return inspect.Parameter(
        one.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation
    )
