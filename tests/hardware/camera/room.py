"""A made room: a floor with a pattern, people on it, light, noise. No picture of anybody is needed."""

from collections.abc import Iterable, Iterator
from math import cos, sin
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hardware.camera.floor import Floor

WIDTH, HEIGHT = 640, 480
FPS = 30
FLOOR = 6.0, 4.0
ARM = 0.75
"""Metres from the middle of a body to the end of its arm."""


class Room:
    """A room of 6 by 4 m, looked at from above.

    Args:
        seed: Of pattern and noise.
        noise: Of the sensor, in levels.
    """

    def __init__(self, seed: int = 0, noise: float = 4.0) -> None:
        self.rng = np.random.default_rng(seed)
        across, deep = np.arange(WIDTH)[None], np.arange(HEIGHT)[:, None]
        pattern = 90 + 30 * np.sin(across / 37) * np.cos(deep / 29)
        self.floor = (pattern + self.rng.normal(0, 6, (HEIGHT, WIDTH))).astype(np.float32)
        self.across, self.deep = across, deep
        # A sensor's noise, drawn once and shifted about: drawing it for each frame takes longer than looking.
        self._noise = self.rng.normal(0, noise, (HEIGHT * 2, WIDTH * 2)).astype(np.float32)

    def frame(
        self,
        people: Iterable[tuple[float, float]] = (),
        *,
        light: Any = 1.0,
        added: Any = 0.0,
        dark: float = 40.0,
        arms: Iterable[float | None] = (),
    ) -> NDArray[np.uint8]:
        """One picture.

        Args:
            people: Where they are, in metres.
            light: Multiplies everything.
            added: What is projected.
            dark: Grey of the first person and of every other one.
            arms: Of each person the angle of an outstretched arm, anticlockwise from the right, or None.
        """
        import cv2

        picture, reaching = self.floor.copy(), list(arms)
        for number, (x, y) in enumerate(people):
            centre = int(x / FLOOR[0] * WIDTH * 16), int((1 - y / FLOOR[1]) * HEIGHT * 16)
            axes = int(0.25 / FLOOR[0] * WIDTH * 16), int(0.2 / FLOOR[1] * HEIGHT * 16)
            shade = dark if number % 2 == 0 else 170.0
            cv2.ellipse(picture, centre, axes, 20, 0, 360, shade, -1, cv2.LINE_AA, 4)
            angle = reaching[number] if number < len(reaching) else None
            if angle is not None:
                metre = WIDTH / FLOOR[0] * 16
                hand = int(centre[0] + ARM * metre * cos(angle)), int(centre[1] - ARM * metre * sin(angle))
                cv2.line(picture, centre, hand, shade, int(0.09 * WIDTH / FLOOR[0]), cv2.LINE_AA, 4)
        top, left = (int(one) for one in self.rng.integers(0, (HEIGHT, WIDTH)))
        if not (np.isscalar(light) and light == 1.0):
            picture *= light
        if not (np.isscalar(added) and added == 0.0):
            picture += added
        # Added, rounded and bounded to 0..255 in one pass.
        grey = cv2.add(picture, self._noise[top : top + HEIGHT, left : left + WIDTH], dtype=cv2.CV_8U)
        return cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)

    def standing(self, people: Iterable[tuple[float, float]], floor: Floor) -> NDArray[np.uint8]:
        """One picture from the side: upright people of 1.7 m in metres of ``floor``, the nearest in front."""
        import cv2

        picture = self.floor.copy()
        for number, (x, y) in sorted(enumerate(people), key=lambda one: -one[1][1]):
            foot, ground = floor.pixel(x, y)
            metre = 1.0 / floor.scale(foot, ground)
            shade = (30, 190, 60, 220, 45, 170)[number % 6]
            trunk = int(foot), int(ground - 0.95 * metre)
            cv2.ellipse(picture, trunk, (int(0.21 * metre), int(0.65 * metre)), 0, 0, 360, shade, -1)
            cv2.circle(picture, (int(foot), int(ground - 1.56 * metre)), int(0.11 * metre), shade, -1)
            left, right = int(foot - 0.15 * metre), int(foot + 0.15 * metre)
            cv2.rectangle(picture, (left, int(ground - 0.7 * metre)), (right, int(ground)), shade, -1)
        top, left = (int(one) for one in self.rng.integers(0, (HEIGHT, WIDTH)))
        return np.clip(picture + self._noise[top : top + HEIGHT, left : left + WIDTH], 0, 255).astype(
            np.uint8
        )

    def spot(self, x: float, y: float, reach: float, strength: float) -> NDArray[np.float64]:
        """A soft light on the floor, in pixels: what it multiplies everything by, less one."""
        far = ((self.across - x) ** 2 + (self.deep - y) ** 2) / (2 * reach**2)
        return strength * np.exp(-far)


def walk(
    start: tuple[float, float], end: tuple[float, float], frames: int, *, sway: float = 0.0
) -> Iterator[tuple[float, float]]:
    """Places from start to end at one speed."""
    for index in range(frames):
        part = index / max(1, frames - 1)
        yield (
            start[0] + (end[0] - start[0]) * part + sway * float(np.sin(index / 14)),
            start[1] + (end[1] - start[1]) * part,
        )


def write_video(path: Path, frames: Iterable[NDArray[np.uint8]], fps: int = FPS) -> Path:
    """A video file of these frames."""
    import cv2

    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    assert writer.isOpened()
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path
