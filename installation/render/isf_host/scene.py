"""One loaded shader with its buffers: drawing it, and replacing it while the show runs."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import moderngl

from installation import paths
from installation.errors import ShaderError
from installation.isf import Input, Pass, Shader
from installation.render.gl.context import Context
from installation.render.gl.program import Program
from installation.render.gl.target import Target
from installation.render.isf_host.buffers import Buffers, area, largest
from installation.render.isf_host.compiled import Compiled, linked_before, precompiled
from installation.render.isf_host.images import Decoded, StandIns
from installation.render.isf_host.plan import needed, reserve
from installation.render.isf_host.uniforms import moments
from installation.values import Finding, Frame

__all__ = ["SceneRenderer", "Value"]

Value: TypeAlias = Sequence[float] | float | moderngl.Texture
"""Value of an input: one number per component, or a texture."""


class SceneRenderer:
    """One loaded shader with its buffers. Created by ``Host.load``.

    Buffers are created on first use: a scene that is not drawn takes no memory for them.

    Attributes:
        shader: The shader.
        size: Width and height of its output in pixels.
        version: GLSL version that it was compiled as.
        display: Whether its output is clamped to 0..1, because it goes to the display directly.
        sees: Whether any of its inputs is a picture.
    """

    def __init__(
        self,
        context: Context,
        shader: Shader,
        size: tuple[int, int],
        stand_ins: StandIns,
        today: Callable[[], datetime],
        *,
        later: bool = False,
        display: bool = False,
        decoded: Decoded | None = None,
        aside: bool = False,
    ) -> None:
        self.context = context
        self._decoded = decoded
        self.display = display
        self.shader = shader
        self.size = size
        self._stand_ins = stand_ins
        self._today = today
        self._index = 0
        self._scale = 1.0
        self._programs: Compiled | None = None
        self._made: Buffers | None = None
        self._values: dict[str, tuple[float, ...] | float] = {}
        self._textures: dict[str, moderngl.Texture] = {}
        self.sees = any(given.type == "image" for given in shader.inputs)
        self._events = tuple(given.name for given in shader.inputs if given.type == "event")
        self._heard = {one.name: one for one in shader.inputs if one.type in ("audio", "audioFFT")}
        for given in shader.inputs:
            self._default(given)
        self._textures |= {name: stand_ins.shared(name) for name in shader.reads}
        self._gone = False
        wanted = needed(shader, size, self._numbers(), context.info.texture_size)
        self._share = reserve(context.memory, wanted, shader, aside=aside)
        self.failed: ShaderError | None = None
        """Why it cannot be drawn after all; its output is black then."""
        if not aside and not (later and (_ships(shader) or linked_before(context, shader))):
            self._prepare_or_leave()

    def _prepare_or_leave(self) -> None:
        try:
            self.prepare()
        except ShaderError:
            self.release()
            raise

    def prepare(self) -> None:
        """Compile and warm up, unless already done. Raises ShaderError if it cannot be used after all."""
        if self._programs is None:
            try:
                self._programs = Compiled(self.context, self.shader, self._decoded)
            except ShaderError as error:
                self.failed = error
                raise
            self._decoded = None
            self._warm()

    def precompile(self) -> Generator[None, None, None]:
        """Like ``prepare``, in small steps of one pass each. Raises ShaderError."""
        try:
            for _ in precompiled(self.context, self.shader):  # the driver caches the result
                yield
                if self.prepared:  # it was drawn in between
                    return
        except ShaderError as error:
            self.failed = error
            raise
        mine = self._programs = Compiled(self.context, self.shader, self._decoded)
        self._decoded = None
        yield
        if self._gone or self._programs is not mine:  # it was freed or replaced in between
            return
        small = Buffers(self.context, self.shader, self.size, self._numbers(), miniature=True)
        try:
            self._begin(Frame(0, 0.0, 0.0), small)
            for number, one in enumerate(self.shader.passes):
                self.context.gl.enable_only(moderngl.NOTHING)
                for _ in range(one.steps):
                    self._draw_pass(number, one, small)
                yield
                if self._gone or self._programs is not mine:
                    return
        finally:
            small.release()

    @property
    def prepared(self) -> bool:
        """Whether it need not wait for the compiler any more; also True once it failed or is released."""
        return self._programs is not None or self._gone or self.failed is not None

    @property
    def wanted(self) -> frozenset[str] | None:
        """Names of the inputs that affect the picture; None while unknown."""
        return self._programs.wanted if self._programs is not None else None

    @property
    def _compiled(self) -> Compiled:
        self.prepare()
        assert self._programs is not None  # noqa: S101 - for the type checker
        return self._programs

    @property
    def _buffers(self) -> Buffers:
        if self._made is None:
            numbers = self._numbers()
            self._made = Buffers(self.context, self.shader, self.size, numbers, share=self._share)
            self._made.scale(self._scale, numbers)
        return self._made

    @property
    def version(self) -> int:
        """GLSL version that it was compiled as."""
        return self._compiled.version

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What compiles, and is not what its author meant."""
        return self._compiled.warnings

    @property
    def texture(self) -> moderngl.Texture:
        """The texture drawn last."""
        return self._buffers.output

    def target(self, name: str) -> moderngl.Texture:
        """What a named target of it holds since the last ``draw``. Raises KeyError."""
        return self._buffers.targets[name].texture

    @property
    def spare(self) -> Target | None:
        """Return a target that is free between this frame and the next; see ``Buffers.spare``."""
        return self._buffers.spare(self._compiled.targets)

    @property
    def bytes(self) -> int:
        """Size of its buffers in bytes."""
        return self._buffers.bytes

    def draw(self, frame: Frame, values: Mapping[str, Value] | None = None) -> moderngl.Texture:
        """Draw one frame and return the texture; it stays valid until the next ``draw``.

        Args:
            frame: The frame's time.
            values: Input values by name; an input that is not named keeps its last value, initially the
                author's default, or what is heard. An event lasts one frame. Unknown names are ignored.

        Raises:
            ShaderError: It was to be compiled later, and the driver rejects it; from then on it is black.
        """
        if self.failed is not None:
            return self._stand_ins.black
        if values:
            self._take(values)
        buffers = self._buffers
        buffers.wake()
        if buffers.sized:
            buffers.fit(self._numbers())
        if not self._compiled.heard.isdisjoint(self._heard):
            self._stand_ins.sound.wanted = True
        self._pass_over(frame, buffers)
        self._index += 1
        for name in self._events:
            self._values[name] = 0.0
        return buffers.output

    def scale(self, scale: float) -> None:
        """Draw passes that keep nothing at this share of the output's size, 0..1, from the next frame on."""
        self._scale = scale
        if self._made is not None:
            self._made.scale(scale, self._numbers())

    def resize(self, width: int, height: int) -> None:
        """Change the size from the next frame on. Persistent targets are scaled."""
        self.size = (width, height)
        if self._made is not None:
            self._made.resize(self.size, self._numbers())

    def rest(self) -> None:
        """Free what no frame needs of the one before; the next ``draw`` gets it again."""
        if self._made is not None and self._programs is not None:
            self._made.rest(self._programs.targets)

    def restart(self) -> None:
        """Restart: clear all buffers and reset FRAMEINDEX to 0."""
        self._index = 0
        if self._made is not None:
            self._made.clear()

    def replace(
        self, shader: Shader, decoded: Decoded | None = None, fresh: "SceneRenderer | None" = None
    ) -> None:
        """Draw ``shader`` from the next frame on. Buffers that still fit are kept.

        Args:
            shader: The new shader.
            decoded: Images of the shader that were decoded in advance.
            fresh: A renderer that was precompiled for it; it is consumed.

        Raises:
            ShaderError: It cannot be used; the previous shader stays in use.
        """
        if fresh is None:
            fresh = SceneRenderer(
                self.context, shader, self.size, self._stand_ins, self._today, decoded=decoded, aside=True
            )
            fresh._prepare_or_leave()
        if self._made is not None:
            fresh._buffers.adopt(self._made)
        kept = {one.name: one for one in shader.inputs if one == self.shader.input(one.name)}
        fresh._values |= {name: value for name, value in self._values.items() if name in kept}
        fresh._textures |= {
            name: texture
            for name, texture in self._textures.items()
            if name in kept and name in fresh._textures
        }
        heard = self._heard
        self.release()
        self._gone, self.failed = False, None
        self.shader, self._programs, self._made = shader, fresh._programs, fresh._made
        self._share = fresh._share
        self._values, self._textures, self._events = fresh._values, fresh._textures, fresh._events
        self._heard = {name: one for name, one in fresh._heard.items() if name in heard or name not in kept}
        self.sees = fresh.sees
        self.scale(self._scale)

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self._gone = True
        self._share.release()
        for part in (self._programs, self._made):
            if part is not None:
                part.release()

    def _default(self, given: Input) -> None:
        if given.components == 0:
            self._textures[given.name] = self._stand_ins.texture(given)
        else:
            self._values[given.name] = _plain(given.initial)

    def _numbers(self) -> dict[str, float]:
        """Return the first component of every input, for size expressions."""
        return {name: value[0] if isinstance(value, tuple) else value for name, value in self._values.items()}

    def _take(self, values: Mapping[str, Value]) -> None:
        known, textures = self._values, self._textures
        for name, value in values.items():
            if name in known:
                if not isinstance(value, moderngl.Texture):
                    known[name] = value if isinstance(value, float) else _plain(value)
            elif name in textures and isinstance(value, moderngl.Texture):
                textures[name] = value
                self._heard.pop(name, None)

    def _pass_over(self, frame: Frame, buffers: Buffers) -> None:
        """Upload the frame's uniforms and draw all passes."""
        self._begin(frame, buffers)
        for number, one in enumerate(self.shader.passes):
            for _ in range(one.steps):
                self._draw_pass(number, one, buffers)

    def _begin(self, frame: Frame, buffers: Buffers) -> None:
        self.context.gl.enable_only(moderngl.NOTHING)  # the previous draw may have left blending enabled
        buffers.begin()
        compiled, values = self._compiled, self._values
        self._textures |= {name: self._stand_ins.sound.texture(one) for name, one in self._heard.items()}
        said = moments(self.shader, frame, self._index, self._today if compiled.dated else None)
        for program, times, used in zip(compiled.programs, compiled.moments, compiled.used, strict=True):
            for name in times:
                program.set(name, said[name])
            for name in used:
                program.set(name, values[name])

    def _draw_pass(self, number: int, one: Pass, buffers: Buffers) -> None:
        covers = one.points is None
        compiled = self._compiled
        program = compiled.programs[number]
        target, fresh = buffers.open(number)
        if fresh and (not covers or self.shader.vertex is not None):
            target.clear()
        program.set("PASSINDEX", number)  # the author's vertex shader may use it
        width, height = area(target)
        program.set("RENDERSIZE", (float(width), float(height)))
        if compiled.past[number]:
            program.set("isf_pastNewest", buffers.newest)
        shown = self.display and number == len(compiled.programs) - 1
        most = 1.0 if shown else largest(target)
        program.set("isf_largest", most)
        program.set("isf_least", 0.0 if shown else -most)
        for name in compiled.pictures[number]:
            program.bind(name, self._textures[name])
        for name, texture in compiled.images.items():
            program.bind(name, texture)
        for name in compiled.targets[number]:
            program.bind(name, buffers.readable(name, target, self._stand_ins.black))
        target.framebuffer.use()
        if one.blend == "add":
            self.context.gl.enable(moderngl.BLEND)
            self.context.gl.blend_func = (moderngl.ONE, moderngl.ONE)
        if covers:
            self._cover(program)
        else:
            self._points(program, number, one, buffers)
        if one.blend == "add":
            self.context.gl.disable(moderngl.BLEND)
        buffers.close(number)

    def _cover(self, program: Program) -> None:
        if self.shader.vertex is None:
            program.vertices.render(moderngl.TRIANGLES, vertices=3)
        else:
            program.vertices.render(moderngl.TRIANGLE_STRIP, vertices=4)

    def _points(self, program: Program, number: int, one: Pass, buffers: Buffers) -> None:
        source = buffers.front(one.points or "")
        size = one.point_size.evaluate(buffers.sizes(number)) if one.point_size else 1.0
        program.set("isf_pointSize", max(1.0, size))
        program.bind("isf_points", source.texture)
        self.context.gl.enable(moderngl.PROGRAM_POINT_SIZE)
        program.vertices.render(moderngl.POINTS, vertices=source.size[0] * source.size[1])
        self.context.gl.disable(moderngl.PROGRAM_POINT_SIZE)

    def _warm(self) -> None:
        """Draw every pass into small targets of the right formats, so that the driver compiles it now."""
        small = Buffers(self.context, self.shader, self.size, self._numbers(), miniature=True)
        try:
            self._pass_over(Frame(0, 0.0, 0.0), small)
        finally:
            small.release()


def _ships(shader: Shader) -> bool:
    """Whether a shader came with the program: its tests have compiled it, so the first picture need not."""
    return shader.path.is_relative_to(paths.shaders().resolve())


def _plain(value: Sequence[float]) -> tuple[float, ...] | float:
    """Return an input's value for a program: a single component as a plain number."""
    return tuple(value) if len(value) > 1 else float(value[0])
