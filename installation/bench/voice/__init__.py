"""How fast the voice renders, alone on a core."""

from collections.abc import Sequence
from time import process_time
from typing import Final

from installation.bench import Row
from installation.bench.voice.score import FPS, PlayedScore
from installation.sound import BLOCK, RATE
from installation.sound.voice import Voice, load

__all__ = ["run"]

_SECONDS: Final = 40.0
_GOAL: Final = 20.0


def run() -> Sequence[Row]:
    """Times real time of the whole soundscape, and of its slowest scene."""
    times = {name: speed(name) for name in PlayedScore().places()}
    mean = len(times) / sum(1.0 / one for one in times.values())
    slowest = min(times, key=lambda name: times[name])
    bound = f">= {_GOAL:g}x real time"
    return [
        Row("voice: all scenes, offline", mean, _GOAL, None, "x", "bound", mean, bound, mean >= _GOAL),
        Row(
            f"voice: its slowest scene, {slowest}", times[slowest], _GOAL / 2, None, "x", "bound",
            times[slowest], f">= {_GOAL / 2:g}x real time", times[slowest] >= _GOAL / 2,
        ),
    ]  # fmt: skip


def speed(scene: str) -> float:
    """Seconds of sound of a scene that one second of a core makes."""
    score = PlayedScore()
    voice = Voice(load(b""), 1)
    try:
        start = process_time()
        blocks = 0
        for drive in score.frames(score.places()[scene], _SECONDS):
            voice.drive(drive)
            while blocks * BLOCK / RATE < (drive.frame + 1) / FPS - score.places()[scene]:
                voice.render()
                blocks += 1
        return blocks * BLOCK / RATE / (process_time() - start)
    finally:
        voice.close()
