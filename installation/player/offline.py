"""A show as arrays: for notebooks, scripts and tests.

```python
from installation import Player, load_show

with Player(load_show("eco-symbiotic-collective"), size=(640, 360)) as player:
    player.send("/hand/x", 0.3)
    picture = player.frame()   # (360, 640, 3) uint8, sRGB, guarded
```
"""

from collections.abc import Iterator
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from installation.clock import ManualClock
from installation.errors import AddressError, FilesError
from installation.ipc.options import StageOptions
from installation.light import LightState
from installation.player.build import build_player
from installation.player.production import production_of
from installation.render.gl.context import Context
from installation.show import load_venue
from installation.show.model import Show
from installation.values import DEFAULT_VENUE, Address, Command, Reading, Scalar

__all__ = ["Player"]

_NETWORK = "osc"
"""Source name of ``send``: that of the laptop venue's OSC adapter."""


class Player:
    """Plays a show frame by frame in virtual time, as fast as the machine can.

    Args:
        show: From ``load_show``.
        size: Size of the picture in pixels.
        fps: Frames per second of show time; frame i is at exactly i/fps.
        seed: Random seed; the show's own if None.

    Raises:
        ShowError, ShaderError: The show cannot be played; contains all findings.
        GraphicsError: There is no usable OpenGL.
    """

    def __init__(
        self, show: Show, *, size: tuple[int, int] = (640, 360), fps: float = 30.0, seed: int | None = None
    ) -> None:
        options = StageOptions(mode="run", size=size, seed=seed, headless=True)
        production = production_of(show, load_venue(DEFAULT_VENUE), options)
        self._context = Context.create(size)
        try:
            self._player = build_player(
                production, options, ManualClock(1 / fps), self._context, repeatable=True
            )
        except FilesError:
            self._context.release()
            raise
        self._waiting: list[Reading | Command] = []
        self._light: LightState | None = None
        self._step = 1 / fps

    def send(self, address: Address, *values: Scalar) -> None:
        """Send an OSC message that arrives before the next frame."""
        self._waiting.append(Reading(address, values, self._player.frame.time, _NETWORK))

    def set(self, address: Address, *values: Scalar) -> None:
        """Set a parameter's base before the next frame. Raises AddressError if that is not possible."""
        self._player.tree.natural(address, values)
        self._waiting.append(Command("set", (address, *values), self._player.frame.time, "notebook"))

    def go(self) -> None:
        """GO, before the next frame."""
        self._waiting.append(Command("go", (), self._player.frame.time, "notebook"))

    def get(self, address: Address) -> tuple[float, ...]:
        """Return a parameter's effective value in the last frame. Raises AddressError."""
        return self._player.tree.get(address)

    def frame(self) -> NDArray[np.uint8]:
        """Play one frame and return ``(height, width, 3)`` 8-bit sRGB, top row first, guarded.

        Raises:
            AddressError: A command could not be carried out.
        """
        picture = self._player.picture
        if picture is None:
            raise RuntimeError("the player is closed")
        entries = [*self._player.features(), *self._waiting]
        self._waiting = []
        with self._context.gl:  # another player's may be current
            step = self._player.step(entries, self._player.frame.time + self._step)
            if step.refused:
                raise AddressError("; ".join(reason for _, reason in step.refused))
            self._light = step.light
            pixels = picture.image()
            self._context.collect()
        return pixels

    @property
    def light(self) -> LightState | None:
        """Light of the laptop venue's lamps in the last frame."""
        return self._light

    @property
    def time(self) -> float:
        """Show time of the last frame in seconds."""
        return self._player.frame.time

    def close(self) -> None:
        """Free the graphics. Safe to call twice."""
        if self._player.picture is not None:
            with self._context.gl:
                self._player.picture.release()
            self._player.picture = None
            self._context.release()

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        while True:
            yield self.frame()

    def __enter__(self) -> "Player":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
