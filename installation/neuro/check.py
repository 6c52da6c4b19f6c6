"""What can be wrong with ``states.toml`` once parameters and signals are known: all at once, with places."""

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
    """Moments that a state cannot hold, signals that do not exist, states that do not follow.

    Args:
        interface: Of the show.
        tree: With all its parameters.
        signals: Addresses of signals that are there.
        below: Addresses below which any signal may come to be.
    """
    if interface is None:
        return []
    findings: list[Finding] = []
    by_name = {state.name: state for state in interface.states}
    for state in interface.states:
        for item in state.looks:
            findings += _moments(item, tree)
        if state.then is not None and (reason := refusal(state, state.then)):
            findings.append(Finding(state.places["then"], f"then: {reason}", "choose another one"))
        for trigger in state.triggers:
            where = trigger.places.get("signal", trigger.where)
            findings += _signal(trigger.signal, where, signals, below)
            for before in sorted(trigger.after):
                if reason := refusal(by_name[before], state.name):
                    findings.append(Finding(trigger.places["after"], f"after: {reason}", "leave it out"))
    for name, address in interface.drivers.items():
        where = interface.places.get(f"drivers.{name}", interface.where)
        findings += _signal(address, where, signals, below)
    return findings


def _moments(item: StateSpec | PhaseSpec, tree: Tree) -> Iterator[Finding]:
    for address in item.set:
        known = tree.parameters().get(address)
        if known is not None and known.kind is Kind.EVENT:
            where = item.places.get(f"set.{address}", item.where)
            yield Finding(where, f"{address} is a moment, which a state cannot hold", "leave it out")


def _signal(
    address: Address, where: Where, signals: Collection[Address], below: tuple[Address, ...]
) -> Iterator[Finding]:
    if address in signals or address.startswith(below):
        return
    known = f"known: {', '.join([*signals, *(o + '*' for o in below)])}"
    hint = nearest(address, signals, known, below)
    yield Finding(where, f"no signal {address}", hint)
