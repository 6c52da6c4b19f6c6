"""Flash events: what lights up suddenly, where, how strongly, at most 64 a frame."""

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.readback.flashes import MOST, Flash, FlashDetector, Flashes

DT = 1 / 60


Peaks = NDArray[np.float32]


def grid(rows: int = 36, columns: int = 64, light: float = 0.0) -> Peaks:
    peaks = np.zeros((rows, columns, 3), np.float32)
    peaks[..., 0] = light
    peaks[..., 1] = (np.arange(columns) + 0.5) / columns
    peaks[..., 2] = ((np.arange(rows) + 0.5) / rows)[:, np.newaxis]
    return peaks


def played(frames: list[Peaks]) -> list[tuple[int, Flash]]:
    detector = FlashDetector()
    return [(n, one) for n, peaks in enumerate(frames) for one in detector.find(peaks, n * DT, DT)]


def test_a_point_that_lights_up_is_one_flash_with_its_place_strength_and_time() -> None:
    frames = []
    for n in range(60):
        peaks = grid()
        if n >= 10:
            peaks[9, 32, 0] = 0.4 * np.exp(-(n - 10) * DT / 0.1)
        frames.append(peaks)
    ((frame, flash),) = played(frames)
    assert frame == 10
    assert flash.strength == pytest.approx(0.4, abs=1e-6)
    assert (flash.x, flash.y) == pytest.approx((32.5 / 64, 9.5 / 36))
    assert flash.time == pytest.approx(10 * DT)


def test_an_onset_of_several_frames_is_one_flash() -> None:
    frames = []
    for level in (0.0, 0.0, 0.1, 0.2, 0.25, 0.25, 0.2, 0.1, 0.0):
        frames.append(grid())
        frames[-1][5, 5, 0] = level
    assert len(played(frames)) <= 2
    assert played(frames)[0][0] == 2


def test_slow_light_and_a_lit_start_are_no_flashes() -> None:
    rising = [grid(light=0.5 * n / 240) for n in range(240)]  # 0.5 of white in 4 s, as a cue fades
    assert played(rising) == []
    assert played([grid(light=0.8)] * 5) == []


def test_a_point_that_moves_from_cell_to_cell_is_no_flash() -> None:
    frames = []
    for n in range(120):
        frames.append(grid())
        frames[-1][18, n // 2, 0] = 0.5  # half a cell a frame is 0.8 heights a second
    assert [frame for frame, _ in played(frames) if frame > 2] == []


def test_of_too_many_the_strongest_are_kept() -> None:
    lit = grid()
    lit[1::3, 1::3, 0] = np.random.default_rng(0).uniform(0.1, 0.9, lit[1::3, 1::3, 0].shape)
    strengths = [one.strength for _, one in played([grid(), lit])]
    every = sorted(lit[..., 0].reshape(-1).tolist(), reverse=True)
    assert len(every) > MOST
    assert strengths == every[:MOST]


def test_a_light_on_the_border_of_two_cells_is_one_flash() -> None:
    lit = grid()
    lit[10, 20, 0], lit[10, 21, 0] = 0.5, 0.49
    ((_, flash),) = played([grid(), lit])
    assert flash.strength == pytest.approx(0.5)


def test_the_gpu_finds_the_brightest_pixel_and_its_place(context: Context) -> None:
    size = (321, 181)
    texture = context.gl.texture(size, 4, dtype="f2")
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    dark = np.zeros((size[1], size[0], 4), np.float16)
    lit = dark.copy()
    lit[40, 300] = (0.0, 0.5, 0.0, 1.0)
    lit[180, 0] = (0.0, 0.25, 0.0, 1.0)
    flashes = Flashes(context, size)
    found: list[Flash] = []
    for n in range(8):
        texture.write((lit if n == 3 else dark).tobytes())
        found += flashes.read(texture, 0.5, n * DT, DT)
    flashes.release()
    texture.release()
    assert [round(one.strength, 3) for one in found] == [
        round(0.5 * 0.5 * 0.7152, 3),
        round(0.25 * 0.5 * 0.7152, 3),
    ]
    assert (found[0].x, found[0].y) == pytest.approx((300.5 / 321, 40.5 / 181))
    assert (found[1].x, found[1].y) == pytest.approx((0.5 / 321, 180.5 / 181))
    assert all(one.time == pytest.approx(3 * DT) for one in found)


def test_a_blackout_that_ends_is_no_flash_and_in_the_dark_there_is_none(context: Context) -> None:
    size = (160, 90)
    texture = context.gl.texture(size, 4, dtype="f2")
    still = np.full((90, 160, 4), 0.5, np.float16)
    flashing = still.copy()
    flashing[40, 80] = 1.0
    flashes, found = Flashes(context, size), []
    for n in range(90):
        texture.write((flashing if n == 30 else still).tobytes())
        found += flashes.read(texture, 1.0 if n >= 60 else 0.0, n * DT, DT)
    flashes.release()
    texture.release()
    assert found == []


def test_after_a_pause_of_the_listeners_it_begins_anew(context: Context) -> None:
    size = (160, 90)
    texture = context.gl.texture(size, 4, dtype="f2")
    flashes, found = Flashes(context, size), []
    for n in (0, 1, 2, 3, 400, 401, 402, 403):
        texture.write(np.full((90, 160, 4), 0.0 if n < 10 else 0.6, np.float16).tobytes())
        found += flashes.read(texture, 1.0, n * DT, DT)
    flashes.release()
    texture.release()
    assert found == []
