"""Light for the lamps: means over footprints, two frames late."""

import numpy as np
import pytest

from installation.render.readback.gather import LATENCY, TRIAL, Gather
from tests.installation.render.pixels import picture

pytestmark = pytest.mark.gl

SIZE = (64, 32)


def scene(context, seed):
    light = np.random.default_rng(seed).random((SIZE[1], SIZE[0], 4)).astype(np.float16).astype(np.float32)
    return light[..., :3], picture(context, light)


def boxes(edges):
    """Texel edges x0 y0 x1 y1 to a table of 0..1."""
    return (np.array(edges, float) / [*SIZE, *SIZE]).astype(np.float32)


def settle(gather, texture):
    for _ in range(LATENCY + 1):
        read = gather.read(texture)
    return read


EDGES = [[0, 0, 1, 1], [63, 31, 64, 32], [4, 6, 6, 8], [0, 0, 64, 32], [8, 8, 24, 12], [10, 3, 11, 19]]


def test_every_lamp_has_the_mean_of_its_footprint(context):
    light, texture = scene(context, 1)
    gather = Gather(context, boxes(EDGES))
    read = settle(gather, texture)
    wanted = [light[y0:y1, x0:x1].mean((0, 1)) for x0, y0, x1, y1 in EDGES]
    assert np.abs(read - wanted).max() < 2e-3
    gather.release()


def test_what_is_read_was_drawn_two_frames_before(context):
    gather = Gather(context, boxes(EDGES))
    scenes = [scene(context, seed) for seed in range(6)]
    for index, (_, texture) in enumerate(scenes):
        read = gather.read(texture).copy()
        if index < LATENCY:
            assert read.max() == 0.0
        else:
            assert read[3] == pytest.approx(scenes[index - LATENCY][0].mean((0, 1)), abs=2e-3)
    gather.release()


def test_both_ways_of_reading_give_the_same_numbers_while_they_are_tried(context):
    gather = Gather(context, boxes(EDGES))
    _, texture = scene(context, 3)
    ways = set()
    wanted = settle(gather, texture).copy()
    for _ in range(2 * (TRIAL + LATENCY) + 5):
        ways.add(gather.strategy)
        assert np.array_equal(gather.read(texture), wanted)
    assert ways == {"direct", "buffer"}
    gather.release()


def test_more_lamps_than_one_row_keep_their_order(context):
    light, texture = scene(context, 4)
    rng = np.random.default_rng(5)
    corners = np.stack([rng.integers(0, 64, 2500), rng.integers(0, 32, 2500)], 1)
    gather = Gather(context, boxes(np.hstack([corners, corners + 1])))
    assert np.abs(settle(gather, texture) - light[corners[:, 1], corners[:, 0]]).max() < 1e-3
    gather.release()


def test_fresh_samples_are_of_the_same_frame_and_light_never_goes_back(context):
    gather = Gather(context, boxes(EDGES))
    _, dark = scene(context, 0)
    for _ in range(2 * (TRIAL + LATENCY)):
        gather.read(dark)
        assert gather.fresh(1.0) is None, "while the methods are timed"
    scenes = [scene(context, seed) for seed in range(20, 32)]
    wanted = [light.mean((0, 1)) for light, _ in scenes]
    newest = -1
    for index, (_, texture) in enumerate(scenes):
        read = gather.read(texture)[3].copy()
        found = [one for one in range(index + 1) if read == pytest.approx(wanted[one], abs=1e-4)]
        assert index < LATENCY or found[0] >= newest
        if index % 3:  # else nobody had time to wait
            fresh = gather.fresh(5.0)
            assert fresh is not None
            assert fresh[3] == pytest.approx(wanted[index], abs=2e-3)
            newest = index
    gather.release()
