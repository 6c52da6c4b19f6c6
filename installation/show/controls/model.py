"""One ``[[control]]`` as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from installation.show.schema import key
from installation.values import Address, Where

__all__ = ["ControlSpec"]


@dataclass(frozen=True, slots=True)
class ControlSpec:
    """``[[control]]``: connects a control of a controller to a parameter's base, or to a command."""

    source: Annotated[
        Address,
        key("the control's signal, e.g. `/midi/nanokontrol2/cc/0`; `photophore learn` finds it", name="from",
            kind="address"),
    ]  # fmt: skip
    target: Annotated[
        str, key("a parameter's address, or a command: `/go`, `/cue/3/go`, `standby -1`", name="to")
    ]
    where: Where
    page: Annotated[str, key("the page of the controller on which it counts", default="every page")] = ""
    takeover: Annotated[
        Literal["pick-up", "scale", "jump"],
        key(
            "what happens while the control stands elsewhere than the parameter: it waits until it meets it "
            "(`pick-up`), moves it in its direction (`scale`), or takes it along at once (`jump`)"
        ),
    ] = "pick-up"
    how: Annotated[
        Literal["absolute", "relative", "momentary", "toggle", "hold"],
        key(
            "`absolute`: its value; `relative`: an encoder's steps; `momentary`: `high` while pressed; "
            "`toggle`: `high` and `low` in turn; `hold`: after it was held for a second. A command runs when "
            "the button is pressed"
        ),
    ] = "absolute"
    encoding: Annotated[
        Literal["", "offset", "twos", "sign"],
        key(
            "what a relative encoder sends when it is turned up and down: 65 and 63 (`offset`), 1 and 127 "
            "(`twos`), 1 and 65 (`sign`)",
            default="the controller's own, else `offset`",
        ),
    ] = ""
    low: Annotated[
        float | None,
        key("the parameter at the control's lower end, natural units", default="the parameter's least"),
    ] = None
    high: Annotated[
        float | None,
        key("the parameter at the control's upper end", default="the parameter's greatest"),
    ] = None
    component: Annotated[
        int | None,
        key("of a point or colour: a name or 0..3; default: all components", kind="a number or a word"),
    ] = None
    held: Annotated[
        Address, key("signal of a button that must be held meanwhile, such as a shift key", kind="address",
                     default="none")
    ] = ""  # fmt: skip
    overlay: bool = False
    """Whether it stands in the user's folder, on top of a show that ships."""
    places: Mapping[str, Where] = field(default_factory=dict)
