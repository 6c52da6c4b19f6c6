"""An ISF file as frozen values: what the author wrote in the header, and the source below it.

ISF 2 is specified at https://docs.isf.video; version 1 files are understood as well. Our own keys stand in
the header object ``PHOTOPHORE`` and in additional keys of ``PASSES``; other hosts ignore them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from installation.isf.expression import Expression
from installation.values import Finding, Where

__all__ = ["IMAGES", "ROLES", "ROOM", "Input", "InputType", "Pass", "Shader"]

InputType: TypeAlias = Literal[
    "event", "bool", "long", "float", "point2D", "color", "image", "audio", "audioFFT"
]

NOWHERE = Where("")
"""The place of what no file says."""

IMAGES: frozenset[str] = frozenset({"image", "audio", "audioFFT"})
"""Input types that are textures in the shader; all others are numbers."""


ROOM: tuple[str, ...] = ("water", "bodies", "people", "commons", "gestures", "stories", "ink", "hubs")
"""Shared textures that a header may ask for with READS; ``shaders/lib/room.glsl`` says what they hold."""

ROLES: tuple[str, ...] = (
    "population", "abundance", "speed", "half-life", "unison", "fairness", "inequality", "feedback",
    "loop-gain",
)  # fmt: skip
"""What an input may be to the macros; a header names its inputs by these words with MACROS.

population: how much lives; abundance: factor on how often it shows; speed: factor on motion; half-life:
factor on what fades, or its seconds; unison: 0 = each for itself, 1 = as one; fairness: 0 = by privilege,
1 = equal; inequality: a Gini coefficient; feedback: amount of a feedback effect, 0 = off; loop-gain: its
gain."""


@dataclass(frozen=True, slots=True)
class Input:
    """One entry of ``INPUTS``.

    Attributes:
        default, minimum, maximum, identity: Natural units, one number per component; None where the author
            said nothing. For audio inputs ``maximum`` is the number of columns.
        values, labels: The menu of a ``long``.
        signal: Our extension: address of the signal that it is made for, or of several as a point; empty for
            one with a look of its own where it stands.
    """

    name: str
    type: InputType
    label: str = ""
    default: tuple[float, ...] | None = None
    minimum: tuple[float, ...] | None = None
    maximum: tuple[float, ...] | None = None
    identity: tuple[float, ...] | None = None
    values: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    where: Where = NOWHERE
    signal: str = ""

    @property
    def components(self) -> int:
        """Numbers that the shader receives: 2 for a point, 4 for a colour, 0 for textures, else 1."""
        if self.type in IMAGES:
            return 0
        return {"point2D": 2, "color": 4}.get(self.type, 1)

    @property
    def initial(self) -> tuple[float, ...]:
        """What the shader receives until somebody says otherwise.

        DEFAULT, or IDENTITY, or the first of VALUES; a number without any of these stands in the middle of
        its range (0..1 when there is none), because many files divide by it. Points are 0, colours black.
        """
        given = self.default or self.identity
        if given is not None:
            return given
        if self.type == "float":
            low = self.minimum[0] if self.minimum else 0.0
            high = self.maximum[0] if self.maximum else max(low, 1.0)
            return ((low + high) / 2,)
        if self.type == "long":
            return (float(self.values[0]) if self.values else self.minimum[0] if self.minimum else 0.0,)
        return (0.0, 0.0, 0.0, 1.0) if self.type == "color" else (0.0,) * self.components


@dataclass(frozen=True, slots=True)
class Pass:
    """One entry of ``PASSES``: one draw.

    Attributes:
        target: Name of the buffer that it draws into; None draws into the output.
        persistent: The buffer keeps its content between frames.
        float: 32-bit floats.
        width, height: Size in pixels; None is the output's.
        points: Draw one point per texel of this target instead of covering everything. The point stands at
            the texel's xy (0..1, bottom left is 0, 0); ``isf_Point`` is the texel, ``isf_PointIndex`` counts.
        point_size: Diameter in pixels; 1 when None.
        blend: ``add`` adds to what the target holds already.
        steps: How often the pass is drawn each frame.
        nearest, repeat: How the target is read.
        history: The target keeps this many frames (4, 16 or 64), half floats; 0 keeps none. Other passes read
            them with ``IMG_PAST``.
    """

    target: str | None = None
    persistent: bool = False
    float: bool = False
    width: Expression | None = None
    height: Expression | None = None
    points: str | None = None
    point_size: Expression | None = None
    blend: Literal["none", "add"] = "none"
    steps: int = 1
    nearest: bool = False
    repeat: bool = False
    history: int = 0
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True)
class Shader:
    """One ISF file, read whole.

    Attributes:
        path: Absolute path of the ``.fs`` file.
        kind: A filter has an input ``inputImage``; a transition ``startImage``, ``endImage``, ``progress``.
        source: GLSL below the header, includes resolved, with ``#line`` marks.
        header_lines: Lines that the header takes, so that line numbers stay the author's.
        vertex: GLSL of the ``.vs`` file of the same name; None where there is none.
        color: ``linear`` output is scene light without upper bound, ``encoded`` is display sRGB in 0..1.
        phases: Our extension: uniform name -> period in seconds. The uniform runs 0..1 and is exact for ever.
        reads: Shared textures that it samples, of ``ROOM``.
        mean: Mean luminance of the final picture that its exposure is held at; None leaves it as it is.
        scales: Whether passes of the output's size that keep nothing may be drawn smaller on a busy machine.
        floor: How the floor becomes the wall: in a ``plan`` depth is height, in a ``section`` bodies stand.
        roles: Names of inputs by what they are to the macros, of ``ROLES``.
        names: File names by the number that ``#line`` gives them in ``source``.
        vertex_names: The same for ``vertex``.
        lengths, vertex_lengths: How many lines those files have.
        cubes: Imported cube maps: the six pictures +x, -x, +y, -y, +z, -z.
        warnings: What was read over in the header, and is wrong for other hosts.
        files: Every file that was read: an edit of any of them changes the shader.
        version: Lowest GLSL version to try, from the author's ``#version``; 330 when absent.
    """

    path: Path
    description: str
    credit: str
    categories: tuple[str, ...]
    inputs: tuple[Input, ...]
    passes: tuple[Pass, ...]
    imported: Mapping[str, Path]
    kind: Literal["generator", "filter", "transition"]
    source: str
    header_lines: int
    vertex: str | None
    color: Literal["linear", "encoded"]
    phases: Mapping[str, float] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    mean: float | None = None
    scales: bool = False
    names: tuple[str, ...] = ()
    vertex_names: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    vertex_lengths: tuple[int, ...] = ()
    cubes: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()
    version: int = 330
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    floor: Literal["plan", "section"] = "plan"

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the buffers, in order of first use."""
        return tuple(dict.fromkeys(one.target for one in self.passes if one.target))

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Every picture file that it imports."""
        return (*self.imported.values(), *(side for cube in self.cubes.values() for side in cube))

    @property
    def has_points(self) -> bool:
        """Whether any pass draws points."""
        return any(one.points for one in self.passes)

    @property
    def history(self) -> Pass | None:
        """The pass that keeps what it drew in earlier frames; a shader has at most one."""
        return next((one for one in self.passes if one.history), None)

    def input(self, name: str) -> Input | None:
        """The input of that name, or None."""
        return next((one for one in self.inputs if one.name == name), None)
