"""The sound of a film: the show's soundscape, made offline."""

import sys
from typing import Final

from installation.ipc.feeds.sound import Drive, Setup
from installation.player.player import Player
from installation.player.production import Production
from installation.sound.offline import CHANNELS, Chain, Floats, Track, setup_of_film

__all__ = ["open_track"]

_SILENT: Final = "the film is silent: the sound extra is not installed ({}); pip install 'photophore[sound]'"


def open_track(production: Production, player: Player, fps: float, seed: int) -> Track | None:
    """Return the sound of a show; None, once said on stderr, where the extra is not installed.

    Args:
        production: The show.
        player: Plays it; without a picture it gives no flashes.
        fps: Frames per second.
        seed: Random seed.
    """
    setup = setup_of_film(Setup(folder=str(production.show.folder), seed=seed))
    try:
        chain = chain_of(setup)
    except ImportError as error:
        print(_SILENT.format(error), file=sys.stderr)
        return None
    return Track(chain, fps) if player.picture is not None else Track(chain, fps, look_ahead=0)


def chain_of(setup: Setup) -> Chain:
    """Return voice and desk as one. Raises ImportError without the sound extra."""
    from installation.sound.desk import Controls, Desk
    from installation.sound.voice import Voice, load

    voice, desk = Voice(load(setup.soundscape), setup.seed), Desk(setup, CHANNELS)
    controls = Controls(level_db=0.0, mute=False, dark=False, calm=False, silent=False)

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

    return Chain(drive, render, close=voice.close)
