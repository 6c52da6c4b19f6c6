"""Checks of cues against the parameters: all findings at once, with their positions."""

from collections.abc import Collection, Sequence

from installation.cue.condition import parse_condition
from installation.errors import AddressError, nearest
from installation.parameter.tree import Tree
from installation.show.interface import PhaseSpec, StateSpec
from installation.show.model import CueSpec, PresetSpec
from installation.values import Address, FileValue, Finding, Scalar

__all__ = ["arguments", "check_conditions", "check_cues"]


def arguments(value: FileValue) -> tuple[Scalar, ...]:
    """Return a file's value as arguments of ``Tree.set``; nested lists become text, which is rejected."""
    if not isinstance(value, tuple):
        return (value,)
    return tuple(str(item) if isinstance(item, tuple) else item for item in value)


def check_cues(
    cues: Sequence[CueSpec],
    tree: Tree,
    presets: Sequence[PresetSpec] = (),
    states: Sequence[StateSpec | PhaseSpec] = (),
) -> list[Finding]:
    """Check cues, states and presets for unknown addresses and values out of range.

    In presets these are warnings only: presets are saved by the program and may be older than the show.
    """
    findings = []
    items: list[CueSpec | StateSpec | PhaseSpec | PresetSpec] = [*cues, *states, *presets]
    for item in items:
        for address, value in item.set.items():
            try:
                problem = _beyond(tree, address, tree.natural(address, arguments(value)))
            except AddressError as error:
                problem = str(error)
            if problem:
                where = item.places.get(f"set.{address}", item.places.get(address, item.where))
                message, _, hint = problem.partition("; ")
                old = isinstance(item, PresetSpec)
                findings.append(Finding(where, message, hint, "warning" if old else "error"))
    return findings


def check_conditions(
    cues: Sequence[CueSpec], tree: Tree, signals: Collection[Address], prefixes: tuple[str, ...]
) -> list[Finding]:
    """Check the conditions of cues: their form, and that something can be at their addresses.

    Args:
        cues: The list.
        tree: Parameters that conditions may read.
        signals: Addresses of signals that conditions may read.
        prefixes: Beginnings of addresses below which any signal may appear.
    """
    findings = []
    for cue in cues:
        where = cue.places.get("if", cue.where)
        try:
            terms = parse_condition(cue.condition).terms
        except AddressError as error:
            message, _, hint = str(error).partition("; ")
            findings.append(Finding(where, message, hint))
            continue
        for term in terms:
            known = [*tree.parameters(), *signals]
            if term.address not in known and not term.address.startswith(prefixes):
                hint = nearest(term.address, known)
                findings.append(Finding(where, f"if: there is no {term.address}", hint))
    return findings


def _beyond(tree: Tree, address: Address, numbers: Sequence[float]) -> str:
    """Return an error if a number is out of range, where it would be clamped silently."""
    slot = tree.slot(address)
    for number, low, high in zip(
        numbers, tree.kinds.minimum[slot:].tolist(), tree.kinds.maximum[slot:].tolist(), strict=False
    ):
        if not low <= number <= high:
            return f"{address} = {number:g} is out of range; use {low:g} to {high:g}"
    return ""
