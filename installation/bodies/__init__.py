"""People in space: where they are, how long they have stood still, who stands together, who is answered how.

Numbers in, numbers out; which signals they are is not known here (``player.room.bodies``).
"""

from installation.bodies.bodies import Bodies, Laws
from installation.bodies.choice import Choice, caring
from installation.bodies.table import COLUMNS, MOST_BODIES, MOST_PLACES, ROWS

__all__ = ["COLUMNS", "MOST_BODIES", "MOST_PLACES", "ROWS", "Bodies", "Choice", "Laws", "caring"]
