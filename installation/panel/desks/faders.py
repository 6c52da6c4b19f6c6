"""The faders of the controls: the macros and trims of the show, by hand on a phone and without script."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from installation.panel.mirror import View
from installation.values import Address, Scalar

__all__ = ["Fader", "faders_of", "order_of", "section"]

_ROOTS: Final = ("/macro/", "/trim/")
_MIDDLE: Final = "0.5 = as authored; "
"""What all descriptions begin with; the page says it once."""


@dataclass(frozen=True, slots=True)
class Fader:
    """One macro or trim.

    Attributes:
        address: Of its parameter.
        about: What its ends do, in a few words.
        value: Where it stands, 0..1; 0.5 is as authored.
    """

    address: Address
    about: str
    value: float

    @property
    def name(self) -> str:
        """Its name, as ``status`` lists it."""
        return self.address.rpartition("/")[2]


def faders_of(view: View) -> list[Fader]:
    """Return the macros and trims of the show in their order; none before the stage has described it."""
    nodes = (one for one in view.description.nodes if one.writable and one.address.startswith(_ROOTS))
    return [Fader(o.address, o.description.removeprefix(_MIDDLE), view.value(o)[0]) for o in nodes]


def order_of(faders: Iterable[Fader], address: str, value: str) -> tuple[str, tuple[Scalar, ...]] | None:
    """Return command and arguments of a fader that was set; None if there is no such fader or number."""
    try:
        number = float(value)
    except ValueError:
        return None
    known = any(one.address == address for one in faders) and 0.0 <= number <= 1.0
    return ("set", (address, number)) if known else None


def section(faders: Iterable[Fader], action: str) -> str:
    """Return the faders as HTML, trims folded; empty without any. ``action`` is where their forms go."""
    macros, trims = ([one for one in faders if one.address.startswith(root)] for root in _ROOTS)
    if not (macros or trims):
        return ""
    folded = f"<details><summary>Trims</summary>\n{_rows(trims, action)}</details>" if trims else ""
    return f"""<section class="whole" aria-labelledby="faders">
<h2 id="faders">Macros</h2>
<p class="hint">The middle is as authored.</p>
{_rows(macros, action)}{folded}
<form method="post" action="{action}">
<button name="do" value="neutral" class="plain">All to the middle</button>
</form>
</section>
"""


def _rows(faders: Iterable[Fader], action: str) -> str:
    return "".join(_row(one, action) for one in faders)


def _row(fader: Fader, action: str) -> str:
    key, value = escape(fader.address), f"{fader.value:.3f}"
    return f"""<form class="fader" method="post" action="{action}">
<label for="{key}">{escape(fader.name)}</label>
<output>{fader.value:.2f}</output>
<input type="hidden" name="fader" value="{key}">
<input type="range" id="{key}" name="value" min="0" max="1" step="0.005" value="{value}"
data-name="{escape(fader.name)}" aria-describedby="{key}-about">
<button class="plain">Set</button>
<p class="hint" id="{key}-about">{escape(fader.about)}</p>
</form>
"""
