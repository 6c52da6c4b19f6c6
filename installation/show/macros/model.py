"""Macros and trims as frozen values: one fader for many parameters, as an offset to what the cue says."""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, TypeAlias

from installation.isf.shader import ROLES
from installation.show.schema import HOUR, key
from installation.values import Address, Places, Seconds, Where

__all__ = ["AUTHORED", "MACRO", "TRIM", "End", "MacroSpec", "MacroTargetSpec", "Offset", "Prefix"]

Prefix: TypeAlias = Literal["macro", "trim"]
"""First part of the address."""

MACRO: Final[Prefix] = "macro"
TRIM: Final[Prefix] = "trim"

AUTHORED: Final = "authored"
"""In place of a number: the parameter's value as the show's files state it."""


@dataclass(frozen=True, slots=True)
class End:
    """Where an offset leads at one end: the value x becomes ``factor`` x + ``shift``, within its range.

    Attributes:
        factor: Factor on the value.
        shift: Natural units.
        growth: Above 0, not 1: the way there is geometric, with this ratio in all; else straight.
        one_way: 1: it never lowers a value; -1: it never raises one; 0: both.
    """

    factor: float = 1.0
    shift: float = 0.0
    growth: float = 1.0
    one_way: int = 0


@dataclass(frozen=True, slots=True)
class Offset:
    """What a route does whose signal goes from -1 (``low``) over 0 (nothing) to 1 (``high``)."""

    low: End = End()
    high: End = End()


@dataclass(frozen=True, slots=True)
class MacroTargetSpec:
    """``[[macro.NAME.target]]``: what a macro moves, and how far."""

    where: Where
    target: Annotated[
        Address,
        key(
            "a parameter, or all that match a pattern: `/light/*/gain`",
            name="to", kind="addresses", default="none",
        ),
    ] = ""  # fmt: skip
    role: Annotated[
        str,
        key(
            "instead of `to`: the inputs that scenes and effects name for it in their header, with "
            "`PHOTOPHORE.MACROS`",
            choices=ROLES, default="none",
        ),
    ] = ""  # fmt: skip
    without: Annotated[
        str,
        key(
            "leaves out what belongs to a scene that names an input for this role",
            choices=ROLES, default="none",
        ),
    ] = ""  # fmt: skip
    mode: Annotated[
        Literal["multiply", "add", "pull", "raise"],
        key(
            "`multiply`: `low` and `high` are factors; `add`: they are added, in the parameter's unit; "
            "`pull`: the value goes to them; `raise`: as `pull`, but `high` never lowers a value and `low` "
            "never raises one"
        ),
    ] = "multiply"
    low: Annotated[
        float | None,
        key(
            'what the macro does at 0: a number, or `"authored"` for the value in the show\'s files',
            kind="a number or a word", default="nothing",
        ),
    ] = None  # fmt: skip
    """NaN represents ``"authored"``."""
    high: Annotated[
        float | None,
        key("what it does at 1", kind="a number or a word", default="nothing"),
    ] = None
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MacroSpec:
    """``[macro.NAME]`` or ``[trim.NAME]``: the parameter ``/macro/NAME`` or ``/trim/NAME``, 0..1.

    At 0.5 everything is as authored: the cue's values, as routes moved them.
    """

    name: str
    prefix: Prefix
    where: Where
    label: Annotated[str, key("a title", default="its name")] = ""
    low: Annotated[str, key("what it does at 0, in a few words", default="nothing")] = ""
    high: Annotated[str, key("what it does at 1, in a few words", default="nothing")] = ""
    seconds: Annotated[
        Seconds, key("how long it takes at least from the middle to an end", low=0.0, high=HOUR)
    ] = 0.08
    targets: tuple[MacroTargetSpec, ...] = ()
    places: Places = field(default_factory=dict)

    @property
    def address(self) -> Address:
        """Address of its parameter."""
        return f"/{self.prefix}/{self.name}"

    @property
    def offset(self) -> Address:
        """Address of the signal that moves its targets: -1..1, 0 in the dead zone."""
        return f"{self.address}/offset"
