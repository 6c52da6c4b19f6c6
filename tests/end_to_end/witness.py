"""What somebody in the room would see: the screen, filmed by ffmpeg, and the light, from packets."""

import bisect
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from installation.safety.law import LUMINANCE
from installation.show import load_venue
from tests.film import from_srgb

__all__ = ["Film", "Packets", "most_in_a_second", "together"]

DMX = 18
"""Where the levels begin in an ArtDmx packet (Art-Net 4)."""


def most_in_a_second(times: Sequence[float], levels: NDArray[np.floating], step: float = 0.1) -> int:
    """Most transitions of any column in any second; moments are given, steps between them may differ.

    Args:
        times: ``n`` moments.
        levels: ``(n, columns)`` light, 1.0 = full.
        step: From where on a change counts.
    """
    worst = 0
    for column in np.atleast_2d(levels.T):
        low = high = float(column[0])
        direction, marks = 0, []
        for moment, level in zip(times, column.tolist(), strict=True):
            low, high = min(low, level), max(high, level)
            if direction <= 0 and level - low >= step:
                direction, low, high = 1, level, level
                marks.append(moment)
            elif direction >= 0 and high - level >= step:
                direction, low, high = -1, level, level
                marks.append(moment)
        counts = (bisect.bisect_left(marks, mark + 1.0) - at for at, mark in enumerate(marks))
        worst = max(worst, *counts, 0)
    return worst


class Packets:
    """Art-Net that arrives at a socket, with the moment of each packet.

    Args:
        listener: Bound; the first universe is listened to.
        venue: File of the venue whose lamps they light.
    """

    def __init__(self, listener: socket.socket, venue: Path) -> None:
        self._rig = Rig(load_venue(str(venue)), load_profiles())
        self._listener = listener
        self._listener.settimeout(0.2)
        self._heard: list[tuple[float, bytes]] = []
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Packets":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._thread.join()

    def _run(self) -> None:
        while not self._stop:
            try:
                data = self._listener.recv(2048)
            except TimeoutError:
                continue
            if data[:8] == b"Art-Net\0" and data[8:10] == b"\x00\x50":  # OpDmx, little-endian
                self._heard.append((time.monotonic(), data[DMX:]))

    @property
    def count(self) -> int:
        """Packets so far."""
        return len(self._heard)

    def light(self, since: float = 0.0) -> tuple[list[float], NDArray[np.float64]]:
        """Moments, and ``(n, lamps)`` relative luminance of every lamp."""
        heard = [(moment, data) for moment, data in self._heard if moment >= since]
        levels = np.zeros((len(heard), 512), np.uint8)
        for row, (_, data) in zip(levels, heard, strict=True):
            row[: len(data)] = np.frombuffer(data, np.uint8)
        colours = np.stack([self._rig.appearance(row[None]) for row in levels])
        return [moment for moment, _ in heard], colours @ np.array(LUMINANCE)


class Film:
    """A part of a screen, 30 times a second, scaled down: whole frames through a pipe.

    Args:
        display: Of the X server.
        size: Of the part that is filmed, in pixels.
        small: What it is scaled to.
    """

    FPS = 30

    def __init__(self, display: str, size: tuple[int, int], small: tuple[int, int] = (48, 28)) -> None:
        self.small = small
        self.times: list[float] = []
        self._frames: list[bytes] = []
        self._process = subprocess.Popen(
            [
                "ffmpeg", "-loglevel", "error", "-f", "x11grab", "-framerate", str(self.FPS),
                "-draw_mouse", "0", "-video_size", f"{size[0]}x{size[1]}", "-i", display,
                "-vf", f"scale={small[0]}:{small[1]}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Film":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _run(self) -> None:
        assert self._process.stdout is not None
        whole = self.small[0] * self.small[1] * 3
        while len(frame := self._process.stdout.read(whole)) == whole:
            self.times.append(time.monotonic())
            self._frames.append(frame)

    def light(self, since: float = 0.0) -> NDArray[np.float32]:
        """``(n, height, width, 3)`` linear light."""
        kept = [f for moment, f in zip(self.times, self._frames, strict=False) if moment >= since]
        shown = np.stack([np.frombuffer(frame, np.uint8) for frame in kept])
        return from_srgb(shown.reshape(-1, self.small[1], self.small[0], 3))


def together(
    film: tuple[Sequence[float], NDArray[np.floating]], wire: tuple[Sequence[float], NDArray[np.floating]]
) -> tuple[list[float], NDArray[np.float64]]:
    """The mean of the picture's mean and the room's light, at every moment at which either was seen."""
    moments = sorted([*film[0], *wire[0]])
    both = []
    for times, levels in (film, wire):
        at = np.clip(np.searchsorted(times, moments, side="right") - 1, 0, len(times) - 1)
        both.append(np.asarray(levels, np.float64)[at])
    return moments, 0.5 * both[0] + 0.5 * both[1]
