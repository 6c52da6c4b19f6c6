import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.light.mixing import LUMINANCE, mix
from installation.light.profiles.library import load_profiles

PROFILES = load_profiles()
colours = st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 3), min_size=1, max_size=8)


def seen(profile, emitted):
    """The colour that a lamp makes when its emitters give this light."""
    tints = np.array([channel.color for channel in profile.channels if channel.emits])
    return emitted @ tints


@given(colours, st.sampled_from(["rgb", "rgbw", "rgbwa", "rgb-16bit", "dimmer-rgb", "par-rgbw-strobe"]))
def test_a_coloured_lamp_shows_the_colour_that_was_asked(wanted, name):
    wanted = np.array(wanted, np.float32)
    emitted = mix(PROFILES[name], wanted)

    assert seen(PROFILES[name], emitted) == pytest.approx(wanted, abs=1e-5)
    assert emitted.min() >= 0
    assert emitted.max() <= 1


def test_white_is_made_by_the_white_emitter_alone():
    assert mix(PROFILES["rgbw"], np.full((1, 3), 0.6, np.float32))[0].tolist() == pytest.approx(
        [0, 0, 0, 0.6]
    )


@given(colours)
def test_a_dimmer_shows_the_luminance(wanted):
    wanted = np.array(wanted, np.float32)

    assert mix(PROFILES["dimmer"], wanted)[:, 0] == pytest.approx(wanted @ LUMINANCE, abs=1e-6)
