"""The ISF host: loads shaders, draws them pass by pass, and swaps them while the show runs.

The origin of every picture is its lower left corner. Output and intermediate buffers are half floats; see
``buffers`` for what a target holds.
"""

import weakref
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from installation.errors import ShaderError
from installation.isf import Shader
from installation.render.gl.context import Context
from installation.render.isf_host.images import Decoded, StandIns
from installation.render.isf_host.scene import SceneRenderer, Value

__all__ = ["Host", "SceneRenderer", "Value"]


class Host:
    """Loads shaders into one context and keeps them up to date.

    Args:
        context: Where it draws.
        today: The wall clock behind ISF's DATE. Give a virtual one where pictures must repeat.
    """

    def __init__(self, context: Context, today: Callable[[], datetime] = datetime.now) -> None:
        self.context = context
        self._today = today
        self._stand_ins = StandIns(context)
        self._later: deque[SceneRenderer] = deque()
        self._rehearsed: list[SceneRenderer] = []
        self._living: weakref.WeakSet[SceneRenderer] = weakref.WeakSet()

    def load(
        self,
        shader: Shader,
        size: tuple[int, int],
        *,
        later: bool = False,
        display: bool = False,
        decoded: Decoded | None = None,
    ) -> SceneRenderer:
        """Compile a shader and draw it once, small, so that its first frame is on time.

        Args:
            shader: What to load.
            size: Width and height of its output in pixels.
            later: Where the driver is known to take it, leave that to ``SceneRenderer.prepare``.
            display: Its output is display light already: it is held in 0..1.
            decoded: Images of it that were read before.

        Raises:
            ShaderError: It cannot be used; findings carry the author's file and line.
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
        """Compile a shader aside, one pass at each step, so that loading it takes no time.

        What is wrong with it is said by who loads it. Args are those of ``load``.
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
        """What was rehearsed for this shader, if it was; it is the caller's from now on."""
        for renderer in self._rehearsed:
            if renderer.shader is shader and renderer.size == size:
                self._rehearsed.remove(renderer)
                return renderer
        return None

    def forget(self) -> None:
        """Free what was rehearsed and never loaded."""
        while self._rehearsed:
            self._rehearsed.pop().release()

    def waiting(self) -> SceneRenderer | None:
        """The oldest of those that were loaded for later and are still to be compiled; None when all are."""
        while self._later and self._later[0].prepared:
            self._later.popleft()
        return self._later[0] if self._later else None

    def release(self) -> None:
        """Free everything that it loaded."""
        self.forget()
        for renderer in list(self._living):
            renderer.release()
        self._stand_ins.release()
