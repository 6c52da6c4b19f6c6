"""All parameters in a few float arrays.

Every parameter has a **base**, which people, cues and presets write (the latest takes precedence), and
an **effective** value, which is the base after the routes of this frame. Arrays make one frame a handful
of numpy calls however many parameters there are; a *slot* is an index into them, and a parameter with
several components owns consecutive slots.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from installation.errors import AddressError, nearest
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.settle import Kinds, limits
from installation.values import Address, Scalar

__all__ = ["Tree"]

Floats = NDArray[np.float64]


class Tree:
    """One ordered set of parameters.

    Attributes:
        version: Counts changes of the set; ``slot`` numbers and the arrays below are valid for one version.
        base: What people and cues want, natural units, always finite, in range and of the right kind.
        effective: Base plus routes, written once a frame; finite, in range and of the right kind.
        hidden: True where the effective value comes of a private signal and must not leave the stage.
        minimum, span: Least value, and greatest minus least, of each slot.
        touched: How often each slot was set by ``set`` or ``set_normalised``; a running fade lets go of a
            slot whose count has moved.
    """

    def __init__(self, parameters: Iterable[Parameter] = ()) -> None:
        self.version = 0
        self._parameters: dict[Address, Parameter] = {}
        self._slots: dict[Address, int] = {}
        self._quick: dict[Address, tuple[int, float, float]] = {}
        self.base: Floats = np.zeros(0)
        self.effective: Floats = np.zeros(0)
        self.hidden: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.minimum: Floats = np.zeros(0)
        self.span: Floats = np.zeros(0)
        self.touched: NDArray[np.int64] = np.zeros(0, np.int64)
        self.kinds = Kinds((), {})
        self.add(parameters)

    def add(self, parameters: Iterable[Parameter]) -> None:
        """Add parameters, in order; one of a known address replaces it in place and keeps its base.

        Raises ValueError for a range that is not finite or upside down, or an address that is not a path.
        """
        added = list(parameters)
        for parameter in added:
            _inspect(parameter)
        if added:
            self._rebuild(self._parameters | {parameter.address: parameter for parameter in added})

    def remove(self, prefix: Address) -> None:
        """Forget the parameter ``prefix`` and all below it; unknown prefixes are harmless."""
        below = prefix.rstrip("/") + "/"
        kept = {a: p for a, p in self._parameters.items() if a != prefix and not a.startswith(below)}
        if len(kept) != len(self._parameters):
            self._rebuild(kept)

    def parameters(self) -> Mapping[Address, Parameter]:
        """All parameters by address, in the order in which they were added."""
        return MappingProxyType(self._parameters)

    def slot(self, address: Address) -> int:
        """First slot of a parameter. Raises AddressError with the nearest known address."""
        slot = self._slots.get(address)
        if slot is None:
            hint = nearest(address, self._parameters, "`photophore list parameters` shows them all")
            message = f"no parameter {address}; {hint}"
            raise AddressError(message)
        return slot

    def set(self, address: Address, values: Sequence[Scalar]) -> None:
        """Write a base in natural units, clamped to the range and rounded to the parameter's kind.

        A choice also takes one of its labels; a colour of three numbers keeps its alpha; an event needs no
        value, and a 0 does not take back a 1 of the same frame. Raises AddressError for unknown addresses and
        for values that the parameter cannot take.
        """
        quick = self._quick.get(address)
        if quick is not None and len(values) == 1:
            # Plain numbers for plain parameters are what floods in from the network: a tenth of the cost.
            slot, low, high = quick
            value = values[0]
            if type(value) is float and value - value == 0.0:  # finite
                self.base[slot] = low if value < low else high if value > high else value + 0.0
                self.touched[slot] += 1
                return
        slot = self.slot(address)
        self._touch(self._parameters[address], slot, self.natural(address, values))

    def set_normalised(self, address: Address, values: Sequence[Scalar]) -> None:
        """Write a base as 0..1 of the range, as faders and MIDI do. Raises AddressError like ``set``."""
        slot = self.slot(address)
        parameter = self._parameters[address]
        shares = [min(max(share, 0.0), 1.0) for share in _numbers(parameter, values, ())]
        if parameter.kind is Kind.CHOICE:
            count = len(parameter.values)
            natural = [float(parameter.values[min(int(share * count), count - 1)]) for share in shares]
        else:
            natural = [
                low + share * (high - low)
                for share, low, high in zip(shares, *limits(parameter), strict=False)
            ]
        self._touch(parameter, slot, natural)

    def natural(self, address: Address, values: Sequence[Scalar]) -> list[float]:
        """The numbers that ``set`` would write before clamping, one for each component.

        Raises AddressError for unknown addresses and for values that the parameter cannot take.
        """
        slot = self.slot(address)
        parameter = self._parameters[address]
        size = parameter.kind.components
        return _numbers(parameter, values, self.base[slot : slot + size].tolist())

    def write(self, slots: NDArray[np.intp], values: Floats) -> None:
        """Write bases by slot without touching them, as a fade does; clamped and rounded to their kinds.

        Values that are not finite are left out.
        """
        keep = np.isfinite(values)
        full = self.base.copy()
        full[slots[keep]] = values[keep]
        self.kinds.settle(full)
        self.base[slots] = full[slots]

    def get(self, address: Address) -> tuple[float, ...]:
        """The effective value, natural units. Raises AddressError."""
        slot = self.slot(address)
        return tuple(self.effective[slot : slot + self._parameters[address].kind.components].tolist())

    def get_base(self, address: Address) -> tuple[float, ...]:
        """The base, natural units. Raises AddressError."""
        slot = self.slot(address)
        return tuple(self.base[slot : slot + self._parameters[address].kind.components].tolist())

    def shown(self) -> Floats:
        """The effective values as they may be told to anybody: the base where they are hidden."""
        return np.where(self.hidden, self.base, self.effective) if self.hidden.any() else self.effective

    def get_shown(self, address: Address) -> tuple[float, ...]:
        """Like ``get``, as it may be told to anybody. Raises AddressError."""
        slot = self.slot(address)
        return tuple(self.shown()[slot : slot + self._parameters[address].kind.components].tolist())

    def touches(self) -> dict[Address, int]:
        """How often each base was set so far, by anybody but a fade."""
        return {address: int(self.touched[slot]) for address, slot in self._slots.items()}

    def settle(self) -> None:
        """Make every effective value equal to its base: a frame without routes."""
        self.effective[:] = self.base

    def end_frame(self) -> None:
        """Clear the events: each was true for the frame that ends now."""
        self.base[self.kinds.events] = 0.0

    def _touch(self, parameter: Parameter, slot: int, values: Sequence[float]) -> None:
        size = parameter.kind.components
        if parameter.kind is Kind.EVENT and self.base[slot] >= 0.5:
            values = (1.0,)  # letting go within the frame does not undo a press; the frame's end does
        for offset, value in enumerate(values):
            low, high = self.kinds.minimum[slot + offset], self.kinds.maximum[slot + offset]
            self.base[slot + offset] = _kind_of(parameter, min(max(value, float(low)), float(high)))
        self.touched[slot : slot + size] += 1

    def _rebuild(self, parameters: dict[Address, Parameter]) -> None:
        old_slots, old_base, old_touched = self._slots, self.base, self.touched
        old_effective, old_hidden = self.effective, self.hidden
        old_parameters = self._parameters
        self._parameters = parameters
        self._slots = {}
        count = 0
        for address, parameter in parameters.items():
            self._slots[address] = count
            count += parameter.kind.components
        self.kinds = Kinds(tuple(parameters.values()), self._slots)
        self.minimum, self.span = self.kinds.minimum, self.kinds.maximum - self.kinds.minimum
        self.base = np.array([v for p in parameters.values() for v in p.default], np.float64)
        self.touched = np.zeros(count, np.int64)
        self.effective = self.base.copy()
        self.hidden = np.zeros(count, np.bool_)
        for address, parameter in parameters.items():
            before = old_parameters.get(address)
            if before is not None and before.kind is parameter.kind:
                old, new, size = old_slots[address], self._slots[address], parameter.kind.components
                self.base[new : new + size] = old_base[old : old + size]
                self.touched[new : new + size] = old_touched[old : old + size]
                self.effective[new : new + size] = old_effective[old : old + size]
                self.hidden[new : new + size] = old_hidden[old : old + size]
        self.kinds.settle(self.base)
        self.kinds.settle(self.effective)
        self._quick = {
            address: (self._slots[address], parameter.minimum[0], parameter.maximum[0])
            for address, parameter in parameters.items()
            if parameter.kind is Kind.FLOAT
        }
        self.version += 1


def _inspect(parameter: Parameter) -> None:
    """Raise ValueError where a parameter could not live in the tree."""
    if not parameter.address.startswith("/") or "//" in parameter.address or parameter.address.endswith("/"):
        message = f"{parameter.address!r}: an address starts with / and has a name after every /"
        raise ValueError(message)
    if parameter.kind is Kind.CHOICE and not parameter.values:
        message = f"{parameter.address}: a choice needs at least one value"
        raise ValueError(message)
    ranges = [parameter.minimum, parameter.maximum, parameter.default]
    if all(map(math.isfinite, (number for numbers in ranges for number in numbers))):
        ranges[:2] = limits(parameter)
    for low, high, default in zip(*ranges, strict=True):
        if not (math.isfinite(high - low) and math.isfinite(default) and low <= high):
            message = f"{parameter.address}: the range {low} to {high} and default {default} must be finite"
            raise ValueError(message + " and in order")


def _kind_of(parameter: Parameter, value: float) -> float:
    """Round one number that is in range to what the parameter's kind can hold."""
    match parameter.kind:
        case Kind.BOOL | Kind.EVENT:
            return 1.0 if value >= 0.5 else 0.0
        case Kind.INT:
            return float(round(value))
        case Kind.CHOICE:
            return float(min(parameter.values, key=lambda allowed: abs(allowed - value)))
    return value + 0.0  # one zero only: -0.0 becomes 0.0


def _numbers(parameter: Parameter, values: Sequence[Scalar], current: Sequence[float]) -> list[float]:
    """Check the arguments of ``set`` and make them numbers, one for each component."""
    size = parameter.kind.components
    if parameter.kind is Kind.EVENT and not values:
        return [1.0]
    given = [parameter.values[parameter.labels.index(v)] if v in parameter.labels else v for v in values]
    numbers = [_float(value) for value in given if isinstance(value, (int, float, bool))]
    if len(numbers) != len(given) or not all(math.isfinite(number) for number in numbers):
        offered = f" or one of {', '.join(parameter.labels)}" if parameter.labels else ""
        message = f"{parameter.address} takes finite numbers{offered}, not {', '.join(map(str, values))}"
        raise AddressError(message)
    if parameter.kind is Kind.COLOR and len(numbers) == 3:
        numbers.append(current[3] if len(current) == 4 else 1.0)
    if len(numbers) != size:
        message = f"{parameter.address} takes {size} number{'s' * (size > 1)}, not {len(numbers)}"
        raise AddressError(message)
    return numbers


def _float(value: float) -> float:
    """A number as a float; a whole number beyond all floats is infinite, and refused as such."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
