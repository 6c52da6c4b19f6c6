"""The parts of the hub process, in the order in which they advance."""

from collections.abc import Callable
from typing import Final, TypeAlias

from installation.hub.cues import Cues
from installation.hub.fireflies import Fireflies
from installation.hub.membership import Membership
from installation.hub.options import HubOptions
from installation.hub.part import Part, Surroundings
from installation.hub.share import SharePart
from installation.hub.stories import Stories
from installation.hub.time import Time

__all__ = ["PARTS", "Build"]

Build: TypeAlias = Callable[[Surroundings, HubOptions], Part]
"""Makes a part for an open network, e.g. its class."""

PARTS: Final[tuple[Build, ...]] = (
    Membership,
    lambda shared, _options: Time(shared),
    lambda shared, _options: Cues(shared),
    lambda shared, _options: Fireflies(shared),
    SharePart,
    lambda shared, _options: Stories(shared),
)
"""One line for each. Membership comes first: it says who is heard."""
