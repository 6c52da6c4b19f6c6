"""What a picture is made for, and which scenes it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from installation.render.passes.exposure import Shadows
from installation.show.venue_model import GuardSettings

__all__ = ["Plan", "View"]


@dataclass(frozen=True, slots=True)
class View:
    """The current scenes, and the progress of a transition between them.

    Attributes:
        scene: Id of the current or outgoing scene.
        next: Id of the incoming scene; None without a transition.
        progress: 0 = only ``scene``, 1 = only ``next``.
        transition: Name of the ISF transition, a file under ``shaders/transitions``.
    """

    scene: str
    next: str | None = None
    progress: float = 0.0
    transition: str = "dissolve"


@dataclass(frozen=True, slots=True)
class Plan:
    """Configuration of a picture.

    Attributes:
        size: Size of the canvas in pixels.
        guard: The venue's flash law.
        metres_per_height: Metres of the venue's wall per picture height.
        samples: ``(n, 4)`` rectangles of the lamps in the picture, from ``light.Rig``.
        fixtures, pixels: Number of lamps in the band; no band if both are 0.
        given: Image or ISF file for ``inputImage``.
        today: The wall clock behind ISF's DATE.
        exposure: The venue's gain for all scenes.
        shadows: How the venue raises dim light.
    """

    size: tuple[int, int]
    guard: GuardSettings
    metres_per_height: float
    samples: NDArray[np.float32]
    fixtures: int = 0
    pixels: int = 0
    given: Path | None = None
    today: Callable[[], datetime] = datetime.now
    exposure: float = 1.0
    shadows: Shadows = field(default_factory=Shadows)
