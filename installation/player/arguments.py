"""Reports how values that a parameter cannot take were clamped."""

from collections.abc import Sequence

from installation.parameter import Kind, Parameter, Tree
from installation.values import Address, Scalar

__all__ = ["clamped"]


def clamped(tree: Tree, address: Address, values: Sequence[Scalar]) -> str:
    """Return how values were changed to fit a parameter; empty if they fit as they are.

    Raises:
        AddressError: As ``Tree.set`` does.
    """
    wanted = tuple(tree.natural(address, values))
    parameter = tree.parameters()[address]
    alone = Tree([parameter])  # the show's own value may have changed in the meantime
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
