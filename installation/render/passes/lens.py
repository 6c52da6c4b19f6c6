"""How the finished picture is looked at, whatever the scene: exposure, zoom, memory, breath, and time.

All of it is off, and costs nothing, while everything is as authored. The filter (``shaders/lens/lens.fs``)
comes after the effects and before text and guard; exposure is a factor in ``compose``. A scene's time goes on
at the rate that it is given, from where it is, so that nothing jumps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation import isf
from installation.render.isf_host.host import Host, SceneRenderer, Value
from installation.values import Frame, Seconds

__all__ = ["Lens", "Look", "exposed", "mean_gain"]


@dataclass(frozen=True, slots=True)
class Look:
    """How the picture is looked at in one frame.

    Attributes:
        exposure: Factor on its light; above 1 highlights are compressed (``exposed``).
        zoom: Magnification.
        focus: What place of the picture stays where it is, in shares of it, y up.
        memory: Factor on how long light stays.
        breath: Stops by which light swells and falls in eight seconds.
        scatter: 0 = the breath has one phase, 1 = each place has its own.
        water: Factor on the current of the shared water.
        rates: Seconds of a scene's time in one second, by scene; 1 where none is given.
    """

    exposure: float = 1.0
    zoom: float = 1.0
    focus: tuple[float, float] = (0.5, 0.5)
    memory: float = 1.0
    breath: float = 0.0
    scatter: float = 0.0
    water: float = 1.0
    rates: Mapping[str, float] = field(default_factory=dict)

    @property
    def clear(self) -> bool:
        """Whether the filter would change nothing."""
        return self.zoom == 1.0 and self.memory == 1.0 and self.breath == 0.0


def exposed(light: NDArray[np.float32], exposure: float) -> NDArray[np.float32]:
    """Return display-linear colours, ``(n, 3)``, at an exposure; as ``compose.glsl`` does.

    The brightest component m becomes e m / (1 + (e - 1) m) for e above 1: e times as much in the dark, and
    white stays white.
    """
    if exposure <= 1.0:
        return light * np.float32(exposure)
    most = np.clip(light.max(axis=1, keepdims=True), 0.0, 1.0)
    shared: NDArray[np.float32] = light * np.float32(exposure) / (1.0 + np.float32(exposure - 1.0) * most)
    return shared


def mean_gain(exposure: float) -> float:
    """Return by how much an exposure raises the mean of a picture whose light is in points.

    Highlights are compressed above 1; measured on the shipped scenes, a stop is 0.85 stops in the mean.
    """
    return exposure if exposure <= 1.0 else float(exposure**0.85)


class Lens:
    """The filter, and the time of each scene.

    Args:
        host: Loads the filter.
        size: Of the picture in pixels.
    """

    def __init__(self, host: Host, size: tuple[int, int]) -> None:
        self._host, self._size = host, size
        self._shader = isf.shipped("lens", "lens")
        self._renderer: SceneRenderer | None = None
        self._on = False
        self._ahead: dict[str, Seconds] = {}

    def frame(self, frame: Frame, scene: str, look: Look) -> Frame:
        """Return the frame with the scene's own time; call once a frame for each scene that is drawn."""
        rate, ahead = look.rates.get(scene, 1.0), self._ahead.get(scene, 0.0)
        if rate == 1.0 and ahead == 0.0:
            return frame
        ahead += frame.dt * (rate - 1.0)
        self._ahead[scene] = ahead
        return Frame(frame.index, frame.time + ahead, frame.dt * rate)

    def draw(self, frame: Frame, picture: moderngl.Texture, look: Look) -> moderngl.Texture:
        """Return the picture as it is looked at; the same texture if nothing is to be changed."""
        if self._renderer is None:
            # Compiled behind the first frames, after all scenes: no touch of a fader must wait for it.
            self._renderer = self._host.load(self._shader, self._size, later=True, display=True)
        if look.clear:
            self._on = False
            return picture
        if not self._on:  # what it kept is of another moment
            self._renderer.restart()
            self._on = True
        given: dict[str, Value] = {
            "inputImage": picture, "zoom": look.zoom, "focus": look.focus, "memory": look.memory,
            "breath": look.breath, "scatter": look.scatter,
        }  # fmt: skip
        return self._renderer.draw(frame, given)
