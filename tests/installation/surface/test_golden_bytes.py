"""The bytes that light each controller that ships, written out from their vendors' and public descriptions.

Each row is what a control shows, and every byte that the device has to get for it.
"""

import pytest

from installation.surface import Library, load_controllers, shown

WHITE = (1.0, 1.0, 1.0)
RED = (1.0, 0.0, 0.0)
GREEN = (0.0, 1.0, 0.0)
BLUE = (0.0, 0.0, 1.0)
AMBER = (1.0, 0.65, 0.0)


@pytest.fixture(scope="module")
def known() -> Library:
    return load_controllers()


ROWS = [
    # Korg nanoKONTROL2: the same control change that the button sends, 127 on, 0 off; it cannot blink.
    ("nanokontrol2", "s/1", (1.0, 0), "B0 20 7F"),
    ("nanokontrol2", "s/8", (0.0, 0), "B0 27 00"),
    ("nanokontrol2", "m/1", (1.0, 0), "B0 30 7F"),
    ("nanokontrol2", "r/8", (1.0, 0), "B0 47 7F"),
    ("nanokontrol2", "play", (1.0, 0), "B0 29 7F"),
    ("nanokontrol2", "stop", (1.0, 0), "B0 2A 7F"),
    ("nanokontrol2", "rewind", (1.0, 0), "B0 2B 7F"),
    ("nanokontrol2", "forward", (1.0, 0), "B0 2C 7F"),
    ("nanokontrol2", "record", (0.49, 0), "B0 2D 00"),
    ("nanokontrol2", "cycle", (0.5, 0), "B0 2E 7F"),
    ("nanokontrol2", "track/right", (1.0, 0), "B0 3B 7F"),
    ("nanokontrol2", "marker-right", (1.0, 0), "B0 3E 7F"),
    # Akai APC mini mk2: palette by velocity, behaviour by channel; RGB by SysEx in halves of 7 bits.
    ("apc-mini-mk2", "pad/32", (1.0, 0, *RED), "96 20 05"),
    ("apc-mini-mk2", "pad/63", (1.0, 0, *WHITE), "96 3F 03"),
    ("apc-mini-mk2", "pad/40", (1.0, 1, *GREEN), "9E 28 15"),
    ("apc-mini-mk2", "pad/40", (1.0, 2, *BLUE), "99 28 2D"),
    ("apc-mini-mk2", "pad/40", (0.0, 0, *BLUE), "96 28 00"),
    ("apc-mini-mk2", "pad/41", (0.35, 0, *RED), "96 29 06"),  # a cue that neither runs nor stands by
    ("apc-mini-mk2", "pad/41", (0.15, 0, *WHITE), "96 29 01"),
    ("apc-mini-mk2", "pad/0", (1.0, 0, *RED), "F0 47 7F 4F 24 00 08 00 00 01 7F 00 00 00 00 F7"),
    ("apc-mini-mk2", "pad/31", (0.5, 0, *WHITE), "F0 47 7F 4F 24 00 08 1F 1F 01 00 01 00 01 00 F7"),
    ("apc-mini-mk2", "pad/9", (0.0, 0, *RED), "F0 47 7F 4F 24 00 08 09 09 00 00 00 00 00 00 F7"),
    ("apc-mini-mk2", "track/1", (1.0, 0), "90 64 01"),
    ("apc-mini-mk2", "track/8", (1.0, 1), "90 6B 02"),
    ("apc-mini-mk2", "scene/8", (0.0, 0), "90 77 00"),
    # Novation Launch Control XL: template 8, LED, 16 * green + red + 12.
    ("launch-control-xl", "knob/a/1", (1.0, 0, *RED), "F0 00 20 29 02 11 78 08 00 0F F7"),
    ("launch-control-xl", "knob/b/1", (1.0, 0, *GREEN), "F0 00 20 29 02 11 78 08 08 3C F7"),
    ("launch-control-xl", "knob/c/8", (1.0, 0, *WHITE), "F0 00 20 29 02 11 78 08 17 3F F7"),
    ("launch-control-xl", "focus/1", (0.34, 0, *RED), "F0 00 20 29 02 11 78 08 18 0D F7"),
    ("launch-control-xl", "control/8", (1.0, 0, *AMBER), "F0 00 20 29 02 11 78 08 27 2F F7"),
    ("launch-control-xl", "device", (0.0, 0), "F0 00 20 29 02 11 78 08 28 0C F7"),
    ("launch-control-xl", "track-right", (1.0, 0, *RED), "F0 00 20 29 02 11 78 08 2F 0F F7"),
    # Behringer X-Touch Mini, standard: rings 9 to 16, 1 to 13 steady, 14 to 26 blinking; LEDs 0 to 15.
    ("xtouch-mini", "encoder/1", (0.0, 0), "BA 09 01"),
    ("xtouch-mini", "encoder/8", (1.0, 0), "BA 10 0D"),
    ("xtouch-mini", "encoder/2", (0.5, 1), "BA 0A 14"),
    ("xtouch-mini", "button/1", (1.0, 0), "9A 00 01"),
    ("xtouch-mini", "button/16", (1.0, 1), "9A 0F 02"),
    ("xtouch-mini", "button/9", (0.0, 0), "9A 08 00"),
    # The same in MC mode: rings 48 to 55, LEDs are the buttons' own notes.
    ("xtouch-mini-mc", "encoder/1", (0.0, 0), "B0 30 01"),
    ("xtouch-mini-mc", "encoder/8", (1.0, 0), "B0 37 0B"),
    ("xtouch-mini-mc", "button/1", (1.0, 0), "90 59 7F"),
    ("xtouch-mini-mc", "button/3", (1.0, 1), "90 28 01"),
    ("xtouch-mini-mc", "button/13", (0.0, 0), "90 56 00"),
    ("xtouch-mini-mc", "layer/b", (1.0, 0), "90 55 7F"),
    # MIDI Fighter Twister: ring on channel 1, colour on channel 2, animation on channel 3.
    ("midi-fighter-twister", "encoder/1", (1.0, 0, *BLUE), "B0 00 7F B1 00 01 B2 00 2F"),
    ("midi-fighter-twister", "encoder/16", (0.0, 0, *GREEN), "B0 0F 00 B1 0F 32 B2 0F 2F"),
    ("midi-fighter-twister", "encoder/64", (0.5, 1, *RED), "B0 3F 40 B1 3F 50 B2 3F 05"),
    ("midi-fighter-twister", "encoder/2", (1.0, 2, *RED), "B0 01 7F B1 01 50 B2 01 0D"),
]


@pytest.mark.parametrize(("device", "control", "values", "expected"), ROWS)
def test_control_shows_a_state_by_these_bytes(
    known: Library, device: str, control: str, values: tuple[float, ...], expected: str
) -> None:
    profile = known[device]
    found = profile.by_name[control]
    light = profile.light(found)
    assert light is not None
    assert light.encode(found.number, shown(values)).hex(" ").upper() == expected


@pytest.mark.parametrize(
    ("device", "name", "expected"),
    [
        ("nanokontrol2", "init", ""),
        (
            "xtouch-mini",
            "init",
            "BA 7F 00 CA 00 BA 01 00 BA 02 00 BA 03 00 BA 04 00 BA 05 00 BA 06 00 BA 07 00 BA 08 00",
        ),
        ("xtouch-mini-mc", "init", "BA 7F 01"),
        ("xtouch-mini-mc", "exit", "BA 7F 00"),
        ("midi-fighter-twister", "init", "B3 00 7F"),
        ("launch-control-xl", "reassert", "F0 00 20 29 02 11 77 F7"),
    ],
)
def test_controller_is_set_up_and_left_by_these_bytes(
    known: Library, device: str, name: str, expected: str
) -> None:
    assert known[device].bytes_of(name).hex(" ").upper() == expected


READINGS = [
    ("nanokontrol2", "fader/{}", 1, ["cc/0", "cc/1", "cc/2", "cc/3", "cc/4", "cc/5", "cc/6", "cc/7"]),
    ("nanokontrol2", "knob/{}", 1, [f"cc/{n}" for n in range(16, 24)]),
    ("nanokontrol2", "s/{}", 1, [f"cc/{n}" for n in range(32, 40)]),
    ("nanokontrol2", "m/{}", 1, [f"cc/{n}" for n in range(48, 56)]),
    ("nanokontrol2", "r/{}", 1, [f"cc/{n}" for n in range(64, 72)]),
    ("apc-mini-mk2", "pad/{}", 0, [f"note/{n}" for n in range(64)]),
    ("apc-mini-mk2", "track/{}", 1, [f"note/{n}" for n in range(100, 108)]),
    ("apc-mini-mk2", "scene/{}", 1, [f"note/{n}" for n in range(112, 120)]),
    ("apc-mini-mk2", "fader/{}", 1, [f"cc/{n}" for n in range(48, 57)]),
    ("launch-control-xl", "knob/a/{}", 1, [f"cc/{n}" for n in range(13, 21)]),
    ("launch-control-xl", "knob/b/{}", 1, [f"cc/{n}" for n in range(29, 37)]),
    ("launch-control-xl", "knob/c/{}", 1, [f"cc/{n}" for n in range(49, 57)]),
    ("launch-control-xl", "fader/{}", 1, [f"cc/{n}" for n in range(77, 85)]),
    ("launch-control-xl", "focus/{}", 1, [f"note/{n}" for n in (41, 42, 43, 44, 57, 58, 59, 60)]),
    ("launch-control-xl", "control/{}", 1, [f"note/{n}" for n in (73, 74, 75, 76, 89, 90, 91, 92)]),
    ("xtouch-mini", "encoder/{}", 1, [f"cc/{n}" for n in range(1, 9)]),
    ("xtouch-mini", "button/{}", 1, [f"note/{n}" for n in range(8, 24)]),
    ("xtouch-mini-mc", "encoder/{}", 1, [f"cc/{n}" for n in range(16, 24)]),
    ("xtouch-mini-mc", "button/{}", 1,
     [f"note/{n}" for n in (89, 90, 40, 41, 42, 43, 44, 45, 87, 88, 91, 92, 86, 93, 94, 95)]),
    ("midi-fighter-twister", "encoder/{}", 1, [f"1/cc/{n}" for n in range(64)]),
    ("midi-fighter-twister", "push/{}", 1, [f"2/cc/{n}" for n in range(64)]),
]  # fmt: skip


@pytest.mark.parametrize(("device", "name", "first", "expected"), READINGS)
def test_controls_have_the_numbers_of_the_device(
    known: Library, device: str, name: str, first: int, expected: list[str]
) -> None:
    controls = known[device].by_name
    assert [controls[name.format(first + n)].reading for n in range(len(expected))] == expected


def test_relative_encoders_are_said_to_be_that(known: Library) -> None:
    assert known["midi-fighter-twister"].by_name["encoder/1"].relative == "offset"
    assert known["xtouch-mini-mc"].by_name["encoder/1"].relative == "sign"
    assert known["xtouch-mini"].by_name["encoder/1"].relative == ""


def test_every_light_of_every_controller_can_show_everything(known: Library) -> None:
    for profile in known.values():
        for control in profile.controls:
            light = profile.light(control)
            assert (light is None) is (not control.led)
            if light is None or profile.protocol != "midi":
                continue
            for blink in range(3):
                data = light.encode(control.number, shown((1.0, blink, *AMBER)))
                assert data[0] >= 0x80
                assert data != light.dark(control.number)


MACROS = ["light", "life", "flow", "memory", "tension", "unison", "share", "depth"]


@pytest.mark.parametrize("device", ["nanokontrol2", "apc-mini-mk2", "launch-control-xl"])
def test_faders_are_the_macros_by_default(known: Library, device: str) -> None:
    found = {one.control: one.to for one in known[device].maps if not one.held}
    assert [found[f"fader/{n}"] for n in range(1, 9)] == [f"/macro/{name}" for name in MACROS]


def test_every_map_has_a_go_and_a_panic_that_needs_holding(known: Library) -> None:
    for profile in known.values():
        if profile.protocol != "midi":
            continue
        found = [(one.to, one.how) for one in profile.maps]
        assert ("/go", "absolute") in found, profile.address
        assert ("/panic", "hold") in found, profile.address
