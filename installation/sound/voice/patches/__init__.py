"""Patches: one kind of sound each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from installation.sound.voice.patches.bells import Bells
from installation.sound.voice.patches.patch import Moment, Patch, Studio
from installation.sound.voice.patches.tide import Tide

__all__ = ["ALL", "Moment", "Patch", "Studio"]

ALL: Final[Mapping[str, type[Patch]]] = MappingProxyType({one.name: one for one in (Bells, Tide)})
"""All patches by name, in the order in which they step."""
