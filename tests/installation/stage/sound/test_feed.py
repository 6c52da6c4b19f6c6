"""The stage's end of sound: frames out, what is heard in, and nothing that waits."""

import logging
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from installation import paths
from installation.clock import ManualClock
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.ears import NAMES
from installation.ipc.feeds.sound import DRIVE, HEARD, REPORT, SETUP, SOUND, Drive, Heard, Setup
from installation.ipc.options import StageOptions
from installation.ipc.state_file import StateFile
from installation.ipc.telemetry import Publisher
from installation.player.player import Player
from installation.player.sound import BEAT, LEVEL, MUTE
from installation.show import load_venue
from installation.stage.sound import SoundFeed
from installation.stage.sound.begun import RememberedFiles
from installation.stage.sound.level import FIRST
from installation.status import SoundStatus
from installation.values import Command, Reading
from tests.installation.player.test_player import make, order
from tests.waiting import until

VENUE = """format = 1
[sound]
output = "Scarlett"
ceiling = -30.0
dba = 68.0
limit_a = 70.0
[[speaker]]
name = "west"
channel = 3
azimuth = -45.0
gain = -2.0
[[speaker]]
name = "east"
channel = 4
azimuth = 45.0
delay = 0.01
"""
VALUES = {one.name: one.rest for one in NAMES}


class World:
    """A player, its end of the bus, and the sound process's end."""

    def __init__(self, show: Path, *, continues: bool = False, **options: object) -> None:
        self.player: Player = make(show)
        venue = show.parent / "hall.toml"
        if not venue.exists():
            venue.write_text(VENUE)
        read = load_venue(str(venue))
        given = msgspec.convert({"mode": "preview", "sound": True} | options, StageOptions)
        self.feed = SoundFeed(given, self.player, lambda: read, continues=continues)
        hub = LocalHub()
        self.publisher = Publisher(LocalBus(hub))
        self.sound = LocalBus(hub)
        self.setups, self.drives = self.sound.subscribe(SETUP), self.sound.subscribe(DRIVE)
        self.now = 100.0
        self.refused: list[tuple[Command, str]] = []

    def frame(self) -> list[Reading | Command]:
        """One frame, as the stage plays it."""
        self.now += 1 / 60
        entries = self.feed.entries(self.now)
        step = self.player.step([*entries, *self.player.features()], self.now)
        self.refused += step.refused
        self.feed.put(self.now, self.publisher)
        return entries

    def drive(self) -> Drive:
        """The newest frame that the sound process was told of."""
        return msgspec.msgpack.decode(self.drives.drain()[-1][1], type=Drive)

    def hear(self, **values: float) -> None:
        told = VALUES | {name.replace("_", "/"): value for name, value in values.items()}
        self.sound.put(HEARD, msgspec.msgpack.encode(Heard(at=self.now, values=told, output=0.625)))

    def report(self, **fields: object) -> None:
        self.sound.put(REPORT, msgspec.msgpack.encode(msgspec.convert(fields, SoundStatus)))


@pytest.fixture
def world(small_show: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(small_show.parent / "state"))
    assert paths.state_folder() == small_show.parent / "state"
    return World(small_show)


def test_the_setup_is_what_the_venue_says_and_is_sent_once(world: World) -> None:
    for _ in range(3):
        world.frame()
    sent = world.setups.drain()
    assert len(sent) == 1
    setup = msgspec.msgpack.decode(sent[0][1], type=Setup)
    assert (setup.output, setup.input, setup.ceiling, setup.dba) == ("Scarlett", "", -30.0, 68.0)
    assert [(one.name, one.channel, one.azimuth, one.gain, one.delay) for one in setup.speakers] == [
        ("west", 3, -45.0, -2.0, 0.0),
        ("east", 4, 45.0, 0.0, 0.01),
    ]
    assert setup.seed == 7, "the show's"


def test_frames_are_told_only_while_somebody_is_there(world: World) -> None:
    world.frame()
    assert world.drives.drain() == []
    assert not world.player.sounding, "flashes are not looked for"
    world.sound.alive(SOUND)
    world.frame()
    world.frame()
    drive = world.drive()
    assert (drive.frame, drive.after, drive.at) == (world.player.frame.index, "one", world.now)
    assert world.player.sounding


def test_panic_blackout_and_mute_are_told_of_in_their_own_frame(world: World) -> None:
    world.sound.alive(SOUND)
    world.frame()
    for command, field in (
        (order("blackout", True), "dark"),
        (order("blackout", False), ""),
        (order("panic"), "calm"),
        (order("panic", False), ""),
    ):
        world.player.step([command], world.now)
        world.feed.put(world.now, world.publisher)
        drive = world.drive()
        assert {name for name in ("dark", "calm") if getattr(drive, name)} == ({field} if field else set())
    for wanted in (1.0, 0.0):
        world.player.step([order("mute")], world.now)
        world.feed.put(world.now, world.publisher)
        assert world.drive().values[MUTE] == wanted


def test_the_beat_runs_on_in_each_frame_and_stops_when_nothing_comes(world: World) -> None:
    world.player.signals.declare(BEAT)
    world.frame()
    hop = Heard(at=world.now, values=VALUES | {"beat": 0.5}, pace=2.0)
    world.sound.put(HEARD, msgspec.msgpack.encode(hop))
    told = []
    for _ in range(20):
        entries = [one for one in world.frame() if isinstance(one, Reading) and one.address == BEAT]
        told.append([one.values[0] for one in entries][-1:])

    assert [one[0] for one in told[:14]] == pytest.approx([0.5 + n / 30 for n in range(1, 15)], abs=1e-5)
    assert not any(told[16:]), "a quarter of a second after the last hop"


def test_what_is_heard_is_the_input_of_the_next_frame(world: World) -> None:
    world.player.signals.declare("/ears/level")
    world.player.signals.declare("/sound/level")
    world.frame()
    world.hear(level=0.375, onset=0.5)
    entries = world.frame()
    assert ("/ears/level", (0.375,)) in [
        (one.address, one.values) for one in entries if isinstance(one, Reading)
    ]
    world.frame()
    assert world.player.signals.get("/ears/level") == 0.375
    assert world.player.signals.get("/sound/level") == 0.625, "one frame later, as all of our own output"
    for _ in range(70):  # it is away
        world.frame()
    assert world.player.signals.get("/sound/level") == 0.0
    assert world.player.signals.get("/ears/level") == 0.375, "the last one, and it grows old"
    index = world.player.signals.index("/ears/level")
    assert index is not None
    assert world.player.signals.age(world.player.frame.time)[index] > 1.0


def test_in_safe_mode_and_without_sound_nothing_comes_in(world: World, small_show: Path) -> None:
    world.frame()
    world.hear(level=0.5)
    assert world.feed.entries(world.now, safe_mode=True) == []
    deaf = World(small_show, sound=False)
    deaf.sound.alive(SOUND)
    assert deaf.frame() == []
    deaf.hear(level=0.5)
    assert deaf.frame() == []
    assert deaf.drives.drain() == []
    assert deaf.feed.status(deaf.now) is None


def test_a_machine_that_was_never_heard_begins_quietly_and_says_so_once(
    world: World, small_show: Path
) -> None:
    first = world.frame()
    assert [one for one in first if isinstance(one, Command)] == [
        Command("set", (LEVEL, FIRST), world.now, "sound")
    ]
    assert world.player.tree.get_base(LEVEL) == (FIRST,)
    assert world.feed.prompt == ""
    world.report(state="up", level_db=FIRST)
    world.frame()
    assert world.feed.prompt == "sound is on at -20 dB; Shift+M mutes"
    world.player.step([order("set", LEVEL, -32.0)], world.now)
    for _ in range(16 * 60):
        world.now += 1 / 60
        world.report(state="up", level_db=FIRST)
        world.frame()
    assert world.feed.prompt == ""

    world.feed.close()
    again = World(small_show)
    assert [one.arguments for one in again.frame() if isinstance(one, Command)] == [(LEVEL, -32.0)]
    again.report(state="up", level_db=-32.0)
    again.frame()
    assert again.feed.prompt == "", "it was said before"
    assert world.refused == again.refused == []


def test_a_mute_is_kept_over_the_end_of_the_program_and_said_at_the_next_start(
    world: World, small_show: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world.frame()
    world.player.step([order("mute")], world.now)  # before anything was heard here
    world.now += 3.0
    world.frame()
    world.feed.close()

    again = World(small_show)
    assert [one.arguments for one in again.frame() if isinstance(one, Command)] == [
        (LEVEL, FIRST),
        (MUTE, 1.0),
    ]
    assert again.player.tree.get_base(MUTE) == (1.0,)
    for _ in range(2):
        again.report(state="up")
        again.frame()
    assert again.feed.prompt == "sound is muted; Shift+M ends that"
    assert (
        caplog.messages.count(
            "the sound is muted, as it was left; Shift+M or `photophore mute off` ends that"
        )
        == 1
    )
    again.player.step([order("mute", False)], again.now)
    again.feed.close()

    third = World(small_show)
    assert [one.arguments for one in third.frame() if isinstance(one, Command)] == [(LEVEL, FIRST)]
    third.report(state="up")
    third.frame()
    assert caplog.messages[-1] == "the sound is at -20 dB; Shift+M or `photophore mute` mutes it"
    assert third.feed.prompt == "", "it was heard before"


def test_no_frame_waits_for_the_disk_on_which_the_level_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, saved = threading.Event(), []

    def slow(_file: StateFile, state: dict[str, object]) -> bool:
        assert threading.current_thread() is not threading.main_thread()
        go.wait(60.0)
        saved.append(state)
        return True

    monkeypatch.setattr(StateFile, "save", slow)
    world.frame()
    world.report(state="up")
    for level in range(-30, -20):  # a hand moves it for half a minute
        world.player.step([order("set", LEVEL, float(level))], world.now)
        world.now += 3.0
        world.frame()
    assert saved == []
    go.set()
    world.feed.close()
    assert saved[-1] == {"level": -21.0, "muted": False}
    assert len(saved) == 2, "what came meanwhile is stored once"


def test_a_replay_and_a_later_stage_keep_the_level_that_they_have(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(small_show.parent / "state"))
    assert World(small_show, replay="evening.jsonl").frame() == []


def replayed(show: Path, monkeypatch: pytest.MonkeyPatch, *, muted: bool) -> tuple[Path, World]:
    """A replay on a machine that was left at -31 dB, and its state folder."""
    state = show.parent / "state"
    state.mkdir()
    monkeypatch.setenv("PHOTOPHORE_STATE", str(state))
    StateFile(state, "sound").save({"level": -31.0, "muted": muted})
    return state, World(show, replay="evening.jsonl")


def test_a_replay_that_sets_no_level_is_as_loud_as_this_machine_and_stores_nothing(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, world = replayed(small_show, monkeypatch, muted=False)
    world.sound.alive(SOUND)
    world.frame()
    assert world.drive().values[LEVEL] == -31.0
    assert world.player.tree.get_base(LEVEL) == (0.0,)  # every bit of the show is that of the recording
    world.player.step([order("set", LEVEL, -6.0)], world.now)
    world.now += 10.0
    world.frame()
    assert world.drive().values[LEVEL] == -6.0
    world.feed.close()
    assert StateFile(state, "sound").load()["level"] == -31.0


def test_a_replay_is_silent_on_a_machine_that_was_muted_until_it_is_asked_for(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, world = replayed(small_show, monkeypatch, muted=True)
    world.sound.alive(SOUND)
    world.frame()
    assert world.drive().values[MUTE] == 1.0
    world.player.step([order("mute")], world.now)  # as the key does, which changes over
    world.now += 10.0
    world.frame()
    assert world.drive().values[MUTE] == 0.0
    world.feed.close()
    assert StateFile(state, "sound").load() == {"level": -31.0, "muted": True}


def test_a_sound_file_is_followed_while_nobody_is_told_and_over_an_edit(small_show: Path) -> None:
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[sound.storm]\nfile = "storm.wav"\n')
    world = World(small_show)
    world.frame()
    world.player.tree.set("/sound/storm/play", (1.0,))
    world.frame()
    began = world.player.frame.time
    for _ in range(20):
        world.frame()
    world.sound.alive(SOUND)
    world.frame()
    assert world.drive().played == {"storm": pytest.approx(world.player.frame.time - began)}
    world.player.show = replace(world.player.show)
    world.frame()
    assert world.drive().played == {"storm": pytest.approx(world.player.frame.time - began)}


def test_the_status_is_what_the_process_says_until_it_is_away(world: World) -> None:
    world.report(state="down", reason="pulse was lost", input_state="up")
    world.frame()
    world.report(state="down", reason="pulse was lost", input_state="up")
    world.frame()
    said = world.feed.status(world.now)
    assert said is not None
    assert (said.state, said.reason) == ("down", "pulse was lost")
    later = world.feed.status(world.now + 5.0)
    assert later is not None
    assert later.state == "away"


def test_a_frame_that_takes_long_does_not_make_the_process_away(world: World) -> None:
    world.frame()
    world.report(state="up", output="Scarlett")
    world.frame()
    world.report(state="up", output="Scarlett", underruns=3)

    said = world.feed.status(world.now + 5.0)

    assert said is not None
    assert (said.state, said.underruns) == ("up", 3)


def storm(world: World, frames: int) -> float:
    """How long the storm has played after so many frames, as a new sound process is told."""
    world.sound.alive(SOUND)
    world.frame()
    world.player.tree.set("/sound/storm/play", (1.0,))
    for _ in range(frames):
        world.frame()
    return world.drive().played["storm"]


@pytest.mark.parametrize("continues", [True, False])
def test_a_sound_file_goes_on_in_the_stage_that_continues_the_show(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, continues: bool
) -> None:
    """Also where the sound process has died with the stage: nobody else knows its place then."""
    monkeypatch.setenv("PHOTOPHORE_STATE", str(small_show.parent / "state"))
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[sound.storm]\nfile = "storm.wav"\n')
    before = World(small_show)
    played = storm(before, 60)
    assert played == pytest.approx(1.0, abs=0.1)
    before.feed.close()

    after = World(small_show, continues=continues)
    after.player.clock = ManualClock(1 / 60, before.player.frame.time)

    assert storm(after, 60) == pytest.approx(played + 1.0 if continues else 1.0, abs=0.1)


def test_a_file_that_stops_and_plays_again_after_a_restart_begins_anew(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(small_show.parent / "state"))
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[sound.storm]\nfile = "storm.wav"\n')
    before = World(small_show)
    storm(before, 60)
    before.feed.close()
    after = World(small_show, continues=True)
    after.player.clock = ManualClock(1 / 60, before.player.frame.time)
    assert storm(after, 12) > 1.0

    after.player.tree.set("/sound/storm/play", (0.0,))
    after.frame()

    assert storm(after, 6) == pytest.approx(0.1, abs=0.05)


def test_what_plays_is_stored_once_a_second_at_most_and_again_where_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, saved, works = RememberedFiles(tmp_path, continues=False), [], [False]
    monkeypatch.setattr(StateFile, "save", lambda _file, state: saved.append(state) or works[0])
    for frame in range(180):
        files.keep({"storm": (1.0, frame / 1000)}, 100.0 + frame / 60)
        until(lambda: files._job is None or files._job.done())
    assert len(saved) == 3

    works[0] = True
    for frame in range(180):
        files.keep({"storm": (1.0, 0.5)}, 104.0 + frame / 60)
        until(lambda: files._job is None or files._job.done())
    assert len(saved) == 4
    files.keep({}, 106.99)
    files.close()
    assert saved[-1] == {"begun": {}}
