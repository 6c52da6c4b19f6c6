"""References of ``controls.toml``: parameters, commands, components and ranges."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from installation.control.target import Target, scene_input, target_of
from installation.errors import CommandError, nearest
from installation.parameter import Kind, Parameter
from installation.show.controls import ControlSpec
from installation.values import Address, Finding

__all__ = ["check_controls"]

_MADE: Final = ("/signal/", "/neuro/", "/answer/", "/person/", "/strata/", "/nature/", "/choice/")
"""Signals that are not hands: routes are for those."""
_OUTSIDE: Final = ("/light/", "/hub/")
"""Parameters of the venue: a show opens in any, and controls for what this one lacks move nothing."""


def check_controls(
    controls: Iterable[ControlSpec], parameters: Mapping[Address, Parameter], cues: Iterable[str]
) -> list[Finding]:
    """Return what is wrong; in an overlay, which the program wrote, it is a warning.

    Args:
        controls: The map.
        parameters: The show's parameters by address.
        cues: Ids of its cues.
    """
    ids = tuple(cues)
    return [
        replace(finding, severity="warning") if one.overlay else finding
        for one in controls
        for finding in _check(one, parameters, ids)
    ]


def _check(
    one: ControlSpec, parameters: Mapping[Address, Parameter], cues: tuple[str, ...]
) -> Iterator[Finding]:
    if one.source.startswith(_MADE):
        message = f"from: {one.source} is no control, but made here or of people"
        yield Finding(one.places["from"], message, "write a [[route]] in show.toml")
    where = one.places.get("to", one.where)
    if one.target.startswith(_OUTSIDE) and one.target not in parameters:
        return
    try:
        if scene_input(one.target) is not None:
            return
        target = target_of(one.target, parameters, cues)
    except CommandError as error:
        yield Finding(where, f"to: {error}", _hint(one.target, parameters, cues))
        return
    yield from _command(one, target) if target.spec else _parameter(one, parameters[target.address])


def _hint(target: str, parameters: Mapping[Address, Parameter], cues: tuple[str, ...]) -> str:
    if target.startswith("/cue/"):
        return nearest(target, [f"/cue/{cue}/go" for cue in cues], "the show has no cues")
    if target.startswith("/"):
        return nearest(target, parameters, "`photophore list parameters` shows them all")
    return "docs/commands.md lists what each command takes"


def _command(one: ControlSpec, _target: Target) -> Iterator[Finding]:
    for key in ("low", "high", "component", "takeover"):
        if key in one.places:
            yield Finding(one.places[key], f"{key}: a command has none", "remove it", "warning")
    if one.how == "relative":
        hint = 'write how = "momentary", or remove it'
        yield Finding(one.places["how"], "how: an encoder's steps cannot give a command", hint)


def _parameter(one: ControlSpec, parameter: Parameter) -> Iterator[Finding]:
    count = parameter.kind.components
    if one.component is not None and one.component >= count:
        noun = "component" if count == 1 else "components"
        message = f"component: {parameter.address} has {count} {noun}"
        yield Finding(one.places["component"], message, "leave it out" if count == 1 else "count from 0")
    for name, value in (("low", one.low), ("high", one.high)):
        if value is None:
            continue
        if parameter.kind in (Kind.BOOL, Kind.EVENT, Kind.CHOICE) and one.how == "absolute":
            message = f"{name}: a {parameter.kind.value} has no range"
            yield Finding(one.places[name], message, "remove it")
        elif not parameter.minimum[0] <= value <= parameter.maximum[0]:
            area = f"{parameter.minimum[0]:g}..{parameter.maximum[0]:g}"
            yield Finding(
                one.places[name], f"{name}: {parameter.address} is {area}", "stay within that range"
            )
