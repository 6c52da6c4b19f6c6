"""External textures: imported images, and placeholders for unconnected inputs."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

import moderngl
from PIL import Image

from installation.errors import ShaderError
from installation.isf.shader import Input
from installation.paths import read_bytes
from installation.render.gl.budget import Share, said
from installation.render.gl.context import Context
from installation.render.isf_host.sound import SoundTextures
from installation.values import Finding, Where

__all__ = ["Decoded", "Pixels", "StandIns", "decode", "load_cube", "load_image"]

LARGEST = 8192
"""Maximum side of an imported image in pixels."""


MOST_BYTES = 256 << 20
"""Maximum size of an image file in bytes."""

_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, MemoryError,
    struct.error, Image.DecompressionBombError,
)  # fmt: skip
"""Exceptions that Pillow's readers raise for damaged files."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded image ready for upload: 8-bit RGBA, straight alpha, bottom row first.

    Attributes:
        size: Width and height.
        data: The rows.
    """

    size: tuple[int, int]
    data: bytes


Decoded: TypeAlias = Mapping[Path, Pixels | ShaderError]
"""Images decoded in advance, or the error of each."""


def read_image(path: Path, longest: int = LARGEST) -> Pixels:
    """Read an image file; thread-safe.

    Raises:
        ShaderError: It cannot be read, or a side has more than ``longest`` pixels.
    """
    try:
        with Image.open(BytesIO(read_bytes(path, MOST_BYTES))) as opened:
            if max(opened.size) > min(LARGEST, longest):
                raise ShaderError([Finding(Where(str(path)), f"is {opened.width} x {opened.height} pixels")])
            picture = opened.convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            return Pixels(picture.size, picture.tobytes())
    except _BROKEN as error:
        raise ShaderError([Finding(Where(str(path)), f"is not a readable image: {error}")]) from None


def decode(paths: Iterable[Path], longest: int = LARGEST) -> Decoded:
    """Read image files; errors are stored in place of the image, to be reported when it is used."""
    found: dict[Path, Pixels | ShaderError] = {}
    for path in paths:
        try:
            found[path] = read_image(path, longest)
        except ShaderError as error:
            found[path] = error
    return found


def load_image(
    context: Context, path: Path, decoded: Decoded | None = None, share: Share | None = None
) -> moderngl.Texture:
    """Return an image file as an 8-bit RGBA texture, upright, straight alpha.

    Args:
        context: The OpenGL context.
        path: The file.
        decoded: Images decoded in advance; otherwise the file is read now.
        share: Memory allocation to charge; None does not count memory.

    Raises:
        ShaderError: It cannot be read or is too large.
    """
    pixels = _pixels(context, path, decoded)
    _count(context, share, path, len(pixels.data))
    texture = context.gl.texture(pixels.size, 4, pixels.data)
    texture.repeat_x = texture.repeat_y = False
    context.objects["image"] += 1
    return texture


def load_cube(
    context: Context, paths: Sequence[Path], decoded: Decoded | None = None, share: Share | None = None
) -> moderngl.TextureCube:
    """Return six image files as a cube map: +x, -x, +y, -y, +z, -z, each upright as seen from inside.

    Args:
        context: The OpenGL context.
        paths: The files.
        decoded: Images decoded in advance; otherwise the files are read now.
        share: Memory allocation to charge; None does not count memory.

    Raises:
        ShaderError: One cannot be read, or they are not squares of one size.
    """
    sides = [_pixels(context, path, decoded) for path in paths]
    size = sides[0].size
    for path, side in zip(paths, sides, strict=True):
        if side.size != size or size[0] != size[1]:
            message = (
                f"is {side.size[0]} x {side.size[1]} pixels, the cube's first side {size[0]} x {size[1]}"
            )
            raise ShaderError([Finding(Where(str(path)), message, "use six squares of the same size")])
    _count(context, share, paths[0], sum(len(side.data) for side in sides))
    # Cube map rows start at the top, rows of all other pictures at the bottom.
    data = b"".join(_turned(side) for side in sides)
    texture: moderngl.TextureCube = context.gl.texture_cube(size, 4, data)
    context.objects["image"] += 1
    return texture


def _turned(side: Pixels) -> bytes:
    row = side.size[0] * 4
    return b"".join(side.data[at : at + row] for at in range(len(side.data) - row, -1, -row))


def _pixels(context: Context, path: Path, decoded: Decoded | None) -> Pixels:
    known = (decoded or {}).get(path)
    if isinstance(known, ShaderError):
        raise known
    return known or read_image(path, context.info.texture_size)


def _count(context: Context, share: Share | None, path: Path, count: int) -> None:
    """Allocate the memory of an image. Raises ShaderError if the budget is too small."""
    if share is not None and not share.fit(share.bytes + count):
        message = f"needs {said(count)} of memory, but only {said(context.memory.left)} are left"
        raise ShaderError([Finding(Where(str(path)), message, "make it smaller")])


_SHARED: Final = {
    "water": ((8, 9), "f4", True),
    "bodies": ((9, 9), "f2", True),
    "people": ((8, 5), "f4", False),
    "commons": ((4, 5), "f4", False),
    "gestures": ((8, 9), "f4", True),
    "stories": ((9, 8), "f4", False),
    "ink": ((8, 8), "f2", True),
    "hubs": ((8, 2), "f4", False),
}
"""Size, type and whether it is read between texels, of the placeholder of each shared texture."""


class StandIns:
    """Textures of inputs that nobody has connected: transparent black, and what is heard.

    One set serves a whole context.

    Attributes:
        sound: The textures of ``audio`` and ``audioFFT`` inputs.
    """

    def __init__(self, context: Context) -> None:
        # 3 x 3 half floats, because llvmpipe recompiles a shader when an input changes from a power of two to
        # another size, and this is replaced by a canvas.
        self.black = context.gl.texture((3, 3), 4, bytes(3 * 3 * 8), dtype="f2")
        self.black.repeat_x = self.black.repeat_y = False
        self._context = context
        self.sound = SoundTextures(context)
        self._shared: dict[str, moderngl.Texture] = {}

    def texture(self, given: Input) -> moderngl.Texture:
        """Return the texture that ``given`` reads while it is not connected."""
        return self.black if given.type == "image" else self.sound.texture(given)

    def shared(self, name: str) -> moderngl.Texture:
        """Return the placeholder of a shared texture of ``ROOM``: black, in the format of the real one.

        llvmpipe compiles a shader again where format, filter, or a power of two as the size differ, so what a
        shader is warmed up with has to agree with what it will read.
        """
        if name not in self._shared:
            size, dtype, smooth = _SHARED[name]
            texture = self._context.gl.texture(size, 2 if name == "ink" else 4, dtype=dtype)
            texture.write(bytes(len(texture.read())))
            filtered = moderngl.LINEAR if smooth else moderngl.NEAREST
            texture.filter = (filtered, filtered)
            texture.repeat_x = texture.repeat_y = False
            self._shared[name] = texture
        return self._shared[name]

    def release(self) -> None:
        """Free all of them."""
        self.black.release()
        self.sound.release()
        for texture in self._shared.values():
            texture.release()
        self._shared.clear()


def release_all(context: Context, images: Iterable[moderngl.Texture | moderngl.TextureCube]) -> None:
    """Free imported images and cube maps."""
    for texture in images:
        texture.release()
        context.objects["image"] -= 1
