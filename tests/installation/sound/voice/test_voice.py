"""The voice as its users have it: blocks, silence, one at a time."""

from collections.abc import Iterator

import numpy as np
import pytest

from installation.ipc.feeds.sound import Drive, Ring
from installation.sound import BLOCK, STATIONS
from installation.sound.voice import Voice, load


@pytest.fixture
def voice() -> Iterator[Voice]:
    made = Voice(load(b""), 1)
    yield made
    made.close()


def blocks(voice: Voice, seconds: float) -> np.ndarray:
    return np.concatenate([voice.render() for _ in range(round(seconds * 187.5))], 1)


def sea(**given: object) -> Drive:
    return Drive(frame=1, time=0.0, at=0.0, before="sea-sparkle", after="sea-sparkle", **given)  # type: ignore[arg-type]


def test_blocks_have_all_stations_and_are_new_each_time(voice: Voice) -> None:
    voice.drive(sea())
    first, second = voice.render(), voice.render()

    assert first.shape == (len(STATIONS), BLOCK)
    assert first.dtype == np.float32
    assert first is not second


def test_a_flash_rings_with_the_next_block_where_it_stands(voice: Voice) -> None:
    voice.drive(sea(values={"/voice/tide/level": 0.0, "/voice/water/level": 0.0}))
    blocks(voice, 8.0)
    voice.drive(
        sea(
            values={"/voice/tide/level": 0.0, "/voice/water/level": 0.0},
            rings=(Ring(x=1.0, y=0.5, strength=1.0, time=0.0),),
        )
    )
    heard = blocks(voice, 0.02)

    power = (heard.astype(float) ** 2).mean(1)
    assert power.argmax() == 4
    assert power[4] > 1e-6


def test_one_voice_at_a_time(voice: Voice) -> None:
    with pytest.raises(RuntimeError, match="close"):
        Voice(load(b""), 2)
    voice.close()
    voice.close()
    Voice(load(b""), 2).close()
