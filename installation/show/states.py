"""Reads ``states.toml``: the states of the interface between the people in the room and the light."""

from itertools import pairwise
from typing import Final

from installation.errors import nearest
from installation.show.document import Document, Table
from installation.show.fields import Fields
from installation.show.formats import check_format
from installation.show.interface import InterfaceSpec, PhaseSpec, ShockSpec, StateSpec, TriggerSpec
from installation.values import Address, Finding, Seconds

__all__ = ["STATES", "read_states"]

STATES: Final = ("attuned", "drifting", "malfunction", "backfire", "repairing", "symbiosis")
"""The states that there may be; ``/neuro/state`` is their number, from 0."""

_HOUR = 3600.0
_MOST_FRONTS = 4
_MOST_PHASES = 32


def read_states(document: Document, findings: list[Finding]) -> InterfaceSpec:
    """Read ``states.toml``; what is wrong is appended to ``findings``."""
    fields = Fields(document.root, findings, "the interface")
    check_format(fields)
    states = []
    for name, table in fields.named_tables("state"):
        if name in STATES:
            states.append(_state(name, table, fields))
        else:
            fields.report(table.where, f'state: there is no state "{name[:60]}"', nearest(name, STATES))
    names = [state.name for state in states]
    if not names and "state" not in document.root.members:
        fields.report(fields.where, "the interface has no state", "add [state.attuned]")
    people, brake, brake_time = _people(fields.part("people"))
    drivers = fields.part("drivers")
    spec = InterfaceSpec(
        states=tuple(sorted(states, key=lambda state: STATES.index(state.name))),
        first=fields.text("first", names[0] if names else STATES[0], STATES),
        people=people,
        drivers=_drivers(drivers),
        where=fields.where,
        brake=brake,
        brake_time=brake_time,
        places={
            **fields.places,
            **{f"drivers.{name}": where for name, where in drivers.places.items()},
        },
    )
    fields.finish()
    _names(spec, fields)
    return spec


def _people(fields: Fields) -> tuple[Address, float, Seconds]:
    """Where people are read, and the brake that their stillness is."""
    people = fields.address("from", "/person")
    brake = fields.number("brake", 0.2, 0.0, 1.0)
    brake_time = fields.number("brake_time", 4.0, 0.0, _HOUR)
    fields.finish()
    return people, brake, brake_time


def _drivers(fields: Fields) -> dict[str, Address]:
    """The signals that stand in, by what they stand in for."""
    found = {
        "arousal": fields.address("arousal", None),
        "coherence": fields.address("coherence", None),
        "stillness": fields.address("stillness", None),
    }
    fields.finish()
    return {name: address for name, address in found.items() if address}


def _state(name: str, table: Table, outer: Fields) -> StateSpec:
    fields = outer.inner(table, f"state {name}")
    values, places = fields.addressed("set")
    times, at = fields.addressed("times")
    for address, time in times.items():
        where = at[f"times.{address}"]
        if isinstance(time, bool) or not isinstance(time, int | float) or not 0.0 <= time <= _HOUR:
            fields.report(where, f"times: {address} takes seconds, 0 to {_HOUR:g}")
        elif address not in values:
            fields.report(where, f"times: {address} is not in this state's `set`", nearest(address, values))
    longest = fields.number("longest", None, 0.1, 24 * _HOUR)
    then = fields.text("then", None, STATES)
    if ("longest" in fields.places) != ("then" in fields.places):
        there, missing = ("longest", "then") if "longest" in fields.places else ("then", "longest")
        hint = "longest says when the state ends by itself, and then which one follows"
        fields.report(fields.places[there], f"{there}: there is no `{missing}` beside it", hint)
    shock = fields.table_of("shock")
    phases = _phases(longest, fields)
    spec = StateSpec(
        name=name,
        where=fields.where,
        onset=fields.number("onset", 4.0, 0.0, _HOUR),
        decay=fields.number("decay", 4.0, 0.0, _HOUR),
        longest=longest,
        then=then,
        set=values,
        times={a: float(time) for a, time in times.items() if isinstance(time, int | float)},
        triggers=tuple(_trigger(one, fields) for one in fields.tables("trigger")),
        phases=tuple(phases),
        shock=None if shock is None else _shock(shock, fields),
        places={**fields.places, **places},
    )
    fields.finish()
    return spec


def _phases(longest: Seconds | None, fields: Fields) -> list[PhaseSpec]:
    """The phases of a state as they stand in the file: one after the other, and before the state ends."""
    phases = [_phase(one, fields) for one in fields.tables("phase")]
    if len(phases) > _MOST_PHASES:
        fields.report(phases[_MOST_PHASES].where, f"more than {_MOST_PHASES} phases", "leave some out")
    given = [phase for phase in phases if "at" in phase.places]
    for before, phase in pairwise(given):
        if phase.at <= before.at:
            hint = f"the phase in line {before.where.line} begins at {before.at:g} s; put them in order"
            fields.report(phase.places["at"], f"at: {phase.at:g} s is not after the phase before it", hint)
    for phase in given:
        if longest is not None and phase.at >= longest:
            message = f"at: {phase.at:g} s never comes, the state ends after {longest:g} s"
            fields.report(phase.places["at"], message, "begin the phase earlier, or make `longest` longer")
    return phases


def _phase(table: Table, outer: Fields) -> PhaseSpec:
    fields = outer.inner(table, "a phase")
    values, places = fields.addressed("set")
    phase = PhaseSpec(
        at=fields.number("at", minimum=0.0, maximum=24 * _HOUR),
        where=fields.where,
        fade=fields.number("fade", 2.0, 0.0, _HOUR),
        like=fields.text("like", None, STATES),
        set=values,
        places={**fields.places, **places},
    )
    fields.finish()
    return phase


def _shock(table: Table, outer: Fields) -> ShockSpec:
    fields = outer.inner(table, "a shock")
    found = fields.member("energy", None)
    count = len(found.node.value) if found is not None and isinstance(found.node.value, tuple) else 3
    if not 1 <= count <= _MOST_FRONTS and found is not None:
        hint = "each number is the energy of one front, e.g. [1.0, 0.6, 0.35]"
        fields.report(found.node.where, f"energy: a shock has 1 to {_MOST_FRONTS} fronts, not {count}", hint)
    shock = ShockSpec(
        energy=fields.numbers("energy", count, (1.0, 0.6, 0.35), 0.0, 1.0),
        apart=fields.number("apart", 1.3, 1.0, 60.0),
        speed=fields.number("speed", 0.8, 0.05, 5.0),
    )
    fields.finish()
    return shock


def _trigger(table: Table, outer: Fields) -> TriggerSpec:
    fields = outer.inner(table, "a trigger")
    above, below = fields.number("above", None), fields.number("below", None)
    if (above is None) == (below is None):
        hint = "write above = 0.8, or below = 0.2"
        fields.report(fields.where, "a trigger has one level, `above` or `below`", hint)
    level = above if above is not None else below if below is not None else 0.0
    release = fields.number("release", level)
    if (above is not None and release > level) or (above is None and release < level):
        side = "below" if above is not None else "above"
        fields.report(
            fields.places["release"], f"release: {release:g} is not {side} the level {level:g}",
            f"the signal must come back {side} it before the trigger acts again",
        )  # fmt: skip
    trigger = TriggerSpec(
        signal=fields.address("signal"),
        level=level,
        release=release,
        where=fields.where,
        above=above is not None,
        dwell=fields.number("dwell", 0.0, 0.0, _HOUR),
        after=fields.words("after", STATES),
        places=fields.places,
    )
    fields.finish()
    return trigger


def _names(spec: InterfaceSpec, fields: Fields) -> None:
    """Every state that is spoken of must be there."""
    known = [state.name for state in spec.states]
    spoken = [(spec.first, "first", spec.places.get("first", spec.where))] if known else []
    for state in spec.states:
        if state.then is not None:
            spoken.append((state.then, "then", state.places["then"]))
        spoken += [(one.like, "like", one.places["like"]) for one in state.phases if one.like is not None]
        for trigger in state.triggers:
            spoken += [(name, "after", trigger.places["after"]) for name in sorted(trigger.after)]
    for name, key, where in spoken:
        if name not in known:
            fields.report(where, f"{key}: there is no [state.{name}] in this file", nearest(name, known))
