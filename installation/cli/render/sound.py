"""The sound of a film: the show's soundscape, made offline."""

import sys
from typing import Final

from installation.player.player import Player
from installation.player.production import Production
from installation.player.sound.drive import Drives
from installation.show.soundscape import unpack
from installation.sound.apart import chain_apart
from installation.sound.devices.library import EXTRA
from installation.sound.offline import LOOK_AHEAD, Track, setup_of_film
from installation.stage.sound.setup import setup_of

__all__ = ["open_track"]

_SILENT: Final = "the film is silent: the sound extra is not installed ({}); {}"


def open_track(production: Production, player: Player, fps: float, seed: int) -> tuple[Track, Drives] | None:
    """Return the sound of a show, and what tells it of each frame.

    Args:
        production: The show.
        player: Plays it; without a picture it gives no flashes.
        fps: Frames per second.
        seed: Random seed.

    Returns:
        None, once said on stderr, where the extra is not installed.
    """
    setup = setup_of_film(setup_of(production.show, production.venue, seed))
    try:
        chain = chain_apart(setup)
    except ImportError as error:
        print(_SILENT.format(error, EXTRA), file=sys.stderr)
        return None
    drives = Drives(player, unpack(setup.soundscape).addresses())
    return Track(chain, fps, LOOK_AHEAD if player.picture is not None else 0), drives
