import shutil
from pathlib import Path

import pytest

from installation import isf, paths
from installation.clock import ManualClock
from installation.errors import FilesError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import (
    fallback_production,
    kept_production,
    production_of,
    read_production,
    watched,
    without_quarantined,
)
from installation.show import load_show, load_venue
from installation.stage.main import _versions
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

    production, notes = without_quarantined(
        read_production(options), Remembers(shader, safe_mode="3 crashes")
    )  # type: ignore[arg-type]
    player = play(production, options)

    assert {one.path.name for one in production.shaders.values()} == {"rest.fs"}
    assert player.tree.get("/scene/two/glow")[0] == pytest.approx(0.75, abs=0.2)  # type: ignore[attr-defined]
    assert "safe mode: 3 crashes" in notes[0]
    assert "plain.fs is in quarantine, because plain crashed" in notes[1]


@pytest.mark.gl
def test_a_resting_scene_draws_whatever_inputs_it_stands_for(context: object, small_show: Path) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    shader = (small_show / "plain.fs").resolve()
    production, _ = without_quarantined(read_production(options), Remembers(shader))  # type: ignore[arg-type]
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

    assert [reason for _, reason in step.refused] == ["the cue list is at its end"]
    assert player.cues.scene.after == "two"  # type: ignore[attr-defined]


def save_preset(show: Path, text: str) -> None:
    (show / "presets").mkdir(exist_ok=True)
    (show / "presets" / "old.toml").write_text(text)


@pytest.mark.parametrize(
    ("preset", "said"),
    [
        ("format = 1\n[set]\n'/scene/gone/glow' = 0.5\n'/master' = 0.5\n", "no parameter /scene/gone/glow"),
        ("format = 1\n[set]\n'/scene/one/glow' = 99.0\n'/master' = 0.5\n", "out of range"),
    ],
)
def test_a_preset_that_is_older_than_the_show_is_a_warning_and_the_rest_of_it_is_recalled(
    small_show: Path, preset: str, said: str
) -> None:
    save_preset(small_show, preset)
    options = StageOptions(show=str(small_show), venue="loopback")

    player = build_player(read_production(options), options, ManualClock(1 / 60), None)

    assert [one.severity for one in player.warnings] == ["warning"]
    assert said in str(player.warnings[0])
    player.step([Command("preset-recall", ("old",))], 0.0)
    assert player.tree.get_base("/master") == (0.5,)


@pytest.mark.parametrize("preset", ["not toml", "format = 99\n", "format = 1\n[set]\n'/a' = {}\n", "\0"])
def test_a_preset_that_cannot_be_read_is_left_out_and_the_show_plays(
    small_show: Path, preset: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_preset(small_show, preset)

    production = read_production(StageOptions(show=str(small_show), venue="loopback"))

    assert production.show.presets == {}
    assert {one.severity for one in production.show.warnings} == {"warning"}
    assert "old.toml" in caplog.text


def test_a_version_whose_routes_lead_nowhere_does_not_take_the_place_of_a_good_one(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path / "state"))
    options = StageOptions(mode="run", show=str(small_show), venue="loopback")
    production = read_production(options)
    head = small_show / "show.toml"
    head.write_text(head.read_text() + '\n[[route]]\nfrom = "/osc/x"\nto = "/scene/one/glov"\n')

    versions = _versions(options, production)
    assert versions is not None
    versions.see(production.show, (production.shaders, production.effects), production.venue)
    versions.wait()

    assert "did you mean /scene/one/glow?" in caplog.text
    assert not list((tmp_path / "state" / "last-good").glob("*.zip"))
    assert _versions(StageOptions(mode="preview", show=str(small_show)), production) is None


def test_presets_saved_while_the_last_good_version_plays_lie_beside_the_files(small_show: Path) -> None:
    kept = small_show.parent / "kept" / "small"
    shutil.copytree(small_show, kept)
    (small_show / "show.toml").write_text("wrong")
    options = StageOptions(mode="run", show=str(small_show), venue="loopback")
    with pytest.raises(FilesError) as wrong:
        read_production(options)

    production = kept_production(options, kept, wrong.value.findings)

    assert production.stands_in
    assert production.show.folder == small_show
    assert small_show / "show.toml" in production.watched
    assert small_show / "plain.fs" in production.watched
    assert not any(path.is_relative_to(kept) for path in production.watched)
    play(production, options)


@pytest.mark.parametrize("given", ["scenes/sea-sparkle.fs", "sea-sparkle", "shown.fs"])
def test_the_picture_that_a_shader_sees_may_be_named_as_a_show_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    seer = '/*{"INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]}*/ void main() {}'
    (tmp_path / "seer.fs").write_text(seer)
    (tmp_path / "shown.fs").write_text("/*{}*/ void main() {}")
    monkeypatch.chdir("/")

    production = read_production(
        StageOptions(mode="preview", shader=str(tmp_path / "seer.fs"), venue="loopback", input=given)
    )

    assert production.given is not None
    assert production.given.is_file()
    with pytest.raises(FilesError, match="neither an image file nor a scene"):
        read_production(
            StageOptions(mode="preview", shader=str(tmp_path / "seer.fs"), venue="loopback", input="x.fs")
        )
