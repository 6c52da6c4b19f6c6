"""Soft edges around what the guard cuts.

The guard cuts pixel by pixel: a patch that may not rise stands flat and hard-edged beside what was bright
already. Here the picture is darkened before the guard sees it, by a factor that is as deep as the cut where
the guard cuts, and goes back to 1 over a few cells around it. It follows the cuts within a tenth of a second
and lets go over two seconds, so that no edge jumps.

Why the law holds: every claim of ``safety.refractory``, ``marks``, ``strict``, ``groups`` and ``swings`` is
about what the guard puts out *whatever the picture* that it is given. A softened picture is a picture. The
guard's own caps, rests and epochs are applied after it, to each pixel as ever, and see its light rise again
like any other: a softening that came and went would itself be held, once in a second. Nothing is added to
what the guard may put out, no state of it is written, and no fall is delayed: a factor is at most 1, and
black times it is black. Colours keep their u'v'.

How deep: what the guard left of the deepest cut in a cell, weighted by the cell's cut share, so that a point
that sparkles does not darken its surroundings; times what the picture had been multiplied by before, because
the guard was given that. The factor of a cell is the least of its surroundings, smoothed over as many again.
It spreads no further: only what is cut itself is remembered. While the light comes up after a start, all is
cut, and nothing softened. Nothing is drawn, and the picture passes untouched, unless more than ``WORTH`` of
its area was cut in the last seconds, and the whole was not dimmed, which has no edges.
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
"""Share of the picture's area that has to be cut for edges to be seen."""

FOLLOWS: Final[Seconds] = 0.1
"""Time constant of the way down."""

RELEASE: Final = 0.5
"""Way up in a second."""

LINGERS: Final[Seconds] = 2.5
"""How long it goes on after the last cut: longer than the way up takes."""

EDGE: Final = 0.02
"""How far the least of the surroundings is looked for, and again smoothed, as a share of the height."""

_LEAST: Final = 1  # what valley.glsl calls its ways of smoothing
_MEAN: Final = 2


class Soften:
    """The soft edges of one guard's picture.

    Args:
        guard: Which will be given the picture, and has cut the last one.
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
        """Share of its light that the softest cell lost there."""

    def apply(self, picture: moderngl.Texture, dt: Seconds) -> moderngl.Texture:
        """What is to be given to the guard: the same texture, or one that the next call overwrites.

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
        """The guard's report, of the picture as it was before it was softened."""
        if not self.share:
            return report
        deepest = 1.0 - (1.0 - report.deepest) * (1.0 - self.deepest)
        return replace(report, active=report.active or self.share > FEW, softened=self.share, deepest=deepest)

    def release(self) -> None:
        """Free everything. Harmless when it is gone already."""
        self._parts.release()
        self._size = (0, 0)

    def _build(self) -> None:
        self.release()
        parts, self._size = self._parts, self._guard.size
        cells = self._guard.light()["cells"].size
        far = max(1, round(EDGE * cells[1]))
        constants = self._guard.constants
        self._cells_pass = parts.fullscreen("soften", constants)
        # One cell further than what is smoothed: between cells the factor is read as a mean of both.
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
        """The factors of this frame, from what the guard cut in the last one."""
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
        """What was softened two frames ago; nothing is waited for."""
        if len(self._pending) == len(self._buffers):
            left = np.frombuffer(self._pending.popleft().read(), np.float32)
            self.share, self.deepest = float(np.mean(left < CUT)), max(0.0, 1.0 - float(left.min()))
        buffer = self._buffers[self._frame % 2]
        self._shown.read_into(buffer)
        self._pending.append(buffer)
