"""Reading textures back as arrays, bottom row first."""

import ctypes

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation.render.wait import library

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


def census(highest: int = 60_000) -> dict[str, int]:
    """How many OpenGL objects the driver itself has, by kind; asks for every name up to ``highest``."""
    gl = library()
    found = {}
    for kind in ("Texture", "Framebuffer", "VertexArray", "Buffer", "Program", "Shader"):
        asks = getattr(gl, f"glIs{kind}")
        asks.restype = ctypes.c_ubyte
        found[kind] = sum(bool(asks(ctypes.c_uint(name))) for name in range(1, highest))
    return found
