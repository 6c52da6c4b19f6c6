"""An edited show, ready to be taken over: read, parsed and checked, so that a frame has only to adopt it.

Making one may take a tenth of a second on a busy machine. It touches neither OpenGL nor anything that a frame
changes, so another thread makes it while the show goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from installation import isf
from installation.light import Rig, controls
from installation.parameter import Parameter, Tree
from installation.player.authored import (
    check,
    effect_address,
    lamp_parameters,
    parameters_of,
    renew,
    scene_address,
    tree_of,
)
from installation.player.surroundings import hub_parameters
from installation.player.surroundings.hubs import PREFIX as HUBS
from installation.render.isf_host.images import Decoded
from installation.render.picture import Picture
from installation.show.model import Show
from installation.values import Address

__all__ = ["ShowUpdate", "is_news", "read_ahead", "renew_all", "renew_outside", "update_of"]


@dataclass(frozen=True, slots=True)
class ShowUpdate:
    """Finished values.

    Attributes:
        show: What is to be played; nothing in it is wrong.
        shaders: Of its scenes, by id.
        effects: The shaders of its effects, by name.
        parameters: What ``authored.parameters_of`` made of these.
        images: Picture files that new or edited shaders import.
        touched: Edited files; a shader that imports one of them is loaded again, though its text is the same.
    """

    show: Show
    shaders: Mapping[str, isf.Shader]
    effects: Mapping[str, isf.Shader]
    parameters: Mapping[Address, Sequence[Parameter]]
    images: Decoded = field(default_factory=dict)
    touched: frozenset[Path] = frozenset()


def update_of(
    show: Show,
    shaders: Mapping[str, isf.Shader],
    effects: Mapping[str, isf.Shader],
    touched: frozenset[Path] = frozenset(),
) -> ShowUpdate:
    """Check a show with its shaders, and make its parameters. Raises ShowError with all findings."""
    parameters = parameters_of(show, shaders, effects)
    check(show, tree_of(show, shaders, effects, parameters))
    return ShowUpdate(show, dict(shaders), dict(effects), parameters, touched=touched)


def renew_all(tree: Tree, before: Show, update: ShowUpdate, rig: Rig) -> None:
    """Give a tree the parameters of an edited show; what was set by hand stays.

    Args:
        tree: Has the parameters of ``before``.
        before: What was played until now.
        update: What is to be played.
        rig: The venue's lamps and hubs.
    """
    show = update.show
    for gone in set(before.scenes) - set(show.scenes):
        tree.remove(scene_address(gone))
    for gone in set(before.effects) - set(show.effects):
        tree.remove(effect_address(gone))
    for prefix, parameters in update.parameters.items():
        renew(tree, prefix, parameters)
    renew_outside(tree, show, rig)


def renew_outside(tree: Tree, show: Show, rig: Rig) -> None:
    """Give a tree the parameters of a venue's lamps and hubs, as a show turns them."""
    renew(tree, controls.PREFIX, lamp_parameters(show, rig.turned))
    renew(tree, HUBS, hub_parameters(show, rig.hubs))


def read_ahead(
    picture: Picture, update: ShowUpdate, standing: tuple[Mapping[str, isf.Shader], Mapping[str, isf.Shader]]
) -> Decoded:
    """Read what edited shaders need besides their own files, as ``Picture.read`` does.

    Args:
        picture: Where they will be drawn.
        update: What they belong to.
        standing: What scenes and effects are drawn by now.

    Raises:
        ShaderError: What they would see cannot be read.
    """
    scenes, effects = (
        [one for name, one in wanted.items() if is_news(one, drawn.get(name), update.touched)]
        for wanted, drawn in zip((update.shaders, update.effects), standing, strict=True)
    )
    return picture.read(scenes, effects, {cue.transition for cue in update.show.cues})


def is_news(wanted: isf.Shader, standing: isf.Shader | None, touched: frozenset[Path]) -> bool:
    """Whether a shader has to be loaded: it is new or has changed, or an image that it imports has."""
    return wanted != standing or not touched.isdisjoint(wanted.pictures)
