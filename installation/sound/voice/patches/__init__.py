"""Patches: one kind of sound each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from installation.sound.voice.patches.bells import Bells
from installation.sound.voice.patches.hub import Hub
from installation.sound.voice.patches.nature.fireflies import Fireflies
from installation.sound.voice.patches.nature.insects import Insects
from installation.sound.voice.patches.nature.reef import Reef
from installation.sound.voice.patches.nature.roots import Roots
from installation.sound.voice.patches.nature.strata import Strata
from installation.sound.voice.patches.nature.tide import Tide
from installation.sound.voice.patches.nature.water import Water
from installation.sound.voice.patches.nature.weather import Weather
from installation.sound.voice.patches.patch import Moment, Patch, Studio
from installation.sound.voice.patches.people.comma import Comma
from installation.sound.voice.patches.people.crowd import Crowd
from installation.sound.voice.patches.people.divide import Divide
from installation.sound.voice.patches.people.fan import Fan
from installation.sound.voice.patches.people.pressure import Pressure
from installation.sound.voice.patches.people.repair import Repair
from installation.sound.voice.patches.people.stories import Stories
from installation.sound.voice.patches.people.threads import Threads

__all__ = ["ALL", "Moment", "Patch", "Studio"]

ALL: Final[Mapping[str, type[Patch]]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Bells, Tide, Water, Insects, Reef, Roots, Strata, Fan, Crowd, Pressure, Threads, Comma, Divide,
            Repair, Stories, Fireflies, Weather, Hub,
        )
    }
)  # fmt: skip
"""All patches by name, in the order in which they step."""
