"""``[sound]`` and ``[[speaker]]`` of a venue file."""

from pathlib import Path

import pytest

from installation.errors import ShowError
from installation.show import load_venue
from installation.show.resolve import venue_references

TWO = """[[speaker]]
name = "west"
channel = 1
azimuth = -40.0
[[speaker]]
name = "east"
channel = 2
azimuth = 40.0
"""


def lines(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "v.toml"
    file.write_text("format = 1\n" + text)
    try:
        found = venue_references(load_venue(file))
    except ShowError as error:
        found = list(error.findings)
    return [str(one).removeprefix(f"{tmp_path}/") for one in found]


def test_a_venue_that_says_nothing_has_two_speakers_and_the_systems_devices(tmp_path: Path) -> None:
    assert lines(tmp_path, "") == []
    venue = load_venue(tmp_path / "v.toml")
    assert [(one.channel, one.azimuth) for one in venue.speakers] == [(1, -30.0), (2, 30.0)]
    assert (venue.sound.output, venue.sound.input, venue.sound.dba) == ("", "", None)
    assert (venue.sound.ceiling, venue.sound.peak) == (-23.0, -3.0)


def test_one_speaker_is_allowed_and_two_are_read(tmp_path: Path) -> None:
    assert lines(tmp_path, TWO.partition('[[speaker]]\nname = "east"')[0]) == []
    assert len(load_venue(tmp_path / "v.toml").speakers) == 1
    assert lines(tmp_path, TWO + "gain = -3.0\ndelay = 0.004\n") == []
    east = load_venue(tmp_path / "v.toml").speakers[1]
    assert (east.name, east.channel, east.gain, east.delay) == ("east", 2, -3.0, 0.004)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("channel = 2", "channel = 1",
         'v.toml:8:11: channel: channel 1 belongs to "west" in line 2; channel 2 is free'),
        ('"east"', '"west"', 'v.toml:7:8: name: there are two speakers named "west"; the first is in line 2'),
        ("azimuth = 40.0", "azimuth = -39.9",
         'v.toml:9:11: azimuth: "west" in line 2 stands in the same direction; speakers stand at least'),
        ("azimuth = 40.0", "azimuth = 200.0", "v.toml:9:11: azimuth: expected a number -180..180"),
        ("channel = 2", "channel = 0", "v.toml:8:11: channel: expected a whole number 1..64"),
        ("channel = 2", "chanel = 2", "v.toml:8:1: a speaker has no key `chanel`; did you mean channel"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place_and_the_remedy(tmp_path: Path, old: str, new: str, expected: str) -> None:
    found = lines(tmp_path, TWO.replace(old, new, 1))
    assert [line for line in found if line.startswith(expected)], found


def test_the_ninth_speaker_is_one_too_many(tmp_path: Path) -> None:
    text = "".join(
        f'[[speaker]]\nname = "s{n}"\nchannel = {n}\nazimuth = {20.0 * n - 100}\n' for n in range(1, 10)
    )
    assert lines(tmp_path, text) == ["v.toml:34:1: speaker: there are more than 8; leave this one out"]


def test_a_limit_that_cannot_hold_is_told(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "[sound]\nlimit_a = 70.0\n")
    assert line.startswith(
        "v.toml:3:11: limit_a: it does not hold before the level was measured; state `dba`"
    )
    assert lines(tmp_path, "[sound]\nlimit_a = 70.0\ndba = 66.0\n") == []
    (line,) = lines(tmp_path, "[sound]\nceiling = 0.0\n")
    assert line.startswith("v.toml:3:11: ceiling: expected a number -60..-10")
