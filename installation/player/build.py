"""Builds a player from a production: parameter tree, rig and, given an OpenGL context, the picture."""

from datetime import datetime
from functools import partial

from installation.bodies import Laws
from installation.clock import Clock
from installation.ipc.options import StageOptions
from installation.player.authored import scene_address
from installation.player.edits.quarantine import Quarantine
from installation.player.player import Player
from installation.player.production import Production
from installation.player.surroundings import nature_of
from installation.render.gl.context import Context
from installation.render.passes.exposure import shadows_of
from installation.render.picture import Picture, Plan
from installation.surface import load_controllers
from installation.values import PANEL_SOURCES

__all__ = ["build_player"]

_SOME_DAY = datetime(2026, 1, 1, 12)  # ISF DATE is local time


def build_player(
    production: Production,
    options: StageOptions,
    clock: Clock,
    context: Context | None,
    *,
    band: bool = False,
    repeatable: bool = False,
    quarantine: Quarantine | None = None,
) -> Player:
    """Build the player, with a picture if there is a context.

    Args:
        production: What to play.
        options: Seed and first cue.
        clock: Clock of the frames.
        context: OpenGL context; None plays without a picture.
        band: Whether to draw the venue's lamps below the picture.
        repeatable: Whether wall clock (ISF's DATE) and nature are those of one fixed day.
        quarantine: Notified before a shader is compiled and before each frame.
    """
    picture = None if context is None else _picture(production, context, band=band, repeatable=repeatable)
    canvas = production.venue.canvas
    day = (datetime.fromisoformat(options.date) if options.date else _SOME_DAY) if repeatable else None
    folder = next((path.parent for path in production.venue.files), None)
    player = Player(
        production.show,
        production.shaders,
        production.rig,
        clock,
        picture,
        seed=options.seed,
        network=[*PANEL_SOURCES, *(one.name for one in production.venue.adapters if one.kind == "osc")],
        quarantine=quarantine,
        effects=production.effects,
        laws=Laws(canvas.width / canvas.height, canvas.world_metres_per_height),
        nature=nature_of(production.venue.place, day, folder),
        controllers=partial(load_controllers, next(iter(production.venue.files), None)),
    )
    player.media.exact = repeatable
    player.cues.clock.speed = options.speed
    if options.scene:
        player.room.commons.stand_in()
        _play_alone(player, options.scene)
    if options.cue:
        player.stand_at(options.cue)
    return player


def _picture(production: Production, context: Context, *, band: bool, repeatable: bool) -> Picture:
    """Build the picture; arguments as in ``build_player``."""
    venue, rig = production.venue, production.rig
    canvas = venue.canvas
    fixtures = sum(1 for one in venue.fixtures if one.name in rig.names) if band else 0
    pixels = sum(len(rig.names[one.name]) for one in venue.pixels if one.name in rig.names) if band else 0
    plan = Plan(
        size=(canvas.width, canvas.height),
        guard=venue.guard,
        metres_per_height=canvas.metres_per_height,
        samples=rig.samples,
        fixtures=fixtures,
        pixels=pixels,
        given=production.given,
        today=(lambda: _SOME_DAY) if repeatable else datetime.now,
        exposure=canvas.exposure,
        shadows=shadows_of(venue.ambient_lux, venue.reflectance, venue.projector_white),
    )
    return Picture(context, plan)


def _play_alone(player: Player, scene: str) -> None:
    """Give the inputs of a scene that is played alone the values of its shader.

    What the show sets them to is where its cues begin: often nothing yet.
    """
    shader, spec = player.shaders[scene], player.show.scenes[scene]
    for given in shader.inputs:
        if given.name in spec.inputs and given.initial:
            player.tree.set(f"{scene_address(scene)}/{given.name}", given.initial)
