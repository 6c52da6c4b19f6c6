"""Frame by frame, to the sample: the sound of a film."""

import numpy as np
import pytest

from installation.errors import PhotophoreError
from installation.ipc.feeds.sound import Drive, Ring, Setup
from installation.sound import BLOCK, RATE
from installation.sound.apart import ApartChain, chain_apart
from installation.sound.offline import Chain, Track, chain_of, frame_start, setup_of_film
from tests.sound_films import Clicks, Floats, onsets


def ring(frame: int, fps: float) -> Ring:
    return Ring(x=0.5, y=0.5, strength=1.0, time=frame / fps)


def played(clicks: Clicks, fps: float, frames: int, flashes: list[int], late: int = 2) -> Floats:
    """A film in which these frames flash, which is known ``late`` frames after."""
    track = Track(clicks.chain(), fps, look_ahead=late)
    parts = []
    for index in range(frames):
        rings = (ring(index - late, fps),) if index - late in flashes else ()
        parts.append(track.add(Drive(frame=index, time=index / fps, at=0.0, rings=rings)))
    parts.append(track.finish())
    track.close()
    assert clicks.closed
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("fps", [23.976, 24.0, 25.0, 29.97, 30.0, 59.94, 60.0, 240.0])
@pytest.mark.parametrize("latency", [0, 100, 700])
def test_a_flash_rings_within_a_block_of_its_frame_and_never_before_it(fps: float, latency: int) -> None:
    flashes = [0, 7, 20, 33]
    sound = played(Clicks(latency), fps, 40, flashes)
    assert sound.shape == (2, frame_start(40, fps))
    if fps < 200:  # else two flashes may be in one block
        late = [at - frame_start(frame, fps) for at, frame in zip(onsets(sound), flashes, strict=True)]
        assert all(0 <= one < BLOCK for one in late), late


def test_frames_begin_at_exact_samples_for_ever() -> None:
    assert frame_start(30 * 86_400, 30.0) == 86_400 * RATE
    assert frame_start(2997, 29.97) == 100 * RATE


def test_flashes_of_frames_shorter_than_a_block_are_all_told() -> None:
    clicks = Clicks()
    played(clicks, 240.0, 60, [*range(10, 40)])
    assert sum(len(one.rings) for one in clicks.driven) == 30


def test_each_frame_is_told_once_in_its_order_with_its_own_flashes() -> None:
    clicks = Clicks()
    played(clicks, 30.0, 12, [3, 9])
    assert [one.frame for one in clicks.driven] == list(range(12))
    assert [one.frame for one in clicks.driven if one.rings] == [3, 9]


def test_without_a_picture_nothing_waits() -> None:
    clicks = Clicks()
    track = Track(clicks.chain(), 30.0, look_ahead=0)
    for index in range(5):
        track.add(Drive(frame=index, time=index / 30, at=0.0))
    assert [one.frame for one in clicks.driven] == [0, 1, 2, 3]  # the fourth begins with the next block
    assert track.finish().shape[1] + 0 > 0


def test_the_end_does_not_click() -> None:
    class Hum(Clicks):
        def render(self) -> Floats:
            return np.full((2, BLOCK), 0.5, np.float32)

    sound = played(Hum(), 30.0, 30, [])
    assert sound.shape == (2, RATE)
    assert np.abs(np.diff(sound[0])).max() < 0.002
    assert sound[0, -1] == pytest.approx(0.0, abs=1e-6)
    assert sound[0, -961] == 0.5


def test_a_film_knows_no_delays_and_levels_of_the_venue() -> None:
    film = setup_of_film(Setup(delay=0.2, dba=70.0, output="hall", seed=4, ceiling=-20.0))
    assert (film.delay, film.output, film.seed, film.ceiling) == (0.0, "none", 4, -20.0)
    assert np.isnan(film.dba)
    assert [(one.channel, one.azimuth) for one in film.speakers] == [(1, -30.0), (2, 30.0)]


def of_show(chain: Chain) -> Floats:
    """Half a second of a scene with a few flashes."""
    track = Track(chain, 30.0, look_ahead=2)
    parts = []
    for index in range(15):
        rings = (ring(index - 2, 30.0),) if index % 5 == 4 else ()
        drive = Drive(
            frame=index, time=index / 30, at=0.0, before="sea-sparkle", after="sea-sparkle", rings=rings
        )
        parts.append(track.add(drive))
    parts.append(track.finish())
    track.close()
    track.close()
    return np.concatenate(parts, axis=1)


def test_the_voice_of_another_process_is_the_same_to_the_bit() -> None:
    setup = setup_of_film(Setup(seed=3))
    here, apart = of_show(chain_of(setup)), of_show(chain_apart(setup))
    assert here.shape == (2, RATE // 2)
    assert np.array_equal(here, apart)
    assert np.abs(here).max() > 0.0


def test_a_voice_that_ends_is_told() -> None:
    chain = ApartChain(setup_of_film(Setup()))
    chain._process.kill()
    with pytest.raises(PhotophoreError, match="the voice has ended"):
        _exhaust(chain)
    chain.close()


def _exhaust(chain: Chain) -> None:
    for _ in range(1000):
        chain.order(1)
        chain.ready(everything=True)
