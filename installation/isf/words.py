"""Which names the program declares for an author, and how, where GLSL wants a name for itself.

ISF files were written for GLSL 1.20, where ``smooth`` or ``sample`` were names as good as any. In OpenGL 3.3
they are words of the language. An input of such a name is declared under another, and a macro between our
declarations and the author's text gives it back its own. The same helps a file whose own variables have such
names; it is tried when the text does not compile as it is. What was a word of GLSL 1.20 already cannot have
been meant, and neither can what ISF itself declares.
"""

import re
from typing import Final

__all__ = ["PREFIX", "declared", "reason", "taken"]

PREFIX: Final = "isf_word_"
"""Begins the name under which OpenGL knows an input whose own name GLSL wants."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}\Z")

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _split(text: str) -> list[str]:
    return _WORD.findall(text)


_BASIC: Final = frozenset(
    _split("""
    attribute const uniform varying centroid break continue do for while if else in out inout float int
    void bool true false invariant discard return struct main mat2 mat3 mat4 mat2x2 mat2x3 mat2x4 mat3x2
    mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 vec2 vec3 vec4 ivec2 ivec3 ivec4 bvec2 bvec3 bvec4 uvec2 uvec3
    uvec4 uint sampler1D sampler2D sampler3D samplerCube sampler1DShadow sampler2DShadow
""")
)
"""Words of GLSL 1.20, and of what every file may use: the author's own text needs them as they are."""

_LATER: Final = frozenset(
    _split("""
    precision highp mediump lowp
    flat smooth noperspective layout patch sample precise subroutine coherent volatile restrict readonly
    writeonly shared buffer resource atomic_uint switch case default double dvec2 dvec3 dvec4 dmat2
    dmat3 dmat4 dmat2x2 dmat2x3 dmat2x4 dmat3x2 dmat3x3 dmat3x4 dmat4x2 dmat4x3 dmat4x4 common partition
    active asm class union enum typedef template this packed goto inline noinline public static extern
    external interface long short half fixed unsigned superp input output hvec2 hvec3 hvec4 fvec2 fvec3
    fvec4 filter image1D image2D image3D imageCube iimage1D iimage2D iimage3D iimageCube uimage1D
    uimage2D uimage3D uimageCube image1DArray image2DArray image1DShadow image2DShadow
    image1DArrayShadow image2DArrayShadow imageBuffer iimageBuffer uimageBuffer sizeof cast namespace
    using row_major sampler2DRect sampler2DRectShadow sampler3DRect sampler1DArray sampler2DArray
    sampler1DArrayShadow sampler2DArrayShadow samplerCubeArray samplerCubeShadow samplerBuffer
    sampler2DMS sampler2DMSArray isampler1D isampler2D isampler3D isamplerCube isampler2DRect
    isampler1DArray isampler2DArray isamplerBuffer usampler1D usampler2D usampler3D usamplerCube
    usampler2DRect usampler1DArray usampler2DArray usamplerBuffer
""")
)
"""Words that GLSL took later, or keeps for itself."""

_CALLED: Final = frozenset(
    _split("""
    texture textureLod textureProj textureSize texelFetch clamp equal notEqual any floatBitsToUint
""")
)
"""Functions that our own declarations call."""

_OURS: Final = frozenset(
    _split("""
    PASSINDEX RENDERSIZE TIME TIMEDELTA DATE FRAMEINDEX IMG_SIZE IMG_PIXEL IMG_NORM_PIXEL IMG_THIS_PIXEL
    IMG_THIS_NORM_PIXEL IMG_NORM_THIS_PIXEL IMG_PAST vv_FragNormCoord vv_vertShaderInit texture2D
    texture2DLod texture2DProj texture2DRect textureCube textureCubeLod defined
""")
)
"""Names that the program declares for every file."""


def reason(name: str) -> str:
    """Why a name can name nothing in a shader, or an empty text when it can."""
    if not _NAME.match(name):
        return "use letters, digits and _, at most 200"
    if name in _BASIC:
        return "it is a word of GLSL; rename it"
    if name in _OURS or name.startswith(("gl_", "GL_", "isf_")):
        return "ISF or OpenGL declares that name; rename it"
    return ""


def declared(name: str) -> str:
    """The name under which a shader declares what its author calls ``name``."""
    return PREFIX + name if name in _LATER or name in _CALLED else name


def taken(source: str) -> list[str]:
    """Words of a text that GLSL took later; in an old file they may be its author's own names."""
    return sorted(_LATER.intersection(_WORD.findall(source)))
