"""What can be wrong with a show's signals and routes, all at once, each with its place and a way out."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from installation.parameter.parameter import Parameter
from installation.show.model import RouteSpec, SignalSpec
from installation.signal.generators import parse_signal
from installation.signal.routes import parse_shape
from installation.signal.spec import nearest
from installation.values import Address, Finding

__all__ = ["BUILT_IN", "OPEN", "check"]

BUILT_IN = ("/mouse/x", "/mouse/y", "/mouse/down")
"""Signals that are there with or without a device."""
OPEN = ("/osc/", "/midi/", "/key/", "/picture/")
"""Below these, any address may come to be while the show runs."""


def check(
    signal_specs: Sequence[SignalSpec],
    routes: Sequence[RouteSpec],
    parameters: Mapping[Address, Parameter],
    signals: Iterable[Address] = BUILT_IN,
) -> list[Finding]:
    """Check specs against their tables, and their addresses against what exists.

    Args:
        signal_specs: In file order.
        routes: In file order.
        parameters: What routes may land on.
        signals: What routes may start from, besides the show's own and the open address ranges.
    """
    findings: list[Finding] = []
    made: dict[Address, SignalSpec] = {}
    for signal in signal_specs:
        address = f"/signal/{signal.name}"
        if address in made:
            message = f"a second signal {signal.name!r}"
            findings.append(Finding(signal.where, message, f"the first is at {made[address].where}"))
        made.setdefault(address, signal)
    known = [*signals, *made]
    for signal in signal_specs:
        row, wrong = parse_signal(signal)
        findings += wrong
        for name, value in row.items():
            if isinstance(value, str) and value and not _exists(value, known):
                where = signal.places.get(name, signal.where)
                findings.append(Finding(where, f"no signal {value}", _suggest_signal(value, known)))
    for route in routes:
        findings += parse_shape(route.shape)[1]
        findings += _ends(route, parameters, known)
    return findings


def _ends(
    route: RouteSpec, parameters: Mapping[Address, Parameter], known: Sequence[Address]
) -> list[Finding]:
    findings = []
    if not _exists(route.source, known):
        where = route.places.get("source", route.places.get("from", route.where))
        findings.append(Finding(where, f"no signal {route.source}", _suggest_signal(route.source, known)))
    parameter = parameters.get(route.target)
    if parameter is None:
        where = route.places.get("target", route.places.get("to", route.where))
        hint = nearest(route.target, parameters, "`photophore list parameters` shows them all")
        findings.append(Finding(where, f"no parameter {route.target}", hint))
    elif route.component is not None and not 0 <= route.component < parameter.kind.components:
        where = route.places.get("component", route.where)
        count = parameter.kind.components
        message = f"{route.target} has no component {route.component}"
        hint = "leave component out" if count == 1 else f"its components are 0 to {count - 1}"
        findings.append(Finding(where, message, hint))
    return findings


def _exists(address: Address, known: Sequence[Address]) -> bool:
    return address in known or any(address.startswith(o) and len(address) > len(o) for o in OPEN)


def _suggest_signal(address: Address, known: Sequence[Address]) -> str:
    near = get_close_matches(address, known, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join([*known, *(o + '*' for o in OPEN)])}"
