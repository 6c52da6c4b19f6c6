from pathlib import Path

import pytest

from installation import isf, paths
from installation.clock import ManualClock
from installation.errors import FilesError
from installation.player.options import StageOptions
from installation.player.production import (
    excused,
    fallback_production,
    production_of,
    read_production,
    watched,
)
from installation.show import load_show, load_venue
from installation.stage.main import build_player
from installation.values import Command


class Remembers:
    """As much of a link to the keeper as is asked: which files rest."""

    def __init__(self, *resting: Path, safe_mode: str = "") -> None:
        self.start = type("Start", (), {"safe_mode": safe_mode})()
        self._resting = resting

    def quarantined(self, path: Path, mark: str) -> bool:
        return path in self._resting and bool(mark)

    def why(self, path: Path) -> str:
        return f"{path.stem} crashed"


def play(production: object, options: StageOptions, frames: int = 30) -> object:
    player = build_player(production, options, ManualClock(1 / 60), None)  # type: ignore[arg-type]
    for index in range(frames):
        player.step([], index / 60)
    return player


def test_a_scene_in_quarantine_rests_and_the_shows_files_still_fit(small_show: Path) -> None:
    options = StageOptions(show=str(small_show), venue="loopback")
    shader = (small_show / "plain.fs").resolve()

    production, notes = excused(read_production(options), Remembers(shader, safe_mode="3 crashes"))  # type: ignore[arg-type]
    player = play(production, options)

    assert {one.path.name for one in production.shaders.values()} == {"rest.fs"}
    assert player.tree.get("/scene/two/glow")[0] == pytest.approx(0.75, abs=0.2)  # type: ignore[attr-defined]
    assert "safe mode: 3 crashes" in notes[0]
    assert "plain.fs rests, because plain crashed" in notes[1]


@pytest.mark.gl
def test_a_resting_scene_draws_whatever_inputs_it_stands_for(context: object, small_show: Path) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    shader = (small_show / "plain.fs").resolve()
    production, _ = excused(read_production(options), Remembers(shader))  # type: ignore[arg-type]
    player = build_player(production, options, ManualClock(1 / 60), context, repeatable=True)  # type: ignore[arg-type]

    for index in range(240):
        player.step([], index / 60)

    assert player.picture is not None
    assert player.picture.image().max() > 5
    player.picture.release()


def test_what_rests_watches_every_file_that_may_be_to_blame(small_show: Path) -> None:
    (small_show / "show.toml").write_text("format = 1\ntitel = 3\n")
    options = StageOptions(show=str(small_show), venue="loopback")
    with pytest.raises(FilesError) as caught:
        read_production(options)

    production = fallback_production(options, caught.value.findings)
    player = play(production, options)

    assert production.rests
    assert small_show in production.watched
    assert paths.presets() / "venues" / "loopback.toml" in production.watched
    assert player.rig.universes == 4  # type: ignore[attr-defined]


def test_a_wrong_venue_rests_without_lamps(small_show: Path, tmp_path: Path) -> None:
    venue = tmp_path / "venue.toml"
    venue.write_text("format = 1\nlamps = 3\n")
    options = StageOptions(show=str(small_show), venue=str(venue))
    with pytest.raises(FilesError) as caught:
        read_production(options)

    production = fallback_production(options, caught.value.findings)

    assert venue in production.watched
    assert production.venue.adapters == ()
    assert production.rig.names == {}
    play(production, options)


def test_a_single_shader_that_is_broken_rests_and_is_watched(tmp_path: Path) -> None:
    shader = tmp_path / "mine.fs"
    shader.write_text("no header")
    options = StageOptions(shader=str(shader), venue="loopback")
    with pytest.raises(FilesError) as caught:
        read_production(options)

    production = fallback_production(options, caught.value.findings)

    assert tmp_path in production.watched or shader in production.watched
    assert production.show.title == "mine"


def test_a_cue_list_that_does_not_exist_yet_is_watched(small_show: Path) -> None:
    (small_show / "cues.toml").unlink()
    show = load_show(str(small_show))

    files = watched(show, [isf.parse(spec.shader) for spec in show.scenes.values()], load_venue("loopback"))

    assert small_show / "cues.toml" in files
    assert (small_show / "plain.fs").resolve() in files


def test_options_hold_for_an_edited_show_as_well(small_show: Path) -> None:
    options = StageOptions(venue="loopback", scene="two")

    production = production_of(load_show(str(small_show)), load_venue("loopback"), options)
    player = play(production, options)
    step = player.step([Command("go", (), 0.0, "test")], 1.0)  # type: ignore[attr-defined]

    assert step.refused == ()
    assert player.cues.scene.after == "two"  # type: ignore[attr-defined]
