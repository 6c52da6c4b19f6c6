"""The ISF host: loads shaders, draws them pass by pass, and replaces them while the show runs.

The origin of every picture is its lower left corner. Output and intermediate buffers are half floats; see
``buffers`` for the details.
"""

import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterator
from datetime import datetime

from installation.errors import ShaderError
from installation.isf import Shader
from installation.render.gl.context import Context
from installation.render.isf_host.images import Decoded, StandIns
from installation.render.isf_host.scene import SceneRenderer, Value
from installation.render.isf_host.sound import SoundTextures

__all__ = ["Host", "SceneRenderer", "Value"]


class Host:
    """Loads shaders into one context and keeps them up to date.

    Args:
        context: The OpenGL context.
        today: The wall clock behind ISF's DATE. Pass a virtual one for reproducible pictures.
    """

    def __init__(self, context: Context, today: Callable[[], datetime] = datetime.now) -> None:
        self.context = context
        self._today = today
        self._stand_ins = StandIns(context)
        self._later: deque[SceneRenderer] = deque()
        self._rehearsed: list[SceneRenderer] = []
        self._compiling: tuple[SceneRenderer, Generator[None, None, None]] | None = None
        self._living: weakref.WeakSet[SceneRenderer] = weakref.WeakSet()

    @property
    def sound(self) -> SoundTextures:
        """What ``audio`` and ``audioFFT`` inputs of all shaders read."""
        return self._stand_ins.sound

    def load(
        self,
        shader: Shader,
        size: tuple[int, int],
        *,
        later: bool = False,
        display: bool = False,
        decoded: Decoded | None = None,
    ) -> SceneRenderer:
        """Compile a shader and draw it once at a small size, so that its first frame is not delayed.

        Args:
            shader: The shader.
            size: Width and height of its output in pixels.
            later: If the driver is known to accept it, defer this to ``SceneRenderer.prepare``.
            display: Whether its output is display light, which is clamped to 0..1.
            decoded: Images of the shader that were decoded in advance.

        Raises:
            ShaderError: It cannot be used; findings have the author's file and line.
        """
        renderer = self.fresh(shader, size) or SceneRenderer(
            self.context,
            shader,
            size,
            self._stand_ins,
            self._today,
            later=later,
            decoded=decoded,
        )
        renderer.display = display
        self._living.add(renderer)
        if not renderer.prepared:
            self._later.append(renderer)
        return renderer

    def precompile(
        self, shader: Shader, size: tuple[int, int], decoded: Decoded | None = None
    ) -> Iterator[None]:
        """Compile a shader in the background, one pass per step, so that loading it is fast.

        Errors are reported when it is loaded. Args are those of ``load``.
        """
        try:
            renderer = SceneRenderer(
                self.context, shader, size, self._stand_ins, self._today, decoded=decoded, aside=True
            )
        except ShaderError:
            return
        done = False
        try:
            yield from renderer.precompile()
            done = True
        except ShaderError:
            return
        finally:
            if not done:
                renderer.release()
        self._rehearsed.append(renderer)

    def fresh(self, shader: Shader, size: tuple[int, int]) -> SceneRenderer | None:
        """Return the renderer precompiled for this shader, if any; the caller becomes its owner."""
        for renderer in self._rehearsed:
            if renderer.shader is shader and renderer.size == size:
                self._rehearsed.remove(renderer)
                return renderer
        return None

    def forget(self) -> None:
        """Free what was precompiled and never loaded."""
        while self._rehearsed:
            self._rehearsed.pop().release()

    def waiting(self) -> SceneRenderer | None:
        """Return the oldest renderer whose compilation was deferred and is pending; None if there is none."""
        while self._later and self._later[0].prepared:
            self._later.popleft()
        return self._later[0] if self._later else None

    @property
    def pending(self) -> bool:
        """Whether anything is left to compile."""
        return self._compiling is not None or self.waiting() is not None

    def prepare(self, compiling: Callable[[Shader], None], first: SceneRenderer | None = None) -> None:
        """Compile one pass of a pending renderer; does nothing where none is.

        Args:
            compiling: Called with its shader before.
            first: What is begun before all others, if it is pending; else the oldest.

        Raises:
            ShaderError: The driver rejects it; its output stays black.
        """
        if self._compiling is None:
            waiting = self.waiting()
            if waiting is None:
                return
            if first is not None and first in self._later and not first.prepared:
                waiting = first
            self._compiling = waiting, waiting.precompile()
        renderer, steps = self._compiling
        compiling(renderer.shader)
        try:
            next(steps)
        except StopIteration:
            self._compiling = None
        except ShaderError:
            self._compiling = None
            raise

    def release(self) -> None:
        """Free everything that was loaded."""
        if self._compiling is not None:
            self._compiling[1].close()
            self._compiling = None
        self.forget()
        for renderer in list(self._living):
            renderer.release()
        self._stand_ins.release()
