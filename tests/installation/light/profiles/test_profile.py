import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.light.profiles.library import load_profiles
from installation.light.profiles.profile import parse_profile, profile_folder
from installation.light.rig import Rig
from tests.installation.light.rooms import fixture, room

RGB = 'format = 1\n[[channel]]\nrole = "red"\n[[channel]]\nrole = "green"\n[[channel]]\nrole = "blue"\n'


def findings(text):
    with pytest.raises(ShowError) as caught:
        parse_profile("lamp", text, "lamp.toml")
    return caught.value.findings


def test_all_shipped_profiles_load_and_are_documented():
    profiles = load_profiles()

    assert {"dimmer", "rgb", "rgbw", "rgb-16bit"} <= set(profiles)
    assert all(profile.title for profile in profiles.values())
    assert (profile_folder() / "README.md").is_file()


def test_a_colour_without_a_weight_gets_its_luminance():
    profile = parse_profile("lamp", RGB, "lamp.toml")

    assert sum(channel.weight for channel in profile.channels) == pytest.approx(1.0)
    assert profile.channels[1].weight == pytest.approx(0.7152)


def test_all_errors_come_at_once_with_line_and_column():
    text = 'format = 2\ncurve = "cubic"\nlumen = 3\n\n[[channel]]\nrole = "red"\n  range = [9, 3]\n'
    found = findings(text)

    assert [str(finding.where) for finding in sorted(found, key=lambda f: f.where)] == [
        "lamp.toml:1:1",
        "lamp.toml:2:1",
        "lamp.toml:3:1",
        "lamp.toml:7:3",
    ]
    assert all(finding.hint for finding in found)


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ('role = "shutter"\nopen = 200\nstrobe = [[100, 255]]', "strobe"),
        ('role = "intensity"\nstrobe = [[240, 255]]', "strobe"),
        ('role = "red"\nfine = true', "coarse"),
        ("open = 3", "role"),
        ('role = "red"\ncolor = [2, 0, 0]', "color"),
        ('role = "red"\nrange = [0, 300]', "range"),
        ('role = "red"\nweight = true', "weight"),
    ],
)
def test_a_channel_that_cannot_be_right_is_refused(channel, message):
    assert message in "".join(map(str, findings(f"format = 1\n[[channel]]\n{channel}\n")))


def test_a_second_red_and_an_intensity_beside_colours_are_refused():
    twice = findings(RGB + '[[channel]]\nrole = "red"\n')
    both = findings(RGB + '[[channel]]\nrole = "intensity"\n')

    assert "twice" in str(twice[0])
    assert twice[0].where.line == 9
    assert "master" in str(both[0])


@given(
    st.text(max_size=200) | st.sampled_from(["channel = 1", "format = 1\nchannel = [1]", "[channel]\na=1"])
)
def test_any_text_is_a_profile_or_a_show_error(text):
    with contextlib.suppress(ShowError):
        assert parse_profile("lamp", text, "lamp.toml").channels


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 65535), min_size=16, max_size=16),
    st.sampled_from(sorted(load_profiles())),
)
def test_no_light_whatever_puts_a_byte_into_a_strobe_range_or_on_an_unknown_channel(values, name):
    profiles = load_profiles()
    rig = Rig(room(fixture("lamp", name)), profiles)
    light = np.zeros((1, 512), np.uint16)
    light[0, :16] = values
    sent = rig.encode(light)[0]

    for channel, level in zip(profiles[name].channels, sent, strict=False):
        if not (channel.emits or channel.held or channel.fine):
            assert level == 0
        if channel.role == "shutter":
            assert level == channel.open
    assert not sent[len(profiles[name].channels) :].any()


def test_a_lamp_without_light_is_refused():
    assert "emits light" in str(findings('format = 1\n[[channel]]\nrole = "speed"\n')[0])


def test_two_whites_without_colours_are_one_white_together():
    text = 'format = 1\n[[channel]]\nrole = "warm-white"\n[[channel]]\nrole = "cold-white"\n'
    profile = parse_profile("lamp", text, "lamp.toml")

    assert sum(channel.weight for channel in profile.channels) == pytest.approx(1.0)


scraps = st.sampled_from(
    [
        "1",
        "-1",
        "1e99",
        "nan",
        "true",
        '"red"',
        '"linear"',
        "[]",
        "[0, 255]",
        "[[1, 2]]",
        "[1, 2, 3]",
        "{ a = 1 }",
    ]
)
keys = st.sampled_from(
    [
        "format",
        "curve",
        "hazard",
        "lumens",
        "title",
        "role",
        "fine",
        "open",
        "range",
        "color",
        "weight",
        "strobe",
    ]
)
lines = st.dictionaries(keys, scraps, max_size=8).map(lambda d: "".join(f"{k} = {v}\n" for k, v in d.items()))


@given(lines, st.lists(lines, max_size=3))
def test_any_values_are_a_profile_or_findings_within_the_text(top, channels):
    text = "format = 1\n" * ("format" not in top) + top + "".join("[[channel]]\n" + c for c in channels)
    try:
        profile = parse_profile("lamp", text, "lamp.toml")
    except ShowError as error:
        lines = [finding.where.line for finding in error.findings]
    else:
        lines = []
        assert any(channel.emits for channel in profile.channels)

    assert all(1 <= line <= text.count("\n") + 1 for line in lines)
