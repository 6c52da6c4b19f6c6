"""Fixture files in the format of the Open Fixture Library, all of them written here."""

import json
import random

import numpy as np
import pytest

from installation.errors import ShowError
from installation.light.profiles.library import Library
from installation.light.profiles.ofl import LARGEST, read_ofl
from installation.light.rig import Rig
from tests.installation.light.rooms import fixture, room

ONE = {"capability": {"type": "NoFunction"}}


def colour(name):
    return {"capability": {"type": "ColorIntensity", "color": name}}


def ranges(*capabilities):
    return {"capabilities": [{"dmxRange": [low, high], **more} for low, high, more in capabilities]}


STROBE = {"type": "ShutterStrobe", "shutterEffect": "Strobe", "speedStart": "1Hz", "speedEnd": "20Hz"}
OPEN = {"type": "ShutterStrobe", "shutterEffect": "Open"}
CLOSED = {"type": "ShutterStrobe", "shutterEffect": "Closed"}
CHANNELS = {
    "Dimmer": {"fineChannelAliases": ["Dimmer fine"], "capability": {"type": "Intensity"}},
    "Red": {"fineChannelAliases": ["Red fine"], **colour("Red")},
    "Green": colour("Green"),
    "Blue": colour("Blue"),
    "White": colour("White"),
    "Amber": colour("Amber"),
    "UV": colour("UV"),
    "Shutter": ranges((0, 9, CLOSED), (10, 19, OPEN), (20, 255, STROBE)),
    "Strobe": ranges((0, 0, {"type": "NoFunction"}), (1, 255, STROBE)),
    "Flasher": ranges((0, 9, CLOSED), (10, 255, STROBE)),
    "Both": ranges((0, 7, CLOSED), (8, 134, {"type": "Intensity"}), (135, 239, STROBE), (240, 255, OPEN)),
    "Pan": {
        "fineChannelAliases": ["Pan fine"],
        "defaultValue": 16384,
        "capability": {"type": "Pan", "angleStart": "0deg", "angleEnd": "540deg"},
    },
    "Tilt": {
        "defaultValue": "50%",
        "capability": {"type": "Tilt", "angleStart": "0deg", "angleEnd": "270deg"},
    },
    "Macro": ranges((0, 100, {"type": "Effect", "effectName": "x"}), (101, 255, {"type": "NoFunction"})),
    "Wheel": ranges(
        (0, 9, {"type": "WheelSlot", "slotNumber": 2}), (10, 255, {"type": "WheelSlot", "slotNumber": 1})
    ),
}
WHEELS = {"Wheel": {"slots": [{"type": "Open"}, {"type": "Color"}]}}


def write(tmp_path, *channels, name="lamp", categories=("Color Changer",), modes=(), **more):
    modes = modes or [{"name": f"{len(channels)} channels", "shortName": "short", "channels": list(channels)}]
    tree = {
        "name": "Lamp",
        "categories": list(categories),
        "availableChannels": CHANNELS,
        "wheels": WHEELS,
        "modes": modes,
        **more,
    }
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(tree, indent=1))
    return path


def one(path):
    (profile,) = read_ofl(path).modes.values()
    return profile


def sent(path, colours):
    """Bytes of the lamp's channels at a colour."""
    made = Library([("venue", path.parent)])
    rig = Rig(room(fixture("lamp", "lamp")), made)
    return rig.encode(rig.resolve(0, 0.0, np.array([colours], np.float32)).light)[0]


def test_colours_are_mixed_behind_a_dimmer_that_stands_open(tmp_path):
    path = write(tmp_path, "Dimmer", "Red", "Green", "Blue", "White")
    assert sent(path, (1.0, 0.4, 0.2))[:5].tolist() == [255, 204, 51, 0, 51]
    assert sent(path, (0.0, 0.0, 0.0))[:5].tolist() == [255, 0, 0, 0, 0]
    assert sum(channel.weight for channel in one(path).channels if channel.role != "white") == pytest.approx(
        1
    )


def test_a_dimmer_alone_is_the_light_and_a_fine_channel_follows_its_coarse_one(tmp_path):
    assert sent(write(tmp_path, "Dimmer", "Dimmer fine"), (0.5, 0.5, 0.5))[:2].tolist() == [128, 0]
    path = write(tmp_path, "Dimmer", None, "Dimmer fine")  # not where a low byte belongs: it stays at 0
    assert sent(path, (0.502, 0.502, 0.502))[:3].tolist() == [128, 0, 0]


def test_amber_is_mixed_and_uv_stays_dark_which_is_told(tmp_path):
    profile = one(write(tmp_path, "Red", "Green", "Blue", "Amber", "UV"))
    assert [channel.role for channel in profile.channels] == ["red", "green", "blue", "amber", "unused"]
    assert profile.notes == ("UV stays dark: UV is not mixed",)


@pytest.mark.parametrize(("name", "level"), [("Shutter", 14), ("Strobe", 0)])
def test_a_shutter_stands_open_and_no_level_that_flashes_is_sent(tmp_path, name, level):
    path = write(tmp_path, "Red", "Green", "Blue", name)
    for light in (0.0, 0.3, 1.0):
        assert sent(path, (light, light, light))[3] == level


def test_a_dimmer_that_also_flashes_is_kept_to_its_dimming(tmp_path):
    path = write(tmp_path, "Both")
    levels = [int(sent(path, (light,) * 3)[0]) for light in np.linspace(0, 1, 50)]
    assert levels[0] == 0
    assert max(levels) == 134
    assert sent(write(tmp_path, "Both", "Red", "Green", "Blue"), (1.0, 0.0, 0.0))[:2].tolist() == [134, 255]


def test_what_is_not_driven_stands_where_it_does_nothing(tmp_path):
    path = write(tmp_path, "Red", "Pan", "Pan fine", "Tilt", "Macro", "Wheel", None)
    assert sent(path, (0.0, 0.0, 0.0))[:7].tolist() == [0, 64, 0, 127, 101, 10, 0]
    assert "Pan is held" in one(path).notes


@pytest.mark.parametrize("category", ["Smoke", "Hazer", "Laser", "Blinder", "Strobe"])
def test_hazards_are_told_by_their_category_and_no_picture_moves_them(tmp_path, category):
    path = write(tmp_path, "Dimmer", categories=["Effect", category])
    assert one(path).hazard
    assert "hazard" in one(path).title
    assert not sent(path, (1.0, 1.0, 1.0)).any()


def test_fog_is_a_hazard_whatever_its_category(tmp_path):
    channels = CHANNELS | {
        "Fog": {"capability": {"type": "FogOutput", "fogOutputStart": "off", "fogOutputEnd": "strong"}}
    }
    path = write(tmp_path, "Fog", categories=["Other"], availableChannels=channels)
    assert one(path).hazard


def test_modes_are_named_in_the_venue_and_a_wrong_name_is_told_with_the_nearest(tmp_path):
    modes = [
        {"name": "3 channel", "shortName": "3ch", "channels": ["Red", "Green", "Blue"]},
        {"name": "4 channel", "shortName": "4ch", "channels": ["Dimmer", "Red", "Green", "Blue"]},
    ]
    write(tmp_path, modes=modes)
    made = Library([("venue", tmp_path)])
    assert made.modes("lamp") == ("3 channel", "4 channel")

    def rig(mode):
        return Rig(room(fixture("lamp", "lamp", mode=mode)), made)

    assert rig("4 channel").encode(rig("4ch").steady(1.0))[0, :4].tolist() == [255] * 4
    for mode, words in (("4 chanel", "did you mean 4 channel"), ("", "several modes")):
        with pytest.raises(ShowError, match=words) as raised:
            rig(mode)
        assert raised.value.findings[0].where.file == "venue.toml"
    with pytest.raises(ShowError, match="has no modes"):
        Rig(
            room(fixture("lamp", "square", mode="x")),
            {"square": one(write(tmp_path, "Dimmer", name="square"))},
        )


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        (["Red", "Green", "Blue", "Flasher"], "Flasher has no position that is open"),
        (["Cyan", "Magenta", "Yellow"], "CMY"),
        (["Red", "Red 2"], "several cells"),
        ([{"insert": "matrixChannels"}], "made of pixels"),
        (["Pan"], "no channel emits light"),
        (["Odd"], "no range of levels"),
        ([], "no list of 1 to 512 channels"),
        (["Reverse"], "brightest at its lowest"),
    ],
)
def test_what_cannot_be_made_safe_is_told_with_its_line_and_the_other_modes_stay_usable(
    tmp_path, channels, message
):
    more = {name: colour(name) for name in ("Cyan", "Magenta", "Yellow")}
    more |= {"Red 2": colour("Red"), "Odd": {"capabilities": [{"type": "Intensity", "dmxRange": ["a", 9]}]}}
    more["Reverse"] = {
        "capability": {"type": "Intensity", "brightnessStart": "bright", "brightnessEnd": "off"}
    }
    modes = [{"name": "bad", "channels": channels}, {"name": "good", "channels": ["Dimmer"]}]
    path = write(tmp_path, modes=modes, availableChannels=CHANNELS | more)
    found = read_ofl(path)
    assert list(found.modes) == ["good"]
    assert message in found.unfit["bad"].message
    assert found.unfit["bad"].where.line > 1
    with pytest.raises(ShowError, match=message):
        Rig(room(fixture("lamp", "lamp", mode="bad")), Library([("venue", tmp_path)]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "not a fixture of the Open Fixture Library"),
        ('{"modes": [], "availableChannels": {}}', "not a fixture"),
        ('{"modes": [{}], "availableChannels": []}', "not a fixture"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper"),
        ('{"a": ' + "9" * 10_000 + "}", "is not JSON"),
        (" " * (LARGEST + 1), "is larger than"),
    ],
)
def test_what_is_no_fixture_file_is_refused_in_words(tmp_path, text, message):
    path = tmp_path / "lamp.json"
    path.write_text(text)
    with pytest.raises(ShowError, match=message):
        read_ofl(path)


def test_a_damaged_file_ends_in_findings_or_in_a_profile_that_is_safe(tmp_path):
    whole = write(tmp_path, "Dimmer", "Red", "Green", "Blue", "Shutter", "Pan", "Wheel").read_text()
    words = ['"a"', "null", "-1", "1e999", "[]", "{}", "true", "0", "70000", '"Red"']
    dice = random.Random(8)
    path, read = tmp_path / "lamp.json", 0
    for _ in range(400):
        text = whole
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(text))
            text = (
                text[:at]
                + dice.choice([*words, chr(dice.randrange(32, 127)), ""])
                + text[at + dice.randint(0, 4) :]
            )
        path.write_text(text)
        try:
            modes = read_ofl(path).modes
        except ShowError:
            continue
        for profile in modes.values():
            read += 1
            assert all(0 <= c.low <= c.high <= 255 and 0 <= c.open <= 255 for c in profile.channels)
    assert read > 20
