"""The picture's guard on the graphics card: the last pass before the output, always on.

It is equivalent to ``safety.reference.PictureGuard``, which documents and proves the law. First a few lines
of
the picture are searched for stripes (``stripes``). Then these passes follow, two of them over every pixel:

1. ``cells``: each pixel's capped luminance, and whether it rises, summed over cells of 8 x 8 pixels;
2. ``columns``, 3. ``calm``: whether any colour can swing at all in this frame (see below);
4. ``windows``: means of the frame and of the 10-degree windows, and their state machines;
5. ``dim``: a few texels with g and whether pixels are held;
6. ``apply``: the picture, and each pixel's new state.

*Calm.* In most pictures the colours lie close together, so nothing can swing, and maintaining a ball for
every
pixel (``swings``) would cost half as much again. So all pixels share one ball while every lit one has had its
colour in one disc for ``CALM_AFTER`` seconds. Its epoch is then that old, so any pixel may begin its own
epoch
with the first colour outside, in the same frame: passes 1, 2 and 6 exist twice, and a vertex shader selects
from pass 3 which of both is drawn. The other claims of the law are not affected. (A ball started this way may
be wider than the reference's, so the reference may hold a colour for which this guard begins an epoch, or the
other way round; both satisfy the law.)

There is no synchronous readback: g goes from pass 5 to pass 6 as a texture. The report is read two frames
late, for display, and so are the lines for the stripe search.

A pixel's state is packed into 64 bits, because reading and writing it is most of the guard's cost: its level
as a float, and the next mark of its counter with its rest in ticks (``law.glsl``). The ball of its colours
(``swings``) takes another 32: four bytes of a texture.
"""

import math
from collections import deque
from collections.abc import Callable
from typing import Final, Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.gl.parts import Parts
from installation.render.gl.program import Program
from installation.render.passes.stripes import StripeLimit
from installation.safety.joint import FREE, Limit
from installation.safety.law import TOLERANCE, UNLIT, FlashLaw, law_for
from installation.safety.picture.groups import creep
from installation.safety.picture.marks import UNIT
from installation.safety.picture.reference import passed
from installation.safety.picture.swings import LIGHT, PLACE, SLACK, place_of, reach_of, swing_rest_of
from installation.safety.report import CUT, FEW, VISIBLE, GuardReport, seen_cuts
from installation.safety.ticks import Ticks, rest_of
from installation.safety.windows import MOST, Windows, lay_windows
from installation.show.venue_model import GuardSettings
from installation.values import Seconds

__all__ = ["Guard"]

_MEANS: Final = (
    "pair",
    "run",
    "asked",
    "group",
    "told",
    "tint",
    "ball",
    "unlit",
)  # what pass 3 keeps of each window

_CELLS: Final = 5
"""Targets of passes 1 and 2."""

CALM_AFTER: Final[Seconds] = 1.2
"""How long all colours must lie in one disc before they share one ball: longer than any rest of theirs."""

_BUSY: Final[Seconds] = CALM_AFTER - 1.1
"""A colour outside its disc this recently, two frames ago, cannot be calm now: a frame counts 0.5 s at
most."""

_BOTH: Final = ("", "#define CALM\n")

_UNITS: Final = (0, 1, 2, 3, 4, 5)  # the texture units of the passes over every pixel


class Guard:
    """The guard of one picture.

    Args:
        context: The OpenGL context.
        size: Width and height of the picture in pixels.
        settings: The venue's profile and viewing distance.
        metres_per_height: Metres of wall per picture height (``Canvas.metres_per_height``).
        texel: Format of the result: half floats, or 32-bit floats for measurements.
    """

    def __init__(
        self,
        context: Context,
        size: tuple[int, int],
        settings: GuardSettings,
        metres_per_height: float = 2.0,
        texel: Literal["f2", "f4"] = "f2",
    ) -> None:
        self.context = context
        self._law = law_for(settings.profile)
        self._settings = settings
        self._metres = metres_per_height
        self._texel = texel
        self._parts = Parts(context)
        self._ticks = Ticks()
        self._build(size)

    def apply(
        self,
        picture: moderngl.Texture,
        dt: Seconds,
        elapsed: Seconds | None = None,
        joint: Callable[[GuardReport, int], Limit] | None = None,
    ) -> moderngl.Texture:
        """Guard one frame.

        Args:
            picture: Display-linear light, 1.0 = white, of the guard's size; any values are allowed.
            dt: The clock's step in seconds.
            elapsed: Real seconds since the last presented frame, if known; more than the law's ``lost``
            restarts
                from black (for the clock's step, more than ``stall``).
            joint: Returns what the lamps leave to the picture, from the latest report and this frame's
            number.

        Returns:
            Display-linear light that is safe to show (rgba16f); the next call overwrites it.

        Raises:
            ValueError: The picture has another size; call ``resize`` first.
        """
        if picture.size != self.size:
            message = f"the guard has size {self.size}, the picture {picture.size}"
            raise ValueError(message)
        dt, cold = passed(self._law, dt, elapsed, keeps=elapsed is not None)
        if cold:
            self.reset()
        self._since += dt
        self._collect()
        limit = joint(self._report, self._frame + 1) if joint is not None else FREE
        self._draw(picture, dt, limit)
        return self._out

    def reset(self) -> None:
        """Start cold: the picture fades in from black within ``FlashLaw.ramp`` seconds."""
        self._since = 0.0
        self._fresh = True

    def resize(self, size: tuple[int, int]) -> None:
        """Change the size of the picture; starts cold."""
        if size != self.size:
            self.release()
            self._build(size)

    def light(self) -> dict[str, moderngl.Texture]:
        """Return pass 1's sums over cells and pass 5's global factor, to analyse the guarded light."""
        return {
            "cells": self._cells[0],
            "moves": self._cells[1],
            "cuts": self._cells[4],
            "dimmed": self._dimmed[self._frame % 2].texture,
        }

    @property
    def risen(self) -> bool:
        """Whether the last frame was after the fade-in from black."""
        return self._ramp >= 1.0

    @property
    def rise(self) -> tuple[float, float]:
        """The last frame's fade-in factor, 0..1, 1 before any frame; and the luminance allowed."""
        return self._ramp, self._law.steady_at(math.inf)

    def report(self) -> GuardReport:
        """Return what was done to the frame before the last one."""
        return self._report

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self._parts.release()

    def _build(self, size: tuple[int, int]) -> None:
        self.size = size
        windows = lay_windows(size, self._settings.viewing_distance, self._metres)
        shape = (len(windows.columns), len(windows.rows))
        constants = _constants(self._law, windows)
        parts = self._parts
        kinds = (constants, f"{constants}#define LOWERED\n")
        self._cells_programs = [
            [parts.program("cells", f"{kind}{calm}", "calm") for kind in kinds] for calm in _BOTH
        ]
        self._apply_programs = [[parts.program("apply", f"{kind}{calm}") for kind in kinds] for calm in _BOTH]
        self._calm_pass = parts.fullscreen("calm", constants)
        self._columns_program = parts.program("columns", constants, "calm")
        self._windows_pass = parts.fullscreen("windows", constants)
        self._dim_pass = parts.fullscreen("dim", constants)
        self.constants = constants
        self._stripes = StripeLimit(parts, windows, self._law, constants)
        for spans in (self._columns_program, self._windows_pass.program):
            spans.set("columns", _padded(windows.columns))
            spans.set("rows", _padded(windows.rows))
        self._nearest = parts.sampler()
        self._cells = [parts.texture(windows.grid, 4) for _ in range(_CELLS)]
        self._cells_into = parts.framebuffer(self._cells)
        self._columns = [parts.texture((shape[0], windows.grid[1]), 4) for _ in range(_CELLS)]
        self._columns_into = parts.framebuffer(self._columns)
        self._calm = [[parts.texture((1, 1), 4) for _ in range(3)] for _ in range(2)]
        self._calm_into = [parts.framebuffer(textures) for textures in self._calm]
        self._dimmed = [parts.target((3, 1)), parts.target((3, 1))]
        self._means = [[parts.texture(shape, 4) for _ in _MEANS] for _ in range(2)]
        self._means_into = [parts.framebuffer(textures) for textures in self._means]
        self._out = parts.texture(size, 4, self._texel, smooth=True)
        self._states = [parts.texture(size, 2, "u4"), parts.texture(size, 2, "u4")]
        self._balls = [parts.texture(size, 4, "f1"), parts.texture(size, 4, "f1")]
        self._into = [
            parts.framebuffer([self._out, state, balls])
            for state, balls in zip(self._states, self._balls, strict=True)
        ]
        self._into_calm = [parts.framebuffer([self._out, state]) for state in self._states]
        self._buffers = [parts.buffer(48), parts.buffer(48)]
        self._pending: deque[tuple[int, float, float, moderngl.Buffer]] = deque()
        self._frame, self._ramp, self._calm_for = -1, 1.0, CALM_AFTER
        self._report = GuardReport(False, 0.0, 0.0, 0.0, -1)
        self.reset()

    def _draw(self, picture: moderngl.Texture, dt: Seconds, limit: Limit) -> None:
        self._frame += 1
        old, new = (self._frame + 1) % 2, self._frame % 2
        dimmed, calm = self._dimmed[new].texture, self._calm[new]
        self._ramp = self._law.ramp_at(self._since)
        begun = {"fresh": float(self._fresh), "ramp": self._ramp, "ticks": float(self._ticks.passed(dt))}
        begun["steady"] = self._law.steady_at(self._since)
        self._stripes.look(picture, dt)
        contrast = self._stripes.contrast
        lowered = contrast < 1.0
        valleys = {"valleys": self._stripes.valleys(self._cells[1])} if lowered else {}
        read = {"picture": picture, "state": self._states[old], "balls": self._balls[old], **valleys}
        begun["contrast"] = contrast
        for unit in _UNITS:
            self._nearest.use(unit)
        self._sum(read, {**begun, "creep": float(creep(self._law, dt))}, dt, lowered)
        sums, moves, colours = self._columns[:3]
        kept = dict(zip(_MEANS, self._means[old], strict=True))
        self._windows_pass.draw(
            self._means_into[new],
            {"sums": sums, "moves": moves, "colours": colours, "dimmed": self._dimmed[old].texture, **kept},
            {
                "dt": dt,
                "ticks": begun["ticks"],
                "fresh": begun["fresh"],
                "keep": math.exp(-dt / self._law.memory),
            },
        )
        self._fresh = False
        kept = dict(zip(_MEANS, self._means[new], strict=True))
        self._dim_pass.draw(
            self._dimmed[new].framebuffer,
            {
                **{name: kept[name] for name in ("asked", "told", "unlit")},
                **dict(zip(("calm", "shares", "deepest"), calm, strict=True)),
                "last": self._dimmed[old].texture,
            },
            {"joint": limit},
        )
        read |= {"dimmed": dimmed, "calm": calm[0]}
        for calms, into in ((1, self._into_calm[new]), (0, self._into[new])):
            self._over_all(self._apply_programs[calms][lowered], into, read, begun | {"calms": float(calms)})
        for unit in _UNITS:
            self._nearest.clear(unit)

    def _sum(
        self, read: dict[str, moderngl.Texture], begun: dict[str, float], dt: Seconds, lowered: bool
    ) -> None:
        """Draw passes 1 to 3, and the first two again if the picture is not calm."""
        calm, last = self._calm[self._frame % 2], self._calm[(self._frame + 1) % 2][0]
        possible = self._calm_for >= _BUSY
        turns = ((1, 2.0), (0, 0.0)) if possible else ((0, 2.0),)
        said = last
        for which, calms in turns:
            values = {**begun, "calms": calms}
            textures = {**read, "last": last, "calm": said}
            self._over_all(self._cells_programs[which][lowered], self._cells_into, textures, values)
            named = dict(zip(("cells", "moved", "hues", "strays", "cuts"), self._cells, strict=True))
            self._over_all(self._columns_program, self._columns_into, {**named, "calm": said}, values)
            if said is last:
                _, _, _, strays, cuts = self._columns
                self._calm_pass.draw(
                    self._calm_into[self._frame % 2],
                    {"strays": strays, "cuts": cuts, "last": last},
                    {"dt": dt, "fresh": begun["fresh"], "possible": float(possible)},
                )
                said = calm[0]

    @staticmethod
    def _over_all(
        program: Program,
        into: moderngl.Framebuffer,
        textures: dict[str, moderngl.Texture],
        values: dict[str, float],
    ) -> None:
        for name, value in values.items():
            program.set(name, value)
        for name, texture in textures.items():
            program.bind(name, texture)
        into.use()
        program.vertices.render(moderngl.TRIANGLES, vertices=3)

    def _collect(self) -> None:
        """Request the last frame's report, and read the one requested a frame ago."""
        if self._pending:
            frame, contrast, ramp, buffer = self._pending.popleft()
            numbers = np.frombuffer(buffer.read(), np.float32).tolist()
            self._calm_for = numbers[-1]
            self._report = _report(frame, contrast, ramp, numbers)
        if self._frame >= 0:
            buffer = self._buffers[self._frame % 2]
            self._dimmed[self._frame % 2].texture.read_into(buffer)
            self._pending.append((self._frame, self._stripes.contrast, self._ramp, buffer))


def _report(frame: int, contrast: float, ramp: float, numbers: list[float]) -> GuardReport:
    g, held, window, _, mean, before, red, moved, lit, cut, left, _ = numbers
    cut, deepest = seen_cuts(lit, cut, left, g)
    return GuardReport(
        active=before - mean > VISIBLE or cut > FEW,
        reduction=1.0 - mean / before if before > 0 else 0.0,
        mean=mean,
        red=red,
        frame=frame,
        window=round(window),
        held=held > 0.5,
        moved=moved,
        contrast=contrast,
        dimmed=g * ramp,
        lit=lit,
        cut=cut,
        deepest=deepest,
    )


def _constants(law: FlashLaw, windows: Windows) -> str:
    """Return the law and the windows as GLSL constants, so that Python is their only source."""
    numbers = {
        "STEP": law.step,
        "WINDOW_STEP": law.window_step,
        "REFRACTORY": law.refractory,
        "RED": law.red,
        "SLACK": law.slack,
        "ROUNDING": law.rounding,
        "AGAIN": law.again * law.window_step,
        "GROUP": law.group,
        "COUNTED": law.counted,
        "DARKER": law.darker,
        "CLEAR": law.clear,
        "TOLERANCE": TOLERANCE,
        "UNIT": UNIT,
        "UNITS": 1 / UNIT,  # products are exact on every GPU; quotients would shift marks
        "REST": float(rest_of(law)),
        "SWING_REST": float(swing_rest_of(law)),
        "ACROSS": float(reach_of(law)),
        "SWING_SLACK": SLACK,
        "LIT": law.lit,
        "CUT": CUT,
        "CALM_AFTER": CALM_AFTER,
        "CALM_RADIUS": float(reach_of(law)) / 2.0 - 0.1,
        "UNLIT": UNLIT * law.lit,
    }
    rows = {f"PLACE_{axis}": row for axis, row in zip("XYS", PLACE, strict=True)}
    rows |= {f"LIGHT_{axis}": row for axis, row in zip("XY0", LIGHT, strict=True)}
    lines = ["#version 330 core"]
    lines += [f"const float {name} = {value!r};" for name, value in numbers.items()]
    lines += [
        f"const vec3 {name} = vec3({', '.join(map(repr, row.tolist()))});" for name, row in rows.items()
    ]
    lines.append(f"const uint START = {round(law.counted / UNIT) << 8 | rest_of(law)}u;")
    lines.append(f"const vec2 CALM_AT_START = vec2{tuple(place_of(np.ones(3, np.float32)).tolist())};")
    lines.append(f"const int CELL = {windows.cell};")
    lines.append(f"const ivec2 SIZE = ivec2({windows.width}, {windows.height});")
    lines.append(f"const ivec2 WINDOWS = ivec2({len(windows.columns)}, {len(windows.rows)});")
    lines.append(f"const int MOST = {MOST + 1};")
    if windows.width % windows.cell or windows.height % windows.cell:
        lines.append("#define PARTIAL")
    return "\n".join(lines) + "\n"


def _padded(spans: NDArray[np.int32]) -> list[int]:
    """Return spans as the uniform array that the shaders declare."""
    missing = MOST + 1 - len(spans)
    numbers: list[int] = spans.ravel().tolist() + [0, 0] * missing
    return numbers
