"""Composes the picture before the guard: scene, master, text, and the band of lamps under a preview."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation import paths
from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen
from installation.render.gl.target import Target
from installation.render.passes.overlay import Overlay

__all__ = ["Compose", "Lamps"]


class Lamps:
    """The venue's lamps as a texture: fixtures in row 0, pixels in row 1, linear light.

    Args:
        context: The OpenGL context.
        fixtures, pixels: Their numbers.
    """

    def __init__(self, context: Context, fixtures: int, pixels: int) -> None:
        self._context = context
        self._make(fixtures, pixels)

    def _make(self, fixtures: int, pixels: int) -> None:
        self.count = (fixtures, pixels)
        width = max(1, fixtures, pixels)
        self._light = np.zeros((2, width, 4), np.float32)
        self.texture: moderngl.Texture = self._context.gl.texture((width, 2), 4, dtype="f4")
        self.texture.filter = (moderngl.NEAREST, moderngl.NEAREST)

    def recount(self, fixtures: int, pixels: int) -> None:
        """Change the number of lamps; they are dark until written."""
        self.texture.release()
        self._make(fixtures, pixels)

    def write(self, fixtures: NDArray[np.float32], pixels: NDArray[np.float32]) -> None:
        """Set the lamps' colours, ``(n, 3)`` linear light 0..1 each."""
        self._light[0, : len(fixtures), :3] = fixtures
        self._light[1, : len(pixels), :3] = pixels
        self.texture.write(self._light.tobytes())

    def release(self) -> None:
        """Free the texture."""
        self.texture.release()


class Compose:
    """One pass that combines the scene with everything else.

    Args:
        context: The OpenGL context.
        size: Size of the picture in pixels.
        band: Height in pixels of the band of lamps under the picture; 0 for none.
        lamps: The lamps in the band.
    """

    def __init__(self, context: Context, size: tuple[int, int], band: int, lamps: Lamps) -> None:
        self.size = (size[0], size[1] + band)
        self.split = band / self.size[1]
        self._lamps = lamps
        self._pass = FullScreen(
            context, (paths.shaders() / "post" / "compose.glsl").read_text(), "compose.glsl"
        )
        self._target = Target(context, self.size)

    def needed(self, gains: tuple[float, float], overlay: Overlay, rise: float) -> bool:
        """Whether there is a band, text, a gain or a fade-in; otherwise the pass is skipped."""
        return bool(self.split) or gains != (1.0, 1.0) or overlay.visible or rise < 1.0

    def apply(
        self,
        picture: moderngl.Texture,
        gains: tuple[float, float],
        overlay: Overlay,
        rise: tuple[float, float],
    ) -> moderngl.Texture:
        """Compose one frame.

        Args:
            picture: The scene.
            gains: The master, 0..1, and the exposure, a factor; see ``lens.exposed``.
            overlay: The text.
            rise: ``Guard.rise``: the scene fades in from black as in the guard, the text sooner.
        """
        self._pass.draw(
            self._target.framebuffer,
            {"picture": picture, "overlay": overlay.texture, "lamps": self._lamps.texture},
            {
                "gain": gains[0],
                "exposure": gains[1],
                "rise": rise,
                "split": self.split,
                "size": self.size,
                "place": overlay.place,
                "count": self._lamps.count,
            },
        )
        return self._target.texture

    def release(self) -> None:
        """Free the pass and its target."""
        self._pass.release()
        self._target.release()
