"""Soft edges around areas that the guard limits.

The guard works pixel by pixel: an area that may not rise appears flat and hard-edged next to what was already
bright. This pass darkens the picture before the guard, by a factor that is as deep as the cut where the guard
cuts, and returns to 1 over a few cells around it. It follows cuts within a tenth of a second and releases
over
two seconds, so that no edge jumps.

Why the law holds: every claim of ``safety.refractory``, ``marks``, ``strict``, ``groups`` and ``swings`` is
about the guard's output for *any* input picture. A softened picture is a picture. The guard's caps, rests and
epochs are applied after it, to each pixel as before, and treat its rises like any other: softening that came
and went would itself be held, once per second. It does not increase what the guard may output, writes none of
its state, and delays no fall: a factor is at most 1, and black times it is black. Colours keep their u'v'.

Depth: what the guard left of the deepest cut in a cell, weighted by the fraction of the cell that is cut, so
that a sparkling point does not darken its surroundings; times the previous factor, because the guard received
the picture with that applied. The factor of a cell is the minimum of its surroundings, smoothed over the same
distance. It does not spread further: only actual cuts are remembered. During the fade-in after a start
everything is cut and nothing is softened. The pass is skipped, and the picture unchanged, unless more than
``WORTH`` of its area was cut in the last seconds and the whole was not dimmed, which has no edges.
"""

from collections import deque
from dataclasses import replace
from math import exp
from typing import Final

import moderngl
import numpy as np

from installation.render.gl.parts import Parts
from installation.render.passes.guard import Guard
from installation.safety.report import CUT, FEW, GuardReport
from installation.values import Seconds

__all__ = ["Soften"]

WORTH: Final = 0.002
"""Share of the picture's area that must be cut for edges to be visible."""

FOLLOWS: Final[Seconds] = 0.1
"""Time constant of darkening."""

RELEASE: Final = 0.5
"""Rate of recovery per second."""

LINGERS: Final[Seconds] = 2.5
"""How long the pass stays active after the last cut: longer than recovery takes."""

EDGE: Final = 0.02
"""Radius of the minimum filter, and of the smoothing after it, as a fraction of the height."""

_LEAST: Final = 1  # filter modes of valley.glsl
_MEAN: Final = 2


class Soften:
    """The soft edges of one guard's picture.

    Args:
        guard: The guard that receives the picture and has limited the last one.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._parts = Parts(guard.context)
        self._size = (0, 0)
        self._left: Seconds = 0.0
        self._frame = 0
        self._fresh = True
        self.share = 0.0
        """Share of the picture's area that was softened two frames ago."""
        self.deepest = 0.0
        """Share of light that the most softened cell lost."""

    def apply(self, picture: moderngl.Texture, dt: Seconds) -> moderngl.Texture:
        """Return the picture for the guard: the same texture, or one that the next call overwrites.

        Args:
            picture: Display-linear light of the guard's size.
            dt: Seconds since the last frame.
        """
        report = self._guard.report()
        if not self._guard.risen:
            self._left = 0.0
        elif report.dimmed > CUT and report.cut * report.lit > WORTH:
            self._left = LINGERS
        if self._left <= 0.0:
            self._fresh, self.share, self.deepest = True, 0.0, 0.0
            return picture
        self._left -= dt
        if self._size != self._guard.size:
            self._build()
        self._update(dt)
        self._pass.draw(self._into, {"picture": picture, "shown": self._shown})
        self._tell()
        return self._out

    def told(self, report: GuardReport) -> GuardReport:
        """Return the guard's report relative to the picture before softening."""
        if not self.share:
            return report
        deepest = 1.0 - (1.0 - report.deepest) * (1.0 - self.deepest)
        return replace(report, active=report.active or self.share > FEW, softened=self.share, deepest=deepest)

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self._parts.release()
        self._size = (0, 0)

    def _build(self) -> None:
        self.release()
        parts, self._size = self._parts, self._guard.size
        cells = self._guard.light()["cells"].size
        far = max(1, round(EDGE * cells[1]))
        constants = self._guard.constants
        self._cells_pass = parts.fullscreen("soften", constants)
        # One cell more than the smoothing: between cells the factor is interpolated.
        least, mean = (
            parts.fullscreen("valley", f"{constants}const int REACH = {reach};\n") for reach in (far + 1, far)
        )
        self._steps = (
            (least, (1, 0), _LEAST),
            (least, (0, 1), _LEAST),
            (mean, (1, 0), _MEAN),
            (mean, (0, 1), _MEAN),
        )
        self._pass = parts.fullscreen("softened", constants)
        self._envelopes = [parts.texture(cells, 1) for _ in range(2)]
        self._envelopes_into = [parts.framebuffer([texture]) for texture in self._envelopes]
        self._smoothed = [parts.texture(cells, 1, smooth=True) for _ in range(2)]
        self._smoothed_into = [parts.framebuffer([texture]) for texture in self._smoothed]
        self._shown = self._smoothed[1]
        self._out = parts.texture(self._size, 4, "f2", smooth=True)
        self._into = parts.framebuffer([self._out])
        self._buffers = [parts.buffer(cells[0] * cells[1] * 4) for _ in range(2)]
        self._pending: deque[moderngl.Buffer] = deque()
        self._fresh = True

    def _update(self, dt: Seconds) -> None:
        """Compute the factors of this frame from the cuts of the last one."""
        self._frame += 1
        old, new = (self._frame + 1) % 2, self._frame % 2
        light = self._guard.light()
        self._cells_pass.draw(
            self._envelopes_into[new],
            {
                "cuts": light["cuts"],
                "dimmed": light["dimmed"],
                "envelope": self._envelopes[old],
                "shown": self._shown,
            },
            {"follow": 1.0 - exp(-dt / FOLLOWS), "release": RELEASE * dt, "fresh": float(self._fresh)},
        )
        self._fresh = False
        texture = self._envelopes[new]
        for index, (smooth, direction, smoothing) in enumerate(self._steps):
            smooth.draw(
                self._smoothed_into[index % 2],
                {"cells": texture},
                {"direction": direction, "smoothing": smoothing},
            )
            texture = self._smoothed[index % 2]

    def _tell(self) -> None:
        """Read the statistics of two frames ago, without waiting."""
        if len(self._pending) == len(self._buffers):
            left = np.frombuffer(self._pending.popleft().read(), np.float32)
            self.share, self.deepest = float(np.mean(left < CUT)), max(0.0, 1.0 - float(left.min()))
        buffer = self._buffers[self._frame % 2]
        self._shown.read_into(buffer)
        self._pending.append(buffer)
