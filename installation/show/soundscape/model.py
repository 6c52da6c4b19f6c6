"""The soundscape of a show as frozen values: ``soundscape.toml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from installation.show.schema import HOUR, key
from installation.show.soundscape.patches import PATCHES, SHARED, level_address, trim_address
from installation.values import Address, Seconds, Where

__all__ = ["FollowSpec", "PartSpec", "SilenceSpec", "Soundscape", "TuningSpec"]


@dataclass(frozen=True, slots=True)
class FollowSpec:
    """``[[follow]]`` or ``[[scene.NAME.follow]]``: an input of a patch follows a signal or a parameter."""

    to: Annotated[str, key("a patch and one of its inputs: `crowd/density`; `level` is a factor")]
    source: Annotated[Address, key("the signal, or the parameter", name="from", kind="address")]
    span: Annotated[
        tuple[float, float], key("where the signal begins and ends to count", name="in", low=-1e6, high=1e6)
    ] = (0.0, 1.0)
    out: Annotated[
        tuple[float, float], key("what the input is there; between them a straight line", low=-1e6, high=1e6)
    ] = (0.0, 1.0)
    smooth: Annotated[Seconds, key("time constant", low=0.0, high=600.0)] = 0.2

    @property
    def patch(self) -> str:
        """The patch."""
        return self.to.partition("/")[0]

    @property
    def input(self) -> str:
        """Its input."""
        return self.to.partition("/")[2]

    def value(self, signal: float) -> float:
        """Value of the input for a value of the signal."""
        (a, b), (c, d) = self.span, self.out
        share = min(max((signal - a) / (b - a), 0.0), 1.0)
        return c + (d - c) * share


@dataclass(frozen=True, slots=True)
class PartSpec:
    """``[scene.NAME]`` or ``[state.NAME]``: which patches are heard, how loud, and what moves them.

    Of a scene, ``patches`` are levels, and others are silent; of a state they are factors on those.
    """

    name: str
    fade: Annotated[Seconds, key("how long the way there takes", low=0.0, high=HOUR)] = 6.0
    register: Annotated[
        float, key("octaves by which everything that has a pitch is higher", low=-2.0, high=2.0)
    ] = 0.0
    patches: Annotated[
        Mapping[str, float],
        key(
            "levels by patch, 0..2: `{ water = 1.0, bells = 0.8 }`", kind="a table of numbers", default="none"
        ),
    ] = field(default_factory=dict)
    inputs: Annotated[
        Mapping[str, float],
        key('inputs of patches: `{ "water/density" = 0.8 }`', kind="a table of numbers", default="none"),
    ] = field(default_factory=dict)
    follow: tuple[FollowSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class TuningSpec:
    """``[tuning]``: the one scale."""

    root: Annotated[float, key("lowest root in Hz", low=20.0, high=200.0)] = 55.0
    scale: Annotated[
        tuple[float, ...],
        key("ratios to the root, rising, from 1 to below 2", low=1.0, high=2.0),
    ] = (1.0, 9 / 8, 6 / 5, 27 / 20, 3 / 2, 8 / 5, 9 / 5)
    season: Annotated[
        Address, key("signal 0..1 with which the scale turns: one step for each degree", kind="address")
    ] = "/nature/season"


@dataclass(frozen=True, slots=True)
class SilenceSpec:
    """``[silence]``: what a cue that intends silence does. In a blackout sound ends within 30 ms."""

    fade: Annotated[Seconds, key("how long sound takes to end", low=0.02, high=60.0)] = 2.0
    rise: Annotated[Seconds, key("how long it takes to return", low=0.02, high=60.0)] = 1.0


@dataclass(frozen=True, slots=True)
class Soundscape:
    """``soundscape.toml`` of a show, or the default one.

    Attributes:
        sources: Each signal or parameter that something follows, and where the file names it; not packed.
    """

    tuning: TuningSpec = TuningSpec()
    silence: SilenceSpec = SilenceSpec()
    follow: tuple[FollowSpec, ...] = ()
    scenes: Mapping[str, PartSpec] = field(default_factory=dict)
    states: Mapping[str, PartSpec] = field(default_factory=dict)
    sources: tuple[tuple[Address, Where], ...] = field(default=(), compare=False)

    def addresses(self) -> tuple[Address, ...]:
        """All that ``Drive.values`` should have: parameters below ``/voice``, and what the table names."""
        found = dict.fromkeys(SHARED)
        for patch in PATCHES.values():
            found[level_address(patch.name)] = None
            found |= dict.fromkeys(trim_address(patch.name, name) for name in patch.trims)
        found[self.tuning.season] = None
        found |= dict.fromkeys(one.source for one in self._follows())
        return tuple(found)

    def _follows(self) -> Iterator[FollowSpec]:
        yield from self.follow
        for part in (*self.scenes.values(), *self.states.values()):
            yield from part.follow
