"""``[budget]`` of a venue: what all stations of light together may take."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Final

from installation.show.fields import Fields
from installation.show.schema import key, read
from installation.values import Places

__all__ = ["SUN", "BudgetSettings", "hours_of", "read_budget"]

SUN: Final = "sun"
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_MOST_WATTS: Final = 1e6
_MOST_LUMENS: Final = 1e8


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """``[budget]``: the power and the light that all stations share."""

    watts: Annotated[
        float, key("power of all stations together in watts; 0: nothing limits it", low=0.0, high=_MOST_WATTS)
    ] = 0.0
    lumens: Annotated[
        float,
        key(
            "light of all stations together in lumens during the quiet hours; 0: nothing limits it",
            low=0.0,
            high=_MOST_LUMENS,
        ),
    ] = 0.0
    quiet: Annotated[
        str,
        key("when `lumens` counts: hours such as `22:00-06:00`, or `sun`: while the sun is down"),
    ] = SUN
    alone: Annotated[
        float,
        key(
            "watts that this station takes if it has never agreed with the others; 0 for one that was added "
            "later",
            low=0.0,
            high=_MOST_WATTS,
            default="an equal part",
        ),
    ] = -1.0
    places: Places = field(default_factory=dict, compare=False)

    @property
    def there(self) -> bool:
        """Whether anything is limited."""
        return self.watts > 0.0 or self.lumens > 0.0


def hours_of(quiet: str) -> tuple[float, float] | None:
    """Return begin and end of quiet hours, parts of a day from midnight; None for what goes by the sun."""
    found = _HOURS.fullmatch(quiet)
    if found is None:
        return None
    begin_h, begin_m, end_h, end_m = (int(part) for part in found.groups())
    return (begin_h * 60 + begin_m) / 1440.0, (end_h * 60 + end_m) / 1440.0


def read_budget(fields: Fields) -> BudgetSettings:
    """Read the table."""
    budget = read(BudgetSettings, fields)
    if budget.quiet != SUN and hours_of(budget.quiet) is None:
        message = f"quiet: {budget.quiet[:40]!r} is neither hours nor `sun`"
        fields.report(fields.places["quiet"], message, 'e.g. quiet = "22:00-06:00"')
    if budget.alone > budget.watts > 0.0:
        message = f"alone: {budget.alone:g} W is more than the whole budget of {budget.watts:g} W"
        fields.report(fields.places["alone"], message, "leave it out for an equal part")
    return budget
