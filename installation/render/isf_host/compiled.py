"""A shader's programs: one per pass, at the lowest GLSL version that accepts the author's source."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import moderngl

from installation.errors import ShaderError
from installation.isf import Shader
from installation.isf.overloads import forwards
from installation.isf.prelude import VERSIONS, fragment, point_vertex, vertex
from installation.isf.report import hopeless, inside
from installation.isf.words import taken
from installation.render.gl.budget import Share
from installation.render.gl.context import Context
from installation.render.gl.program import Program
from installation.render.isf_host.images import Decoded, load_cube, load_image, release_all
from installation.render.isf_host.plan import is_pair
from installation.render.isf_host.uniforms import MOMENTS
from installation.values import Finding

__all__ = ["Compiled", "linked_before", "precompiled"]


class Compiled:
    """The programs of one shader, and its imported images.

    Args:
        context: The OpenGL context.
        shader: The shader.
        decoded: Images of the shader that were decoded in advance.

    Attributes:
        programs: One per pass.
        images: The imported images.
        used, pictures, targets, moments: What each pass reads: numeric inputs, texture inputs, targets of
            passes, and the values of ``uniforms.moments``.
        warnings: Passes that read what they draw where nothing is kept for them to read.
        heard: Audio inputs that any pass reads.
        dated: Whether any pass reads the wall clock.
        wanted: Names of the inputs that any pass reads; None if sizes may depend on others, too.
        past: Whether each pass reads the history.

    Raises:
        ShaderError: It compiles at no GLSL version that the context offers, or an image is unreadable.
    """

    def __init__(self, context: Context, shader: Shader, decoded: Decoded | None = None) -> None:
        self.context = context
        self.shader = shader
        first, dialect = _compile(context, shader)
        self.version = dialect.version
        # One program per pass with the pass number as a constant: a software rasteriser evaluates all
        # branches, so
        # a file of twelve passes behind `if (PASSINDEX == n)` would execute all twelve in each of them.
        self.programs: list[Program] = [first]
        self._share = Share(context.memory)
        self.images: dict[str, moderngl.Texture | moderngl.TextureCube] = {}
        try:
            for number in range(1, len(shader.passes)):
                self.programs.append(_program(context, shader, dialect, number))
            for name, path in shader.imported.items():
                self.images[name] = load_image(context, path, decoded, self._share)
            for name, sides in shader.cubes.items():
                self.images[name] = load_cube(context, sides, decoded, self._share)
            self._check_history()
        except ShaderError:
            self.release()
            raise
        # The driver removes unused uniforms, which are most of them in a file with many passes.
        inputs = [one.name for one in shader.inputs if one.components]
        pictures = [*(one.name for one in shader.inputs if not one.components), *shader.reads]
        targets = shader.targets
        self.used = [_in(program, inputs) for program in self.programs]
        self.pictures = [_in(program, pictures) for program in self.programs]
        sounds = {one.name for one in shader.inputs if one.type in ("audio", "audioFFT")}
        self.heard = frozenset(name for names in self.pictures for name in names if name in sounds)
        self.targets = [_in(program, targets) for program in self.programs]
        self.warnings = self._read_while_drawn()
        self.moments = [_in(program, (*MOMENTS, *shader.phases)) for program in self.programs]
        self.dated = any("DATE" in names for names in self.moments)
        sized = any(one.width or one.height or one.point_size for one in shader.passes)
        self.wanted = None if sized else frozenset(name for used in self.used for name in used)
        self.past = ["isf_pastNewest" in program for program in self.programs]

    def _check_history(self) -> None:
        """Reject a pass that reads the texture that it draws into, which is undefined in OpenGL.

        The compiler has removed unused samplers, so a remaining sampler is read.
        """
        for program, one in zip(self.programs, self.shader.passes, strict=True):
            if one.history and one.target and one.target in program:
                message = f"the pass that keeps the HISTORY {one.target} reads it as well"
                hint = "read IMG_PAST in another pass and copy its result"
                raise ShaderError([Finding(one.where, message, hint)])

    def _read_while_drawn(self) -> tuple[Finding, ...]:
        """Return the passes that read a target which is neither kept nor drawn before, while they draw it."""
        hint = "PERSISTENT keeps the last frame for it to read; take a size from another target"
        return tuple(
            Finding(one.where, f"the pass that draws {one.target} reads it, and finds black", hint, "warning")
            for one, read in zip(self.shader.passes, self.targets, strict=True)
            if one.target in read and not is_pair(self.shader, one.target)
        )

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for program in self.programs:
            program.release()
        release_all(self.context, self.images.values())
        self.images = {}
        self._share.release()


def _in(program: Program, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that a program uses."""
    return tuple(name for name in names if name in program)


def linked_before(context: Context, shader: Shader) -> bool:
    """Return whether the driver is known to accept every pass of a shader, at any GLSL version."""
    return any(
        all(
            Program.linked(context, *_texts(shader, Dialect(version), number))
            for number in range(len(shader.passes))
        )
        for version in VERSIONS
        if version in (330, shader.version)  # the few that need another version are compiled at once
    )


def precompiled(context: Context, shader: Shader) -> Iterator[None]:
    """Have the driver compile one pass per step; it caches the result. Raises ShaderError."""
    dialect = yield from _trial(context, shader)
    for number in range(1, len(shader.passes)):
        _program(context, shader, dialect, number).release()
        yield


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to interpret an author's source.

    Attributes:
        version: GLSL version.
        old_words: Whether later GLSL keywords are the author's identifiers; see ``prelude.fragment``.
    """

    version: int
    old_words: bool = False


def _compile(context: Context, shader: Shader) -> tuple[Program, Dialect]:
    """Compile the first pass in the first dialect that accepts the source.

    Raises:
        ShaderError: None does; the findings are those of the attempt with the fewest.
    """
    least: ShaderError | None = None
    for dialect in _dialects(context, shader):
        try:
            made = _program(context, shader, dialect, 0)
        except ShaderError as error:
            least = _lesser(least, error)
            if hopeless(error.findings):
                break
        else:
            return made, dialect
    raise least or ShaderError([])


def _trial(context: Context, shader: Shader) -> Generator[None, None, Dialect]:
    """Try one dialect per step, keeping only the driver's cached results. Returns the accepted dialect."""
    least: ShaderError | None = None
    for dialect in _dialects(context, shader):
        try:
            _program(context, shader, dialect, 0).release()
        except ShaderError as error:
            least = _lesser(least, error)
            if hopeless(error.findings):
                break
        else:
            yield
            return dialect
        yield
    raise least or ShaderError([])


def _dialects(context: Context, shader: Shader) -> Iterator[Dialect]:
    """Yield dialects to try: GLSL versions in ascending order; then the same with old words, if any."""
    least, most = min(shader.version, context.info.code), max(330, context.info.code)
    old = bool(taken(shader.source) or taken(shader.vertex or "") or forwards(shader.source))
    for old_words in (False, True) if old else (False,):
        yield from (Dialect(version, old_words) for version in VERSIONS if least <= version <= most)


def _lesser(one: ShaderError | None, other: ShaderError) -> ShaderError:
    """Return the error with fewer findings, or the earlier one: later dialects may add false findings."""
    return other if one is None or len(other.findings) < len(one.findings) else one


def _program(context: Context, shader: Shader, dialect: Dialect, number: int) -> Program:
    """Return the program of one pass. Raises ShaderError with positions in the author's files."""
    corners, source = _texts(shader, dialect, number)
    covers = shader.passes[number].points is None
    names = (shader.vertex_names if covers else ()) or shader.names
    try:
        return Program(context, corners, source, shader.names, names)
    except ShaderError as error:
        lengths = dict(zip(shader.vertex_names, shader.vertex_lengths, strict=False))
        lengths |= dict(zip(shader.names, shader.lengths, strict=False))
        raise ShaderError(inside(error.findings, lengths)) from None


def _texts(shader: Shader, dialect: Dialect, number: int) -> tuple[str, str]:
    """Return the vertex and fragment sources of one pass."""
    version, old = dialect.version, dialect.old_words
    covers = shader.passes[number].points is None
    corners = vertex(shader, version, old_words=old) if covers else point_vertex(version)
    return corners, fragment(shader, version, number, old_words=old)
