"""The picture fed to itself: off is off, black stays black, nothing whites out, tears open and close."""

import moderngl
import numpy as np
import pytest

from installation import paths
from installation.isf import parse
from installation.render import Host
from installation.values import Frame
from tests.installation.render.pixels import picture, pixels

pytestmark = pytest.mark.gl

SIZE = (96, 54)
SPIRAL = {"gain": 1.3, "zoom": 1.006, "turn": 0.75, "memory": 7.0, "split": 0.4}
CELLS = {"gain": 1.25, "zoom": 1.0, "turn": 0.02, "memory": 9.0, "split": 0.6, "cells": 1.0}
TORN = {"gain": 1.35, "zoom": 1.002, "memory": 10.0, "split": 0.9, "tear": 0.06, "cells": 0.2}
WORST = {
    "gain": 2.0,
    "zoom": 1.03,
    "turn": 1.0,
    "memory": 12.0,
    "drift": 0.02,
    "delay": 63.0,
    "split": 1.0,
    "mirror": 1.0,
    "cells": 1.0,
    "reseed": 1.0,
}


def luminance(shown):
    return shown[..., :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def sea(level=0.12):
    """Blue-green light in the lower left, black elsewhere."""
    y, x = np.mgrid[0:54, 0:96].astype(np.float32)
    bright = (
        level
        * np.exp(-(((x - 36) / 22) ** 2) - ((y - 24) / 14) ** 2)
        * (0.6 + 0.4 * np.sin(x * 0.9 + y * 0.5))
    )
    bright[bright < 0.01] = 0.0
    light = np.array([0.12, 0.62, 1.0, 0.0], np.float32) * bright[..., None]
    light[..., 3] = 1.0
    return light


@pytest.fixture
def play(context):
    """Draw frames of one renderer: ``play(picture, frames, inputs)`` returns the last one, and goes on."""
    host = Host(context)
    renderer = host.load(parse(paths.shaders() / "feedback" / "malfunction.fs"), SIZE)
    count = 0

    def draw(light, frames, **values):
        nonlocal count
        given = {"inputImage": picture(context, light), "amount": (1.0,)}
        given |= {
            name: value if isinstance(value, tuple | moderngl.Texture) else (value,)
            for name, value in values.items()
        }
        for _ in range(frames):
            drawn = renderer.draw(Frame(count, count / 30, 1 / 30 if count else 0.0), given)
            count += 1
        return pixels(drawn).astype(np.float32).copy()

    yield draw
    host.release()


def test_with_no_amount_the_picture_is_as_it_came(play):
    light = sea()
    shown = play(light, 12, **{**TORN, "amount": 0.0})
    assert np.abs(shown[..., :3] - light[..., :3]).max() < 0.002


@pytest.mark.parametrize("regime", [SPIRAL, CELLS, TORN], ids=["spiral", "cells", "torn"])
def test_black_stays_black_whatever_the_loop_gains(play, regime):
    black = np.zeros((54, 96, 4), np.float32)
    assert luminance(play(black, 60, **{**regime, "gain": 2.0})).max() == 0.0


def test_only_a_seed_lights_what_is_black(play):
    black = np.zeros((54, 96, 4), np.float32)
    assert luminance(play(black, 60, **{**SPIRAL, "reseed": 1.0})).max() > 0.005


@pytest.mark.parametrize("regime", [SPIRAL, CELLS, TORN], ids=["spiral", "cells", "torn"])
def test_the_loop_changes_the_picture_but_not_how_much_light_there_is(play, regime):
    light = sea()
    shown = play(light, 180, **regime)
    mean = luminance(light).mean()
    assert 0.5 * mean < luminance(shown).mean() < 1.6 * mean
    assert np.abs(luminance(shown) - luminance(light)).mean() > 0.5 * mean


def test_the_worst_of_everything_never_whites_out(play):
    light = sea(0.5)
    for _ in range(4):
        shown = play(light, 45, **WORST)
        assert np.isfinite(shown).all()
        assert luminance(shown).mean() < 2.0 * luminance(light).mean()


def test_what_is_no_number_is_gone_with_the_frame_that_brought_it(play):
    light = sea()
    wild = light.copy()
    wild[10:20, 20:40] = np.nan
    wild[30:34, 50:60] = np.inf
    play(wild, 3, **SPIRAL)
    shown = play(light, 150, **SPIRAL)
    assert np.isfinite(shown).all()
    assert luminance(shown).mean() < 2.0 * luminance(light).mean()


def test_amber_never_enters_the_loop(play):
    light = np.zeros((54, 96, 4), np.float32)
    light[20:34, 30:60] = (0.5, 0.21, 0.025, 1.0)
    shown = play(light, 90, **SPIRAL)
    outside = shown.copy()
    outside[18:36, 28:62] = 0.0
    assert luminance(outside).max() < 0.02


def test_tears_open_and_new_tissue_closes_them(play):
    light = np.zeros((54, 96, 4), np.float32)
    light[..., :3] = (0.012, 0.062, 0.1)

    def dark(shown):
        return float((luminance(shown) < 0.01).mean())

    whole = dark(play(light, 60, gain=0.5, memory=1.0, zoom=1.0, turn=0.0, drift=0.0))
    torn = dark(play(light, 120, gain=0.5, memory=1.0, zoom=1.0, turn=0.0, drift=0.0, tear=0.06))
    healed = dark(
        play(light, 600, gain=0.5, memory=1.0, zoom=1.0, turn=0.0, drift=0.0, tear=0.06, repair=1.0)
    )
    assert whole < 0.02
    assert torn > 0.06
    assert healed < 0.5 * torn


def test_lime_is_kept_for_the_worst(play):
    """Half way the long waves are still at the green of growth, of 508 nm; at the end they are at 555 nm."""

    def least_blue(shown):
        lit = shown[luminance(shown) > 0.005]
        return float((lit[:, 2] / lit[:, 1]).min())

    y, x = np.mgrid[0:54, 0:96].astype(np.float32)
    light = np.ones((54, 96, 4), np.float32)
    light[..., :3] = np.array([0.12, 0.8, 0.8]) * (0.05 + 0.05 * np.sin(x * 0.9 + y * 0.5))[..., None]
    assert least_blue(play(light, 150, **{**TORN, "split": 0.5, "tear": 0.0})) > 0.5
    assert least_blue(play(light, 150, **{**TORN, "split": 1.0, "tear": 0.0})) < 0.3


def test_a_pressure_front_moves_light_and_adds_little(play):
    light = sea()
    calm = {"gain": 0.5, "memory": 0.5, "zoom": 1.0, "turn": 0.0, "drift": 0.0}
    before = play(light, 30, **calm)
    # A quarter of a second after it began it is 0.2 H from its origin, in the middle of the light.
    shown = play(light, 1, **calm, shock0=(0.2, 0.45, 0.25, 1.0))
    assert np.abs(luminance(shown) - luminance(before)).max() > 0.02
    assert luminance(shown).mean() < luminance(before).mean() + 0.04


def adrift(play, seconds, bodies=None):
    """A disc of light, upper right, and the whole picture adrift on it: the light outside the disc; all."""
    y, x = np.mgrid[0:54, 0:96].astype(np.float32)
    light = np.zeros((54, 96, 4), np.float32)
    light[..., :3] = np.array([0.08, 0.8, 1.0]) * (np.hypot(x - 66, y - 34) < 14)[..., None]
    light[..., 3] = 1.0
    room = {} if bodies is None else {"bodies": bodies}
    loop = {"amount": 0.75, "memory": 1.2, "gain": 0.5, "delay": 24.0}
    play(light, 150, **loop)
    shown = play(light, round(30 * seconds), adrift=1.0, **loop, **room)
    beside = luminance(shown)
    beside[light[..., 1] > 0.0] = 0.0
    return beside, shown


def test_the_picture_adrift_on_itself_is_smaller_deeper_and_late(play):
    early, _ = adrift(play, 0.2)
    beside, shown = adrift(play, 4.0)
    assert beside.sum() > 2.0 * early.sum() > 0.0
    # 0.54 of its size and what is on it again, dimmer and bluer than what it repeats.
    assert 0.2 < (beside > 0.04).mean() / 0.118 < 0.45
    layer = shown[beside > 0.04]
    assert np.median(luminance(layer)) < 0.8 * float(luminance(shown)[34, 66])
    assert (layer[:, 2] / layer[:, 1]).mean() > 1.4


def test_what_moves_in_the_picture_adrift_is_dim(play):
    """It passes the place a second time half a second later, and would rise there twice in a second."""
    loop = {"amount": 0.75, "memory": 1.2, "gain": 0.5, "delay": 24.0, "adrift": 1.0}
    beside, _ = adrift(play, 6.0)
    still = beside.sum()
    light = np.zeros((54, 96, 4), np.float32)
    y, x = np.mgrid[0:54, 0:96].astype(np.float32)
    disc = (np.hypot(x - 66, y - 34) < 14)[..., None]
    sums = []
    for turn in range(8):  # it flickers about the light that it had
        light[..., :3] = np.array([0.08, 0.8, 1.0]) * disc * (1.0 if turn % 2 else 0.4)
        light[..., 3] = 1.0
        moved = luminance(play(light, 5, **loop))
        moved[disc[..., 0]] = 0.0
        sums.append(moved.sum())
    assert max(sums[2:]) < 0.5 * still


def test_the_picture_adrift_follows_the_amount_to_nothing(play):
    light = sea(0.5)
    loop = {"memory": 1.2, "gain": 0.5, "delay": 24.0, "adrift": 1.0}
    play(light, 240, amount=0.75, **loop)
    amounts = (0.75, 0.6, 0.5, 0.35, 0.2, 0.1, 0.05, 0.01, 0.002)
    shown = [luminance(play(light, 90, amount=amount, **loop)) for amount in amounts]
    off = [float(np.abs(one - luminance(light)).mean()) for one in shown]

    # Whole where the state uses it, and from there on always less of it.
    assert np.abs(shown[0] - shown[2]).mean() < 0.05 * off[0]
    assert (np.diff(off[2:]) < 0.0).all()
    assert 0.2 * off[0] < off[4] < 0.7 * off[0]
    assert off[-1] < 0.01 * off[0], "nothing jumps where it is switched off"


def test_nothing_drifts_over_a_body(context, play):
    everywhere = picture(context, np.full((54, 96, 4), -0.1, np.float32))
    beside, _ = adrift(play, 4.0, everywhere)
    assert beside.max() < 0.001
