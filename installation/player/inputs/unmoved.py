"""Inputs that are made for a signal, or are events, and that nothing in a show moves."""

from collections.abc import Container, Iterator, Mapping

from installation import isf
from installation.isf import Input
from installation.parameter import Parameter
from installation.player.inputs.movers import Mover, movers_of
from installation.show.model import EffectSpec, SceneSpec, Show
from installation.values import Address, Finding

__all__ = ["unmoved_findings"]


def unmoved_findings(
    show: Show,
    scenes: Mapping[str, isf.Shader],
    effects: Mapping[str, isf.Shader],
    parameters: Mapping[Address, Parameter],
) -> list[Finding]:
    """Return one warning for each scene and effect with inputs that wait for a signal and get none.

    An input waits for a signal if its shader names one (``SIGNAL``), or if it is an event. All others have a
    look of their own where they stand. What ``show.toml`` states in ``inputs`` is meant to stand.

    Args:
        show: The show.
        scenes: Shaders of its scenes.
        effects: Shaders of its effects.
        parameters: All parameters by address.
    """
    own = {one.name for one in show.macros}
    moved = {
        address
        for address, movers in movers_of(show, parameters).items()
        if any(_meant(one, own) for one in movers)
    }
    return [*_of("scene", show.scenes, scenes, moved), *_of("effect", show.effects, effects, moved)]


def _meant(one: Mover, own: Container[str]) -> bool:
    """Whether a mover shows that somebody meant this input: presets name all, macros that ship reach all."""
    return one.kind != "preset" and (one.kind != "macro" or one.name in own)


def _of(
    kind: str,
    specs: Mapping[str, SceneSpec] | Mapping[str, EffectSpec],
    shaders: Mapping[str, isf.Shader],
    moved: set[Address],
) -> Iterator[Finding]:
    for name, spec in specs.items():
        waiting = [
            one
            for one in shaders[name].inputs
            if (one.signal or one.type == "event") and f"/{kind}/{name}/{one.name}" not in moved
        ]
        if waiting:
            message = f"{kind} {name}: nothing moves {', '.join(map(_told, waiting))}"
            first = waiting[0]
            source, target = first.signal or "/osc/...", f"/{kind}/{name}/{first.name}"
            hint = f'add a [[route]] from = "{source}" to = "{target}", or state in `inputs` what is to stand'
            yield Finding(spec.where, message, hint, "warning")


def _told(one: Input) -> str:
    return f"{one.name} ({one.signal or 'an event'})"
