"""Conditions of cues: ``"/choice/heal >= 0.5"``, several joined by ``and``.

A condition reads effective values of parameters and values of signals at the moment when its cue is due. A
signal without a value counts as 0, so that the other branch of a pair plays.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from installation.errors import AddressError
from installation.values import Address

__all__ = ["Condition", "Term", "parse_condition"]

_COMPARES: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "==": lambda value, bound: value == bound,
    "!=": lambda value, bound: value != bound,
}
_TERM: Final = re.compile(r"(/\S+)\s*(<=|>=|==|!=|<|>)\s*(\S+)")
_EXAMPLE: Final = 'write e.g. "/choice/heal >= 0.5", and join several with `and`'


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison.

    Attributes:
        address: A parameter or a signal.
        compare: ``<``, ``<=``, ``>``, ``>=``, ``==`` or ``!=``.
        bound: What its value is compared with, in natural units.
    """

    address: Address
    compare: str
    bound: float

    def holds(self, value: float) -> bool:
        """Whether the comparison is true for ``value``."""
        return _COMPARES[self.compare](value, self.bound)


@dataclass(frozen=True, slots=True)
class Condition:
    """All of its terms must hold; without terms it always holds."""

    terms: tuple[Term, ...] = ()

    def holds(self, value: Callable[[Address], float]) -> bool:
        """Whether it holds now; ``value`` returns the present value at an address."""
        return all(term.holds(value(term.address)) for term in self.terms)


def parse_condition(text: str) -> Condition:
    """Read a condition; an empty text always holds.

    Raises:
        AddressError: It is not of that form; the message ends with a hint after ``;``.
    """
    if not text.strip():
        return Condition()
    return Condition(tuple(_term(part) for part in re.split(r"\s+and\s+", text.strip())))


def _term(text: str) -> Term:
    found = _TERM.fullmatch(text)
    if found is None:
        message = f'if: "{text[:60]}" is not a comparison; {_EXAMPLE}'
        raise AddressError(message)
    address, compare, bound = found.groups()
    try:
        number = float(bound)
    except ValueError:
        message = f'if: "{bound[:40]}" is not a number; {_EXAMPLE}'
        raise AddressError(message) from None
    if number != number or number in (float("inf"), float("-inf")):
        message = f'if: "{bound[:40]}" is not a finite number; {_EXAMPLE}'
        raise AddressError(message)
    return Term(address, compare, number)
