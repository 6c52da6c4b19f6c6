"""The sound of a film: the show's soundscape, made offline."""

import sys
from typing import Final

from installation.ipc.feeds.sound import Drive, Setup
from installation.player.player import Player
from installation.player.production import Production
from installation.player.sound.drive import Drives
from installation.show.soundscape import unpack
from installation.sound.offline import CHANNELS, LOOK_AHEAD, Chain, Floats, Track, setup_of_film
from installation.stage.sound.setup import setup_of

__all__ = ["chain_of", "open_track"]

_SILENT: Final = "the film is silent: the sound extra is not installed ({}); pip install 'photophore[sound]'"


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
        chain = chain_of(setup)
    except ImportError as error:
        print(_SILENT.format(error), file=sys.stderr)
        return None
    drives = Drives(player, unpack(setup.soundscape).addresses())
    return Track(chain, fps, LOOK_AHEAD if player.picture is not None else 0), drives


def chain_of(setup: Setup) -> Chain:
    """Return voice and desk as one. Raises ImportError without the sound extra."""
    from installation.sound.desk import Controls, Desk
    from installation.sound.voice import Voice, load

    voice, desk = Voice(load(setup.soundscape), setup.seed), Desk(setup, CHANNELS)
    controls = Controls()

    def drive(newest: Drive) -> None:
        nonlocal controls
        controls = Controls(
            level_db=newest.values.get("/voice/level", 0.0),
            mute=newest.values.get("/voice/mute", 0.0) >= 0.5,
            dark=newest.dark,
            calm=newest.calm,
            silent=newest.silent,
        )
        voice.drive(newest)

    def render() -> Floats:
        return desk.process(voice.render(), controls)

    return Chain(drive, render, desk.latency, voice.close)
