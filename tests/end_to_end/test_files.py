"""Files that are wrong: before the first frame, while a show plays, and when its stage has to start again."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.ipc.control import request
from tests.end_to_end.program import receiver, started, until, venue_file

DIM = 'format = 1\nlumens = 0.5\n[[channel]]\nrole = "intensity"\n'
SPOT = """
[[fixture]]
name = "spot"
profile = "spot"
universe = 1
channel = 500
position = [0.5, 0.5]
"""

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[str]:
    """One with a small canvas, whose lamps nobody looks at."""
    with receiver() as listener:
        yield str(venue_file(tmp_path, listener.getsockname()[1]))


def test_wrong_files_end_it_at_once_when_nothing_was_shown(small_show: Path, tmp_path: Path) -> None:
    (small_show / "show.toml").write_text("format = 1\ntitel = 3\n")

    with started(tmp_path / "state", "run", str(small_show), "--venue", "loopback", "--headless") as program:
        assert program.process.wait(60) == 1

        assert "show.toml:2:1" in program.output()
    assert "show.toml:2:1" in (tmp_path / "state" / "stage.log").read_text()


def test_a_run_whose_files_are_wrong_at_the_start_plays_their_last_good_version_until_they_are_mended(
    small_show: Path, tmp_path: Path, venue: str
) -> None:
    show, room = small_show / "show.toml", Path(venue)
    (small_show / "spare.fs").write_text((small_show / "plain.fs").read_text())
    show.write_text(show.read_text() + '\n[scene.spare]\nshader = "spare.fs"\n')  # it is never shown
    good, good_room = show.read_text(), room.read_text()
    arguments = ("run", str(small_show), "--venue", venue, "--headless")
    with started(tmp_path / "state", *arguments) as program:
        program.playing()
        request("go", folder=program.state)
        until(lambda: program.status().get("cue") == "1", "the cue runs")
        until(lambda: list((tmp_path / "state" / "last-good").glob("*.zip")), "this version is kept")

    show.write_text(good + "\nnonsense = 1\n")
    with started(tmp_path / "state", *arguments) as program:
        played = program.playing()
        assert (played["scene"], played["cue"]) == ("one", "1")
        assert "last good version" in played["errors"][0]
        assert "nonsense" in played["errors"][1]
        assert "nonsense" in (tmp_path / "state" / "stage.log").read_text()

        show.write_text(good)

        mended = until(lambda: (s := program.status()).get("errors") == [] and s, "the files play again")
        assert mended["cue"] == "1"

    room.write_text(good_room + "\nnonsense = 1\n")
    with started(tmp_path / "state", *arguments) as program:
        played = program.playing()
        assert "the venue has errors" in played["errors"][0]
        assert "nonsense" in played["errors"][1]

    with started(tmp_path / "other", *arguments) as program:
        assert program.process.wait(60) == 1
    assert "nonsense" in (tmp_path / "other" / "start.log").read_text()


def test_a_restart_with_wrong_files_rests_until_they_are_right_and_stands_at_its_cue(
    small_show: Path, tmp_path: Path, venue: str
) -> None:
    show = small_show / "show.toml"
    good = show.read_text()
    with started(tmp_path / "state", "preview", str(small_show), "--venue", venue, "--headless") as program:
        program.playing()
        request("go", folder=program.state)
        until(lambda: program.status().get("cue") == "1", "the cue runs")
        show.write_text(good + "\nnonsense = 1\n")
        until(lambda: program.status().get("errors"), "the edit is seen")

        os.kill(program.pid("stage"), signal.SIGKILL)

        resting = until(
            lambda: (s := program.status()).get("scene") == "rest" and s["frame"].get("index", 0) > 2 and s,
            "something calm is played",
        )
        assert "nonsense" in resting["errors"][0]
        index = resting["frame"]["index"]
        until(lambda: program.status()["frame"]["index"] > index + 30, "it goes on resting")
        assert next(p for p in program.status()["processes"] if p["name"] == "stage")["restarts"] == 1

        show.write_text(good)

        again = until(lambda: (s := program.status()).get("scene") == "one" and s, "the show plays again")
        assert again["cue"] == "1"
        assert again["errors"] == []


def test_a_run_ends_after_its_seconds_also_when_it_goes_on_from_an_earlier_night(
    small_show: Path, tmp_path: Path, venue: str
) -> None:
    state = tmp_path / "state"
    arguments = ("run", str(small_show), "--venue", venue, "--headless", "--seconds", "2")
    with started(state, *arguments) as program:
        assert program.process.wait(60) == 0
    recording = tmp_path / "second.jsonl"
    with started(state, *arguments, "--record", str(recording)) as program:
        assert program.process.wait(60) == 0

    played = [json.loads(line)["dt"] for line in recording.read_text().splitlines()]
    assert sum(played) == pytest.approx(2.0, abs=0.5)


def test_an_edited_venue_says_when_it_takes_effect_and_a_broken_one_says_where(
    small_show: Path, tmp_path: Path
) -> None:
    with receiver() as listener:
        venue = venue_file(tmp_path, listener.getsockname()[1])
        with started(
            tmp_path / "state", "preview", str(small_show), "--venue", str(venue), "--headless"
        ) as program:
            program.playing()

            venue.write_text(venue.read_text().replace("rate = 44", "rate = 40"))
            until(
                lambda: any("started again" in line for line in program.status().get("notices", [])),
                "it is said",
            )
            venue.write_text(venue.read_text().replace("rate = 40", "rade = 40"))

            errors = until(
                lambda: [e for e in program.status().get("errors", []) if "rade" in e],
                "the error is reported",
            )
            assert "venue.toml:8:1" in errors[0]


def test_a_patch_is_saved_while_the_show_plays_and_the_lamps_go_on(small_show: Path, tmp_path: Path) -> None:
    """A real keeper, a real stage, Art-Net on the loopback: what stays does not dip, what is new comes up."""
    with receiver() as listener:
        file = venue_file(tmp_path, listener.getsockname()[1])
        first = file.read_text()
        state = tmp_path / "state"
        with started(state, "run", str(small_show), "--venue", str(file), "--headless") as program:
            program.playing()
            request("set", "/light/wall/level", 1.0, folder=program.state)
            until(lambda: channel(listener, 1) == {255}, "the wall is lit")

            file.write_text(first.replace("columns = 10", "columns = nine"))
            until(lambda: program.status().get("errors"), "the mistake is told")
            (tmp_path / "fixtures").mkdir()
            # Of little light: a large rise of one lamp is a rise of the room, for which the guard dims all.
            (tmp_path / "fixtures" / "spot.toml").write_text(DIM)
            file.write_text(first + SPOT)
            until(lambda: not program.status().get("errors"), "the patch is taken over")
            request("set", "/light/spot/level", 1.0, folder=program.state)
            seen: set[int] = set()

            def lit() -> bool:
                levels = packets(listener)
                seen.update(levels_of(levels, 1))
                return 255 in levels_of(levels, 500)

            until(lit, "the new lamp is lit")
            assert seen == {255}
            refused = program.ask("identify", "spott")
            assert refused.returncode != 0
            assert "spot" in refused.stderr
            assert program.ask("identify", "spot").returncode == 0
            until(lambda: 0 in levels_of(packets(listener), 500), "it sinks")
            until(lambda: 255 in levels_of(packets(listener), 500), "it swells")


def packets(listener: socket.socket) -> list[bytes]:
    """What has arrived since the last call."""
    listener.setblocking(False)
    found = []
    while True:
        try:
            found.append(listener.recv(2048))
        except BlockingIOError:
            return found


def levels_of(given: list[bytes], number: int) -> set[int]:
    return {packet[17 + number] for packet in given}


def channel(listener: socket.socket, number: int) -> set[int]:
    return levels_of(packets(listener), number)
