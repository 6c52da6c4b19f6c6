"""Address patterns, matched in time that is linear in the address, whatever the pattern."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from installation.errors import OscError
from installation.osc.limits import LIMITS, Limits
from installation.values import Address

__all__ = ["Pattern", "check_address", "compiled", "is_pattern", "match"]

_WILDCARDS = "?*[{"
_STEPS = 2048
_CLOSING = frozenset(",]}")
_CHOICES = re.compile(r"\[[^\]]*\]|\{[^}]*\}")
_NAMES = "send names with one '/' before each, e.g. /hand/x"
_LETTERS = "send letters, digits, '-', '_', '.' and the like in names"


def check_address(address: Address, limits: Limits = LIMITS) -> None:
    """Raise OscError unless ``address`` may come in, as an address of OSC 1.0 or as a pattern of those.

    Each name in it has a character, and none that OSC keeps for itself; in a pattern ``,`` stands within
    braces, and ``]`` and ``}`` close what was opened. Letters beyond ASCII pass.
    """
    _check_bounds(address, limits)
    if " " in address or "#" in address:
        raise OscError("a space or '#' in an address", address, _LETTERS)
    plain = _CHOICES.sub("x", address) if is_pattern(address) else address
    if not _CLOSING.isdisjoint(plain):
        raise OscError("a ',', ']' or '}' that belongs to no pattern, in an address", address, _LETTERS)
    if "//" in plain or plain.endswith("/"):
        raise OscError("an empty name in an address", address, _NAMES)


def _check_bounds(address: Address, limits: Limits) -> None:
    """Raise OscError unless ``address`` is printable, and bounded if it is a pattern."""
    if not address.startswith("/") or not address.isprintable():
        raise OscError("address does not start with '/', or holds control characters", address, _LETTERS)
    wildcards = sum(map(address.count, _WILDCARDS))
    if wildcards and (wildcards > limits.wildcards or len(address) > limits.pattern):
        reason = f"a pattern of more than {limits.wildcards} wildcards or {limits.pattern} characters"
        raise OscError(reason, address, "send several patterns, or addresses")


def is_pattern(address: Address) -> bool:
    """Whether an address holds wildcards."""
    return any(sign in address for sign in _WILDCARDS)


def match(pattern: Address, address: Address) -> bool:
    """Whether an OSC address pattern names ``address``; see ``Pattern``.

    Raises:
        OscError: The pattern is malformed or asks for too much.
    """
    return compiled(pattern).matches(address)


class Pattern:
    """An address pattern of OSC 1.0.

    ``?`` is one character, ``*`` any run of them, ``[a-c]`` and ``[!a-c]`` one of a set or not of it,
    ``{red,blue}`` one of several words. None of them crosses ``/``; ``//`` of OSC 1.1 is not known.

    All places in the pattern that the beginning of an address can lead to are the bits of one integer, which
    each character moves on at once (R. Baeza-Yates, G. Gonnet: "A New Approach to Text Searching",
    CACM 35(10), 1992), so the time is linear in the address.

    Args:
        text: The pattern; without wildcards it matches itself only.
        limits: Bounds of length and wildcards.

    Raises:
        OscError: A bracket or brace does not close, or the pattern asks for too much.
    """

    def __init__(self, text: Address, limits: Limits = LIMITS) -> None:
        _check_bounds(text, limits)
        self.text = text
        self._literals: dict[str, int] = {}
        self._any = 0  # places that any character but '/' leads on from
        self._stay = 0  # places that any character but '/' leads back to
        self._sets: list[tuple[int, bool, list[tuple[str, str]]]] = []
        self._forks: list[tuple[int, int, int, int]] = []  # entry, first places, last places, exit
        self._steps: dict[tuple[int, str], int] = {}  # what was found out already: a tree asks the same often
        self._place = 0
        self._compile(text)
        self._start = self._follow(1)
        self._goal = 1 << self._place
        self._prefix = "".join(takewhile(lambda sign: sign not in _WILDCARDS, text))

    def matches(self, address: Address) -> bool:
        """Whether the pattern names ``address``."""
        if not address.startswith(self._prefix):
            return False
        places = self._start
        steps = self._steps
        for character in address:
            key = (places, character)
            after = steps.get(key)
            if after is None:
                if len(steps) >= _STEPS:
                    steps.clear()
                after = steps[key] = self._advance(places, character)
            if not after:
                return False
            places = after
        return bool(places & self._goal)

    def _advance(self, places: int, character: str) -> int:
        """Where all ``places`` lead on ``character``."""
        on = self._literals.get(character, 0)
        stay = 0
        if character != "/":
            on |= self._any
            stay = places & self._stay
            for place, inside, ranges in self._sets:
                if inside is any(low <= character <= high for low, high in ranges):
                    on |= place
        return self._follow((places & on) << 1 | stay)

    def _follow(self, places: int) -> int:
        """Add what can be reached without a character: into the branches of ``{}`` and out of them."""
        for entry, first, last, leave in self._forks:
            if places & entry:
                places |= first
            if places & last:
                places |= leave
        return places

    def _compile(self, text: str) -> None:
        at = 0
        while at < len(text):
            sign = text[at]
            if sign in "[{":
                end = text.find("]" if sign == "[" else "}", at + 1)
                if end < 0:
                    raise OscError(f"{sign!r} does not close in a pattern", text, "close it, or leave it out")
                inner = text[at + 1 : end]
                if sign == "[":
                    self._set(inner)
                else:
                    self._fork(inner.split(","))
                at = end
            elif sign == "*":
                self._stay |= 1 << self._place
            elif sign == "?":
                self._any |= 1 << self._place
                self._place += 1
            else:
                self._literal(sign)
            at += 1

    def _literal(self, character: str) -> None:
        self._literals[character] = self._literals.get(character, 0) | 1 << self._place
        self._place += 1

    def _set(self, inner: str) -> None:
        inside = not inner.startswith("!")
        rest = inner if inside else inner[1:]
        ranges = []
        while rest:
            wide = len(rest) > 2 and rest[1] == "-"  # a '-' at either end stands for itself
            ranges.append((rest[0], rest[2] if wide else rest[0]))
            rest = rest[3 if wide else 1 :]
        self._sets.append((1 << self._place, inside, ranges))
        self._place += 1

    def _fork(self, branches: Sequence[str]) -> None:
        entry, first, last = 1 << self._place, 0, 0
        for branch in branches:
            self._place += 1
            first |= 1 << self._place
            for character in branch:
                self._literal(character)
            last |= 1 << self._place
        self._place += 1
        self._forks.append((entry, first, last, 1 << self._place))


compiled = lru_cache(maxsize=256)(Pattern)
"""``Pattern`` with a memory of the last 256."""
