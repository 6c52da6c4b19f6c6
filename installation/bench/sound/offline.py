"""Sound without a device: a show's sound alone, voices by number, the desk by channels."""

from collections.abc import Sequence
from time import process_time
from typing import Final

import numpy as np

from installation.bench import Row
from installation.bench.sound.room import spent_by
from installation.ipc.feeds.sound import Drive, Ring, Setup, Speaker
from installation.sound import BLOCK, RATE, STATIONS

__all__ = ["SCENE", "crowded", "desk_share", "offline_rows", "sound_alone", "voices_share"]

FAST: Final = 20.0
"""Times real time that sound alone is to be rendered at."""
VOICES: Final = 32
SHARE: Final = 0.25
"""Of one core, for so many voices."""
_WARM: Final = 2.0
SCENE: Final = "crowded"
_MANY: Final = ("bells", "insects", "reef", "roots", "fireflies", "strata", "water", "crowd")
_FPS: Final = 30.0
_SECONDS: Final = 30.0


def offline_rows() -> Sequence[Row]:
    """Times real time of sound alone, and shares of a core of 32 voices and of the desk."""
    parts = sound_alone(_SECONDS)
    here = parts["player"] + parts["desk"]
    times = 1.0 / max(here, parts["voice"])  # two processes, side by side
    share, voices = voices_share(10.0)
    scaled = share * max(VOICES / voices, 1.0)
    two, eight = desk_share(2), desk_share(8)
    where = ", ".join(f"{name} {1000 * one:.0f} ms" for name, one in parts.items())
    return [
        Row(
            "sound: sound alone, offline", times, FAST, None, "x", "bound", times, f">= {FAST:g}x real time",
            times >= FAST,
            f"on two free cores, from the processor time of a second: {where}, the voice beside the others; "
            f"on one core {1.0 / sum(parts.values()):.1f}x",
        ),
        Row(
            f"sound: {VOICES} voices", scaled, SHARE, None, "of a core", "bound", scaled, f"<= {SHARE}",
            scaled <= SHARE, f"{voices:.1f} single sounds at a time, and drones, take {share:.3f}",
        ),
        Row(
            "sound: desk, 2 speakers", two, 0.1, None, "of a core", "bound", two, "<= 0.1", two <= 0.1,
            f"8 speakers: {eight:.3f}",
        ),
    ]  # fmt: skip


def sound_alone(seconds: float, warm: float = _WARM) -> dict[str, float]:
    """Render the sound of the shipped show as ``render --sound-only`` does, after ``warm`` seconds of it.

    Returns:
        Processor seconds of player, desk and voice for each second of the show.
    """
    from installation.clock import ManualClock
    from installation.ipc.options import StageOptions
    from installation.player.build import build_player
    from installation.player.production import read_production
    from installation.player.sound.drive import Drives
    from installation.show.soundscape import unpack
    from installation.sound.apart import ApartChain
    from installation.sound.offline import Track, setup_of_film
    from installation.stage.sound.setup import setup_of
    from installation.values import Command

    options = StageOptions(mode="run", headless=True, seed=0)
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / _FPS), None, repeatable=True)
    setup = setup_of_film(setup_of(production.show, production.venue, 0))
    drives = Drives(player, unpack(setup.soundscape).addresses())
    chain = ApartChain(setup)
    track = Track(chain, _FPS, 0)
    spent = {"player": 0.0, "desk": 0.0}
    voice = 0.0
    for index in range(round((warm + seconds) * _FPS)):
        if index == round(warm * _FPS):
            chain.ready(everything=True)
            spent, voice = dict.fromkeys(spent, 0.0), spent_by(chain.pid)
        first = process_time()
        start = [Command("score", ("0:00", 1.0), 0.0, "bench")] if index == 0 else []
        player.step([*player.features(), *start], index / _FPS)
        drive = drives.of(index / _FPS)
        second = process_time()
        track.add(drive)
        spent["player"] += second - first
        spent["desk"] += process_time() - second
    chain.ready(everything=True)
    spent["voice"] = spent_by(chain.pid) - voice
    track.close()
    return {name: one / seconds for name, one in spent.items()}


def crowded(patches: Sequence[str] = (*_MANY, "tide"), scene: str = SCENE) -> bytes:
    """Return the soundscape of one scene in which these patches are at work, as dense as they can be."""
    from installation.show.soundscape import PATCHES, PartSpec, Soundscape, pack

    dense = {f"{name}/density": 1.0 for name in patches if "density" in PATCHES[name].inputs}
    part = PartSpec(scene, fade=0.1, patches=dict.fromkeys(patches, 1.0), inputs=dense)
    return pack(Soundscape(scenes={scene: part}))


def voices_share(seconds: float) -> tuple[float, float]:
    """Return the share of a core that a crowded scene takes, and how many single sounds play at a time in it.

    Everything that makes many sounds is at work at once, as dense as it can be, over the drones of the tide.
    """
    from installation.show.soundscape import unpack
    from installation.sound.voice import Voice

    voice = Voice(unpack(crowded()), 0)
    try:
        spent, heard, blocks = 0.0, 0, round(seconds * RATE / BLOCK)
        for block in range(2 * blocks):
            rings = (Ring(x=block % 7 / 7, y=block % 5 / 5, strength=1.0, time=0.0),) * (block % 16 == 0)
            before = process_time()
            voice.drive(Drive(frame=block, time=0.0, at=0.0, before=SCENE, after=SCENE, rings=rings))
            voice.render()
            if block >= blocks:
                spent += process_time() - before
                heard += voice.sounding
        return spent / seconds, heard / blocks
    finally:
        voice.close()


def desk_share(channels: int, seconds: float = 5.0) -> float:
    """Return the share of a core that the desk takes with so many speakers around the listeners."""
    from installation.sound.desk import Controls, Desk

    speakers = tuple(
        Speaker(name=str(one), channel=one + 1, azimuth=-180.0 + (one + 0.5) * 360.0 / channels, delay=0.001)
        for one in range(channels)
    )
    desk, controls = Desk(Setup(speakers=speakers, dba=70.0), channels), Controls(level_db=-6.0)
    chance = np.random.default_rng(1)
    noise = 0.05 * chance.standard_normal((16, len(STATIONS), BLOCK)).astype(np.float32)
    blocks = round(seconds * RATE / BLOCK)
    for block in range(200):
        desk.process(noise[block % 16], controls)
    before = process_time()
    for block in range(blocks):
        desk.process(noise[block % 16], controls)
    return (process_time() - before) / seconds
