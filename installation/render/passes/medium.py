"""The medium: the water that all scenes share, and the table of the people in it.

It is drawn once a frame before the scenes, at a resolution of its own, if any scene of this frame asks for it
(``READS`` in its header), and goes on across scene changes. ``shaders/medium/water.fs`` is the simulation,
``shaders/lib/room.glsl`` what scenes read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation import isf
from installation.render.isf_host.host import Host, SceneRenderer
from installation.values import Frame

__all__ = ["Medium", "Tables"]

PEOPLE: Final = (5, 128)
"""Rows and columns of the table of people."""
COMMONS: Final = (17, 16)
"""Rows and columns of the table of territories."""
GESTURES: Final = (9, 16)
"""Rows and columns of the grid of gestures."""
STORIES: Final = (64, 72)
"""Rows and columns of the table of stories."""
HUBS: Final = (2, 16)
"""Rows and columns of the table of hubs."""
CELL: Final = (512, 128)
"""Width and height of a story's ink in texels."""
CELLS: Final = (4, 16)
"""Stories beside and above each other in the atlas of their ink; story i has column i % 4 of row i // 4."""

Floats = NDArray[np.float32]


def _zeros(shape: tuple[int, int]) -> Floats:
    return np.zeros((*shape, 4), np.float32)


@dataclass(slots=True, eq=False)
class Tables:
    """What the player says of people and territories in this frame, as textures will hold it.

    Attributes:
        people: ``(5, 128, 4)``, see ``bodies.table``.
        commons: ``(17, 16, 4)``: row 0 share, need and privilege of each territory; then who took from whom.
        reform: 0..1, for the field of privilege.
        stories: ``(64, 72, 4)``, see ``stories.table_of``.
        ink: Of each story ``(128, 512, 2)`` half floats, bottom row first. One is uploaded when it is another
            array than in the frame before.
        gestures: ``(9, 16, 4)``, see ``bodies.gestures``.
        hubs: ``(2, 16, 4)``: x, y, seconds since its firefly flashed, amount of its light; then whether it
            stands for the lights of another machine's picture, and which flash of its burst the last one was.
    """

    people: Floats = field(default_factory=lambda: _zeros(PEOPLE))
    commons: Floats = field(default_factory=lambda: _zeros(COMMONS))
    reform: float = 1.0
    stories: Floats = field(default_factory=lambda: _zeros(STORIES))
    ink: Sequence[NDArray[np.float16]] = ()
    gestures: Floats = field(default_factory=lambda: _zeros(GESTURES))
    hubs: Floats = field(default_factory=lambda: _zeros(HUBS))


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
        self._gestures, self._hubs = self._texture(GESTURES), self._texture(HUBS)
        self._gestures.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._stirred = False
        self._stories: moderngl.Texture | None = None
        self._ink: moderngl.Texture | None = None
        self._inked: list[NDArray[np.float16]] = []

    def prepare(self) -> None:
        """Load the simulation before the frame that needs it. Raises ShaderError."""
        if self._renderer is None:
            self._renderer = self._host.load(isf.shipped("medium", "water"), self._size, later=True)

    def draw(
        self, frame: Frame, shaders: Iterable[isf.Shader], tables: Tables, flow: float = 1.0
    ) -> Mapping[str, moderngl.Texture]:
        """Let the water move by one frame, if any of these shaders reads it; ``flow`` scales its current.

        Returns:
            The shared textures by the name that headers know; empty if none is wanted.
        """
        wanted = {name for shader in shaders for name in shader.reads}
        if not wanted:
            return {}
        self._people.write(np.ascontiguousarray(tables.people, np.float32))
        self._commons.write(np.ascontiguousarray(tables.commons, np.float32))
        stirs = bool(tables.gestures.any())
        if stirs or self._stirred:
            self._gestures.write(np.ascontiguousarray(tables.gestures, np.float32))
        self._stirred = stirs
        shared = {"people": self._people, "commons": self._commons, "gestures": self._gestures}
        if "hubs" in wanted:
            self._hubs.write(np.ascontiguousarray(tables.hubs, np.float32))
            shared["hubs"] = self._hubs
        if wanted & {"water", "bodies"}:
            self.prepare()
            assert self._renderer is not None  # noqa: S101 - for the type checker
            room = {"people": self._people, "gestures": self._gestures}
            self._renderer.draw(frame, {**room, "reform": tables.reform, "flow": flow})
            shared |= {name: self._renderer.target(name) for name in ("water", "bodies")}
        if wanted & {"stories", "ink"}:
            shared |= self._written(tables)
        return shared

    def _written(self, tables: Tables) -> Mapping[str, moderngl.Texture]:
        """The table of stories and the atlas of their ink, made when they are first read."""
        if self._stories is None or self._ink is None:
            self._stories = self._texture(STORIES)
            size = CELL[0] * CELLS[0], CELL[1] * CELLS[1]
            self._ink = self._host.context.gl.texture(size, 2, dtype="f2")
            self._ink.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self._ink.repeat_x = self._ink.repeat_y = False
        self._stories.write(np.ascontiguousarray(tables.stories, np.float32))
        for i, cell in enumerate(tables.ink[: CELLS[0] * CELLS[1]]):
            if i >= len(self._inked) or self._inked[i] is not cell:
                left, bottom = CELL[0] * (i % CELLS[0]), CELL[1] * (i // CELLS[0])
                self._ink.write(np.ascontiguousarray(cell, np.float16), viewport=(left, bottom, *CELL))
        self._inked = list(tables.ink)
        return {"stories": self._stories, "ink": self._ink}

    def release(self) -> None:
        """Free everything. Harmless when it is gone already."""
        if self._renderer is not None:
            self._renderer.release()
            self._renderer = None
        self._people.release()
        self._commons.release()
        self._gestures.release()
        self._hubs.release()
        for texture in (self._stories, self._ink):
            if texture is not None:
                texture.release()
        self._stories = self._ink = None
        self._inked = []

    def _texture(self, shape: tuple[int, int]) -> moderngl.Texture:
        rows, columns = shape
        texture = self._host.context.gl.texture((columns, rows), 4, _zeros(shape).tobytes(), dtype="f4")
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        texture.repeat_x = texture.repeat_y = False
        return texture
