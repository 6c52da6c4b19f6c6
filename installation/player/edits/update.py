"""An edited show that is read, parsed and checked, ready to be applied between two frames.

Preparing one can take 0.1 s on a busy machine. It uses neither OpenGL nor anything that a frame changes, so
it runs on another thread while the show plays.
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
    """A validated update.

    Attributes:
        show: The show to play; it has no errors.
        shaders: Shaders of its scenes, by id.
        effects: Shaders of its effects, by name.
        parameters: Result of ``authored.parameters_of``.
        images: Image files that new or edited shaders import.
        touched: Edited files; a shader that imports one of them is reloaded even if its own text is
        unchanged.
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
    """Check a show with its shaders and build its parameters. Raises ShowError with all findings."""
    parameters = parameters_of(show, shaders, effects)
    check(show, tree_of(show, shaders, effects, parameters))
    return ShowUpdate(show, dict(shaders), dict(effects), parameters, touched=touched)


def renew_all(tree: Tree, before: Show, update: ShowUpdate, rig: Rig) -> None:
    """Update a tree to the parameters of an edited show; values set by hand are kept.

    Args:
        tree: Tree with the parameters of ``before``.
        before: The show played so far.
        update: The update to apply.
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
    """Read the images and other files that edited shaders need; see ``Picture.read``.

    Args:
        picture: The picture that will draw them.
        update: The update that they belong to.
        standing: Shaders in use for scenes and effects.

    Raises:
        ShaderError: A file that a shader needs cannot be read.
    """
    scenes, effects = (
        [one for name, one in wanted.items() if is_news(one, drawn.get(name), update.touched)]
        for wanted, drawn in zip((update.shaders, update.effects), standing, strict=True)
    )
    return picture.read(scenes, effects, {cue.transition for cue in update.show.cues})


def is_news(wanted: isf.Shader, standing: isf.Shader | None, touched: frozenset[Path]) -> bool:
    """Return whether a shader must be loaded: it is new or changed, or an image that it imports changed."""
    return wanted != standing or not touched.isdisjoint(wanted.pictures)
