"""Make an array of values lawful: in range and of the right kind, for all slots at once."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from installation.parameter.parameter import Kind, Parameter
from installation.values import Address

__all__ = ["Kinds", "limits"]

Floats = NDArray[np.float64]

_ZERO = np.array(0.0)


def limits(parameter: Parameter) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Least and greatest value per component that the kind really allows within the stated range."""
    match parameter.kind:
        case Kind.BOOL | Kind.EVENT:
            return (0.0,), (1.0,)
        case Kind.INT:
            return (float(math.ceil(parameter.minimum[0])),), (float(math.floor(parameter.maximum[0])),)
        case Kind.CHOICE:
            return (float(min(parameter.values)),), (float(max(parameter.values)),)
    return parameter.minimum, parameter.maximum


class Kinds:
    """Ranges and kinds of one version of the tree, as arrays.

    Args:
        parameters: All parameters, in order.
        slots: First slot of each.

    Attributes:
        minimum, maximum: Range of each slot, natural units.
        events: Slots that are true for one frame only.
        steady: Slots of whole numbers, switches, events and choices: those that have no in-between.
    """

    def __init__(self, parameters: Sequence[Parameter], slots: Mapping[Address, int]) -> None:
        self.minimum: Floats = np.array([v for p in parameters for v in limits(p)[0]], np.float64)
        self.maximum: Floats = np.array([v for p in parameters for v in limits(p)[1]], np.float64)
        by_kind: dict[Kind, list[int]] = {kind: [] for kind in Kind}
        for parameter in parameters:
            first = slots[parameter.address]
            by_kind[parameter.kind] += range(first, first + parameter.kind.components)
        self.events = np.array(by_kind[Kind.EVENT], np.intp)
        self._switches = np.array(by_kind[Kind.BOOL] + by_kind[Kind.EVENT], np.intp)
        self._whole = np.array(by_kind[Kind.INT], np.intp)
        self._choices = np.array(by_kind[Kind.CHOICE], np.intp)
        self.steady = np.concatenate([self._switches, self._whole, self._choices])
        allowed = [parameter.values for parameter in parameters if parameter.kind is Kind.CHOICE]
        width = max((len(values) for values in allowed), default=1)
        self._allowed: Floats = np.full((len(allowed), width), np.inf)
        for row, values in enumerate(allowed):
            self._allowed[row, : len(values)] = values

    def settle(self, values: Floats, *, rounded: bool = True) -> None:
        """Clamp and round ``values``, one finite number for every slot, in place.

        Args:
            values: One for each slot.
            rounded: False where all of whole numbers, switches, events and choices are lawful already.
        """
        values.clip(self.minimum, self.maximum, values)  # maximum() and minimum() take thrice as long
        if not rounded:
            values += _ZERO
            return
        if self._switches.size:
            values[self._switches] = values[self._switches] >= 0.5
        if self._whole.size:
            values[self._whole] = np.rint(values[self._whole])
        if self._choices.size:
            distance = np.abs(self._allowed - values[self._choices][:, np.newaxis])
            values[self._choices] = self._allowed[np.arange(len(distance)), distance.argmin(axis=1)]
        values += _ZERO  # one zero only: which sign max() and min() give depends on the processor
