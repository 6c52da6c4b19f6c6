"""What is written above an author's GLSL so that it compiles as OpenGL 3.3 or later.

The author's text is changed in three ways only: ``#version`` is dropped, ``#extension`` lines move to
the top (GLSL wants them first), and the old names ``gl_FragColor`` and ``gl_FragData[0]`` become our output,
whose name is as long, so that columns stay right. Everything else is done by declarations: ISF's ``IMG_*``
are overloaded GLSL functions, old spellings are macros. ``#line`` keeps the author's line numbers.

The author's ``main`` is called from ours, which begins with transparent black and scrubs the result: NaN
becomes 0 and infinity the largest value that the target holds, since one NaN would poison a feedback buffer
for ever. What an effect gives back to the picture is held in 0..1.

Coordinates: ``isf_FragNormCoord`` is (0, 0) at the bottom left and (1, 1) at the top right.
"""

import math
import re
from functools import lru_cache

from installation.isf.include import mark
from installation.isf.overloads import forwards
from installation.isf.report import OWN
from installation.isf.shader import Shader
from installation.isf.words import declared, taken

__all__ = ["VERSIONS", "fragment", "point_vertex", "vertex"]

VERSIONS = (330, 400, 410, 420, 430, 450)
"""GLSL versions that are tried, the portable floor first. Old files lean on implicit conversions that came
with 4.00 (int to uint) and 4.20 (return values)."""

_OUTPUT = re.compile(r"^[ \t]*(?:layout\s*\([^)]{0,200}\)\s*)?out\s+vec4\s+(\w+)\s*;", re.MULTILINE)
_VERSION = re.compile(r"^[ \t]*#[ \t]*version\b.*$", re.MULTILINE)
_EXTENSION = re.compile(r"^[ \t]*#[ \t]*extension\b.*$", re.MULTILINE)
_OLD_OUTPUT = re.compile(r"\bgl_FragColor\b|\bgl_FragData\s*\[\s*0\s*\]")

_TYPES = {
    "event": "bool",
    "bool": "bool",
    "long": "int",
    "float": "float",
    "point2D": "vec2",
    "color": "vec4",
}

_BUILT_IN = """\
uniform int PASSINDEX;
uniform vec2 RENDERSIZE;
uniform float TIME;
uniform float TIMEDELTA;
uniform vec4 DATE;
uniform int FRAMEINDEX;
"""

_IMAGES = """\
#define texture2D texture
#define texture2DLod textureLod
#define texture2DProj textureProj
#define texture2DRect IMG_PIXEL
#define textureCube texture
#define textureCubeLod textureLod
vec2 IMG_SIZE(sampler2D image) { return vec2(textureSize(image, 0)); }
vec4 IMG_NORM_PIXEL(sampler2D image, vec2 at) { return texture(image, at); }
vec4 IMG_PIXEL(sampler2D image, vec2 at) { return texture(image, at / IMG_SIZE(image)); }
vec4 IMG_THIS_PIXEL(sampler2D image) { return texture(image, isf_FragNormCoord); }
vec4 IMG_THIS_NORM_PIXEL(sampler2D image) { return texture(image, isf_FragNormCoord); }
vec4 IMG_NORM_THIS_PIXEL(sampler2D image) { return texture(image, isf_FragNormCoord); }
"""

_BIASED = """\
vec4 IMG_NORM_PIXEL(sampler2D image, vec2 at, float bias) { return texture(image, at, bias); }
vec4 IMG_PIXEL(sampler2D image, vec2 at, float bias) { return texture(image, at / IMG_SIZE(image), bias); }
vec4 IMG_THIS_PIXEL(sampler2D image, float bias) { return texture(image, isf_FragNormCoord, bias); }
vec4 IMG_THIS_NORM_PIXEL(sampler2D image, float bias) { return texture(image, isf_FragNormCoord, bias); }
vec4 IMG_NORM_THIS_PIXEL(sampler2D image, float bias) { return texture(image, isf_FragNormCoord, bias); }
"""

# Infinity and NaN have all exponent bits set (IEEE 754); isnan() may be optimised away by some drivers.
_FINITE = """\
uniform float isf_largest;
uniform float isf_least;
vec4 isf_finite(vec4 c) {
    uvec4 bits = floatBitsToUint(c);
    bvec4 wild = equal(bits & uvec4(0x7f800000u), uvec4(0x7f800000u));
    bvec4 nan = notEqual(bits & uvec4(0x007fffffu), uvec4(0u));
    for (int i = 0; i < 4; i++) {
        if (wild[i]) { c[i] = nan[i] ? 0.0 : ((bits[i] >> 31) == 0u ? isf_largest : isf_least); }
    }
    return clamp(c, vec4(isf_least), vec4(isf_largest));
}
"""


def fragment(
    shader: Shader, version: int = 330, number: int | None = None, *, old_words: bool = False
) -> str:
    """The complete fragment shader.

    Args:
        shader: What the author wrote.
        version: GLSL version.
        number: Number of the pass, which PASSINDEX then is as a constant, so that the compiler drops the
            other passes; None makes it a uniform.
        old_words: Words that GLSL took later are names of the author's, and functions of GLSL that the author
            defines for other types hide none.
    """
    source, extensions, output = _body(shader.source)
    uniforms = _uniforms(shader)
    if number is not None:
        uniforms = uniforms.replace("uniform int PASSINDEX;", f"const int PASSINDEX = {number};")
    points = "in vec4 isf_Point;\nflat in int isf_PointIndex;\n" if shader.has_points else ""
    return "\n".join(
        [
            f"#version {version} core",
            *extensions,
            mark(OWN, 1),
            "#define varying in",
            "in vec2 isf_FragNormCoord;",
            points + ("" if output != "isf_Fragment" else "out vec4 isf_Fragment;"),
            uniforms + _IMAGES + _BIASED + _past(shader) + _FINITE,
            "#define main isf_main",
            *_words(shader, source if old_words else ""),
            *(forwards(source) if old_words else ()),
            f"#line {shader.header_lines + 1} 0",
            source,
            "#undef main",
            f"#line {_last_line(source, shader.header_lines + 1)} 0",
            f"void main() {{ {output} = vec4(0.0); isf_main(); {output} = isf_finite({output}); }}",
            "",
        ]
    )


def vertex(shader: Shader, version: int = 330, *, old_words: bool = False) -> str:
    """The complete vertex shader of a pass that covers its target.

    Without a ``.vs`` file it draws one triangle (3 vertices); with one, a strip of 4 vertices, because the
    author may move the corners.
    """
    if shader.vertex is None:
        corner = "vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2)"
        return _vertex_head(shader, version, (), corner) + "void main() { isf_vertShaderInit(); }\n"
    source, extensions = _hoist(shader.vertex)
    head = _vertex_head(shader, version, tuple(extensions), "vec2(gl_VertexID & 1, gl_VertexID >> 1)")
    head += "".join(f"{line}\n" for line in _words(shader, source if old_words else ""))
    return f"{head}#line 1 0\n{source}"


def point_vertex(version: int = 330) -> str:
    """The vertex shader of a pass with ``POINTS``: one point per texel of the target ``isf_points``.

    A texel whose xy is not finite is not drawn.
    """
    return f"""#version {version} core
out vec2 isf_FragNormCoord;
out vec4 isf_Point;
flat out int isf_PointIndex;
uniform sampler2D isf_points;
uniform float isf_pointSize;
void main() {{
    ivec2 size = textureSize(isf_points, 0);
    isf_Point = texelFetch(isf_points, ivec2(gl_VertexID % size.x, gl_VertexID / size.x), 0);
    isf_PointIndex = gl_VertexID;
    isf_FragNormCoord = isf_Point.xy;
    uvec2 bits = floatBitsToUint(isf_Point.xy) & uvec2(0x7f800000u);
    bool wild = any(equal(bits, uvec2(0x7f800000u)));
    gl_Position = vec4(wild ? vec2(-9.0) : isf_Point.xy * 2.0 - 1.0, 0.0, 1.0);
    gl_PointSize = isf_pointSize;
}}
"""


def _vertex_head(shader: Shader, version: int, extensions: tuple[str, ...], corner: str) -> str:
    """Declarations of a vertex shader and ``isf_vertShaderInit``."""
    points = "out vec4 isf_Point;\nflat out int isf_PointIndex;\n" if shader.has_points else ""
    no_point = " isf_Point = vec4(0.0); isf_PointIndex = 0;" if shader.has_points else ""
    return "\n".join(
        [
            f"#version {version} core",
            *extensions,
            mark(OWN, 1),
            "#define varying out",
            "#define attribute in",
            "#define vv_vertShaderInit isf_vertShaderInit",
            "out vec2 isf_FragNormCoord;",
            points + _uniforms(shader) + _IMAGES + _past(shader),
            "void isf_vertShaderInit() {",
            f"    isf_FragNormCoord = {corner};",
            f"    gl_Position = vec4(isf_FragNormCoord * 2.0 - 1.0, 0.0, 1.0);{no_point}",
            "}",
            "",
        ]
    )


def _uniforms(shader: Shader) -> str:
    """Everything that ISF declares for the author. Both stages get the same text, as linking demands."""
    lines = ["#define vv_FragNormCoord isf_FragNormCoord", _BUILT_IN.rstrip()]
    samplers = [one.name for one in shader.inputs if one.components == 0]
    samplers += [*shader.targets, *shader.imported, *shader.reads]
    for name in samplers:
        lines.append(f"uniform sampler2D {declared(name)};")
        # Private names of the reference host that a few files use; our textures always fill 0..1.
        lines.append(f"#define _{name}_imgRect vec4(0.0, 0.0, 1.0, 1.0)")
        lines.append(f"#define _{name}_imgSize IMG_SIZE({name})")
        lines.append(f"#define _{name}_flip false")
    lines += [f"uniform samplerCube {declared(name)};" for name in shader.cubes]
    lines += [f"uniform {_TYPES[one.type]} {declared(one.name)};" for one in shader.inputs if one.components]
    lines += [f"uniform float {declared(name)};" for name in shader.phases]
    return "\n".join(lines) + "\n"


def _words(shader: Shader, source: str = "") -> list[str]:
    """Macros that give an author's names back where GLSL wants them for itself.

    Args:
        shader: Whose names in the header.
        source: A text all of whose such words are names.
    """
    names = [*(one.name for one in shader.inputs), *shader.targets, *shader.imported, *shader.cubes]
    names += [*shader.phases, *(taken(source) if source else ())]
    return [f"#define {name} {declared(name)}" for name in dict.fromkeys(names) if declared(name) != name]


def _past(shader: Shader) -> str:
    """``IMG_PAST`` for a shader that keeps a history: its tiles lie in one texture, row by row from below.

    The half texel that is left at a tile's edges keeps the filter from mixing in the neighbour.
    """
    one = shader.history
    if one is None:
        return ""
    side = math.isqrt(one.history)
    target = declared(one.target or "")
    return f"""\
uniform int isf_pastNewest;
vec4 IMG_PAST(vec2 uv, float age) {{
    vec2 tile = vec2(textureSize({target}, 0)) / {side}.0;
    int back = int(clamp(age, 1.0, {one.history}.0) + 0.5);
    int slot = (isf_pastNewest + 1 - back) & {one.history - 1};
    vec2 at = clamp(uv * tile, vec2(0.5), tile - 0.5) + tile * vec2(slot % {side}, slot / {side});
    return textureLod({target}, at / ({side}.0 * tile), 0.0);
}}
"""


def _last_line(source: str, first: int) -> int:
    """The author's number of the last line: what is missing at the end of a file is reported there."""
    before, mark, after = source.rpartition("\n#line ")
    if not mark:
        return first + source.count("\n")
    head, _, rest = after.partition("\n")
    number, file = head.split()
    return int(number) + rest.count("\n") if file == "0" else first + before.count("\n")


@lru_cache(maxsize=4)
def _body(source: str) -> tuple[str, list[str], str]:
    """The author's text as it is compiled, its extensions, and the name of its output.

    Remembered, because every pass of a file asks for the same.
    """
    source, extensions = _hoist(_OLD_OUTPUT.sub("isf_Fragment", source).rstrip())
    own = _OUTPUT.search(source)
    return source, extensions, own[1] if own and "isf_Fragment" not in source else "isf_Fragment"


def _hoist(source: str) -> tuple[str, list[str]]:
    """Source without ``#version`` and ``#extension``, whose lines stay as empty lines; and the extensions."""
    source = _VERSION.sub("", source)
    extensions = [match[0].strip() for match in _EXTENSION.finditer(source)]
    return _EXTENSION.sub("", source), extensions
