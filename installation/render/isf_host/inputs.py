"""A shader's inputs as parameters of the tree, except textures, which are connected separately."""

from installation.isf import Input, Shader
from installation.isf.coerce import LARGEST_FLOAT
from installation.parameter.parameter import Kind, Parameter
from installation.values import Address

__all__ = ["parameters"]

_KINDS = {
    "event": Kind.EVENT,
    "bool": Kind.BOOL,
    "long": Kind.INT,
    "float": Kind.FLOAT,
    "point2D": Kind.POINT,
    "color": Kind.COLOR,
}


def parameters(shader: Shader, prefix: Address) -> list[Parameter]:
    """Return the parameters ``PREFIX/NAME``, in the order of the header.

    If the author states no range it is 0..1, extended to twice the default if that lies outside, since old
    files
    give pixels without a range. A stated range is extended to include its default.

    Args:
        shader: The shader.
        prefix: Address prefix, e.g. ``/scene/sparkle``.
    """
    return [_parameter(shader, given, prefix) for given in shader.inputs if given.components]


def _parameter(shader: Shader, given: Input, prefix: Address) -> Parameter:
    kind = Kind.CHOICE if given.type == "long" and given.values else _KINDS[given.type]
    default = given.initial
    low, high = _range(given, default)
    labels = given.labels + tuple(str(value) for value in given.values[len(given.labels) :])
    # The cue engine drives transitions; a fader would conflict with the fade.
    driven = shader.kind == "transition" and given.name == "progress"
    return Parameter(
        address=f"{prefix.rstrip('/')}/{given.name}",
        kind=kind,
        default=default,
        minimum=low,
        maximum=high,
        label=given.label or given.name,
        values=given.values if kind is Kind.CHOICE else (),
        labels=labels if kind is Kind.CHOICE else (),
        access="internal" if driven else "operator",
        tags=frozenset(role for role, names in shader.roles.items() if given.name in names),
    )


def _range(given: Input, default: tuple[float, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return minimum and maximum per component; never empty, and always including the default."""
    if given.type in ("event", "bool"):
        return (0.0,), (1.0,)
    if given.type == "long" and given.values:
        edges = [*given.values, *default]
        return (float(min(edges)),), (float(max(edges)),)
    low, high = [], []
    for i, value in enumerate(default):
        least = given.minimum[i] if given.minimum else min(0.0, 2 * value)
        most = given.maximum[i] if given.maximum else 1.0 if value <= 1.0 else 2 * value
        low.append(max(min(least, most, value), -LARGEST_FLOAT))
        high.append(min(max(least, most, value), LARGEST_FLOAT))
    return tuple(low), tuple(high)
