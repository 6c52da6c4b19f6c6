"""One named value: its type, range, default, unit and address."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from installation.values import Address

__all__ = ["Kind", "Parameter"]


class Kind(Enum):
    """What a parameter holds; the value is the number of components."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    EVENT = "event"
    """True for exactly one frame after it is set."""
    CHOICE = "choice"
    """One of ``values`` (integers), shown to people as ``labels``."""
    POINT = "point"
    COLOR = "color"
    """Linear RGBA, 0..1 unless the range says otherwise."""

    @property
    def components(self) -> int:
        """How many numbers a value has: 2 for a point, 4 for a colour, else 1."""
        return {"point": 2, "color": 4}.get(self.value, 1)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is known about one value of the tree.

    Attributes:
        minimum, maximum: Range per component, natural units. Equal lengths to ``default``.
        default: Authored base.
        values, labels: Only for CHOICE: allowed integers and their names.
        access: ``operator`` parameters are shown to people; ``internal`` ones are for routes and cues.
    """

    address: Address
    kind: Kind
    default: tuple[float, ...]
    minimum: tuple[float, ...]
    maximum: tuple[float, ...]
    unit: str = ""
    label: str = ""
    description: str = ""
    values: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    access: Literal["operator", "internal"] = "operator"
    tags: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        sizes = {len(self.default), len(self.minimum), len(self.maximum), self.kind.components}
        if len(sizes) != 1:
            message = f"{self.address}: default, minimum and maximum need {self.kind.components} components"
            raise ValueError(message)
