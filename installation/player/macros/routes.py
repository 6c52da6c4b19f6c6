"""The targets of macros as routes: one for each number that a macro moves."""

import math
from collections.abc import Iterator, Mapping

from installation import osc
from installation.errors import nearest
from installation.osc.pattern import is_pattern
from installation.parameter import Kind, Parameter
from installation.player.macros.parameters import RATE
from installation.show.macros import End, MacroSpec, MacroTargetSpec, Offset, macros_of
from installation.show.model import RouteSpec, Show
from installation.values import Address, Finding

__all__ = ["check_macros", "macro_names", "macro_routes"]

_CONTINUOUS = (Kind.FLOAT, Kind.INT, Kind.POINT, Kind.COLOR)

Parameters = Mapping[Address, Parameter]


def macro_names(show: Show) -> list[str]:
    """Return the names of all macros and trims of a show."""
    return [one.name for one in macros_of(show.macros)]


def macro_routes(show: Show, parameters: Parameters) -> list[RouteSpec]:
    """Return the routes of all macros of a show, in file order; they come after the show's own."""
    return [
        route
        for macro in macros_of(show.macros)
        for target in macro.targets
        for address in _targets(target, parameters)
        for route in _routes(macro, target, parameters[address])
    ]


def check_macros(show: Show, parameters: Parameters) -> list[Finding]:
    """Return findings about the show's own macros whose targets do not exist or are no numbers."""
    findings = []
    for macro in show.macros:
        for target in macro.targets:
            where = target.places.get("to", target.where)
            if target.target and not is_pattern(target.target):
                found = parameters.get(target.target)
                if found is None:
                    hint = nearest(target.target, parameters, "`photophore list parameters` shows them all")
                    findings.append(Finding(where, f"to: no parameter {target.target}", hint))
                elif found.kind not in _CONTINUOUS:
                    message = f"to: {target.target} is a {found.kind.value}, and a macro moves numbers"
                    findings.append(Finding(where, message, "use a route with a gate instead"))
                elif found.address.startswith(("/macro/", "/trim/")):
                    message = f"to: {target.target} is a macro"
                    findings.append(Finding(where, message, "name what that macro moves"))
            elif target.target and not any(osc.match(target.target, one) for one in parameters):
                findings.append(
                    Finding(where, f"to: nothing matches {target.target}", "it moves nothing", "warning")
                )
    return findings


def _targets(target: MacroTargetSpec, parameters: Parameters) -> Iterator[Address]:
    """Yield the addresses of a target that hold continuous numbers, in the order of the tree."""
    without = _owners(target.without, parameters) if target.without else frozenset()
    for address, parameter in parameters.items():
        if parameter.kind not in _CONTINUOUS or address.startswith(("/macro/", "/trim/")):
            continue
        if target.role:
            named = target.role in parameter.tags
        elif is_pattern(target.target):
            named = osc.match(target.target, address)
        else:
            named = address == target.target
        if named and _scene(address) not in without:
            yield address


def _owners(role: str, parameters: Parameters) -> frozenset[str]:
    """Return the scenes that name an input for a role."""
    return frozenset(_scene(address) for address, one in parameters.items() if role in one.tags) - {""}


def _scene(address: Address) -> str:
    """Return the scene to which an address belongs; empty for any other."""
    parts = address.split("/")
    if parts[1] == "scene" and len(parts) > 3:
        return parts[2]
    return address.removeprefix(RATE + "/") if address.startswith(RATE + "/") else ""


def _routes(macro: MacroSpec, target: MacroTargetSpec, parameter: Parameter) -> Iterator[RouteSpec]:
    for component, default in enumerate(parameter.default):
        ends = [_end(target.mode, at, end, default) for at, end in ((-1, target.low), (1, target.high))]
        yield RouteSpec(
            source=macro.offset,
            target=parameter.address,
            mode="replace",
            shape=(),
            where=target.where,
            component=component if parameter.kind.components > 1 else None,
            offset=Offset(*ends),
        )


def _end(mode: str, side: int, end: float | None, default: float) -> End:
    """Return where one end leads; ``default`` is the parameter's authored value."""
    if end is None:
        return End()
    number = default if math.isnan(end) else end
    match mode:
        case "multiply":
            return End(number, 0.0, number if number > 0.0 else 1.0)
        case "add":
            return End(1.0, number)
        case "raise":
            return End(0.0, number, one_way=side)
    return End(0.0, number)
