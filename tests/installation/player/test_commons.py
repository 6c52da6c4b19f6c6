"""The commons, nature and hubs bound to a player."""

import json
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from installation.cli.listing import listing
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.light import Rig, load_profiles
from installation.nature import SIGNALS as NATURE
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.surroundings import nature_of
from installation.render.gl.context import Context
from installation.render.passes.medium import Tables
from installation.share import SIGNALS, TABLE
from installation.show import load_show, load_venue
from installation.show.resolve import venue_references
from installation.show.site import SiteSettings
from installation.show.venue_model import Place
from installation.signal.trace import trace_line
from installation.stage.site.own import own
from installation.values import Command, Frame, Reading
from tests.installation.player.test_player import make, order

VENUE = """format = 1

[place]
latitude = 69.65
longitude = 18.96
timezone = "Europe/Oslo"
tide = [[12.4206, 1.8, 140.0], [12.0, 0.6, 10.0]]

[[fixture]]
name = "pilot"
profile = "rgb"
universe = 1
channel = 1
position = [0.5, 0.5]

[[hub]]
name = "ziva"
position = [0.1, 0.2]
fixtures = ["pilot"]
pad = "/osc/pad"
"""


def play(player: Player, frames: int, *entries: object) -> None:
    for frame in range(frames):
        step = player.step([*player.features(), *(entries if frame == 0 else ())], 0.0)  # type: ignore[list-item]
        assert step.refused == ()


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    file = tmp_path / "cellar.toml"
    file.write_text(VENUE)
    return file


def test_every_show_has_a_commons_that_begins_fair_at_rest(small_show: Path) -> None:
    player = make(small_show)

    play(player, 3)

    said = [player.signals.get(address) for address in SIGNALS]
    assert said[0] == pytest.approx(0.036, abs=0.01)
    assert said[1] is not None
    assert said[1] > 0.97
    assert sum(x for x in said[2:] if x is not None) == 1.0
    assert player.room.commons.table().shape == TABLE


def test_a_cue_moves_reform_and_the_shares_follow_slowly(small_show: Path) -> None:
    cues = small_show / "cues.toml"
    cues.write_text(cues.read_text().replace('"/scene/one/glow" = 0.5', '"/strata/reform" = 0.0', 1))
    player = make(small_show, ManualClock(0.25))

    play(player, 1)
    play(player, 40, order("go"))
    early = player.signals.get("/strata/gini")
    play(player, 4 * 350)
    late = player.signals.get("/strata/gini")

    assert early is not None
    assert late is not None
    assert 0.037 < early < 0.25
    assert late > 0.78
    assert player.room.commons.table()[1:].any()
    play(player, 2, order("set", "/strata/forget", 1.0))
    assert not player.room.commons.table()[1:].any()
    assert player.tree.get_base("/strata/forget") == (0.0,)


def test_where_reform_stands_at_the_start_the_shares_stand_too(small_show: Path) -> None:
    player = make(small_show)

    play(player, 1, order("set", "/strata/reform", 0.0))

    assert player.room.commons.commons.gini == pytest.approx(0.787, abs=0.01)
    assert not player.room.commons.table()[1:].any()


def test_what_a_private_signal_does_to_the_shares_is_not_told(small_show: Path) -> None:
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[[route]]\nfrom = "/person/1/still"\nto = "/strata/reform"\n')
    player = make(small_show)

    play(player, 2, Reading("/person/1/still", (0.2,), 0.0, "people", private=True))

    assert not [name for name in player.signals.names() if name.startswith("/strata/")]


def test_a_scene_that_is_played_alone_has_a_stand_in_until_reform_is_moved(small_show: Path) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", scene="two")
    player = build_player(read_production(options), options, ManualClock(0.25), None)

    play(player, 100)
    gini = player.room.commons.commons.gini
    assert gini > 0.75
    assert player.room.commons.table()[1:].any()
    play(player, 100, order("set", "/strata/reform", 0.9))

    assert player.room.commons.commons.gini < gini - 0.02


def test_a_frame_takes_hardly_any_time_while_nothing_moves_and_keeps_its_table(small_show: Path) -> None:
    player = make(small_show)
    play(player, 2)

    table = player.room.commons.table()
    play(player, 10)

    assert player.room.commons.table() is table


# ---- Nature ------------------------------------------------------------------------------------------------


def test_a_film_sees_the_same_day_each_time_and_it_goes_on_with_show_time(
    venue: Path, small_show: Path
) -> None:
    options = StageOptions(show=str(small_show), venue=str(venue))

    def run(seconds: float) -> dict[str, float | None]:
        player = build_player(
            read_production(options), options, ManualClock(seconds / 4), None, repeatable=True
        )
        play(player, 6)
        return {address: player.signals.get(address) for address in NATURE}

    noon, again, later = run(4.0), run(4.0), run(4 * 3600.0)

    assert noon == again
    assert noon["/nature/day"] == pytest.approx(0.5, abs=1e-3)
    assert noon["/nature/daylight"] is not None
    assert noon["/nature/daylight"] < 1.0  # the polar night of Tromso
    assert noon["/nature/season"] == pytest.approx(0.779, abs=0.002)
    assert later["/nature/day"] == pytest.approx((12 + 4) / 24, abs=1e-3)
    assert later["/nature/sun"] < noon["/nature/sun"]  # type: ignore[operator]


def test_nature_is_said_once_a_second_and_by_the_wall_clock_where_no_day_is_given() -> None:
    nature = nature_of(Place(), None)

    said = [bool(nature.readings(Frame(i, i / 10, 0.1), 0.0)) for i in range(21)]
    now = nature.readings(Frame(99, 99.0, 0.1), 0.0)

    assert [i for i, one in enumerate(said) if one] == [0, 10, 20]
    hours = datetime.now().astimezone().timestamp() % 86400 / 86400
    told = next(one.values[0] for one in now if one.address == "/nature/day")
    assert isinstance(told, float)
    assert math.cos(2 * math.pi * (told - hours)) > 0.999


def test_nature_is_public_and_stands_in_a_trace(small_show: Path) -> None:
    player = make(small_show)

    play(player, 2)

    signals = json.loads(trace_line(player.frame, player.signals, player.tree))["signals"]
    assert set(NATURE) <= set(signals)


# ---- Hubs --------------------------------------------------------------------------------------------------


def test_a_hub_has_a_level_and_hears_its_pad_however_short_it_is_pressed(
    venue: Path, small_show: Path
) -> None:
    player = make(small_show, venue=str(venue))
    pressed, let_go = (Reading("/pad", (value,), 0.0, "osc") for value in (1.0, 0.0))
    player._network = ("osc",)
    player.router = player._router_of(player.show)
    play(player, 1)
    assert player.tree.get("/hub/ziva/level") == (0.0,)
    assert player.signals.get("/hub/ziva/pad") == 0.0

    play(player, 1, pressed, let_go)
    assert player.signals.get("/hub/ziva/pad") == 1.0
    play(player, 1)
    assert player.signals.get("/hub/ziva/pad") == 0.0


def test_the_lamps_of_a_hub_show_its_pilot_light_and_no_other_lamp_does(
    venue: Path, small_show: Path
) -> None:
    other = '[[fixture]]\nname = "other"\nprofile = "rgb"\nuniverse = 1\nchannel = 4\nposition = [0.9, 0.5]\n'
    venue.write_text(venue.read_text() + other)
    player = make(small_show, venue=str(venue))
    site = SiteSettings(name="garden", hub="ziva")
    play(player, 2)
    before = player.light.light[0, :6].tolist()
    play(player, 2, Command("set", ("/hub/ziva/level", 0.5), 0.0, "test"))
    lit, told = player.light.light[0, :6] / 65535, own(player, site, 0.0).level
    play(
        player,
        2,
        Command("set", ("/hub/ziva/level", 1.0), 0.0, "test"),
        Command("set", ("/master", 0.5), 0.0, "t"),
    )
    half = player.light.light[0, :6] / 65535
    play(player, 120, Command("panic", ("hard",), 0.0, "test"))

    assert before == [0] * 6
    assert lit.tolist() == pytest.approx([0.5, 0.21, 0.025, 0, 0, 0], abs=0.001)
    assert told == 0.5
    assert half[0] < 0.9
    assert player.light.light[0, :6].tolist() == [0] * 6


def test_a_show_that_speaks_of_a_hub_opens_where_there_is_none(small_show: Path) -> None:
    cues = small_show / "cues.toml"
    cues.write_text(cues.read_text().replace('"/scene/one/glow" = 0.5', '"/hub/ziva/level" = 0.5', 1))
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[[route]]\nfrom = "/hub/kai/pad"\nto = "/scene/one/glow"\n')
    player = make(small_show)

    play(player, 90, order("go"))

    assert player.tree.get("/hub/ziva/level") == (0.5,)


def test_an_edited_venue_brings_other_hubs(venue: Path, small_show: Path) -> None:
    player = make(small_show, venue=str(venue))
    play(player, 1)
    edited = load_venue(venue)
    edited = replace(edited, hubs=(replace(edited.hubs[0], name="kai", pad=""),))

    player.repatch(Rig(edited, load_profiles(edited)), 0, 0)
    play(player, 1)

    assert "/hub/kai/level" in player.tree.parameters()
    assert "/hub/ziva/level" not in player.tree.parameters()
    assert player.signals.get("/hub/kai/pad") == 0.0
    player.replace(load_show(str(small_show)), player.shaders)
    assert "/hub/kai/level" in player.tree.parameters()


def test_lists_name_the_commons_the_hubs_and_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    listing("parameters", as_json=True)
    parameters = {row["address"]: row for row in json.loads(capsys.readouterr().out)}
    assert parameters["/strata/reform"]["default"] == 1.0
    assert "/hub/ziva/level" in parameters
    listing("signals", as_json=True)
    signals = {row["address"]: row["made by"] for row in json.loads(capsys.readouterr().out)}
    assert signals["/strata/share/11"] == "the commons"
    assert signals["/nature/tide"] == "the venue's place"
    assert signals["/hub/kai/pad"] == "a hub"
    listing("venues", as_json=True)
    venues = {row["name"]: row["holds"] for row in json.loads(capsys.readouterr().out)}
    assert venues["laptop"].endswith("2 hubs")


# ---- Files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("latitude = 69.65", "latitude = 99.0", "latitude: expected a number -90..90"),
        ('"Europe/Oslo"', '"Europe/Atlantis"', 'timezone: there is no "Europe/Atlantis"'),
        ('"Europe/Oslo"', '"../etc"', 'timezone: there is no "../etc"'),
        ("[12.0, 0.6, 10.0]", "[0.0, 0.6, 10.0]", "tide: expected [hours, amplitude, degrees]"),
        ("[12.0, 0.6, 10.0]", '[12.0, "a", 1.0]', "tide: expected [hours, amplitude, degrees]"),
        ("[[12.4206, 1.8, 140.0], [12.0, 0.6, 10.0]]", "3", "tide: expected a list of at most 64 waves"),
        ('name = "ziva"', 'name = "zi va"', 'name: "zi va" is not a name'),
        ('pad = "/osc/pad"', 'pad = "pad"', 'pad: "pad" is not an address'),
        ("[0.1, 0.2]", "[0.1, 1.2]", "position: expected a number 0..1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(venue: Path, before: str, after: str, said: str) -> None:
    from installation.errors import FilesError

    assert before in VENUE
    venue.write_text(VENUE.replace(before, after))

    with pytest.raises(FilesError) as caught:
        load_venue(venue)

    (finding,) = caught.value.findings
    assert said in finding.message
    line = next(i for i, text in enumerate(VENUE.splitlines(), 1) if before in text)
    assert finding.where.line == line


def test_hubs_are_named_once_and_have_lamps_that_are_there(venue: Path) -> None:
    hub = VENUE[VENUE.index("[[hub]]") :]
    venue.write_text(VENUE + hub.replace('"pilot"', '"pilto"'))

    found = [str(one.message) for one in venue_references(load_venue(venue))]

    assert 'there are two hubs named "ziva"' in found
    assert 'fixtures: there is no fixture "pilto"' in found


def test_shares_are_the_same_on_every_run(small_show: Path) -> None:
    tables = []
    for _ in range(2):
        player = make(small_show)
        play(player, 1)
        play(player, 60, order("set", "/strata/reform", 0.3))
        tables.append(player.room.commons.table())

    assert np.array_equal(*tables)


def test_scenes_are_given_the_commons_people_and_reform(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    options = StageOptions(show=str(small_show), size=(64, 36), headless=True)
    player = build_player(read_production(options), options, ManualClock(1 / 30), context)
    seen: list[Tables] = []
    assert player.picture is not None
    monkeypatch.setattr(
        player.picture._medium, "draw", lambda _frame, _shaders, tables, _flow: seen.append(tables) or {}
    )

    play(player, 2, order("set", "/strata/reform", 0.25))

    assert seen[-1].reform == 0.25
    assert np.array_equal(seen[-1].commons, player.room.commons.table())
    assert seen[-1].commons.any()
    assert seen[-1].people is player.room.tracks.bodies.table
    player.picture.release()
