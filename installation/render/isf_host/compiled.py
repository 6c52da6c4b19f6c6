"""A shader's programs: one for each pass, at the lowest GLSL version that takes the author's text."""

from collections.abc import Iterable, Iterator

import moderngl

from installation.errors import ShaderError
from installation.isf import Shader
from installation.isf.prelude import VERSIONS, fragment, point_vertex, vertex
from installation.render.gl.context import Context
from installation.render.gl.program import Program
from installation.render.isf_host.images import Decoded, load_image, release_all
from installation.render.isf_host.uniforms import MOMENTS
from installation.values import Finding

__all__ = ["Compiled", "linked_before", "precompiled"]


class Compiled:
    """The programs of one shader, and its imported images.

    Args:
        context: Where they live.
        shader: Whose.
        decoded: Images of it that were read before.

    Attributes:
        programs: One for each pass.
        images: The imported ones.
        used, pictures, targets, moments: What each pass reads: inputs that are numbers, inputs that are
            textures, targets of other passes, and what ``uniforms.moments`` tells.
        dated: Whether any pass asks for the wall clock.
        wanted: Names of the inputs that any pass reads; None where sizes may depend on others, too.
        past: Whether each pass reads the history.

    Raises:
        ShaderError: It compiles at no GLSL version that the context offers, or an image is unreadable.
    """

    def __init__(self, context: Context, shader: Shader, decoded: Decoded | None = None) -> None:
        self.context = context
        self.shader = shader
        first, self.version = _compile(context, shader)
        # One program for each pass, its number a constant: a software rasteriser skips no branch, so a file
        # of twelve passes behind `if (PASSINDEX == n)` would pay for all twelve in each of them.
        self.programs: list[Program] = [first]
        self.images: dict[str, moderngl.Texture] = {}
        try:
            for number in range(1, len(shader.passes)):
                self.programs.append(_program(context, shader, self.version, number))
            for name, path in shader.imported.items():
                self.images[name] = load_image(context, path, decoded)
            self._check_history()
        except ShaderError:
            self.release()
            raise
        # The driver drops what a pass does not read: most of it, where a file has many passes.
        inputs = [one.name for one in shader.inputs if one.components]
        pictures = [one.name for one in shader.inputs if not one.components]
        targets = shader.targets
        self.used = [_in(program, inputs) for program in self.programs]
        self.pictures = [_in(program, pictures) for program in self.programs]
        self.targets = [_in(program, targets) for program in self.programs]
        self.moments = [_in(program, (*MOMENTS, *shader.phases)) for program in self.programs]
        self.dated = any("DATE" in names for names in self.moments)
        sized = any(one.width or one.height or one.point_size for one in shader.passes)
        self.wanted = None if sized else frozenset(name for used in self.used for name in used)
        self.past = ["isf_pastNewest" in program for program in self.programs]

    def _check_history(self) -> None:
        """Refuse a pass that reads the texture that it draws into: OpenGL says nothing about what it gets.

        The compiler has dropped what other passes do, so a sampler that is left is read.
        """
        for program, one in zip(self.programs, self.shader.passes, strict=True):
            if one.history and one.target and one.target in program:
                message = f"the pass that keeps the HISTORY {one.target} reads it as well"
                hint = "read IMG_PAST in another pass, and copy what that draws"
                raise ShaderError([Finding(one.where, message, hint)])

    def release(self) -> None:
        """Free everything. Harmless when it is gone already."""
        for program in self.programs:
            program.release()
        release_all(self.context, self.images)
        self.images = {}


def _in(program: Program, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that a program uses."""
    return tuple(name for name in names if name in program)


def linked_before(context: Context, shader: Shader) -> bool:
    """Whether the driver is known to take every pass of a shader, at one GLSL version or another."""
    return any(
        all(Program.linked(context, *_texts(shader, version, number)) for number in range(len(shader.passes)))
        for version in VERSIONS
        if version in (330, shader.version)  # the few that needed a higher one are compiled at once
    )


def precompiled(context: Context, shader: Shader) -> Iterator[None]:
    """Have the driver compile one pass at each step; it keeps what it made. Raises ShaderError."""
    first, version = _compile(context, shader)
    first.release()
    yield
    for number in range(1, len(shader.passes)):
        _program(context, shader, version, number).release()
        yield


def _compile(context: Context, shader: Shader) -> tuple[Program, int]:
    """Compile the first pass at the lowest GLSL version that accepts the author's text.

    Raises:
        ShaderError: None does; the findings are those of the first try.
    """
    first: ShaderError | None = None
    for version in VERSIONS:
        if version < min(shader.version, context.info.code) or version > max(330, context.info.code):
            continue
        try:
            made = _program(context, shader, version, 0)
        except ShaderError as error:
            first = first or error
        else:
            return made, version
    raise first or ShaderError([])


def _program(context: Context, shader: Shader, version: int, number: int) -> Program:
    """The program of one pass."""
    corners, source = _texts(shader, version, number)
    covers = shader.passes[number].points is None
    names = (shader.vertex_names if covers else ()) or shader.names
    return Program(context, corners, source, shader.names, names)


def _texts(shader: Shader, version: int, number: int) -> tuple[str, str]:
    """The vertex and the fragment shader of one pass."""
    covers = shader.passes[number].points is None
    return vertex(shader, version) if covers else point_vertex(version), fragment(shader, version, number)
