"""Reads ``states.toml``: the states of the interface between people in the room and the light."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise

from installation.errors import nearest
from installation.show.document import Document, Table
from installation.show.fields import Fields, is_address
from installation.show.formats import check_format
from installation.show.interface import (
    MOST_STATES,
    DriverKeys,
    InterfaceSpec,
    PeopleKeys,
    PhaseSpec,
    ShockSpec,
    StateSpec,
    TriggerKeys,
    TriggerSpec,
)
from installation.show.schema import HOUR, read
from installation.values import Finding, Seconds, Where

__all__ = ["read_states"]

_MOST_FRONTS = 4
_MOST_PHASES = 32


def read_states(document: Document, findings: list[Finding]) -> InterfaceSpec:
    """Read ``states.toml``; errors are appended to ``findings``."""
    fields = Fields(document.root, findings, "the interface")
    check_format(fields)
    states = []
    for name, table in fields.named_tables("state"):
        if is_address(f"/{name}") and "/" not in name:
            states.append(_state(name, table, fields))
        else:
            hint = "a name has letters, digits and - only, because it becomes part of an address"
            fields.report(table.where, f'state: "{name[:60]}" is not a name', hint)
    names = [state.name for state in states]
    if not names and "state" not in document.root.members:
        fields.report(fields.where, "the interface has no state", "add [state.attuned]")
    people = read(PeopleKeys, fields.part("people"))
    drivers = fields.part("drivers")
    stand_ins = {name: address for name, address in asdict(read(DriverKeys, drivers)).items() if address}
    said = document.root.members.get("first")
    first = (
        said.node.value if said is not None and isinstance(said.node.value, str) else next(iter(names), "")
    )
    if len(states) > MOST_STATES:
        fields.report(states[MOST_STATES].where, f"more than {MOST_STATES} states", "remove some")
    spec = read(
        InterfaceSpec,
        fields,
        states=tuple(states),
        people=people.source,
        brake=people.brake,
        brake_time=people.brake_time,
        drive=people.drive,
        drivers=stand_ins,
        places={f"drivers.{name}": where for name, where in drivers.places.items()},
        defaults={"first": first, "calm": first},
    )
    _names(spec, fields)
    return spec


def _state(name: str, table: Table, outer: Fields) -> StateSpec:
    fields = outer.inner(table, f"state {name}")
    shock = fields.table_of("shock")
    triggers = tuple(_trigger(one, fields) for one in fields.tables("trigger"))
    phases = fields.tables("phase")
    refuses, places = _refuses(fields)
    spec = read(
        StateSpec,
        fields,
        name=name,
        times=_times(fields),
        refuses=refuses,
        places=places,
        triggers=triggers,
        phases=tuple(read(PhaseSpec, fields.inner(one, "a phase")) for one in phases),
        shock=None if shock is None else _shock(shock, fields),
    )
    if ("longest" in spec.places) != ("then" in spec.places):
        there, missing = ("longest", "then") if "longest" in spec.places else ("then", "longest")
        hint = "`longest` sets when the state ends, and `then` the state that follows"
        fields.report(spec.places[there], f"{there}: `{missing}` is missing", hint)
    _check_phases(spec.phases, spec.longest, fields)
    return spec


def _times(fields: Fields) -> dict[str, Seconds]:
    """Read the fade times that replace the state's ``onset`` for some addresses of ``set``."""
    known = fields.table_of("set")
    times, at = fields.addressed("times")
    for address, time in times.items():
        where = at[f"times.{address}"]
        if isinstance(time, bool) or not isinstance(time, int | float) or not 0.0 <= time <= HOUR:
            fields.report(where, f"times: {address} takes seconds, 0 to {HOUR:g}")
        elif known is None or address not in known.members:
            hint = nearest(address, known.members if known else ())
            fields.report(where, f"times: {address} is not in this state's `set`", hint)
    return {a: float(time) for a, time in times.items() if isinstance(time, int | float)}


def _refuses(fields: Fields) -> tuple[dict[str, str], dict[str, Where]]:
    """Read the states that must not follow this one, with reasons and positions."""
    table = fields.table_of("refuses")
    reasons: dict[str, str] = {}
    places = {f"refuses.{name}": one.name_where for name, one in (table.members if table else {}).items()}
    for name, member in (table.members if table else {}).items():
        if isinstance(member.node.value, str) and member.node.value:
            reasons[name] = member.node.value
        else:
            fields.report(member.node.where, f"refuses: {name[:60]} needs a reason", 'e.g. "nothing is torn"')
    return reasons, places


def _check_phases(phases: Sequence[PhaseSpec], longest: Seconds | None, fields: Fields) -> None:
    """Check that phases are in ascending order and before the end of the state."""
    if len(phases) > _MOST_PHASES:
        fields.report(phases[_MOST_PHASES].where, f"more than {_MOST_PHASES} phases", "remove some")
    given = [phase for phase in phases if "at" in phase.places]
    for before, phase in pairwise(given):
        if phase.at <= before.at:
            hint = f"the phase in line {before.where.line} begins at {before.at:g} s; put them in order"
            fields.report(phase.places["at"], f"at: {phase.at:g} s is not after the phase before it", hint)
    for phase in given:
        if longest is not None and phase.at >= longest:
            message = f"at: {phase.at:g} s never comes, the state ends after {longest:g} s"
            fields.report(phase.places["at"], message, "start the phase earlier, or increase `longest`")


def _shock(table: Table, outer: Fields) -> ShockSpec:
    fields = outer.inner(table, "a shock")
    found = fields.member("energy", None)
    count = len(found.node.value) if found is not None and isinstance(found.node.value, tuple) else 3
    if not 1 <= count <= _MOST_FRONTS and found is not None:
        hint = "each number is the energy of one front, e.g. [1.0, 0.6, 0.35]"
        fields.report(found.node.where, f"energy: a shock has 1 to {_MOST_FRONTS} fronts, not {count}", hint)
    return read(ShockSpec, fields)


def _trigger(table: Table, outer: Fields) -> TriggerSpec:
    fields = outer.inner(table, "a trigger")
    said = read(TriggerKeys, fields)
    if (said.above is None) == (said.below is None):
        hint = "write above = 0.8, or below = 0.2"
        fields.report(fields.where, "a trigger has one level, `above` or `below`", hint)
    above = said.above is not None
    level = next((one for one in (said.above, said.below) if one is not None), 0.0)
    release = level if said.release is None else said.release
    if release > level if above else release < level:
        side = "below" if above else "above"
        fields.report(
            fields.places["release"], f"release: {release:g} is not {side} the level {level:g}",
            f"the signal must return {side} it before the trigger fires again",
        )  # fmt: skip
    return TriggerSpec(
        signal=said.signal,
        level=level,
        release=release,
        where=said.where,
        above=above,
        dwell=said.dwell,
        after=said.after,
        places=said.places,
    )


def _names(spec: InterfaceSpec, fields: Fields) -> None:
    """Check that all referenced states exist."""
    known = [state.name for state in spec.states]
    own = {"first": spec.first, "calm": spec.calm} if known else {}
    spoken = [(name, key, spec.places.get(key, spec.where)) for key, name in own.items()]
    for state in spec.states:
        if state.then is not None:
            spoken.append((state.then, "then", state.places["then"]))
        spoken += [(name, "refuses", state.places[f"refuses.{name}"]) for name in state.refuses]
        spoken += [(one.like, "like", one.places["like"]) for one in state.phases if one.like is not None]
        for trigger in state.triggers:
            spoken += [(name, "after", trigger.places["after"]) for name in sorted(trigger.after)]
    for name, key, where in spoken:
        if name not in known:
            fields.report(where, f"{key}: there is no [state.{name}] in this file", nearest(name, known))
