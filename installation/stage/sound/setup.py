"""What changes with files only: the venue's devices and speakers, the show's soundscape."""

import math

from installation.ipc.feeds.sound import Setup, Speaker
from installation.player.sound.files import sound_files
from installation.player.sound.hubs import soundscape_of, speaks_alone
from installation.show.model import Show
from installation.show.soundscape import pack
from installation.show.venue_model import Venue

__all__ = ["setup_of"]


def setup_of(show: Show, venue: Venue, seed: int) -> Setup:
    """Return the setup of a show in a venue.

    Args:
        show: The show.
        venue: The room.
        seed: Of everything random.
    """
    sound, soundscape = venue.sound, soundscape_of(show, venue)
    speakers = tuple(
        Speaker(name=one.name, channel=one.channel, azimuth=one.azimuth, gain=one.gain, delay=one.delay)
        for one in venue.speakers
    )
    return Setup(
        output=sound.output,
        input=sound.input,
        speakers=speakers,
        ceiling=sound.ceiling,
        peak=sound.peak,
        dba=math.nan if sound.dba is None else sound.dba,
        limit_a=sound.limit_a,
        limit_c=sound.limit_c,
        delay=sound.delay,
        panic=show.panic,
        soundscape=pack(soundscape) if soundscape is not None else b"",
        folder=str(show.folder),
        sounds=() if speaks_alone(venue) else sound_files(show),
        seed=seed,
    )
