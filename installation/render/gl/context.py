"""The OpenGL context: created once, on the main thread, with or without a window.

Photophore needs OpenGL 3.3 core and uses a higher version if available. Mesa's llvmpipe is supported (it
draws
the same picture on a machine without a graphics card); softpipe, its reference rasteriser, is rejected
because
it is hundreds of times slower and the show would appear frozen.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import moderngl

from installation.errors import GraphicsError
from installation.render.gl.budget import Budget, memory_of
from installation.render.gl.linked import Linked

__all__ = ["Context", "Info"]

FLOOR = 330
"""Minimum OpenGL version code."""

SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader")


@dataclass(frozen=True, slots=True)
class Info:
    """The renderer.

    Attributes:
        renderer, vendor: Names reported by the driver.
        version: Version text reported by the driver.
        code: OpenGL version as moderngl counts it, e.g. 450.
        software: True for a software rasteriser.
        texture_size: Maximum texture side in pixels.
    """

    renderer: str
    vendor: str
    version: str
    code: int
    software: bool
    texture_size: int


class Context:
    """One OpenGL context and its properties.

    All OpenGL calls happen on the thread that created it. Objects that Python has dropped are freed by
    ``collect``, which the loop calls once per frame, never by the garbage collector on another thread.

    Attributes:
        gl: The moderngl context.
        size: Width and height of ``screen`` in pixels.
        screen: Destination of the output: the window, or an 8-bit framebuffer without one.
        info: The renderer.
        linked: Shaders that the driver is known to accept.
        memory: Budget for shaders' targets and images.
        objects: Number of live programs, targets and textures, by kind.
    """

    def __init__(
        self, gl: moderngl.Context, size: tuple[int, int], window: object | None, cache: Path | None = None
    ) -> None:
        self.gl = gl
        self.size = size
        self.window = window
        self.info = _info(gl)
        self.linked = Linked(cache, f"{self.info.vendor}\n{self.info.renderer}\n{self.info.version}")
        self.memory = Budget(memory_of(gl, software=self.info.software))
        self.objects: Counter[str] = Counter()
        if window is None:
            self.screen = gl.framebuffer([gl.texture(size, 4, dtype="f1")])
        else:
            self.screen = gl.detect_framebuffer(0)

    @classmethod
    def create(
        cls, size: tuple[int, int], window: object | None = None, cache: Path | None = None
    ) -> "Context":
        """Create the context.

        Args:
            size: Width and height of the output in pixels.
            window: The window whose context is current on this thread; None renders without a window (EGL).
            cache: Folder for our list of compiled shaders, next to the driver's cache.

        Raises:
            GraphicsError: There is no usable OpenGL 3.3.
        """
        gl = _headless() if window is None else _current()
        gl.gc_mode = "context_gc"
        context = cls(gl, size, window, cache)
        if "softpipe" in context.info.renderer.lower():
            context.release()
            message = f"the driver is {context.info.renderer}, which is far too slow"
            hint = "install Mesa's llvmpipe (libgl1-mesa-dri) or unset GALLIUM_DRIVER"
            raise GraphicsError(f"{message}; {hint}")
        return context

    def collect(self) -> int:
        """Free unreferenced objects; the loop calls it once per frame.

        moderngl's own ``gc`` fails on objects that were released explicitly before they were dropped.
        """
        count = 0
        if self.gl.objects:
            self.park()
        while self.gl.objects:
            dropped = self.gl.objects.popleft()
            if not isinstance(dropped, moderngl.InvalidObject):
                dropped.release()
                count += 1
        return count

    def park(self) -> None:
        """Bind no framebuffer in particular. Must be called before a framebuffer is freed.

        moderngl rebinds the current framebuffer whenever it creates a new one. If that one has been freed,
        the driver
        reports GL_INVALID_OPERATION at a later, unrelated call.
        """
        self.screen.use()

    def release(self) -> None:
        """Free the context. Safe to call twice."""
        self.collect()
        if self.window is None:
            self.gl.release()


def _headless() -> moderngl.Context:
    """Create a context without a window: EGL if available, otherwise the platform's default."""
    reasons = []
    for backend in ("egl", None):
        try:
            if backend is None:
                return moderngl.create_context(standalone=True, require=FLOOR)
            return moderngl.create_context(standalone=True, require=FLOOR, backend=backend)  # type: ignore[arg-type]  # the stub is wrong
        except Exception as error:  # noqa: BLE001 - glcontext raises plain Exception
            reasons.append(str(error))
    message = "OpenGL 3.3 is not available without a window: " + "; ".join(dict.fromkeys(reasons))
    raise GraphicsError(f"{message}; `photophore doctor` says what to install")


def _current() -> moderngl.Context:
    """Return the context that the window has made current."""
    try:
        return moderngl.create_context(require=FLOOR)
    except (RuntimeError, ValueError) as error:
        message = f"the window's OpenGL is older than 3.3 or not current: {error}"
        raise GraphicsError(message) from error


def _info(gl: moderngl.Context) -> Info:
    """Return the driver's description of itself."""
    facts = gl.info
    renderer = str(facts.get("GL_RENDERER", ""))
    return Info(
        renderer=renderer,
        vendor=str(facts.get("GL_VENDOR", "")),
        version=str(facts.get("GL_VERSION", "")),
        code=int(gl.version_code),
        software=any(name in renderer.lower() for name in SOFTWARE),
        texture_size=int(facts.get("GL_MAX_TEXTURE_SIZE", 4096)),
    )
