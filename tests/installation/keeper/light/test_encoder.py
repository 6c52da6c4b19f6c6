"""The real rig and the real guard between a look and the bytes."""

import math

import numpy as np
import pytest

from installation.keeper.light.encoder import LampEncoder, safe_look
from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from installation.light.state import LightState
from installation.safety.law import law_for
from installation.show import load_venue


@pytest.fixture(scope="module")
def rig():
    return Rig(load_venue("loopback"), load_profiles())


def encoder(rig):
    return LampEncoder(rig, law_for("standard"))


def run(lamps, level, seconds):
    shape = (lamps.rig.universes, 512)
    out = []
    for _ in range(round(seconds * 44)):
        out.append(lamps.encode(np.full(shape, level, np.float32), 1 / 44, 0.0, live=True))
    return [int(levels.max()) for levels in out]


def test_a_cold_start_never_jumps_to_full(rig):
    levels = run(encoder(rig), 1.0, 6.0)
    assert levels[0] < 26
    assert levels[-1] == 255


def test_a_strobe_that_is_asked_for_does_not_reach_the_wire(rig):
    lamps = encoder(rig)
    run(lamps, 0.0, 3.0)
    tops, dimmed = [], []
    for half in range(40):  # 10 Hz for two seconds: black and white in turn
        tops.append(max(run(lamps, float(half % 2), 0.05)))
        dimmed.append(lamps.report().active)
    flashes = sum(bright - dark > 60 for dark, bright in zip(tops[0::2], tops[1::2], strict=True))
    assert flashes <= 2
    assert sum(dimmed) >= 15


def test_a_blackout_is_one_frame(rig):
    lamps = encoder(rig)
    run(lamps, 1.0, 6.0)
    assert run(lamps, 0.0, 1 / 44) == [0]


def test_poisoned_light_is_black_or_full_and_never_nonsense(rig):
    lamps, clean = encoder(rig), encoder(rig)
    run(lamps, 1.0, 6.0)
    run(clean, 1.0, 6.0)
    shape = (rig.universes, 512)
    poison = np.full(shape, np.inf, np.float32)
    poison[:, 0::3], poison[:, 1::3] = np.nan, -np.inf
    meant = np.ones(shape, np.float32)
    meant[:, 0::3] = meant[:, 1::3] = 0.0
    for _ in range(3):
        out = lamps.encode(poison, 1 / 44, 0.0, live=True)
        np.testing.assert_array_equal(out, clean.encode(meant, 1 / 44, 0.0, live=True))
    assert out.any()


def test_the_stage_s_own_message_is_understood_and_another_venue_s_is_refused(rig):
    lamps = encoder(rig)
    light = np.full((rig.universes, 512), 12345, np.uint16)
    state = lamps.decode(LightState(3, 1.0, light, 0.25, 0.0).to_bytes())
    assert (state.light == light).all()
    assert state.mean == 0.25
    with pytest.raises(ValueError, match="9 universes"):
        lamps.decode(LightState(3, 1.0, np.zeros((9, 512), np.uint16)).to_bytes())
    with pytest.raises(ValueError, match="not a light state"):
        lamps.decode(b"?")
    assert math.isnan(lamps.decode(LightState(3, 1.0, light).to_bytes()).mean)


def test_the_safe_look_is_still_and_as_bright_as_the_venue_says(rig):
    assert safe_look(rig, 0.0).max() == 0.0
    assert safe_look(rig, 0.5).max() == pytest.approx(0.5, abs=1e-4)


def test_a_lamp_that_blinks_is_named(rig):
    lamps = encoder(rig)
    name, rows = next((name, rows) for name, rows in rig.names.items() if len(rows) < len(rig))
    slots = rig.emitters().slots[rows].reshape(-1)
    light = np.full((rig.universes, 512), 0.2, np.float32)
    last = None
    for tick in range(44 * 6):
        light.reshape(-1)[slots] = 1.0 if tick // 6 % 2 and tick > 44 * 3 else 0.2
        lamps.encode(light, 1 / 44, tick / 44, live=True)
        last = lamps.report().last
    assert last is not None
    assert last.cause == "lamps"
    assert last.where == name
