"""The parts of the hub process, in the order in which they advance."""

from collections.abc import Callable
from typing import Final, TypeAlias

from installation.hub.options import HubOptions
from installation.hub.part import Part, Surroundings
from installation.hub.stories import Stories

__all__ = ["PARTS", "Build"]

Build: TypeAlias = Callable[[Surroundings, HubOptions], Part]
"""Makes a part for an open network, e.g. its class."""

PARTS: Final[tuple[Build, ...]] = (Stories,)
"""One line for each."""
