"""What moves each parameter of a show, by what its files say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from installation.parameter import Parameter
from installation.player.macros.routes import macro_routes
from installation.show.model import Show
from installation.signal.spread import spread
from installation.values import Address

__all__ = ["Mover", "movers_of"]

_Kind: TypeAlias = Literal["route", "feedback", "cue", "state", "control", "macro", "preset", "inputs"]


@dataclass(frozen=True, slots=True)
class Mover:
    """One thing that gives a parameter a value.

    Attributes:
        kind: What it is; ``inputs`` is the value that ``show.toml`` states for a scene or an effect, and a
            trim is a ``macro`` too.
        name: The signal of a route or a control, the id of a cue, else its name; empty for ``inputs``.
    """

    kind: _Kind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


def movers_of(show: Show, parameters: Mapping[Address, Parameter]) -> dict[Address, tuple[Mover, ...]]:
    """Return what moves each parameter, each mover once; parameters that nothing moves are not in it.

    Who sets a parameter by hand, over the network or on a controller's default map, is in no file of the show
    and does not count.

    Args:
        show: The show.
        parameters: Its parameters by address, for ``*`` in targets and for the roles of macros.
    """
    found: dict[Address, dict[Mover, None]] = {}
    for address, mover in _pairs(show, parameters):
        if address in parameters:
            found.setdefault(address, {})[mover] = None
    return {address: tuple(movers) for address, movers in found.items()}


def _pairs(show: Show, parameters: Mapping[Address, Parameter]) -> Iterator[tuple[Address, Mover]]:
    for kind, specs in (("scene", show.scenes), ("effect", show.effects)):
        for name, spec in specs.items():
            yield from ((f"/{kind}/{name}/{one}", Mover("inputs")) for one in spec.inputs)
    for route in spread(show.routes, parameters):
        yield route.target, Mover("route", route.source)
    for edge in show.feedback:
        yield edge.target, Mover("feedback", edge.name)
    for cue in show.cues:
        yield from ((address, Mover("cue", cue.id)) for address in cue.set)
    for state in show.states:
        yield from ((address, Mover("state", state.name)) for look in state.looks for address in look.set)
    for control in show.controls:
        yield control.target, Mover("control", control.source)
    for route in macro_routes(show, parameters):
        yield route.target, Mover("macro", route.source.split("/")[2])
    for preset in show.presets.values():
        yield from ((address, Mover("preset", preset.name)) for address in preset.set)
