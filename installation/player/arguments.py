"""Reads the arguments of commands: what people and networks may have written in any shape."""

from collections.abc import Sequence

from installation.errors import AddressError
from installation.parameter import Kind, Parameter, Tree
from installation.values import Address, Scalar, Seconds

__all__ = ["clamped", "duration", "plain_name", "whole"]


_DIGITS = 20


def whole(text: str) -> int:
    """A whole number. Raises AddressError for anything else."""
    try:
        if len(text) <= _DIGITS:
            return int(text)
        message = f"{text[:_DIGITS]}... is too long for a whole number here"
        raise AddressError(message)
    except ValueError:
        message = f"{text!r} is not a whole number"
        raise AddressError(message) from None


def duration(given: Scalar) -> Seconds:
    """A time from 0 to a day. Raises AddressError for anything else."""
    if isinstance(given, str) or not 0.0 <= given <= 86400.0:
        message = f"{given} is not a time in seconds"
        raise AddressError(message)
    return float(given)


def plain_name(name: str) -> str:
    """A file name of letters, digits, dash and underscore. Raises AddressError for anything else."""
    if not name or not all(c.isalnum() or c in "-_" for c in name):
        message = f"{name!r} is no name for a preset: use letters, digits, - and _"
        raise AddressError(message)
    return name


def clamped(tree: Tree, address: Address, values: Sequence[Scalar]) -> str:
    """What became of values that a parameter cannot take as they are; empty where it takes them.

    Raises AddressError as ``Tree.set`` does.
    """
    wanted = tuple(tree.natural(address, values))
    parameter = tree.parameters()[address]
    alone = Tree([parameter])  # the show's own may have been moved on by something else meanwhile
    alone.set(address, wanted)
    kept = alone.get_base(address)
    if kept == wanted:
        return ""
    return f"{address} takes {_range(parameter)}: {_words(wanted)} became {_words(kept)}"


def _range(parameter: Parameter) -> str:
    match parameter.kind:
        case Kind.BOOL | Kind.EVENT:
            return "0 or 1"
        case Kind.CHOICE:
            return f"one of {', '.join(f'{value:g}' for value in parameter.values)}"
    unit = f" {parameter.unit}" if parameter.unit else ""
    if len(set(zip(parameter.minimum, parameter.maximum, strict=True))) == 1:
        each = " in each component" if len(parameter.minimum) > 1 else ""
        whole_only = "whole numbers, " if parameter.kind is Kind.INT else ""
        return f"{whole_only}{parameter.minimum[0]:g} to {parameter.maximum[0]:g}{unit}{each}"
    return f"{_words(parameter.minimum)} to {_words(parameter.maximum)}{unit}"


def _words(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:.6g}" for number in numbers)
