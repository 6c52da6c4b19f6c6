"""What raw biosignals say of a body: pure functions of windows, for all people of an adapter at once.

Quality comes first: where a contact is poor or a body moves there is no reading, rather than a number.
"""

from hardware.biosensor.features.bands import BANDS, EegBank, alpha_shares, band_powers, electrodes_good
from hardware.biosensor.features.breath import BreathBank
from hardware.biosensor.features.ecg import EcgBank
from hardware.biosensor.features.electrodermal import EdaBank
from hardware.biosensor.features.motion import MotionBank
from hardware.biosensor.features.pulse import GOOD, Beat, PulseBank, pulse_quality
from hardware.biosensor.features.running import RunningScale
from hardware.biosensor.features.variability import BeatLog, rmssd

__all__ = [
    "BANDS",
    "GOOD",
    "Beat",
    "BeatLog",
    "BreathBank",
    "EcgBank",
    "EdaBank",
    "EegBank",
    "MotionBank",
    "PulseBank",
    "RunningScale",
    "alpha_shares",
    "band_powers",
    "electrodes_good",
    "pulse_quality",
    "rmssd",
]
