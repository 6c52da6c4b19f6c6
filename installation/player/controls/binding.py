"""The map of controls bound to a tree: which lines each control moves, and what of the map moves nothing."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from installation.control.map import Bind, Origin, bindings
from installation.control.target import Target, scene_input, target_of
from installation.errors import CommandError
from installation.logs import Refusals
from installation.parameter import Kind, Tree
from installation.player.controls.line import Line
from installation.show.model import Show
from installation.surface import Library
from installation.values import Address

__all__ = ["BoundMap", "bind_map", "used_by"]


@dataclass(frozen=True, slots=True)
class BoundMap:
    """A map of controls, on a tree.

    Attributes:
        lines: What each control moves, by the address of its readings.
        binds: The bindings of the map, also those that move nothing.
        idle: Bindings that move nothing in this show, and why.
        shifts: Controls that others have to be held with.
    """

    lines: Mapping[Address, tuple[Line, ...]] = field(default_factory=lambda: MappingProxyType({}))
    binds: tuple[Bind, ...] = ()
    idle: tuple[tuple[Bind, str], ...] = ()
    shifts: frozenset[Address] = frozenset()


def bind_map(
    show: Show, profiles: Library, met: Collection[Address], tree: Tree, before: BoundMap, refusals: Refusals
) -> BoundMap:
    """Bind the map of a show.

    Args:
        show: Whose map, and whose scenes and cues.
        profiles: Known controllers; their default maps hold where they were met.
        met: Controllers that were heard of.
        tree: Whose parameters are moved.
        before: The map as it was bound last; what is caught there stays caught.
        refusals: Notified of bindings of files that move nothing.
    """
    stood = {(one.bind, one.target): one for lines in before.lines.values() for one in lines}
    cues = {cue.id for cue in show.cues}
    found: dict[Address, list[Line]] = {}
    idle: list[tuple[Bind, str]] = []
    binds = bindings(show.controls, profiles, used_by(show), met)
    for bind in binds:
        try:
            targets = _targets(bind.target, show, tree, cues)
        except CommandError as error:
            idle.append((bind, str(error)))
            if bind.origin is not Origin.DEFAULT:
                what = f"{bind.source} to {bind.target}: {error}"
                refusals.note("a control moves nothing", what, "`photophore list controls`")
            continue
        for target, scene in targets:
            line = Line(bind, target, tree, scene)
            if (bind, target) in stood:
                line.follow(stood[bind, target])
            found.setdefault(bind.source, []).append(line)
    lines = {source: tuple(some) for source, some in found.items()}
    return BoundMap(lines, tuple(binds), tuple(idle), frozenset(one.held for one in binds if one.held))


def used_by(show: Show) -> set[Address]:
    """Return the signals that a show uses otherwise: the default maps leave them alone."""
    used = {source for route in show.routes for source in route.sources}
    return used | {edge.source for edge in show.feedback}


def _targets(text: str, show: Show, tree: Tree, cues: Container[str]) -> list[tuple[Target, str]]:
    """Return what a binding moves, each with the scene in which it does, if in one only.

    Raises CommandError.
    """
    parameters = tree.parameters()
    number = scene_input(text)
    if number is None:
        return [(target_of(text, parameters, cues), "")]
    found = []
    for scene in show.scenes:
        below = f"/scene/{scene}/"
        inputs = [
            address
            for address, one in parameters.items()
            if address.startswith(below) and one.kind.components == 1 and one.kind is not Kind.EVENT
        ]
        found += [(Target(address=address), scene) for address in inputs[number - 1 : number]]
    return found
