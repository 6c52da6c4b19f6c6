"""What raw biosignals say of a body: pure functions of windows, for all people of an adapter at once.

Quality comes first: where a contact is poor or a body moves there is no reading, rather than a number.
"""

from hardware.biosensor.features.bands import BANDS, band_powers
from hardware.biosensor.features.pulse import Beat, PulseBank, pulse_quality
from hardware.biosensor.features.running import RunningScale

__all__ = ["BANDS", "Beat", "PulseBank", "RunningScale", "band_powers", "pulse_quality"]
