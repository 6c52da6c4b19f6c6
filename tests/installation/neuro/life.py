"""A minute of a room full of people, as one hash: run as a program, it says it on another processor too."""

import hashlib

import numpy as np

from hardware.biosensor import Crowd
from installation.neuro import Controls, Room
from installation.neuro.parameters import CHANNELS, MOST_PEOPLE
from installation.show.interface import ShockSpec
from tests.installation.signal.night import features

STEP = 1 / 30


def life(count: int = 9, seed: int = 4, seconds: float = 25.0) -> str:
    """SHA-256 of everything that is said, frame by frame."""
    room, crowd = Room(seed), Crowd(count, seed, together=0.5)
    values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    times = np.full(values.shape, -np.inf)
    digest = hashlib.sha256()
    for frame in range(round(seconds / STEP)):
        now = frame * STEP
        crowd.advance(STEP)
        for reading in crowd.readings(now, "people"):
            _, _, number, channel = reading.address.split("/")
            at = int(number) - 1, CHANNELS.index(channel)
            values[at], times[at] = float(reading.values[0]), now
        wild = seconds / 3 < now < seconds * 2 / 3
        delays = (0.8, 8.0) if wild else (0.06, 0.08)
        controls = Controls(delays, float(wild), 2.0, {}, 0.2, 4.0, 0.3, (float(not wild), 0.1, 10.0))
        if frame == 500:
            room.send(ShockSpec())
        said = room.advance(values, times, now, STEP, controls)
        feeling = (said.feeling.arousal, said.feeling.coherence, said.feeling.stillness, said.brake)
        digest.update(said.shared.values.tobytes() + said.shared.told.tobytes() + bytes(said.shared.private))
        digest.update(np.array((*said.invited, said.drive)).tobytes())
        digest.update(said.answers.tobytes() + said.shocks.tobytes() + np.array(feeling).tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    print(life(), *features())
