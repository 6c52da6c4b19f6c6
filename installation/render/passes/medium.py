"""The medium: the water that all scenes share, and the table of the people in it.

It is drawn once a frame before the scenes, at a resolution of its own, if any scene of this frame asks for it
(``READS`` in its header), and goes on across scene changes. ``shaders/medium/water.fs`` is the simulation,
``shaders/lib/room.glsl`` what scenes read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation import isf
from installation.render.isf_host.host import Host, SceneRenderer
from installation.values import Frame

__all__ = ["Medium", "Tables"]

PEOPLE: Final = (4, 128)
"""Rows and columns of the table of people."""
COMMONS: Final = (17, 16)
"""Rows and columns of the table of territories."""

Floats = NDArray[np.float32]


def _zeros(shape: tuple[int, int]) -> Floats:
    return np.zeros((*shape, 4), np.float32)


@dataclass(slots=True, eq=False)
class Tables:
    """What the player says of people and territories in this frame, as textures will hold it.

    Attributes:
        people: ``(4, 128, 4)``, see ``bodies.table``.
        commons: ``(17, 16, 4)``: row 0 share, need and privilege of each territory; then who took from whom.
        reform: 0..1, for the field of privilege.
    """

    people: Floats = field(default_factory=lambda: _zeros(PEOPLE))
    commons: Floats = field(default_factory=lambda: _zeros(COMMONS))
    reform: float = 1.0


class Medium:
    """The shared textures.

    Args:
        host: Loads the simulation.
        size: Of the picture in pixels; only its aspect matters.
    """

    def __init__(self, host: Host, size: tuple[int, int]) -> None:
        self._host = host
        self._size = size
        self._renderer: SceneRenderer | None = None
        self._people = self._texture(PEOPLE)
        self._commons = self._texture(COMMONS)

    def prepare(self) -> None:
        """Load the simulation before the frame that needs it. Raises ShaderError."""
        if self._renderer is None:
            self._renderer = self._host.load(isf.shipped("medium", "water"), self._size, later=True)

    def draw(
        self, frame: Frame, shaders: Iterable[isf.Shader], tables: Tables
    ) -> Mapping[str, moderngl.Texture]:
        """Let the water move by one frame, if any of these shaders reads it.

        Returns:
            The shared textures by the name that headers know; empty if none is wanted.
        """
        wanted = {name for shader in shaders for name in shader.reads}
        if not wanted:
            return {}
        self._people.write(np.ascontiguousarray(tables.people, np.float32))
        self._commons.write(np.ascontiguousarray(tables.commons, np.float32))
        shared = {"people": self._people, "commons": self._commons}
        if wanted & {"water", "bodies"}:
            self.prepare()
            assert self._renderer is not None  # noqa: S101 - for the type checker
            self._renderer.draw(frame, {"people": self._people, "reform": tables.reform})
            shared |= {name: self._renderer.target(name) for name in ("water", "bodies")}
        return shared

    def release(self) -> None:
        """Free everything. Harmless when it is gone already."""
        if self._renderer is not None:
            self._renderer.release()
            self._renderer = None
        self._people.release()
        self._commons.release()

    def _texture(self, shape: tuple[int, int]) -> moderngl.Texture:
        rows, columns = shape
        texture = self._host.context.gl.texture((columns, rows), 4, _zeros(shape).tobytes(), dtype="f4")
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        texture.repeat_x = texture.repeat_y = False
        return texture
