"""Checks that shaders compile and link before moderngl creates a program from them.

moderngl 5.13 leaks a program and a shader object whenever compilation fails; with live coding these would
accumulate for months. Here everything is deleted. The calls also release the interpreter lock, so other
threads run while the driver compiles.
"""

import ctypes
from functools import cache

from installation.isf.report import MOST_READ, left_out
from installation.render.gl.wait import library

__all__ = ["STAGES", "refusal"]

STAGES = {"vertex_shader": 0x8B31, "fragment_shader": 0x8B30}
"""GL_VERTEX_SHADER and GL_FRAGMENT_SHADER of the OpenGL registry, as the numbers below."""

_COMPILE_STATUS = 0x8B81
_LINK_STATUS = 0x8B82
_INFO_LOG_LENGTH = 0x8B84


def refusal(vertex: str, fragment: str) -> str | None:
    """Return the driver's error log for the shaders, or None if they compile and link.

    The text is formatted as by moderngl: the name of the stage on one line, then the driver's log. If the
    library
    does not export the calls (Windows), the result is None and moderngl reports the error.
    """
    gl = _calls()
    if gl is None:
        return None
    program = gl.glCreateProgram()
    shaders: list[int] = []
    logs: list[str] = []
    try:
        for (stage, kind), source in zip(STAGES.items(), (vertex, fragment), strict=True):
            shader = gl.glCreateShader(kind)
            shaders.append(shader)
            gl.glShaderSource(shader, 1, ctypes.byref(ctypes.c_char_p(source.encode())), None)
            gl.glCompileShader(shader)
            if not _status(gl.glGetShaderiv, shader, _COMPILE_STATUS):
                logs += [stage, _log(gl.glGetShaderiv, gl.glGetShaderInfoLog, shader)]
            gl.glAttachShader(program, shader)
        if not logs:
            gl.glLinkProgram(program)
            if not _status(gl.glGetProgramiv, program, _LINK_STATUS):
                logs = [_log(gl.glGetProgramiv, gl.glGetProgramInfoLog, program)]
    finally:
        for shader in shaders:
            gl.glDeleteShader(shader)
        gl.glDeleteProgram(program)
    return "\n".join(logs) if logs else None


@cache
def _calls() -> ctypes.CDLL | None:
    """Return the library with its types declared, if it has the required functions."""
    gl = library()
    number, text = ctypes.c_uint, ctypes.c_char_p
    numbers = ctypes.POINTER(ctypes.c_int)
    types: dict[str, tuple[type | None, list[type]]] = {
        "glCreateProgram": (number, []),
        "glCreateShader": (number, [number]),
        "glShaderSource": (None, [number, ctypes.c_int, ctypes.POINTER(text), ctypes.c_void_p]),
        "glCompileShader": (None, [number]),
        "glAttachShader": (None, [number, number]),
        "glLinkProgram": (None, [number]),
        "glGetShaderiv": (None, [number, number, numbers]),
        "glGetProgramiv": (None, [number, number, numbers]),
        "glGetShaderInfoLog": (None, [number, ctypes.c_int, ctypes.c_void_p, text]),
        "glGetProgramInfoLog": (None, [number, ctypes.c_int, ctypes.c_void_p, text]),
        "glDeleteShader": (None, [number]),
        "glDeleteProgram": (None, [number]),
    }
    for name, (result, arguments) in types.items():
        try:
            call = getattr(gl, name)
        except AttributeError:
            return None
        call.restype, call.argtypes = result, arguments
    return gl


def _status(ask: "ctypes._NamedFuncPointer", name: int, what: int) -> int:
    """Return an integer property of a shader or a program."""
    answer = ctypes.c_int()
    ask(name, what, ctypes.byref(answer))
    return answer.value


def _log(ask: "ctypes._NamedFuncPointer", read: "ctypes._NamedFuncPointer", name: int) -> str:
    """Return the driver's log of a shader or a program, cut at ``MOST_READ`` bytes."""
    length = _status(ask, name, _INFO_LOG_LENGTH)
    buffer = ctypes.create_string_buffer(max(1, min(length, MOST_READ)))
    read(name, len(buffer), None, buffer)
    text = buffer.value.decode("utf-8", "replace")
    return f"{text}\n{left_out(length - MOST_READ)}" if length > MOST_READ else text
