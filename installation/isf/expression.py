"""Size expressions of ISF passes: ``"max($WIDTH / 4, 1)"``. A small parser; no text is run as Python.

Grammar, as C has it::

    sum      = product { ("+" | "-") product }
    product  = signed { ("*" | "/" | "%") signed }
    signed   = { "+" | "-" } atom
    atom     = number | ["$"] name | function "(" sum { "," sum } ")" | "(" sum ")"

Work is bounded: an expression is at most 1,000 characters long, nested at most 32 deep and never loops.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Expression", "ExpressionError", "parse"]

LONGEST = 1000
DEEPEST = 32

Node: TypeAlias = Callable[[Mapping[str, float]], float]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|\$?(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/%(),]))"
)


class ExpressionError(ValueError):
    """Raised when text is not an expression.

    Attributes:
        column: Where, counting characters from 1.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    Attributes:
        text: As written.
        names: The variables it reads, without ``$``.
    """

    text: str
    names: frozenset[str]
    _node: Node = field(compare=False)  # made anew by each parse: equal text means equal expressions

    def evaluate(self, values: Mapping[str, float]) -> float:
        """Its value. Division by zero gives 0; what is too large or undefined gives 0 as well.

        Args:
            values: Number by name; must hold every one of ``names``.

        Raises:
            KeyError: A name is missing.
        """
        try:
            result = self._node(values)
        except (OverflowError, ValueError):
            return 0.0
        return result if math.isfinite(result) else 0.0


def _divide(a: float, b: float) -> float:
    return a / b if b else 0.0


def _modulo(a: float, b: float) -> float:
    """GLSL's mod: the sign of the divisor."""
    return a - b * math.floor(a / b) if b else 0.0


def _power(a: float, b: float) -> float:
    return math.pow(a, b)


_FUNCTIONS: dict[str, tuple[int, Callable[..., float]]] = {
    "abs": (1, abs),
    "ceil": (1, math.ceil),
    "cos": (1, math.cos),
    "exp": (1, math.exp),
    "floor": (1, math.floor),
    "log": (1, math.log),
    "log2": (1, math.log2),
    "round": (1, lambda x: math.floor(x + 0.5)),
    "sign": (1, lambda x: float((x > 0) - (x < 0))),
    "sin": (1, math.sin),
    "sqrt": (1, math.sqrt),
    "tan": (1, math.tan),
    "max": (2, max),
    "min": (2, min),
    "mod": (2, _modulo),
    "pow": (2, _power),
    "clamp": (3, lambda x, low, high: min(max(x, low), high)),
}

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": _modulo,
}


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: It is too long, too deep or not an expression.
    """
    if len(text) > LONGEST:
        message = f"a size expression may have {LONGEST} characters, this one has {len(text)}"
        raise ExpressionError(message, 1)
    reader = _Reader(text)
    node = reader.sum(0)
    reader.end()
    return Expression(text, frozenset(reader.names), node)


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.names: set[str] = set()
        self._tokens = _tokens(text)
        self._at = 0

    def end(self) -> None:
        """Check that no token is left. Raises ExpressionError with the column of the first one that is."""
        kind, token, column = self._tokens[self._at]
        if kind != "end":
            message = f"{token!r} is not expected here"
            raise ExpressionError(message, column)

    def sum(self, depth: int) -> Node:
        """Parse a sum of products, the lowest precedence. Raises ExpressionError.

        Args:
            depth: How many brackets are open around it.
        """
        return self._chain(depth, "+-", self._product)

    def _product(self, depth: int) -> Node:
        return self._chain(depth, "*/%", self._signed)

    def _chain(self, depth: int, signs: str, inner: Callable[[int], Node]) -> Node:
        """Operands of one precedence, from left to right, without recursion for long chains."""
        first = inner(depth)
        rest: list[tuple[Callable[[float, float], float], Node]] = []
        while self._tokens[self._at][0] == "sign" and self._tokens[self._at][1] in signs:
            operator = _OPERATORS[self._next()[1]]
            rest.append((operator, inner(depth)))
        if not rest:
            return first

        def chain(values: Mapping[str, float]) -> float:
            """Evaluate all operands from left to right, given the value of each variable by name."""
            total = first(values)
            for operator, operand in rest:
                total = operator(total, operand(values))
            return total

        return chain

    def _signed(self, depth: int) -> Node:
        negative = False
        while self._tokens[self._at][1] in ("+", "-"):
            negative ^= self._next()[1] == "-"
        inner = self._atom(depth)
        return (lambda values: -inner(values)) if negative else inner

    def _atom(self, depth: int) -> Node:
        kind, token, column = self._next()
        if depth > DEEPEST:
            message = f"parentheses may be nested {DEEPEST} deep"
            raise ExpressionError(message, column)
        if kind == "number":
            constant = float(token)
            return lambda _values: constant
        if kind == "name":
            if self._tokens[self._at][1] == "(":
                return self._call(token, column, depth)
            self.names.add(token)
            return lambda values: float(values[token])
        if token == "(":  # noqa: S105 - a parenthesis, not a password
            inner = self.sum(depth + 1)
            self._expect(")")
            return inner
        message = f"a number, a name or a parenthesis is expected, not {token or 'the end'!r}"
        raise ExpressionError(message, column)

    def _call(self, name: str, column: int, depth: int) -> Node:
        if name not in _FUNCTIONS:
            message = f"there is no function {name!r}; known are {', '.join(sorted(_FUNCTIONS))}"
            raise ExpressionError(message, column)
        count, function = _FUNCTIONS[name]
        self._expect("(")
        arguments = [self.sum(depth + 1)]
        while self._tokens[self._at][1] == ",":
            self._next()
            arguments.append(self.sum(depth + 1))
        self._expect(")")
        if len(arguments) != count:
            message = f"{name} takes {count} arguments, not {len(arguments)}"
            raise ExpressionError(message, column)
        return lambda values: float(function(*[argument(values) for argument in arguments]))

    def _next(self) -> tuple[str, str, int]:
        token = self._tokens[self._at]
        if token[0] != "end":
            self._at += 1
        return token

    def _expect(self, sign: str) -> None:
        _kind, token, column = self._next()
        if token != sign:
            message = f"{sign!r} is expected, not {token or 'the end'!r}"
            raise ExpressionError(message, column)


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """Kind, text and column of every token, then ``end``."""
    found: list[tuple[str, str, int]] = []
    at, stop = 0, len(text.rstrip())
    while at < stop:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            while text[at].isspace():
                at += 1
            message = f"{text[at]!r} does not belong in a size expression"
            raise ExpressionError(message, at + 1)
        found.append((match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1))
        at = match.end()
    found.append(("end", "", stop + 1))
    return found
