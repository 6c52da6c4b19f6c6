from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import AddressError
from installation.light.profiles.library import load_profiles
from installation.light.profiles.profile import parse_profile
from installation.light.rig import Rig, _encodings
from tests.installation.light.rooms import fixture, pixels, room

PROFILES = load_profiles()


def rig(*items, profiles=PROFILES):
    return Rig(room(*items), profiles)


def noise(made, seed=1):
    return np.random.default_rng(seed).random((len(made), 3), np.float32)


def sent(made, colours, **words):
    return made.encode(made.resolve(1, 0.0, colours, **words).light)


def test_a_matrix_carries_each_colour_to_its_three_bytes():
    made = rig(pixels("wall", 34, 20))
    colours = noise(made)
    levels = sent(made, colours)

    assert made.universes == 4
    assert np.array_equal(levels[:, :510].reshape(680, 3), np.rint(np.rint(colours * 65535) / 257))
    assert not levels[:, 510:].any()


def test_grb_swaps_and_rgbw_takes_the_white():
    made = rig(pixels("a", 1, format="grb"), pixels("b", 1, channel=10, format="rgbw"))
    levels = sent(made, np.array([[1.0, 0.4, 0.2], [1.0, 0.4, 0.2]], np.float32))[0]

    assert levels[:3].tolist() == [102, 255, 51]
    assert levels[9:13].tolist() == [204, 51, 0, 51]


def test_samples_are_in_universe_order_whatever_the_order_of_the_file():
    made = rig(pixels("late", 3, universe=2), fixture("early", "rgb", channel=100), pixels("first", 2))

    assert made.names["first"].tolist() == [0, 1]
    assert made.names["early"].tolist() == [2]
    assert made.names["late"].tolist() == [3, 4, 5]
    assert made.samples[2].tolist() == pytest.approx([0.4, 0.4, 0.6, 0.6])
    assert made.samples.dtype == np.float32
    assert made.samples.flags.c_contiguous


def test_sixteen_bits_are_split_into_coarse_and_fine():
    made = rig(fixture("lamp", "rgb-16bit"))
    colours = np.array([[0.31, 0.62, 0.001]], np.float32)
    levels = sent(made, colours)[0, :6].astype(int)
    whole = levels[0::2] * 256 + levels[1::2]

    assert whole.tolist() == np.rint(colours[0] * np.float32(65535)).astype(int).tolist()


def test_the_curve_is_applied_last():
    square = parse_profile("sq", 'format = 1\ncurve = "square"\n[[channel]]\nrole = "intensity"\n', "sq.toml")
    made = rig(fixture("lamp", "sq"), profiles={"sq": square})
    state = made.resolve(1, 0.0, np.full((1, 3), 0.25, np.float32))

    assert state.light[0, 0] == round(0.25 * 65535)
    assert made.encode(state.light)[0, 0] == 128


def test_held_channels_stand_open_and_unknown_ones_stay_dark():
    made = rig(fixture("par", "par-rgbw-strobe", channel=9))
    levels = sent(made, np.ones((1, 3), np.float32))[0, 8:16]

    assert levels.tolist() == [255, 0, 0, 0, 255, 0, 0, 0]


def test_blackout_is_one_frame_and_so_is_its_end():
    made = rig(pixels("wall", 4))
    light = np.ones((4, 3), np.float32)

    assert sent(made, light).any()
    assert not sent(made, light, blackout=True).any()
    assert not sent(made, light, master=float("nan")).any()
    assert sent(made, light, master=0.5).max() == 128


def test_no_picture_and_no_numbers_are_dark():
    made = rig(pixels("wall", 4))
    bad = np.full((4, 3), np.nan, np.float32)
    bad[0] = np.inf
    bad[1] = -np.inf

    assert not sent(made, None).any()
    assert sent(made, bad)[0, :12].tolist() == [255] * 3 + [0] * 9


def test_a_level_set_by_hand_stands_above_the_picture_until_it_is_released():
    made = rig(fixture("a", "rgb"), fixture("b", "rgb", channel=4))
    picture = np.ones((2, 3), np.float32)

    assert sent(made, picture, levels={"a": (0.2, 0.0, 0.0)})[0, :6].tolist() == [51, 0, 0, 255, 255, 255]
    assert sent(made, picture, levels={"b": (0.2,)})[0, :6].tolist() == [255, 255, 255, 51, 51, 51]
    assert sent(made, picture)[0, :6].tolist() == [255] * 6


@pytest.mark.parametrize("levels", [{"nobody": (1.0,)}, {"a": (1.0, 1.0)}])
def test_a_level_for_nobody_is_an_address_error(levels):
    with pytest.raises(AddressError):
        rig(fixture("a", "rgb")).resolve(1, 0.0, None, levels=levels)


def test_no_picture_moves_a_hazard_and_a_level_does_only_when_armed():
    made = rig(fixture("fog", "fog"), fixture("lamp", "dimmer", channel=2))
    picture = np.ones((2, 3), np.float32)
    full = {"fog": (1.0,)}

    assert sent(made, picture)[0, :2].tolist() == [0, 255]
    assert sent(made, picture, levels=full)[0, :2].tolist() == [0, 255]
    assert sent(made, picture, armed=True)[0, :2].tolist() == [0, 255]
    assert sent(made, picture, levels=full, armed=True)[0, :2].tolist() == [255, 255]
    assert not sent(made, picture, levels=full, armed=True, blackout=True)[0, :2].any()


def test_hazards_off_is_zero_on_all_their_channels_and_on_no_other():
    text = 'format = 1\nhazard = true\n[[channel]]\nrole = "shutter"\n[[channel]]\nrole = "intensity"\n'
    profiles = {"laser": parse_profile("laser", text, "laser.toml"), **PROFILES}
    made = rig(fixture("laser", "laser"), fixture("lamp", "dimmer", channel=3), profiles=profiles)
    light = np.full((1, 512), 65535, np.uint16)

    assert made.encode(light)[0, :3].tolist() == [255, 255, 255]
    assert made.encode(light, hazards=False)[0, :3].tolist() == [0, 0, 255]
    assert made.hazard[0, :3].tolist() == [True, True, False]


def test_the_safe_look_lights_every_lamp_but_the_hazards():
    made = rig(
        fixture("blinder", "blinder"), fixture("lamp", "dimmer", channel=2), pixels("strip", 2, channel=3)
    )
    look = made.encode(made.steady(0.2))[0, :8]

    assert look.tolist() == [0, 51, 51, 51, 51, 51, 51, 51]


def test_float_light_and_whole_light_give_the_same_bytes():
    made = rig(pixels("wall", 30), fixture("lamp", "rgb-16bit", universe=2))
    light = made.resolve(1, 0.0, noise(made)).light

    assert np.array_equal(made.encode((light / 65535).astype(np.float32)), made.encode(light))


def test_emitters_add_up_to_the_luminance_of_the_colours():
    made = rig(
        fixture("a", "rgbw"),
        fixture("b", "dimmer", channel=10),
        pixels("c", 5, channel=20),
        fixture("d", "rgb-16bit", 2),
    )
    colours = noise(made)
    light = made.resolve(1, 0.0, colours).light.reshape(-1) / 65535
    emitters = made.emitters()
    luminance = (light[emitters.slots] * emitters.weights).sum(1)

    assert luminance == pytest.approx(colours @ np.array([0.2126, 0.7152, 0.0722]), abs=1e-4)
    assert emitters.room.sum() == pytest.approx(1.0)
    assert len(emitters.slots) == len(made) == len(made.samples)


def test_what_is_on_the_wire_is_drawn_as_the_colour_that_was_meant():
    made = rig(
        pixels("a", 20, curve="square"), fixture("b", "rgbw", 2), pixels("c", 5, universe=3, format="grb")
    )
    colours = noise(made)

    assert made.appearance(sent(made, colours)) == pytest.approx(colours, abs=0.01)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_a_darker_picture_never_gives_a_higher_level(seed, share):
    made = rig(fixture("a", "rgb"), fixture("b", "dimmer", channel=5), pixels("c", 3, channel=9, curve="s"))
    colours = noise(made, seed)

    assert (sent(made, colours * np.float32(share)) <= sent(made, colours)).all()


def test_an_empty_venue_is_one_dark_universe():
    made = rig()

    assert sent(made, np.empty((0, 3), np.float32)).shape == (1, 512)
    assert made.samples.shape == (0, 4)
    assert made.appearance(np.zeros((1, 512), np.uint8)).shape == (0, 3)


def test_512_universes_go_through_in_one_pass():
    made = rig(pixels("wall", 320, 272))
    colours = noise(made)
    levels = sent(made, colours)

    assert levels.shape == (512, 512)
    assert np.array_equal(levels[511, 507:510], np.rint(np.rint(colours[-1] * 65535) / 257))


def test_the_state_tells_the_guard_about_the_picture():
    state = rig(pixels("wall", 1)).resolve(7, 1.5, None, mean=0.25, red=0.5)

    assert (state.index, state.time, state.mean, state.red) == (7, 1.5, 0.25, 0.5)


@pytest.mark.parametrize(
    "items",
    [
        (pixels("wall", 34, 20),),
        (pixels("wall", 30, 4, channel=423),),  # its first run ends with the universe
        (pixels("wall", 10, channel=3),),
        (pixels("late", 5, universe=3, channel=483),),  # up to the last slot of the last universe
        (pixels("a", 4), pixels("b", 4, channel=21), pixels("c", 4, channel=100)),
        (pixels("a", 4), pixels("b", 4, channel=101), pixels("c", 4, channel=201)),
        (pixels("b", 4, universe=2), pixels("a", 3)),
        (fixture("lamp", "rgb"), pixels("wall", 20, 20, format="rgbw", channel=101)),
        (pixels("wall", 9, 3, format="grb", channel=505),),
    ],
)
def test_light_lies_in_the_same_slots_whether_it_is_written_in_runs_or_one_by_one(items):
    made = rig(*items)
    colours = noise(made, 7) * 1.2 - 0.1
    whole = made.resolve(1, 0.0, colours).light
    sent, shown = made.encode(whole), made.appearance(made.encode(whole))
    made._groups = tuple(replace(group, runs=None) for group in made._groups)
    made._encodings = _encodings(made._groups)
    assert np.array_equal(made.resolve(1, 0.0, colours).light, whole)
    assert np.array_equal(made.encode(whole), sent)
    assert np.array_equal(made.appearance(sent), shown)
    assert whole.any()
    assert sent.any()


def test_a_wall_of_full_universes_is_written_in_runs():
    (group,) = rig(pixels("wall", 170, 64))._groups
    assert group.runs is not None
    assert (group.runs.distance, group.runs.count, group.runs.end) == (512, 64, 510)
