"""Listens to the voice without a device."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import numpy as np

from installation.bench.voice.score import FPS, PlayedScore
from installation.ipc.feeds.sound import Drive, Ring
from installation.show.soundscape import PartSpec, Soundscape
from installation.sound import BLOCK, RATE
from installation.sound.voice import Voice, load

BLOCKS = RATE / BLOCK


@contextmanager
def opened(soundscape: Soundscape | None = None, seed: int = 1) -> Iterator[Voice]:
    """A voice with this soundscape or the default one, closed at the end."""
    voice = Voice(soundscape or load(b""), seed)
    try:
        yield voice
    finally:
        voice.close()


def drive(scene: str, values: Mapping[str, float] | None = None, **given: object) -> Drive:
    """A frame of a show that stands in this scene."""
    told = dict(values or {})
    return Drive(frame=1, time=0.0, at=0.0, before=scene, after=scene, values=told, **given)  # type: ignore[arg-type]


def play(voice: Voice, seconds: float, *, rings: Mapping[int, tuple[Ring, ...]] | None = None) -> np.ndarray:
    """Blocks of so many seconds; ``rings`` come with the block of that number."""
    out = []
    for index in range(round(seconds * BLOCKS)):
        if rings and index in rings:
            voice.drive(Drive(**{**_fields(voice), "rings": rings[index]}))
        out.append(voice.render())
    return np.concatenate(out, 1)


def _fields(voice: Voice) -> dict[str, object]:
    now = voice._drive
    return {name: getattr(now, name) for name in now.__struct_fields__}


@cache
def stretch(place: float, seconds: float, heal: bool = True, odd: bool = False) -> np.ndarray:
    """A stretch of the shipped show's score, begun 6 s before."""
    score = PlayedScore(heal=heal, odd=odd)
    begins = max(place - 6.0, 0.0)
    out: list[np.ndarray] = []
    with opened() as voice:
        for frame in score.frames(begins, place + seconds - begins):
            voice.drive(frame)
            while len(out) / BLOCKS < (frame.frame + 1) / FPS - begins:
                out.append(voice.render())
    return np.concatenate(out, 1)[:, round((place - begins) * RATE) :]


def alone(*patches: str, **inputs: float) -> Soundscape:
    """A table with one scene, ``here``, that has these patches at once; inputs as ``crowd__density=1.0``."""
    named = {name.replace("__", "/"): value for name, value in inputs.items()}
    return Soundscape(scenes={"here": PartSpec("here", 0.05, 0.0, dict.fromkeys(patches, 1.0), named)})
