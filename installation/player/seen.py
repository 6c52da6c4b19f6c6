"""What the picture says of the frame before the last one, as readings for the next frame's inbox.

They pass through the inbox like everything else that decides something, so a recording holds them.
"""

from installation.render.readback.features import ZONES, PictureFeatures
from installation.safety.report import GuardReport
from installation.signal import Signals
from installation.values import Address, Reading, Seconds

__all__ = ["CENTROID", "MOTION", "readings", "zone_address"]

MOTION: Address = "/picture/motion"
CENTROID: tuple[Address, Address] = ("/picture/centroid/x", "/picture/centroid/y")

_DIGITS = 7  # after the point: a recording need not hold sixteen of them


def zone_address(row: int, column: int) -> Address:
    """The mean luminance of one of 4 x 4 zones; row 0 is at the top, column 0 at the left."""
    return f"/picture/zone/{row}/{column}"


_ZONES = [(zone_address(row, column), row, column) for row in range(ZONES) for column in range(ZONES)]


def readings(
    report: GuardReport, features: PictureFeatures | None, signals: Signals, now: Seconds
) -> list[Reading]:
    """Everything that is always told, and the zones that anything listens to.

    Args:
        report: The guard's.
        features: Of the guarded picture; None before there are any.
        signals: Who listens.
        now: Monotonic seconds.
    """
    said = [
        ("/picture/mean", report.mean),
        ("/picture/red", report.red),
        ("/picture/guard", report.reduction),
    ]
    if features is not None:
        x, y = features.centroid
        said += [(MOTION, features.motion), (CENTROID[0], x), (CENTROID[1], y)]
        heard = signals.index
        zones = features.zones
        said += [(one, zones[row][column]) for one, row, column in _ZONES if heard(one) is not None]
    return [Reading(address, (round(value, _DIGITS),), now, "picture") for address, value in said]
