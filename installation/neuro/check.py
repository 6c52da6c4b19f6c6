"""Checks of ``states.toml`` against parameters and signals: all findings at once, with their positions."""

from collections.abc import Collection, Iterator

from installation.errors import nearest
from installation.neuro.machine import refusal
from installation.parameter import Kind, Tree
from installation.show.interface import InterfaceSpec, PhaseSpec, StateSpec
from installation.values import Address, Finding, Where

__all__ = ["check_states"]


def check_states(
    interface: InterfaceSpec | None, tree: Tree, signals: Collection[Address], below: tuple[Address, ...]
) -> list[Finding]:
    """Yield findings: events that a state sets, unknown signals, transitions that are not allowed.

    Args:
        interface: The show's interface.
        tree: The complete parameter tree.
        signals: Addresses of known signals.
        below: Address prefixes below which any signal may appear.
    """
    if interface is None:
        return []
    findings: list[Finding] = []
    by_name = {state.name: state for state in interface.states}
    for state in interface.states:
        for item in state.looks:
            findings += _moments(item, tree)
        if state.then is not None and (reason := refusal(state, state.then)):
            findings.append(Finding(state.places["then"], f"then: {reason}", "choose another state"))
        for trigger in state.triggers:
            where = trigger.places.get("signal", trigger.where)
            findings += _signal(trigger.signal, where, signals, below)
            for before in sorted(trigger.after):
                if reason := refusal(by_name[before], state.name):
                    findings.append(Finding(trigger.places["after"], f"after: {reason}", "remove it"))
    for name, address in interface.drivers.items():
        where = interface.places.get(f"drivers.{name}", interface.where)
        findings += _signal(address, where, signals, below)
    return findings


def _moments(item: StateSpec | PhaseSpec, tree: Tree) -> Iterator[Finding]:
    for address in item.set:
        known = tree.parameters().get(address)
        if known is not None and known.kind is Kind.EVENT:
            where = item.places.get(f"set.{address}", item.where)
            yield Finding(where, f"{address} is an event, which a state cannot set", "remove it")


def _signal(
    address: Address, where: Where, signals: Collection[Address], below: tuple[Address, ...]
) -> Iterator[Finding]:
    if address in signals or address.startswith(below):
        return
    known = f"known: {', '.join([*signals, *(o + '*' for o in below)])}"
    hint = nearest(address, signals, known, below)
    yield Finding(where, f"no signal {address}", hint)
