"""The last good version of a show: kept whole or not at all, bounded, and proved before it counts."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from installation.errors import PhotophoreError
from installation.isf import parse
from installation.light import Rig, load_profiles
from installation.player.edits import last_good as kept
from installation.player.edits.last_good import LastGood, Versions, keep, last_good
from installation.show import load_show, load_venue
from installation.show.model import Show
from installation.show.venue_model import Venue


@pytest.fixture
def venue(tmp_path: Path) -> Venue:
    (tmp_path / "room.toml").write_text("format = 1\ntitle = 'Room'\n")
    return load_venue(str(tmp_path / "room.toml"))


@pytest.fixture
def show(small_show: Path) -> Show:
    return load_show(small_show)


def shaders(show: Show) -> set[Path]:
    return {path for spec in show.scenes.values() for path in parse(spec.shader).files}


def trust(_copy: LastGood) -> None:
    """Takes every copy for a good one."""


def named(show: Show, venue: Venue) -> tuple[str, str]:
    return str(show.folder), str(venue.files[0])


def test_what_was_kept_reads_as_the_same_show_after_the_files_were_spoilt(
    tmp_path: Path, show: Show, venue: Venue
) -> None:
    (show.folder / "presets").mkdir()
    (show.folder / "presets" / "dim.toml").write_text("format = 1\n[set]\n'/master' = 0.5\n")
    show = load_show(show.folder)
    proved: list[list[str]] = []

    def prove(copy: LastGood) -> None:
        proved.append(sorted(load_show(copy.show).scenes))

    assert keep(tmp_path, named(show, venue), show, shaders(show), venue, prove)
    for path in show.folder.rglob("*.*"):
        path.write_text("spoilt")

    found = last_good(tmp_path, named(show, venue))

    assert found is not None
    again = load_show(found.show)
    assert (again.name, again.title, sorted(again.scenes)) == (show.name, show.title, sorted(show.scenes))
    assert [cue.id for cue in again.cues] == [cue.id for cue in show.cues]
    assert again.presets["dim"].set == show.presets["dim"].set
    assert parse(again.scenes["one"].shader).inputs[0].name == "glow"
    assert load_venue(str(found.venue)).title == "Room"
    assert proved == [["one", "two"]]


def test_nothing_is_found_of_a_show_that_was_never_kept(tmp_path: Path, show: Show, venue: Venue) -> None:
    keep(tmp_path, named(show, venue), show, shaders(show), venue, trust)

    assert last_good(tmp_path, ("another", str(venue.files[0]))) is None


def test_files_that_are_being_edited_do_not_take_the_place_of_a_good_version(
    tmp_path: Path, show: Show, venue: Venue, caplog: pytest.LogCaptureFixture
) -> None:
    keep(tmp_path, named(show, venue), show, shaders(show), venue, trust)
    good = (show.folder / "show.toml").read_text()
    (show.folder / "show.toml").write_text("half of")

    def prove(copy: LastGood) -> None:
        load_show(copy.show)

    assert not keep(tmp_path, named(show, venue), show, shaders(show), venue, prove)
    found = last_good(tmp_path, named(show, venue))
    assert found is not None
    assert (found.show / "show.toml").read_text() == good
    assert "cannot keep this version" in caplog.text


@pytest.mark.parametrize(
    "spoil", [lambda data: data[: len(data) // 2], lambda data: b"PK" + data[:7] + b"\0" * 99]
)
def test_a_damaged_archive_is_no_version_and_stops_nothing(
    tmp_path: Path, show: Show, venue: Venue, spoil: object
) -> None:
    keep(tmp_path, named(show, venue), show, shaders(show), venue, trust)
    (archive,) = (tmp_path / "last-good").glob("*.zip")
    archive.write_bytes(spoil(archive.read_bytes()))  # type: ignore[operator]

    assert last_good(tmp_path, named(show, venue)) is None


def test_an_archive_writes_nowhere_else(tmp_path: Path, show: Show, venue: Venue) -> None:
    keep(tmp_path, named(show, venue), show, shaders(show), venue, trust)
    (archive,) = (tmp_path / "last-good").glob("*.zip")
    with zipfile.ZipFile(archive, "a") as made:
        made.writestr("show/../../../outside.toml", "x")

    assert last_good(tmp_path, named(show, venue)) is None
    assert not list(tmp_path.rglob("outside.toml"))


def test_what_is_too_large_or_lies_elsewhere_is_not_kept_and_the_reason_is_told(
    tmp_path: Path,
    show: Show,
    venue: Venue,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = tmp_path / "elsewhere.fs"
    elsewhere.write_text("x")
    assert not keep(tmp_path, named(show, venue), show, [elsewhere], venue, trust)
    assert "elsewhere.fs is outside the show's folder" in caplog.text

    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    assert not keep(tmp_path, named(show, venue), show, shaders(show), venue, trust)
    assert "more than" in caplog.text
    assert last_good(tmp_path, named(show, venue)) is None


def test_only_so_many_versions_are_kept(tmp_path: Path, show: Show, venue: Venue) -> None:
    for index in range(kept.MOST_ARCHIVES + 3):
        keep(tmp_path, (f"show {index}", "room"), show, shaders(show), venue, trust)

    assert len(list((tmp_path / "last-good").glob("*.zip"))) == kept.MOST_ARCHIVES


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, show: Show, venue: Venue) -> None:
    (tmp_path / "last-good").write_text("a file")

    assert not keep(tmp_path, named(show, venue), show, shaders(show), venue, trust)
    assert last_good(tmp_path, named(show, venue)) is None


def test_each_version_is_kept_once(tmp_path: Path, show: Show, venue: Venue) -> None:
    proved: list[LastGood] = []
    versions = Versions(tmp_path, named(show, venue), proved.append)
    drawn = {scene: parse(spec.shader) for scene, spec in show.scenes.items()}

    for _ in range(5):
        versions.see(show, (drawn, {}), venue)
        versions.wait()
    assert len(proved) == 1

    shader = show.folder / "plain.fs"
    shader.write_text(shader.read_text() + "\n")
    versions.see(show, (dict(drawn), {}), venue)
    versions.wait()

    assert len(proved) == 2
    found = last_good(tmp_path, named(show, venue))
    assert found is not None
    assert (found.show / "plain.fs").read_text() == shader.read_text()


def test_a_patch_that_was_edited_is_a_version_of_its_own(tmp_path: Path, show: Show, venue: Venue) -> None:
    proved: list[LastGood] = []
    versions = Versions(tmp_path, named(show, venue), proved.append)
    drawn = {scene: parse(spec.shader) for scene, spec in show.scenes.items()}
    playing: tuple[Any, ...] = drawn, {}
    versions.see(show, playing, venue)
    versions.wait()

    venue.files[0].write_text("format = 1\ntitle = 'Larger room'\n")
    versions.see(show, playing, load_venue(venue.files[0]))
    versions.wait()

    found = last_good(tmp_path, named(show, venue))
    assert found is not None
    assert load_venue(found.venue).title == "Larger room"


@pytest.mark.parametrize("beside", [True, False])
def test_profiles_of_the_venue_and_of_the_user_are_kept_with_it(
    tmp_path: Path, show: Show, venue: Venue, monkeypatch: pytest.MonkeyPatch, beside: bool
) -> None:
    monkeypatch.setenv("PHOTOPHORE_USER", str(tmp_path / "user"))
    file = (tmp_path if beside else tmp_path / "user") / "fixtures" / "cellar.toml"
    file.parent.mkdir(parents=True)
    file.write_text('format = 1\ntitle = "Cellar"\n[[channel]]\nrole = "intensity"\n')
    venue.files[0].write_text(
        "format = 1\n[[fixture]]\nname = 'a'\nprofile = 'cellar'\nuniverse = 1\nchannel = 1\n"
        "position = [0.5, 0.5]\n"
    )
    venue = load_venue(venue.files[0])

    def prove(copy: LastGood) -> None:
        room = load_venue(copy.venue)
        assert len(Rig(room, load_profiles(room))) == 1

    assert keep(tmp_path, named(show, venue), show, shaders(show), venue, prove)
    file.write_text("spoilt")

    found = last_good(tmp_path, named(show, venue))
    assert found is not None
    prove(found)


def test_a_prove_that_fails_is_no_crash(tmp_path: Path, show: Show, venue: Venue) -> None:
    def doubt(_copy: LastGood) -> None:
        raise PhotophoreError("no")

    assert not keep(tmp_path, named(show, venue), show, shaders(show), venue, doubt)


def test_the_certificates_of_a_site_are_kept_with_its_venue(tmp_path: Path, show: Show, venue: Venue) -> None:
    for name in ("hall.pem", "hall.key", "site.pem"):
        (tmp_path / name).write_text(name)
    venue.files[0].write_text(
        "format = 1\n[site]\nname = 'garden'\nhub = 'hall'\nlisten = ['127.0.0.1:7447']\n"
        "certificate = 'hall.pem'\nkey = 'hall.key'\nauthority = 'site.pem'\n"
        "[[hub]]\nname = 'hall'\nposition = [0.5, 0.5]\n"
    )
    venue = load_venue(venue.files[0])

    def prove(copy: LastGood) -> None:
        assert Path(load_venue(copy.venue).site.private_key).read_text() == "hall.key"

    assert keep(tmp_path, named(show, venue), show, shaders(show), venue, prove)
