"""Reading textures back as arrays, bottom row first."""

import ctypes

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.gl.wait import library

_TYPES = {
    "f1": (np.uint8, 255.0),
    "nu2": (np.uint16, 65535.0),
    "f2": (np.float16, 1.0),
    "f4": (np.float32, 1.0),
}


def pixels(texture: moderngl.Texture) -> NDArray[np.float32]:
    """Height x width x components."""
    kind, scale = _TYPES[texture.dtype]
    flat = np.frombuffer(texture.read(), kind).astype(np.float32) / np.float32(scale)
    return flat.reshape(texture.height, texture.width, texture.components)


def picture(context: object, array: NDArray[np.float32]) -> moderngl.Texture:
    """A half-float texture of ``array`` (height x width x 4)."""
    height, width, _ = array.shape
    return context.gl.texture((width, height), 4, array.astype(np.float16).tobytes(), dtype="f2")  # type: ignore[attr-defined]


def census() -> dict[str, int]:
    """How many OpenGL objects the driver has, by kind: it is asked for every name it can have given."""
    gl = library()
    newest = gl.glCreateShader(0x8B30)  # Mesa never gives the name of a program or a shader twice
    gl.glDeleteShader(newest)
    found = {}
    for kind in ("Texture", "Framebuffer", "VertexArray", "Buffer", "Program", "Shader"):
        asks = getattr(gl, f"glIs{kind}")
        asks.restype = ctypes.c_ubyte
        last = newest if kind in ("Program", "Shader") else 4000
        found[kind] = sum(map(asks, range(1, last)))
    return found
