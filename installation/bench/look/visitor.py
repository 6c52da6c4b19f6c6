"""One visitor in the shared water, for scenes that are played without a show."""

from collections.abc import Mapping
from dataclasses import replace
from math import cos, pi, sin

import moderngl
import numpy as np

from installation.bodies import Bodies, Laws
from installation.render.isf_host.host import Host, SceneRenderer
from installation.render.passes.medium import Medium, Tables
from installation.values import Frame, Seconds

__all__ = ["Visitor", "walk"]


class Visitor:
    """Somebody whose place a script gives, and the water that they stir.

    Args:
        host: Loads the simulation of the water.
        size: Of the picture in pixels.
    """

    def __init__(self, host: Host, size: tuple[int, int]) -> None:
        self._medium = Medium(host, size)
        self._bodies = Bodies()
        self._laws = Laws(aspect=size[0] / size[1])

    def room(
        self, frame: Frame, scene: SceneRenderer, place: tuple[float, float]
    ) -> Mapping[str, moderngl.Texture]:
        """Let one frame pass.

        Args:
            frame: Which.
            scene: The scene that is going to be drawn.
            place: Where the visitor is, in shares of the floor, y towards the wall.

        Returns:
            What the scene reads of the room, by the names of its header: inputs of ``scene.draw``.
        """
        at = np.array([place])
        laws = replace(self._laws, section=float(scene.shader.floor == "section"))
        self._bodies.advance(at, at, frame.dt, laws)
        shared = self._medium.draw(frame, [scene.shader], Tables(self._bodies.table))
        return {name: shared[name] for name in scene.shader.reads}

    def release(self) -> None:
        """Free the textures. Harmless when they are gone already."""
        self._medium.release()


def walk(time: Seconds) -> tuple[float, float]:
    """A visitor, 0..1: still for 4 s, then walks, turns and rests; no two legs are alike."""
    t = max(0.0, time - 4.0)
    leg, beat = divmod(t, 9.0)
    way = 0.5 - 0.5 * cos(pi * min(beat / 2.6, 1.0))
    if beat > 3.4:
        way = 0.5 + 0.5 * cos(pi * min((beat - 3.4) / 3.1, 1.0))
    x = 0.24 + 0.05 * sin(2.3 * leg) + (0.46 + 0.05 * cos(1.7 * leg)) * way
    y = 0.33 + 0.09 * sin(1.3 * t + 0.8 * leg) * min(1.0, t)
    return min(max(x, 0.05), 0.95), y
