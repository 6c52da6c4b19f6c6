"""The hand-written peer: the passes of a frame in plain moderngl and pygame, straight on.

It draws *every* pass that a loaded stage draws, at the same sizes, from the same texts, and reads back what
that reads back, as late: the scene, the decoding, the guard's lines, cells, columns, windows, factor and
picture, the coarse grid for what listens to the picture, the lamps' gather, and the encoding. So what a stage
takes beyond it is the engine's own: no pass is counted. Of what it has read it needs one number: how long
the colours have been calm. Soft edges around cuts, drawn only while the guard cuts, are not in it.
"""

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import moderngl

    from installation.player.production import Production
    from installation.render.gl.context import Context
    from installation.render.window import Window

__all__ = ["Script"]


class Script:
    """What somebody writes in an afternoon with moderngl and pygame: the same passes, straight on.

    Args:
        context: Its OpenGL context is used, nothing else of it.
        production: Whose scene it draws.
        size: Of the picture in pixels.
        window: To present in; None draws into the context's picture.
    """

    def __init__(
        self, context: "Context", production: "Production", size: tuple[int, int], window: "Window | None"
    ) -> None:
        import pygame

        from installation.isf.prelude import fragment, vertex
        from installation.render.gl.draw import TRIANGLE
        from installation.render.passes.blue_noise import load as blue_noise

        self.gl = gl = context.gl
        self.events = pygame.event.get
        self.arrays: dict[moderngl.Program, moderngl.VertexArray] = {}
        self.parts: list[Any] = []
        self.screen, self.size, self.window = context.screen, size, window
        shader = production.shaders["scene0"]
        self.scene = self._draws(vertex(shader), fragment(shader, 330, 0))
        _set(self.scene, "RENDERSIZE", size)
        _set(self.scene, "isf_largest", 65504.0)
        self.drawn = self._texture(size, 4, "f2")
        self.decode = self._draws(TRIANGLE, _post("decode"))
        self.plain = self._texture(size, 4, "f2")
        self._build_guard(production, size)
        self._build_lamps(production, size)
        self.encode = self._draws(TRIANGLE, _post("encode"))
        noise = blue_noise()
        self.noise = gl.texture((noise.shape[0], noise.shape[0]), 1, noise.tobytes(), dtype="f4")
        self.noise.filter = (gl.NEAREST, gl.NEAREST)
        self.encode["picture"], self.encode["noise"], self.encode["amount"] = 0, 1, 1.0
        into = {
            "drawn": [self.drawn], "plain": [self.plain], "lines": [self.lines],
            "grid0": [self.grids[0]], "grid1": [self.grids[1]],
            "lamps0": [self.lamps[0]], "lamps1": [self.lamps[1]], "lamps2": [self.lamps[2]],
            "cells": self.cells, "columns": self.columns, "calm0": self.calm[0], "calm1": self.calm[1],
            "means0": self.means[0], "means1": self.means[1], "dim0": [self.dims[0]], "dim1": [self.dims[1]],
            "still0": [self.out, self.states[0]], "still1": [self.out, self.states[1]],
            "out0": [self.out, self.states[0], self.balls[0]],
            "out1": [self.out, self.states[1], self.balls[1]],
        }  # fmt: skip
        self.targets = {name: gl.framebuffer(textures) for name, textures in into.items()}
        self.last = time.perf_counter()
        self.began = self.last
        self.index = 0

    def _build_guard(self, production: "Production", size: tuple[int, int]) -> None:
        """The guard's passes, from the same files; its constants are made by ``render.passes.guard``."""
        from installation.render.passes.guard import _BUSY, _MEANS, CALM_AFTER, _constants, _padded
        from installation.render.readback.features import COLUMNS, ROWS
        from installation.safety.joint import FREE
        from installation.safety.law import law_for
        from installation.safety.picture.patterns import LINES
        from installation.safety.ticks import Ticks
        from installation.safety.windows import lay_windows

        venue = production.venue
        self.law, self.ticks = law_for(venue.guard.profile), Ticks()
        self.calm_for, self.busy = CALM_AFTER, _BUSY
        windows = lay_windows(size, venue.guard.viewing_distance, venue.canvas.metres_per_height)
        self._guard_programs(f"{_constants(self.law, windows)}const int LINES = {LINES};\n", _MEANS)
        _set(self.grid_pass, "grid", (float(COLUMNS), float(ROWS)))
        for program in (self.columns_pass, self.windows_pass):
            pairs = np.reshape(_padded(windows.columns), (-1, 2)), np.reshape(_padded(windows.rows), (-1, 2))
            for name, spans in zip(("columns", "rows"), pairs, strict=True):
                _set(program, name, [tuple(pair) for pair in spans.tolist()])
        _set(self.dim_pass, "joint", FREE)
        shape = (len(windows.columns), len(windows.rows))
        self.lines = self._texture((max(size), 2 * LINES), 1, "f4")
        self.cells = [self._texture(windows.grid, 4, "f4") for _ in range(5)]
        self.columns = [self._texture((shape[0], windows.grid[1]), 4, "f4") for _ in range(5)]
        self.calm = [[self._texture((1, 1), 4, "f4") for _ in range(3)] for _ in range(2)]
        self.means = [[self._texture(shape, 4, "f4") for _ in _MEANS] for _ in range(2)]
        self.asked = [_MEANS.index(name) for name in ("asked", "told", "unlit")]
        self.dims = [self._texture((3, 1), 4, "f4") for _ in range(2)]
        self.states = [self._texture(size, 2, "u4") for _ in range(2)]
        self.balls = [self._texture(size, 4, "f1") for _ in range(2)]
        self.out = self._texture(size, 4, "f2")
        self.out.filter = (self.gl.LINEAR, self.gl.LINEAR)
        self.grids = [self._texture((COLUMNS, ROWS), 1, "f4") for _ in range(2)]
        whole = [int((share + 0.5) / 64 * min(size)) for share in range(64)]
        self.places = [tuple(whole[(first + k) % 64] for k in range(2 * LINES)) for first in range(64)]

    def _guard_programs(self, constants: str, means: Sequence[str]) -> None:
        """Each pass of the guard, with its textures in the order in which they are bound."""
        from installation import paths
        from installation.render.gl.draw import TRIANGLE

        texts = {path.name: path.read_text() for path in (paths.shaders() / "guard").iterdir()}

        def made(
            name: str, textures: Sequence[str], vertices: str = "", kind: str = ""
        ) -> "moderngl.Program":
            head = f"{constants}{kind}"
            vertex = f"{head}{texts[vertices]}" if vertices else TRIANGLE
            program = self._draws(vertex, f"{head}{texts['law.glsl']}{texts[name]}")
            for unit, texture in enumerate(textures):
                _set(program, texture, unit)
            return program

        self.lines_pass = made("lines.glsl", ("picture",))
        self.grid_pass = made("features.glsl", ("cells", "moves", "dimmed"))
        pixels, calm = ("picture", "state", "balls"), "#define CALM\n"
        self.cells_passes = [
            made("cells.glsl", (*pixels, "last", "calm"), "calm.vert.glsl", kind) for kind in ("", calm)
        ]
        sums = ("cells", "moved", "hues", "strays", "cuts", "calm")
        self.columns_pass = made("columns.glsl", sums, "calm.vert.glsl")
        self.calm_pass = made("calm.glsl", ("strays", "cuts", "last"))
        self.windows_pass = made("windows.glsl", ("sums", "moves", "colours", "dimmed", *means))
        asked = ("asked", "told", "unlit", "calm", "shares", "deepest", "last")
        self.dim_pass = made("dim.glsl", asked)
        self.apply_passes = [
            made("apply.glsl", (*pixels, "dimmed", "calm"), "apply.vert.glsl", kind) for kind in ("", calm)
        ]

    def _build_lamps(self, production: "Production", size: tuple[int, int]) -> None:
        """The lamps' gather, and the buffers in which all that is read back waits."""
        from installation.render.gl.draw import TRIANGLE

        samples = production.rig.samples
        width = min(len(samples), 128)
        rows = -(-len(samples) // width)
        texels = (np.abs(samples[:, 2:] - samples[:, :2]) * np.array(size)).max()
        taps = max(1, math.ceil(0.5 * float(texels) - 0.01))  # a side: each reads two texels
        self.gather = self._draws(TRIANGLE, _post("gather", f"#define CELLS {taps}"))
        table = samples if taps > 1 else 0.5 * (samples[:, :2] + samples[:, 2:])
        rects = np.zeros((rows * width, table.shape[1]), np.float32)
        rects[: len(table)] = table
        self.rects = self._texture((width, rows), table.shape[1], "f4")
        self.rects.write(rects.tobytes())
        self.gather["picture"], self.gather["rects" if taps > 1 else "middles"] = 0, 1
        self.lamps = [self._texture((width, rows), 4, "f4") for _ in range(3)]
        self.colours = np.zeros((rows * width, 3), np.float32)
        self.line_buffers = [self._buffer(self.lines) for _ in range(2)]
        self.dim_buffers = [self._buffer(dim) for dim in self.dims]
        self.grid_buffers = [self._buffer(grid) for grid in self.grids]

    def frame(self) -> None:
        """One frame: events, scene, decode, guard, grid, encode, flip, lamps."""
        if self.window is not None:
            self.events()
        now = time.perf_counter()
        dt, self.last = min(now - self.last, 0.25), now
        old, new = (self.index + 1) % 2, self.index % 2
        self.scene["TIME"] = now - self.began
        for name in ("input0", "input1", "input2", "input3"):
            self.scene[name] = 0.5
        self._draw("drawn", self.scene)
        self._draw("plain", self.decode, self.drawn)
        if self.index:  # the guard's figures, a frame after they were drawn
            if self.index > 1:
                self.calm_for = float(np.frombuffer(self.dim_buffers[new].read(), np.float32)[-1])
            self.dims[old].read_into(self.dim_buffers[old])
        if self.index > 1:
            self.line_buffers[new].read()
        self.lines_pass["places"] = self.places[self.index % len(self.places)]
        self._draw("lines", self.lines_pass, self.plain)
        self.lines.read_into(self.line_buffers[new])
        self._guard(dt, old, new)
        if self.index:
            if self.index > 1:
                self.grid_buffers[new].read()
            self.grids[old].read_into(self.grid_buffers[old])
        self._draw(f"grid{new}", self.grid_pass, *self.cells[:2], self.dims[new])
        self._draw(f"lamps{self.index % 3}", self.gather, self.out, self.rects)
        self.targets[f"lamps{(self.index + 1) % 3}"].read_into(self.colours, components=3, dtype="f4")
        self.encode["turn"] = (self.index * 0.618) % 1.0
        self.screen.use()
        self.out.use(0)
        self.noise.use(1)
        self.arrays[self.encode].render(self.gl.TRIANGLES, vertices=3)
        if self.window is not None:
            self.window.present()  # pygame's flip
        else:
            self.gl.finish()
        self.index += 1

    def _guard(self, dt: float, old: int, new: int) -> None:
        """The guard's passes in their order; which of two does the work is decided on the graphics card."""
        ticks, fresh = float(self.ticks.passed(dt)), float(self.index == 0)
        begun = {"fresh": fresh, "ticks": ticks, "ramp": 1.0, "steady": self.law.steady_at(math.inf)}
        begun["creep"] = min(self.law.leap, max(self.law.rounding, self.law.slow * dt))
        pixels = self.plain, self.states[old], self.balls[old]
        said = last = self.calm[old][0]
        possible = self.calm_for >= self.busy
        for which, calms in ((1, 2.0), (0, 0.0)) if possible else ((0, 2.0),):
            for program in (self.cells_passes[which], self.columns_pass):
                for name, value in {**begun, "calms": calms}.items():
                    _set(program, name, value)
            self._draw("cells", self.cells_passes[which], *pixels, last, said)
            self._draw("columns", self.columns_pass, *self.cells, said)
            if said is last:
                for name, value in (("dt", dt), ("fresh", fresh), ("possible", float(possible))):
                    _set(self.calm_pass, name, value)
                self._draw(f"calm{new}", self.calm_pass, *self.columns[3:], last)
                said = self.calm[new][0]
        keep = math.exp(-dt / self.law.memory)
        for name, value in (("dt", dt), ("ticks", ticks), ("keep", keep), ("fresh", fresh)):
            _set(self.windows_pass, name, value)
        self._draw(f"means{new}", self.windows_pass, *self.columns[:3], self.dims[old], *self.means[old])
        asked = [self.means[new][index] for index in self.asked]
        self._draw(f"dim{new}", self.dim_pass, *asked, *self.calm[new], self.dims[old])
        for calms, into in ((1, f"still{new}"), (0, f"out{new}")):
            for name, value in {**begun, "calms": float(calms)}.items():
                _set(self.apply_passes[calms], name, value)
            self._draw(into, self.apply_passes[calms], *pixels, self.dims[new], self.calm[new][0])

    def release(self) -> None:
        """Free everything."""
        self.screen.use()
        for part in (*self.targets.values(), *self.parts):
            part.release()

    def _draws(self, vertex: str, fragment: str) -> "moderngl.Program":
        program = self.gl.program(vertex_shader=vertex, fragment_shader=fragment)
        self.arrays[program] = self.gl.vertex_array(program, [])
        self.parts += [self.arrays[program], program]
        return program

    def _draw(self, target: str, program: "moderngl.Program", *textures: "moderngl.Texture") -> None:
        self.targets[target].use()
        for unit, texture in enumerate(textures):
            texture.use(unit)
        self.arrays[program].render(self.gl.TRIANGLES, vertices=3)

    def _texture(self, size: tuple[int, int], components: int, dtype: str) -> "moderngl.Texture":
        texture: moderngl.Texture = self.gl.texture(size, components, dtype=dtype)
        texture.filter = (self.gl.NEAREST, self.gl.NEAREST)
        texture.repeat_x = texture.repeat_y = False
        self.parts.append(texture)
        return texture

    def _buffer(self, texture: "moderngl.Texture") -> "moderngl.Buffer":
        """Room for what a texture of 32-bit floats holds."""
        size = texture.width * texture.height * texture.components * 4
        buffer: moderngl.Buffer = self.gl.buffer(reserve=size)
        self.parts.append(buffer)
        return buffer


def _set(program: "moderngl.Program", name: str, value: Any) -> None:
    """Set a uniform, if the compiler kept it."""
    if name in program:
        program[name] = value


def _post(name: str, defines: str = "") -> str:
    """The text of one of our passes, with its includes."""
    from installation import paths
    from installation.isf.include import resolve

    path = paths.shaders() / "post" / f"{name}.frag"
    first, rest = resolve(path.read_text(), path, (paths.shaders(),), 1, marks=False).text.split("\n", 1)
    return f"{first}\n{defines}\n{rest}"
