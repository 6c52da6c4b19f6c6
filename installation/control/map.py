"""The map: what each control does, from the show's ``controls.toml`` and the profiles' default maps."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from installation.control.relative import Encoding
from installation.control.takeover import Way
from installation.show.controls import ControlSpec
from installation.surface import Binding, Profile
from installation.surface.profile import How
from installation.values import Address, Where

__all__ = ["Bind", "Origin", "bindings", "device_of", "spec_of"]

_SURFACES: Final = ("midi", "monome")
"""First parts of the addresses of controllers; the second one is the device."""


class Origin(IntEnum):
    """Where a binding stands; of one control and page the highest holds."""

    DEFAULT = 0
    """The profile of the controller."""
    SHOW = 1
    """``controls.toml`` of the show."""
    OVERLAY = 2
    """The user's folder, on top of a show that ships."""


@dataclass(frozen=True, slots=True)
class Bind:
    """One control and one thing that it moves.

    Attributes:
        source: Address of the control's signal.
        target: A parameter's address, or a command.
        origin: Where it stands.
        where: Its place in that file.
        page: Page of the device on which it holds; empty for every one.
        way: How the control takes a parameter over.
        how: What its events mean.
        encoding: How a relative encoder counts.
        low, high: The parameter at the ends of the control's travel, natural units; None for its own range.
        component: Of a point or colour; None for all.
        held: Signal of a button that must be held meanwhile.
        value: What a press sets, as a share of the parameter's range.
        color: Of the control's light; None leaves that to what it does.
        name: What people call the control: its name in the profile, or the end of its address.
    """

    source: Address
    target: str
    origin: Origin
    where: Where = field(compare=False)
    page: str = ""
    way: Way = "pick-up"
    how: How = "absolute"
    encoding: Encoding = "offset"
    low: float | None = None
    high: float | None = None
    component: int | None = None
    held: Address = ""
    value: float = 1.0
    color: tuple[float, float, float] | None = None
    name: str = ""

    @property
    def device(self) -> Address:
        """Beginning of the address of the controller."""
        return device_of(self.source)


def device_of(source: Address) -> Address:
    """Return the beginning of a signal's address that is its controller's: ``/midi/nanokontrol2``."""
    parts = source.split("/")
    return "/".join(parts[:3]) if parts[1] in _SURFACES else "/" + parts[1]


def bindings(
    controls: Iterable[ControlSpec],
    profiles: Mapping[str, Profile],
    used: Iterable[Address] = (),
    met: Container[Address] | None = None,
) -> list[Bind]:
    """Return every binding of a show.

    Args:
        controls: Its ``controls.toml``, with what lies on top of it.
        profiles: Known controllers.
        used: Signals that the show's routes use: the default maps leave these controls alone.
        met: Controllers whose default maps count; None for all.
    """
    known = {one.prefix: one for one in profiles.values()}
    taken = frozenset(used)
    found = [
        _default(profile, one)
        for profile in profiles.values()
        if met is None or profile.prefix in met
        for one in profile.maps
        if _reading(profile, one.control) not in taken
    ]
    return found + [_written(one, known) for one in controls]


def spec_of(bind: Bind) -> ControlSpec:
    """Return the entry of ``controls.toml`` that says the same."""
    return ControlSpec(
        bind.source, bind.target, bind.where, bind.page, bind.way, bind.how,
        bind.encoding if bind.how == "relative" else "", bind.low, bind.high, bind.component, bind.held,
        overlay=bind.origin is Origin.OVERLAY,
    )  # fmt: skip


def _reading(profile: Profile, control: str) -> Address:
    return f"{profile.prefix}/{profile.by_name[control].reading}"


def _default(profile: Profile, binding: Binding) -> Bind:
    control = profile.by_name[binding.control]
    relative = binding.how == "relative" or bool(control.relative)
    return Bind(
        source=_reading(profile, binding.control),
        target=binding.to,
        origin=Origin.DEFAULT,
        where=binding.where,
        page=binding.page,
        how="relative" if relative and binding.how == "absolute" else binding.how,
        encoding=control.relative or "offset",
        held=_reading(profile, binding.held) if binding.held else "",
        value=binding.value,
        color=binding.color,
        name=control.name,
    )


def _written(spec: ControlSpec, known: Mapping[Address, Profile]) -> Bind:
    profile = known.get(device_of(spec.source))
    below = spec.source.removeprefix(device_of(spec.source) + "/")
    control = None
    if profile is not None:
        control = next((one for one in profile.controls if one.reading == below), None)
    encoding: Encoding = spec.encoding or (control.relative if control else "") or "offset"
    return Bind(
        source=spec.source,
        target=spec.target,
        origin=Origin.OVERLAY if spec.overlay else Origin.SHOW,
        where=spec.where,
        page=spec.page,
        way=spec.takeover,
        how=spec.how,
        encoding=encoding,
        low=spec.low,
        high=spec.high,
        component=spec.component,
        held=spec.held,
        name=control.name if control else below,
    )
