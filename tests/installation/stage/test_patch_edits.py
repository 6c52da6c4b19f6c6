"""A venue file that is edited while a show plays: the stage's side."""

from pathlib import Path
from typing import Any

import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.stage.stage import Stage
from installation.values import Reading
from tests.installation.stage.test_stage import company_of, order, settle

VENUE = """format = 1
[canvas]
width = 64
height = 36
[adapter.lamps]
kind = "virtual"
"""
OSC = '[adapter.osc]\nkind = "osc"\nport = 0\n'
LAMP = """[[fixture]]
name = "{}"
profile = "{}"
universe = {}
channel = 1
position = [0.5, 0.5]
"""


class Playing:
    """A stage in a venue whose file can be edited."""

    def __init__(self, show: Path, folder: Path, context: Any = None, head: str = "") -> None:
        folder.mkdir()
        self.file = folder / "venue.toml"
        self.file.write_text((head or VENUE) + LAMP.format("left", "rgb", 1))
        options = StageOptions(show=str(show), venue=str(self.file), headless=True)
        production = read_production(options)
        self.player = build_player(production, options, ManualClock(1 / 60), context)
        self.stage = Stage(options, self.player, company_of(production, options))
        self.stage.frame()

    def save(self, text: str, file: Path | None = None) -> None:
        file = file or self.file
        file.write_text(text)
        self.stage._hot_reload._waiting.add(file.resolve())  # as any watch would tell
        settle(self.stage)

    @property
    def errors(self) -> list[str]:
        return list(self.stage.status().errors)

    def light(self) -> list[list[int]]:
        self.stage.frame()
        light = self.player.step([], 0.0).light.light
        return [row[:3].tolist() for row in light]


@pytest.fixture
def playing(small_show: Path, tmp_path: Path) -> Playing:
    return Playing(small_show, tmp_path / "room")


def test_a_saved_patch_is_played_at_once_and_what_is_set_of_a_lamp_stays(playing: Playing) -> None:
    playing.player.step([order("set", "/light/left/level", 1.0)], 0.0)  # type: ignore[arg-type]
    before = playing.player.rig.patch
    playing.save(VENUE + LAMP.format("left", "rgb", 1) + LAMP.format("right", "rgb", 3))

    assert playing.errors == []
    assert playing.player.rig.patch != before
    assert "/light/right/level" in playing.player.tree.parameters()
    assert playing.light() == [[65535] * 3, [0, 0, 0], [0, 0, 0]]
    playing.player.step([order("set", "/light/right/level", 1.0)], 0.0)  # type: ignore[arg-type]
    assert playing.light() == [[65535] * 3, [0, 0, 0], [65535] * 3]

    playing.save(VENUE + LAMP.format("right", "rgb", 1))
    assert "/light/left/level" not in playing.player.tree.parameters()
    assert playing.light() == [[65535] * 3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (VENUE + LAMP.format("left", "rbg", 1), "did you mean rgb"),
        (VENUE + LAMP.format("left", "rgb", 1) + LAMP.format("right", "rgb", 1), "overlaps"),
        (VENUE.replace("virtual", "artnet") + LAMP.format("left", "rgb", 1), "needs the setting"),
        (VENUE.replace("virtual", "virtal") + LAMP.format("left", "rgb", 1), "virtual"),
        (VENUE + "[[fixture]\n", "venue.toml"),
    ],
)
def test_a_wrong_patch_is_told_on_the_picture_and_the_last_good_one_goes_on(
    playing: Playing, text: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = playing.player.rig
    playing.save(text)
    assert len(playing.errors) >= 1
    assert any(words in one for one in playing.errors)
    assert words in caplog.text
    assert playing.player.rig is rig

    playing.save(VENUE + LAMP.format("left", "rgb", 2))
    assert playing.errors == []
    assert playing.player.rig.universes == 2


def test_what_waits_for_the_next_start_is_said_and_the_rest_is_taken_over(playing: Playing) -> None:
    head = VENUE.replace("width = 64", "width = 128") + '[adapter.osc]\nkind = "osc"\nport = 0\n'
    playing.save(head + LAMP.format("left", "rgb", 2))
    (note,) = playing.stage.status().notices
    assert playing.errors == []
    assert "the canvas, inputs and message outputs will be as saved when the show is started again" in note
    assert playing.player.rig.universes == 2
    playing.save(VENUE + LAMP.format("left", "rgb", 2))
    assert playing.errors == []


def test_site_and_budget_of_a_hub_wait_for_the_next_start(
    small_show: Path, tmp_path: Path, playing: Playing
) -> None:
    hub = '[[hub]]\nname = "north"\nposition = [0.5, 0.5]\nfixtures = ["left"]\n'
    site = f'{hub}[site]\nname = "garden"\nhub = "north"\nlisten = ["127.0.0.1:7447"]\n'
    of_site = Playing(small_show, tmp_path / "of a site", head=VENUE + site + "[budget]\nwatts = 200\n")
    of_site.save(
        VENUE + site.replace("garden", "park") + "[budget]\nwatts = 300\n" + LAMP.format("left", "rgb", 2)
    )
    assert of_site.errors == []
    (note,) = of_site.stage.status().notices
    assert "the site, the budget will be as saved when the show is started again" in note
    assert (of_site.player.rig.universes, of_site.player.rig.power.budget.watts) == (2, 200.0)

    playing.save(VENUE + "[budget]\nwatts = 300\n" + LAMP.format("left", "rgb", 2))  # of one machine: at once
    assert playing.stage.status().notices == ()
    assert playing.player.rig.power.budget.watts == 300.0
    playing.save(VENUE + site + LAMP.format("left", "rgb", 2))
    assert playing.player.rig.power.hub == ""


def test_a_profile_beside_the_venue_is_read_again_with_it(playing: Playing) -> None:
    profile = playing.file.parent / "fixtures" / "own.toml"
    profile.parent.mkdir()
    profile.write_text('format = 1\n[[channel]]\nrole = "intensity"\n')
    playing.save(VENUE + LAMP.format("left", "own", 1))
    assert playing.errors == []
    assert playing.player.rig.emitting.sum() == 1
    playing.save('format = 1\n[[channel]]\nrole = "red"\n[[channel]]\nrole = "green"\n', profile)
    assert playing.player.rig.emitting.sum() == 2
    playing.save("format = 1\n", profile)
    assert any("own.toml" in one for one in playing.errors)
    assert playing.player.rig.emitting.sum() == 2


@pytest.mark.gl
def test_new_lamps_sample_the_picture(small_show: Path, tmp_path: Path, context: Any) -> None:
    playing = Playing(small_show, tmp_path / "room", context)
    assert playing.player.picture is not None
    for _ in range(300):  # it rises from black
        playing.stage.frame()
    playing.save(VENUE + LAMP.format("left", "rgb", 1) + LAMP.format("right", "dimmer", 2))
    for _ in range(4):
        playing.stage.frame()
    colours = playing.player.picture.colours()
    assert colours is not None
    assert colours.shape == (2, 3)
    assert colours.max() > 0.05
    playing.save(VENUE)
    playing.stage.frame()
    assert playing.player.picture.colours() is None
    playing.player.picture.release()


def test_a_route_to_every_lamp_lands_on_one_that_an_edit_brings(small_show: Path, tmp_path: Path) -> None:
    show = small_show / "show.toml"
    route = '[[route]]\nfrom = "/osc/all"\nto = "/light/*/level"\nmode = "replace"\n'
    show.write_text(show.read_text() + route)
    playing = Playing(small_show, tmp_path / "room", head=VENUE + OSC)
    playing.save(VENUE + OSC + LAMP.format("left", "rgb", 1) + LAMP.format("right", "rgb", 2))
    for _ in range(3):
        light = playing.player.step([Reading("/all", (1.0,), 0.0, "osc")], 0.0).light.light
    assert light[:, 0].tolist() == [65535, 65535]
