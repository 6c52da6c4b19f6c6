import os

import pytest

from installation.errors import ShowError
from installation.light.profiles.library import Library, load_profiles
from installation.light.profiles.profile import profile_folder
from installation.light.rig import Rig
from installation.show import load_venue

VENUE = """format = 1
[[fixture]]
name = "lamp"
profile = "{}"
universe = 1
channel = 1
position = [0.5, 0.5]
"""
LAMP = 'format = 1\ntitle = "{}"\n[[channel]]\nrole = "intensity"\n'


@pytest.fixture
def user(tmp_path, monkeypatch):
    """The user's folder of profiles."""
    monkeypatch.setenv("PHOTOPHORE_USER", str(tmp_path / "user"))
    folder = tmp_path / "user" / "fixtures"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def room(tmp_path):
    """A venue file, and the folder beside it."""
    (tmp_path / "room" / "fixtures").mkdir(parents=True)

    def write(profile):
        file = tmp_path / "room" / "venue.toml"
        file.write_text(VENUE.format(profile))
        return load_venue(file)

    return write, tmp_path / "room" / "fixtures"


def test_profiles_are_found_beside_the_venue_then_with_the_user_then_where_they_ship(user, room):
    write, beside = room
    (user / "own.toml").write_text(LAMP.format("the user's"))
    (user / "ours.toml").write_text(LAMP.format("the user's"))
    (beside / "ours.toml").write_text(LAMP.format("the room's"))
    found = load_profiles(write("ours"))

    assert [found.entry(name).source for name in ("ours", "own", "rgb")] == ["venue", "user", "shipped"]
    assert found["ours"].title == "the room's"
    assert found["rgb"].title == "RGB, 8 bit"
    assert len(Rig(write("ours"), found)) == 1


def test_a_name_that_is_there_twice_is_told_where_a_venue_uses_it(user, room):
    write, _ = room
    (user / "rgb.toml").write_text(LAMP.format("mine"))
    (warning,) = Rig(write("rgb"), load_profiles(write("rgb"))).warnings

    assert warning.severity == "warning"
    assert warning.where.line == 4
    assert str(user / "rgb.toml") in warning.message
    assert str(profile_folder() / "rgb.toml") in warning.message
    assert Rig(write("dimmer"), load_profiles(write("dimmer"))).warnings == ()


def test_a_broken_profile_is_a_finding_where_it_is_used_and_nowhere_else(user, room):
    write, _ = room
    (user / "broken.toml").write_text("format = 2\n")
    Rig(write("rgb"), load_profiles(write("rgb")))

    with pytest.raises(ShowError) as raised:
        Rig(write("broken"), load_profiles(write("broken")))
    places = [
        (finding.where.file.rpartition("/")[2], finding.where.line) for finding in raised.value.findings
    ]
    assert places[0] == ("venue.toml", 4)
    assert places[1] == ("broken.toml", 1)


def test_the_nearest_name_of_all_folders_is_offered(user, room):
    write, _ = room
    (user / "cellar-lamp.toml").write_text(LAMP.format("mine"))
    with pytest.raises(ShowError, match="did you mean cellar-lamp"):
        Rig(write("celar-lamp"), load_profiles(write("celar-lamp")))


def test_a_folder_that_is_not_there_and_a_file_that_is_no_text_stop_nothing(tmp_path):
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe\x00")
    found = Library([("user", tmp_path / "nowhere"), ("venue", tmp_path)])
    assert list(found) == ["odd"]
    with pytest.raises(ShowError, match="is not UTF-8 text"):
        found["odd"]


@pytest.mark.parametrize("name", ["pipe.toml", "pipe.json"])
def test_a_pipe_is_no_profile_and_is_not_waited_for(tmp_path, name):
    path = tmp_path / name
    path.write_text("")
    found = Library([("venue", tmp_path)])
    path.unlink()
    os.mkfifo(path)

    with pytest.raises(ShowError, match="cannot be read: is a pipe"):
        found["pipe"]
