"""A small picture that arrives as a JPEG, as a texture for a window's own drawing."""

from io import BytesIO

import moderngl
from PIL import Image

__all__ = ["Thumbnail"]

_LARGEST = 4096
"""Most pixels of a side; a larger picture is no thumbnail and is left out."""


class Thumbnail:
    """The newest picture, in the OpenGL context that is current when it is made.

    Attributes:
        size: Width and height in pixels; zeros before the first picture.
    """

    def __init__(self) -> None:
        self._context = moderngl.create_context(require=330)
        self._texture: moderngl.Texture | None = None
        self.size = (0, 0)

    @property
    def name(self) -> int:
        """OpenGL's name of the texture; 0 before the first picture."""
        return self._texture.glo if self._texture is not None else 0

    def show(self, jpeg: bytes) -> None:
        """Take another picture. Raises OSError for bytes that are none."""
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
            if max(picture.size) > _LARGEST:
                message = f"a picture of {picture.size[0]} x {picture.size[1]} is no thumbnail"
                raise OSError(message)
            pixels = picture.convert("RGB").tobytes()
            size = picture.size
        if self._texture is None or size != self.size:
            self.release()
            self._texture = self._context.texture(size, 3, alignment=1)
            self._texture.filter = moderngl.LINEAR, moderngl.LINEAR
        self._texture.write(pixels, alignment=1)
        self.size = size

    def release(self) -> None:
        """Free the texture."""
        if self._texture is not None:
            self._texture.release()
            self._texture = None
