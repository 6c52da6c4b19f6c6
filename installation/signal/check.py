"""Checks of a show's signals and routes: all findings at once, with positions and hints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from installation.errors import nearest
from installation.nature import SIGNALS as NATURE
from installation.nature import WEATHER
from installation.parameter.parameter import Parameter
from installation.share import SIGNALS as STRATA
from installation.show.model import FeedbackSpec, RouteSpec, SignalSpec
from installation.signal.feedback.watch import LOOP_GAIN, LYAPUNOV, RESEED
from installation.signal.generators import parse_signal
from installation.signal.modulators.steps import parse_shape
from installation.signal.spread import spread_one
from installation.values import Address, Finding

__all__ = ["BUILT_IN", "OPEN", "check"]

BUILT_IN = (
    "/bodies/count",
    "/bodies/stillness",
    "/bodies/settled",
    "/bodies/quorum",
    "/choice/progress",
    "/choice/heal",
    "/marks/heals",
    "/marks/divides",
    "/score/time",
    "/score/cycle",
    "/score/odd",
    "/score/act",
    "/score/empty",
    "/mouse/x",
    "/mouse/y",
    "/mouse/down",
    "/picture/mean",
    "/picture/red",
    "/picture/guard",
    "/picture/motion",
    "/picture/centroid/x",
    "/picture/centroid/y",
    "/picture/flash",
    "/picture/flash/1",
    "/picture/flash/2",
    "/picture/flashes",
    "/site/order",
    "/lamps/power",
    "/sound/level",
    "/tempo/bpm",
    "/tempo/beat",
    "/tempo/bar",
    "/tempo/count",
    "/tempo/rise",
    "/tempo/downbeat",
    "/tempo/accent",
    "/tempo/waiting",
    LOOP_GAIN,
    LYAPUNOV,
    RESEED,
    *STRATA,
    *NATURE,
    *WEATHER,
)
"""Signals that always exist, with or without a device."""
OPEN = ("/osc/", "/midi/", "/monome/", "/key/", "/picture/zone/", "/person/", "/answer/", "/hub/")
"""Address prefixes below which any signal may appear while the show runs."""


def check(
    signal_specs: Sequence[SignalSpec],
    routes: Sequence[RouteSpec],
    parameters: Mapping[Address, Parameter],
    signals: Iterable[Address] = BUILT_IN,
    feedback: Sequence[FeedbackSpec] = (),
    commands: Sequence[Address] = (),
) -> list[Finding]:
    """Check specs against their tables, and their addresses against existing ones.

    Args:
        signal_specs: Generated signals, in file order.
        routes: Routes, in file order.
        parameters: Possible targets of routes.
        signals: Possible sources of routes, besides the show's own and the open address ranges.
        feedback: Feedback edges, in file order.
        commands: Addresses of commands, which are also possible targets.
    """
    findings: list[Finding] = []
    made: dict[Address, SignalSpec] = {}
    for signal in signal_specs:
        address = f"/signal/{signal.name}"
        if address in made:
            message = f"duplicate signal {signal.name!r}"
            findings.append(Finding(signal.where, message, f"the first is at {made[address].where}"))
        made.setdefault(address, signal)
    known = [*signals, *made]
    for signal in signal_specs:
        row, wrong = parse_signal(signal)
        findings += wrong
        for name, value in row.items():
            if isinstance(value, str) and value and not _exists(value, known):
                where = signal.places.get(name, signal.where)
                findings.append(Finding(where, f"no signal {value}", _like_signal(value, known)))
    for route in routes:
        findings += parse_shape(route.shape)[1]
        findings += _ends(route, parameters, known, commands)
    named: dict[str, FeedbackSpec] = {}
    for edge in feedback:
        if edge.name in named:
            message = f"duplicate feedback edge {edge.name!r}"
            where = edge.places.get("name", edge.where)
            findings.append(Finding(where, message, f"the first is at {named[edge.name].where}"))
        named.setdefault(edge.name, edge)
        findings += parse_shape(edge.shape)[1]
        findings += _edge_ends(edge, parameters, known)
    return findings


def _ends(
    route: RouteSpec,
    parameters: Mapping[Address, Parameter],
    known: Sequence[Address],
    commands: Sequence[Address],
) -> list[Finding]:
    where = route.places.get("source", route.places.get("from", route.where))
    missing = [source for source in route.sources if not _exists(source, known)]
    findings = [Finding(where, f"no signal {one}", _like_signal(one, known)) for one in missing]
    if route.target in commands and route.target not in parameters:
        return findings + _order(route)
    plain = spread_one(route, parameters)
    if not plain:
        where = route.places.get("target", route.places.get("to", route.where))
        hint = nearest(
            route.target, _starred(route.target, parameters), "`photophore list parameters` shows all"
        )
        return [*findings, Finding(where, f"no parameter matches {route.target}", hint)]
    if len(route.sources) > 1:
        return findings + _point(route, {one.target for one in plain}, parameters)
    return findings + [found for one in plain for found in _target(one, parameters, commands)]


def _starred(pattern: Address, parameters: Iterable[Address]) -> list[Address]:
    """Return the parameters with ``*`` in place of the part for which the pattern has it."""
    stars = [place for place, part in enumerate(pattern.split("/")) if "*" in part]
    found: dict[Address, None] = {}
    for address in parameters:
        parts = address.split("/")
        if stars[-1] < len(parts):
            found["/".join("*" if place in stars else part for place, part in enumerate(parts))] = None
    return list(found)


def _point(
    route: RouteSpec, targets: Iterable[Address], parameters: Mapping[Address, Parameter]
) -> list[Finding]:
    """Check that a point is routed to parameters with the same number of components."""
    count = len(route.sources)
    where = route.places.get("target", route.places.get("to", route.where))
    findings = []
    for target in sorted(targets):
        if target not in parameters:
            findings += _target(replace(route, target=target, component=None), parameters)
        elif parameters[target].kind.components != count:
            own = parameters[target].kind.components
            message = f"{target} has {own} component{'s' * (own > 1)}, and {route.source} is {count} signals"
            findings.append(Finding(where, message, "send one signal to each component"))
    if route.component is not None:
        place = route.places.get("component", route.where)
        message = "each signal of a point goes to its own component"
        findings.append(Finding(place, message, "remove component"))
    return findings


def _order(route: RouteSpec) -> list[Finding]:
    """Return findings about settings that have no effect on a route to a command."""
    said = {"component": route.component is not None, "mode": route.mode != "replace"}
    said["from"] = len(route.sources) > 1
    message = f"{route.target} is a command: it is given when the signal rises through 0.5"
    return [
        Finding(
            route.places.get(key, route.where),
            message,
            "start from one signal" if key == "from" else f"remove {key}",
        )
        for key, stated in said.items()
        if stated
    ]


def _edge_ends(
    edge: FeedbackSpec, parameters: Mapping[Address, Parameter], known: Sequence[Address]
) -> list[Finding]:
    findings = []
    source = parameters.get(edge.source)
    where = edge.places.get("from", edge.where)
    if source is None and not _exists(edge.source, known):
        hint = nearest(edge.source, [*parameters, *known], "start from a parameter or from a signal", OPEN)
        findings.append(Finding(where, f"no parameter and no signal {edge.source}", hint))
    components = source.kind.components if source is not None else 1
    if components > 1 and edge.source_component is None:
        hint = f"write from_component = 0 to {components - 1}"
        findings.append(Finding(where, f"{edge.source} has {components} components", hint))
    elif edge.source_component is not None and edge.source_component >= components:
        place = edge.places.get("from_component", edge.where)
        hint = "remove from_component" if components == 1 else f"its components are 0 to {components - 1}"
        findings.append(Finding(place, f"{edge.source} has no component {edge.source_component}", hint))
    return findings + _target(edge, parameters)


def _target(
    route: RouteSpec | FeedbackSpec, parameters: Mapping[Address, Parameter], commands: Sequence[Address] = ()
) -> list[Finding]:
    findings = []
    parameter = parameters.get(route.target)
    if parameter is None:
        where = route.places.get("target", route.places.get("to", route.where))
        hint = nearest(route.target, [*parameters, *commands], "`photophore list parameters` shows them all")
        findings.append(Finding(where, f"no parameter {route.target}", hint))
    elif route.component is not None and not 0 <= route.component < parameter.kind.components:
        where = route.places.get("component", route.where)
        count = parameter.kind.components
        message = f"{route.target} has no component {route.component}"
        hint = "remove component" if count == 1 else f"its components are 0 to {count - 1}"
        findings.append(Finding(where, message, hint))
    return findings


def _exists(address: Address, known: Sequence[Address]) -> bool:
    return address in known or any(address.startswith(o) and len(address) > len(o) for o in OPEN)


def _like_signal(address: Address, known: Sequence[Address]) -> str:
    return nearest(address, known, f"known: {', '.join([*known, *(o + '*' for o in OPEN)])}", OPEN)
