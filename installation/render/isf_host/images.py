"""Textures that come from outside: imported images, and what stands in for an input that is not connected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import moderngl
from PIL import Image, UnidentifiedImageError

from installation.errors import ShaderError
from installation.isf.shader import Input
from installation.render.gl.context import Context
from installation.values import Finding, Where

__all__ = ["Decoded", "Pixels", "StandIns", "decode", "load_image"]

_COLUMNS = 512
"""Columns of a silent audio texture when the shader does not ask for a number."""

LARGEST = 8192
"""Longest side of an imported image in pixels."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture file as it goes to the graphics card: 8-bit RGBA, straight alpha, bottom row first.

    Attributes:
        size: Width and height.
        data: The rows.
    """

    size: tuple[int, int]
    data: bytes


Decoded: TypeAlias = Mapping[Path, Pixels | ShaderError]
"""Picture files that were read before they are needed, or what is wrong with them."""


def read_image(path: Path, longest: int = LARGEST) -> Pixels:
    """Read a picture file; any thread may.

    Raises:
        ShaderError: It cannot be read, or a side has more than ``longest`` pixels.
    """
    try:
        with Image.open(path) as opened:
            if max(opened.size) > min(LARGEST, longest):
                raise ShaderError([Finding(Where(str(path)), f"is {opened.width} x {opened.height} pixels")])
            picture = opened.convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            return Pixels(picture.size, picture.tobytes())
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
        raise ShaderError(
            [Finding(Where(str(path)), f"is not a picture that can be read: {error}")]
        ) from None


def decode(paths: Iterable[Path], longest: int = LARGEST) -> Decoded:
    """Read some picture files; what is wrong with one is kept in its place, for who needs it to say so."""
    found: dict[Path, Pixels | ShaderError] = {}
    for path in paths:
        try:
            found[path] = read_image(path, longest)
        except ShaderError as error:
            found[path] = error
    return found


def load_image(context: Context, path: Path, decoded: Decoded | None = None) -> moderngl.Texture:
    """A picture file as an 8-bit RGBA texture, upright, straight alpha.

    Args:
        context: Where it goes.
        path: Of the file.
        decoded: What was read of it before; otherwise it is read now.

    Raises:
        ShaderError: It cannot be read or is too large.
    """
    known = (decoded or {}).get(path)
    if isinstance(known, ShaderError):
        raise known
    pixels = known or read_image(path, context.info.texture_size)
    texture = context.gl.texture(pixels.size, 4, pixels.data)
    texture.repeat_x = texture.repeat_y = False
    context.objects["image"] += 1
    return texture


class StandIns:
    """Textures for inputs that nobody feeds: transparent black, and silence.

    One set serves a whole context.
    """

    def __init__(self, context: Context) -> None:
        # 3 x 3 half floats, because llvmpipe compiles a shader anew when an input changes from a power of
        # two to another size: this stands in for a canvas.
        self.black = context.gl.texture((3, 3), 4, bytes(3 * 3 * 8), dtype="f2")
        self.black.repeat_x = self.black.repeat_y = False
        self._context = context
        self._silence: dict[tuple[str, int], moderngl.Texture] = {}

    def texture(self, given: Input) -> moderngl.Texture:
        """What ``given`` reads while it is not connected.

        A wave is centred on 0.5 and a spectrum is 0, as ISF says; one row, ``MAX`` columns.
        """
        if given.type == "image":
            return self.black
        columns = int(given.maximum[0]) if given.maximum else _COLUMNS
        key = (given.type, min(max(columns, 1), self._context.info.texture_size))
        if key not in self._silence:
            level = 0.5 if given.type == "audio" else 0.0
            self._silence[key] = audio_texture(self._context, key[1], 1, level)
        return self._silence[key]

    def release(self) -> None:
        """Free all of them."""
        self.black.release()
        for texture in self._silence.values():
            texture.release()
        self._silence.clear()


def audio_texture(context: Context, columns: int, rows: int, level: float = 0.0) -> moderngl.Texture:
    """A float texture for sound: a row per channel, a column per sample or bin, the same in r, g and b."""
    import numpy as np

    data = np.full((rows, columns), level, dtype=np.float32)
    texture = context.gl.texture((columns, rows), 1, data.tobytes(), dtype="f4")
    texture.swizzle = "RRR1"
    texture.repeat_x = texture.repeat_y = False
    return texture


def release_all(context: Context, images: Mapping[str, moderngl.Texture]) -> None:
    """Free imported images."""
    for texture in images.values():
        texture.release()
        context.objects["image"] -= 1
