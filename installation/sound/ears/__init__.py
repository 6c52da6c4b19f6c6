"""What the room is heard to do: loudness, bands, onsets, beat, voice and applause, hop by hop.

Pure: blocks of samples in, numbers out. It knows neither devices nor the bus.

==============  ==========================================================================
``ears``        ``Ears``: blocks in, ``Heard`` and ``Scope`` out
``spectrum``    frames -> powers of bands
``onsets``      spectral flux and the decision that a sound begins
``beat``        tempo, place in the beat
``levels``      loudness (ITU-R BS.1770), true peak, the room's median
``gain``        powers -> places between quiet and loud, per band
``likeness``    voice, applause
==============  ==========================================================================
"""

from installation.ipc.feeds.ears import NAMES
from installation.sound.ears.ears import Ears

__all__ = ["NAMES", "Ears"]
