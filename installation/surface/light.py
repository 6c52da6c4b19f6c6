"""What a light of a controller shows, as bytes: by the templates and the palette of its profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

from installation.show.schema import key
from installation.surface.template import Fill, Template
from installation.values import Scalar, Where

__all__ = ["DARK", "Light", "LightKind", "Shown", "shown"]

LightKind: TypeAlias = Literal["on", "blink", "level", "palette", "rgb", "ring"]
"""What a light can do: be on or off; also blink by itself; be dim; some colours; any colour; show a level."""

_OWN: Final[tuple[tuple[str, ...], ...]] = ((), ("blink",), ("pulse", "blink"))
"""Templates of what blinks by itself, the best first: steady, blinking, pulsing."""

_LIT: Final = 0.5
"""Level from which a light that is only on or off is on."""
_ONE_COLOR: Final = (1.0, 0.68, 0.2)
"""What a light of a single colour is drawn as on a screen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a light shows.

    Attributes:
        level: 0 to 1.
        blink: 0 steady, 1 blinking, 2 pulsing.
        color: Red, green and blue, 0 to 1 each, as a screen has them (sRGB). Black stands for no colour
            given, which is white.
    """

    level: float = 0.0
    blink: int = 0
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)


DARK: Final = Shown()
"""Shows nothing."""


def shown(values: Sequence[Scalar]) -> Shown:
    """Return what the values of a feedback message ask for: level, blink, red, green, blue.

    Values that are left out at the end are steady and white; no values at all are dark.

    Raises:
        ValueError: A value is no number.
    """
    numbers = [_number(value) for value in values[:5]]
    if not numbers:
        return DARK
    numbers += (0.0, 0.0, 1.0, 1.0, 1.0)[len(numbers) :] if len(numbers) > 1 else (0.0, 1.0, 1.0, 1.0)
    level, blink, *color = numbers
    red, green, blue = color if any(color) else (1.0, 1.0, 1.0)
    return Shown(min(1.0, max(0.0, level)), min(2, max(0, round(blink))), (red, green, blue))


def _number(value: Scalar) -> float:
    if isinstance(value, str | bytes) or value is None:
        raise ValueError(f"{value!r} is no number")
    number = float(value)
    if not -1e9 < number < 1e9:
        raise ValueError(f"{value!r} is no level")
    return number


@dataclass(frozen=True, slots=True)
class Light:
    """``[light.NAME]``: one kind of light of a controller.

    Attributes:
        templates: Those of ``off``, ``on``, ``blink`` and ``pulse`` that the file gives, by name.
        colors: The palette: number of each colour with its red, green and blue, 0 to 1 each.
    """

    name: str
    kind: Annotated[
        LightKind,
        key(
            "what it can do: `on` (or off), `blink` (by itself), `level` (dim), `palette` (some colours), "
            "`rgb` (any colour), `ring` (a level round a knob)"
        ),
    ]
    off: Annotated[
        str, key("bytes that make it dark; required of `midi`", kind="bytes", otherwise="", default="none")
    ]
    on: Annotated[
        str, key("bytes that make it shine; required of `midi`", kind="bytes", otherwise="", default="none")
    ]
    blink: Annotated[
        str,
        key("bytes that make it blink; without them Photophore switches it itself, twice a second",
            kind="bytes", otherwise=""),
    ]  # fmt: skip
    pulse: Annotated[str, key("bytes that make it pulse; without them it blinks", kind="bytes", otherwise="")]
    palette: Annotated[
        Mapping[str, str],
        key("its colours: number and `#RRGGBB`, for `{color}`", kind="a table", otherwise=""),
    ]
    templates: Mapping[str, Template]
    colors: tuple[tuple[int, tuple[float, float, float]], ...]
    where: Where

    def blinks(self, wanted: Shown) -> bool:
        """Return whether Photophore has to switch this light itself to let it blink."""
        return bool(wanted.blink) and not any(name in self.templates for name in _OWN[wanted.blink])

    def encode(self, number: int, wanted: Shown) -> bytes:
        """Return the MIDI messages that make a light show this; none for lights of another protocol.

        Args:
            number: The light's own number, 0 to 127.
            wanted: What it shows.
        """
        if not self.templates:
            return b""
        used = (
            self._template(wanted.blink)
            if self._lit(wanted) or self.kind == "ring"
            else self.templates["off"]
        )
        red, green, blue = (wanted.level * part for part in wanted.color)
        color = self._nearest(wanted) if "color" in used.fields else 0
        return used.fill(Fill(number, wanted.level, color, red, green, blue))

    def looks(self, wanted: Shown) -> tuple[float, float, float] | None:
        """Return the colour, sRGB 0 to 1, that a light has when it is to show this; None if it is dark.

        Of a light of one colour nobody knows which; it is amber here.
        """
        if not self._lit(wanted):
            return None
        level = 1.0 if self.kind in ("on", "blink") else wanted.level
        red, green, blue = (level * part for part in _ONE_COLOR)
        if self.colors:
            number = self._nearest(wanted)
            red, green, blue = next(color for entry, color in self.colors if entry == number)
        elif self.kind == "rgb":
            red, green, blue = (level * part for part in wanted.color)
        return red, green, blue

    def _lit(self, wanted: Shown) -> bool:
        steady = self.kind in ("on", "blink") and not wanted.blink
        return wanted.level >= _LIT if steady else wanted.level > 0.0

    def dark(self, number: int) -> bytes:
        """Return the messages that make a light dark, also a ring."""
        return self.templates["off"].fill(Fill(number)) if self.templates else b""

    def _template(self, blink: int) -> Template:
        return next(self.templates[name] for name in (*_OWN[blink], "on") if name in self.templates)

    def _nearest(self, wanted: Shown) -> int:
        """Return the number of the palette's entry that is most like the colour at this level.

        By the distance of red, green and blue. Entries that are black are no choice: what is dark is `off`.
        """
        part = 1.0 if self.kind == "ring" else wanted.level
        aim = [part * one for one in wanted.color]
        return min(
            self.colors, key=lambda entry: sum((a - b) ** 2 for a, b in zip(aim, entry[1], strict=True))
        )[0]
