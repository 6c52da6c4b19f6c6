"""Pictures, videos, cameras and streams as textures of image inputs: one each, written when they move."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import moderngl
import numpy as np

from installation.media import (
    ClipDecoder,
    Decoder,
    LiveDecoder,
    Pixels,
    Playhead,
    Report,
    Shown,
    Source,
    StillDecoder,
)
from installation.render.gl.budget import Share, said
from installation.render.gl.context import Context
from installation.render.isf_host.images import read_image
from installation.values import Address, Seconds

__all__ = ["PATIENCE", "Media"]

PATIENCE: Final[Seconds] = 30.0
"""Seconds that a film waits for one picture of a clip."""

_LEAVING: Final[Seconds] = 1.0
"""Seconds to wait for each decoder at the end."""

_NOTHING: Final[Playhead] = Playhead()


class _Moving:
    """One source, its decoder and its texture.

    Args:
        context: The OpenGL context.
        source: Where it comes from.
        longest: Most pixels of a side.
    """

    def __init__(self, context: Context, source: Source) -> None:
        self.source = source
        self.decoder = _decoder(source, context.info.texture_size)
        self.texture: moderngl.Texture | None = None
        self._context = context
        self._share = Share(context.memory)
        self._serial = 0
        self._problem = ""

    def show(self, playhead: Playhead, wait: Seconds) -> None:
        """Write what stands at a playhead into the texture; without a picture there is none."""
        shown = self.decoder.take(playhead, wait)
        if shown is None:
            self._forget()
        elif shown.serial != self._serial or self.texture is None:
            self._write(shown)

    def rest(self) -> None:
        """Note that nobody shows it now. A live picture is not kept."""
        self.decoder.rest()
        if self.source.live:
            self._forget()

    def report(self) -> Report:
        """Return the decoder's state, or why there is no texture."""
        found = self.decoder.report()
        if self._problem and not found.reason:
            return Report("lost", self._problem, found.size, found.length, found.late)
        return found

    def release(self, wait: Seconds = 0.0) -> None:
        """Free the texture and end the decoder, waiting for that at most so long."""
        self.decoder.close(wait)
        self._forget()

    def _write(self, shown: Shown) -> None:
        height, width = shown.pixels.shape[:2]
        if self.texture is not None and self.texture.size != (width, height):
            self._forget()
        if self.texture is None:
            if not self._share.fit(width * height * 4):
                left = said(self._context.memory.left)
                self._problem = f"needs {said(width * height * 4)} of memory, but only {left} are left"
                return
            self.texture = self._context.gl.texture((width, height), 4)
            self.texture.repeat_x = self.texture.repeat_y = False
            self._context.objects["image"] += 1
        self.texture.write(shown.pixels)
        self._problem, self._serial = "", shown.serial

    def _forget(self) -> None:
        if self.texture is not None:
            self.texture.release()
            self._context.objects["image"] -= 1
            self.texture = None
        self._serial = 0
        self._share.release()


class Media:
    """The sources of a show by the address of the input that they are for, e.g. ``/scene/water/photo``.

    Args:
        context: The OpenGL context.
        given: A video file for inputs to which the show gives nothing, for who fills ``follow``.
    """

    def __init__(self, context: Context, given: Path | None = None) -> None:
        self.given = given
        self._context = context
        self._moving: dict[Address, _Moving] = {}
        self._black: moderngl.Texture | None = None

    def follow(self, sources: Mapping[Address, Source]) -> None:
        """Open these and close all others; those that stand as before go on."""
        for address in [one for one, moving in self._moving.items() if sources.get(one) != moving.source]:
            self._moving.pop(address).release()
        for address, source in sources.items():
            if address not in self._moving:
                self._moving[address] = _Moving(self._context, source)

    def length(self, address: Address, wait: Seconds = 0.0) -> Seconds:
        """Return the length of a clip in seconds; 0 while it is unknown, which it is for ``wait`` at most."""
        decoder = self._moving[address].decoder
        if not decoder.length and wait > 0.0:
            decoder.take(_NOTHING, wait)
        return decoder.length

    def show(self, address: Address, playhead: Playhead, wait: Seconds = 0.0) -> None:
        """Have an input show what stands at a playhead; see ``Decoder.take``."""
        self._moving[address].show(playhead, wait)

    def rest(self, address: Address) -> None:
        """Note that an input is not drawn."""
        self._moving[address].rest()

    def names(self, prefix: Address) -> frozenset[str]:
        """Return the inputs of a scene or an effect that have a source, e.g. of ``/scene/water``."""
        return frozenset(
            address.removeprefix(prefix + "/") for address in self._moving if _below(address, prefix)
        )

    def textures(self, prefix: Address) -> dict[str, moderngl.Texture]:
        """Return the textures of these inputs: transparent black where there is no picture."""
        return {
            address.removeprefix(prefix + "/"): moving.texture or self._stand_in()
            for address, moving in self._moving.items()
            if _below(address, prefix)
        }

    def reports(self) -> dict[Address, tuple[Source, Report]]:
        """Return the state of each."""
        return {address: (moving.source, moving.report()) for address, moving in self._moving.items()}

    def release(self) -> None:
        """Close all of them. Safe to call twice."""
        for moving in self._moving.values():
            moving.decoder.close()
        for moving in self._moving.values():
            moving.release(_LEAVING)
        self._moving.clear()
        if self._black is not None:
            self._black.release()
            self._black = None

    def _stand_in(self) -> moderngl.Texture:
        if self._black is None:  # of the format of the others: llvmpipe compiles for each format
            self._black = self._context.gl.texture((3, 3), 4, bytes(3 * 3 * 4))
            self._black.repeat_x = self._black.repeat_y = False
        return self._black


def _below(address: Address, prefix: Address) -> bool:
    return address.rpartition("/")[0] == prefix


def _decoder(source: Source, longest: int) -> Decoder:
    if source.live:
        return LiveDecoder(source, longest)
    path = Path(source.name)
    if source.kind == "video":
        return ClipDecoder(path, longest, source.rows)

    def read(file: Path) -> Pixels:
        """Read a picture file. Raises ShaderError."""
        found = read_image(file, longest)
        return np.frombuffer(found.data, np.uint8).reshape(found.size[1], found.size[0], 4)

    return StillDecoder(path, read)
