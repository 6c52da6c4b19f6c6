"""Sizes, formats and memory of a shader's targets, computed before any of them is created."""

import math
from collections.abc import Mapping

from installation.errors import ShaderError
from installation.isf import Pass, Shader
from installation.render.gl.budget import Budget, Share, said
from installation.render.gl.target import BYTES, Format
from installation.values import Finding

__all__ = ["LARGEST", "OUTPUT", "is_pair", "needed", "reserve", "scaled", "size_of", "texel_of"]

OUTPUT = ""
"""Name of the output when the last pass has no TARGET."""

LARGEST = 1 << 25
"""Maximum texels of one target (8K UHD), including all frames of a history, so that an input that drives a
size cannot exhaust the memory."""


def size_of(one: Pass, output: tuple[int, int], names: Mapping[str, float], longest: int) -> tuple[int, int]:
    """Return width and height of a pass's target; of one frame if it has a history.

    Args:
        one: The first pass that draws into it.
        output: Size of the output in pixels.
        names: Variables of size expressions.
        longest: Maximum texture side in pixels.
    """
    tiles = one.history or 1
    longest //= math.isqrt(tiles)
    sides = []
    for expression, whole in ((one.width, output[0]), (one.height, output[1])):
        side = whole if expression is None else int(expression.evaluate(names))
        sides.append(min(max(side, 1), longest))
    while sides[0] * sides[1] * tiles > LARGEST:
        sides[sides[1] > sides[0]] //= 2
    return sides[0], sides[1]


def scaled(shader: Shader, name: str) -> bool:
    """Return whether a target follows the render scale: it has the output's size and keeps nothing.

    Only in a shader that asks for it (``"SCALES": true``): one that reads a target at ``gl_FragCoord`` relies
    on equal sizes. Targets that persist or have a history, those whose size the author states, and those that
    points are read from keep their size: what lives in them must not change when the machine is busy.
    """
    drawn = [one for one in shader.passes if (one.target or OUTPUT) == name]
    stated = any(one.width or one.height or one.persistent or one.history for one in drawn)
    return shader.scales and not stated and all(one.points != name for one in shader.passes)


def texel_of(shader: Shader, name: str) -> Format:
    """Return the format of a target."""
    if any(one.float for one in shader.passes if (one.target or OUTPUT) == name):
        return "rgba32f"
    return "rgba16f" if name == OUTPUT or shader.color == "linear" else "rgba16"


def is_pair(shader: Shader, name: str) -> bool:
    """Return whether a target is a pair: it is persistent, or drawn more than once per frame."""
    drawn = [one for one in shader.passes if (one.target or OUTPUT) == name]
    kept = any(one.persistent and one.target for one in drawn)
    return kept or sum(one.steps for one in drawn) > 1


def needed(
    shader: Shader, output: tuple[int, int], numbers: Mapping[str, float], longest: int
) -> dict[str, int]:
    """Return the bytes of each target by name.

    Args:
        shader: The shader.
        output: Size of the output in pixels.
        numbers: Input values for size expressions.
        longest: Maximum texture side in pixels.
    """
    names = {**numbers, "WIDTH": float(output[0]), "HEIGHT": float(output[1])}
    found: dict[str, int] = {}
    for one in shader.passes:
        name = one.target or OUTPUT
        if name in found:
            continue
        width, height = size_of(one, output, names, longest)
        if one.history:
            found[name] = width * height * one.history * BYTES["rgba16f"]
        else:
            found[name] = width * height * BYTES[texel_of(shader, name)] * (1 + is_pair(shader, name))
    return found


def reserve(
    budget: Budget, bytes_by_target: Mapping[str, int], shader: Shader, *, aside: bool = False
) -> Share:
    """Allocate the memory of a shader's targets.

    Raises:
        ShaderError: The budget is too small; the finding is at the pass with the largest target.
    """
    share, total = Share(budget, aside=aside), sum(bytes_by_target.values())
    if share.fit(total):
        return share
    largest = max(bytes_by_target, key=lambda name: bytes_by_target[name])
    one = next(one for one in shader.passes if (one.target or OUTPUT) == largest)
    message = (
        f"its targets need {said(total)} of memory; only {said(budget.left)} of {said(budget.limit)} are left"
    )
    hint = "use smaller WIDTH and HEIGHT, fewer PERSISTENT or FLOAT targets, or a shorter HISTORY"
    raise ShaderError([Finding(one.where, message, hint)])
