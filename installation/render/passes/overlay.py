"""Text over the picture: the HUD, shader errors and the greeting.

The text is drawn with Pillow into a small texture a few times per second; compose draws it over the scene
before the guard, so the flash limits apply to it, too.
"""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap

import moderngl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from installation.render.gl.context import Context

__all__ = ["Overlay"]

_MARGIN = 10
_INK = (190, 225, 235, 235)
_ERROR = (255, 170, 90, 245)
_BACKING = (0, 4, 8, 165)
_PAPER = 150
"""Grey of a code's paper: a phone reads it, and nobody is dazzled."""
_CODE = 0.4
"""Height of a code in picture heights."""
_COLUMNS = 88
"""Maximum line length in characters; longer lines wrap, so that text does not cover the picture."""
_INDENT = "    "
_SPACE = 0.34
"""Width of a space as a fraction of the text's height: the font's own rounds to two pixels of eleven."""
_DENSE = 0.56
"""Average character width as a fraction of the text's height."""


class Overlay:
    """A block of lines in the picture's upper left corner.

    Args:
        context: The OpenGL context.
        size: Size of the output in pixels; the text size follows it.
    """

    def __init__(self, context: Context, size: tuple[int, int]) -> None:
        self._context = context
        self._output = size
        self._lines: tuple[str, ...] = ()
        self._code: tuple[bytes, ...] = ()
        self._height = max(11, round(size[1] / 48))
        self._font = ImageFont.load_default(size=self._height)
        self.texture: moderngl.Texture = context.gl.texture((1, 1), 4, data=bytes(4))
        self.place = (1.0, 1.0, 0.0, 0.0)
        """Left, bottom, right, top in the output, 0..1; empty if left is beyond right."""

    @property
    def visible(self) -> bool:
        """Whether there is any text."""
        return self.place[0] < self.place[2]

    def write(self, lines: Sequence[str], code: tuple[bytes, ...] = ()) -> None:
        """Show these lines; none hides the block. Lines that begin with ``!`` are errors, in amber.

        Args:
            lines: The text.
            code: Rows of a code for phones below it, 1 for dark; none for no code.
        """
        wanted = tuple(self._fitting(lines, self._side(code)))
        if (wanted, code) == (self._lines, self._code):
            return
        self._lines, self._code = wanted, code
        self.texture.release()
        if not wanted:
            self.place = (1.0, 1.0, 0.0, 0.0)
            self.texture = self._context.gl.texture((1, 1), 4, data=bytes(4))
            return
        block = self._draw(wanted, code)
        pixels = np.ascontiguousarray(np.asarray(block)[::-1])
        self.texture = self._context.gl.texture(block.size, 4, data=pixels.tobytes())
        width, height = self._output
        self.place = (
            _MARGIN / width,
            1.0 - (_MARGIN + block.size[1]) / height,
            (_MARGIN + block.size[0]) / width,
            1.0 - _MARGIN / height,
        )

    def _side(self, code: tuple[bytes, ...]) -> int:
        """Width and height of a code in pixels: a good third of the picture, in whole pixels a module."""
        return len(code) * max(2, round(_CODE * self._output[1] / len(code))) if code else 0

    def _fitting(self, lines: Sequence[str], below: int) -> list[str]:
        """Wrap the lines to the picture's width; the last one states how many do not fit."""
        columns = max(20, min(_COLUMNS, int((self._output[0] - 4 * _MARGIN) / (_DENSE * self._height))))
        rows = max(2, (self._output[1] - 4 * _MARGIN - below) // self._step)
        wrapped: list[str] = []
        for line in lines:
            sign = "!" if line.startswith("!") else ""
            text = line.removeprefix("!")
            parts = wrap(text, columns, subsequent_indent=_INDENT) if len(text) > columns else [text]
            wrapped += [sign + part for part in parts]
        if len(wrapped) <= rows:
            return wrapped
        return [*wrapped[: rows - 1], f"... and {len(wrapped) - rows + 1} more lines"]

    @property
    def _step(self) -> int:
        """Line height in pixels."""
        return round(self._height * 1.35)

    def _draw(self, lines: Sequence[str], code: tuple[bytes, ...]) -> Image.Image:
        step, side = self._step, self._side(code)
        width = max(*(self._words(line)[1] for line in lines), side) + 2 * _MARGIN
        height = step * len(lines) + 2 * _MARGIN + (side + _MARGIN if side else 0)
        block = Image.new("RGBA", (width, height), _BACKING)
        if code:
            dark = np.frombuffer(b"".join(code), np.uint8).reshape(len(code), len(code)) > 0
            drawn = Image.fromarray(np.where(dark, 0, _PAPER).astype(np.uint8)).resize((side, side), 0)
            block.paste(drawn.convert("RGBA"), (_MARGIN, height - _MARGIN - side))
        pen = ImageDraw.Draw(block)
        for row, line in enumerate(lines):
            ink = _ERROR if line.startswith("!") else _INK
            for word, left in self._words(line.removeprefix("!"))[0]:
                pen.text((_MARGIN + left, _MARGIN + row * step), word, font=self._font, fill=ink)
        return block

    def _words(self, line: str) -> tuple[list[tuple[str, int]], int]:
        """The words of a line, each with its left edge in pixels; and the width of the line."""
        space = round(_SPACE * self._height)
        words, left, right = list[tuple[str, int]](), 0, 0
        for word in line.split(" "):
            words.append((word, left))
            right = left + ceil(self._font.getlength(word))
            left = right + space
        return words, right

    def release(self) -> None:
        """Free the texture."""
        self.texture.release()
