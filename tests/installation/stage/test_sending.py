"""A stage sends what a show says, by real outputs to real sockets."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from hardware.midi.out import MidiOutput
from hardware.osc import OscOutput
from installation import osc
from installation.clock import ManualClock
from installation.devices import MessageSupervisor
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.stage.outgoing.sending import Sending
from installation.stage.stage import Stage
from installation.values import Command, Reading
from tests.installation.stage.test_stage import company_of

PATIENCE = 20.0
CUES = """format = 1
[[cue]]
id = "1"
follow = "auto-continue"
send = [
  { to = "console", address = "/eos/cue/1/fire" },
  { to = "console", address = "/second", values = [1, 0.5, "a"] },
  { to = "nowhere", address = "/lost" },
]
[[cue]]
id = "2"
send = [{ to = "console", address = "/third" }]
"""


class Desk:
    """A console: a UDP socket, and the output of a venue that sends to it."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        target = {"name": "console", "port": self.socket.getsockname()[1]}
        settings = msgspec.convert({"targets": [target]}, OscOutput.Settings)
        self.output = MessageSupervisor(OscOutput("out", settings))
        self.output.start()

    def heard(self, count: int) -> list[tuple[str, tuple[object, ...]]]:
        found = []
        for _ in range(count):
            found += [(one.address, one.arguments) for one in osc.decode(self.socket.recv(65_536))]
        return found

    def quiet(self) -> bool:
        self.socket.settimeout(0.3)
        try:
            self.socket.recv(65_536)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(PATIENCE)
        return False

    def close(self) -> None:
        self.output.stop(PATIENCE)
        self.socket.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def stage_of(folder: Path, desk: Desk, **more: object) -> Stage:
    options = StageOptions(show=str(folder), venue="loopback", headless=True)
    production = read_production(options)
    parts = company_of(production, options, outputs=[desk.output], **more)
    player = build_player(production, options, ManualClock(1 / 60), None)
    return Stage(options, player, parts)


@pytest.fixture
def folder(small_show: Path) -> Path:
    (small_show / "cues.toml").write_text(CUES)
    return small_show


def give(stage: Stage, verb: str, *arguments: object) -> None:
    stage._parts.inbox.put(Command(verb, arguments, time.monotonic(), "test"))
    stage.frame()


def test_cues_send_in_order_and_once_and_an_unbound_target_is_told_once_and_counted(
    folder: Path, desk: Desk, caplog
) -> None:
    stage = stage_of(folder, desk)
    for _ in range(3):
        stage.frame()
    give(stage, "go")
    assert desk.heard(3) == [("/eos/cue/1/fire", ()), ("/second", (1, 0.5, "a")), ("/third", ())]
    for _ in range(60):
        stage.frame()
    give(stage, "cue", "1")
    assert [address for address, _ in desk.heard(3)] == ["/eos/cue/1/fire", "/second", "/third"]
    for _ in range(60):
        stage.frame()
    assert desk.quiet()
    warned = [line for line in caplog.messages if 'this venue has no target "nowhere"' in line]
    assert len(warned) == 1
    assert "cues.toml:8:10" in warned[0]
    (refused,) = (one for one in stage.status().refused if "target" in one.reason)
    assert (refused.count, refused.example) == (2, "nowhere /lost")


def test_what_begins_in_the_very_first_frame_is_sent_when_the_outputs_are_there(
    folder: Path, desk: Desk
) -> None:
    (folder / "show.toml").write_text(
        (folder / "show.toml").read_text() + '[[send]]\nfrom = "/master"\nto = "console"\naddress = "/m"\n'
    )
    stage = stage_of(folder, desk)
    give(stage, "go")
    assert desk.quiet()
    stage.frame()
    assert [address for address, _ in desk.heard(4)] == ["/eos/cue/1/fire", "/second", "/third", "/m"]


def test_a_restart_into_a_cue_does_not_send_it_again(folder: Path, desk: Desk) -> None:
    stage = stage_of(folder, desk)
    stage._player.stand_at("2", "", 3.0)
    for _ in range(120):
        stage.frame()
    assert desk.quiet()


def test_a_replay_and_a_player_without_a_stage_send_nothing(folder: Path, desk: Desk) -> None:
    stage = stage_of(folder, desk)
    replaying = Sending(stage._player, [desk.output], stage._parts.production.venue, off=True)
    for _ in range(3):
        step = stage._player.step([Command("go", (), 0.0, "test")], 0.0)
        replaying.frame(step.frame, time.monotonic())
    assert desk.quiet()
    options = StageOptions(show=str(folder), venue="loopback")
    film = build_player(read_production(options), options, ManualClock(1 / 60), None)
    film.step([Command("go", (), 0.0, "test")], 0.0)
    assert film.cues.current.id == "2"
    assert desk.quiet()


def test_the_command_sends_to_a_target_and_refuses_what_is_none(folder: Path, desk: Desk, caplog) -> None:
    stage = stage_of(folder, desk)
    stage.frame()
    give(stage, "send", "console", "/hello", 1, 1.5, "word")
    assert desk.heard(1) == [("/hello", (1, 1.5, "word"))]
    give(stage, "send", "consol", "/hello")
    give(stage, "send", "console", "hello")
    assert desk.quiet()
    text = "\n".join(caplog.messages)
    assert "no target 'consol'; did you mean console?" in text
    assert "'hello' is not an address" in text


def test_the_command_says_where_a_target_is_not_up(folder: Path, caplog) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    target = {"name": "console", "port": free, "transport": "tcp"}
    output = MessageSupervisor(OscOutput("out", msgspec.convert({"targets": [target]}, OscOutput.Settings)))
    output.start()
    end = time.monotonic() + PATIENCE
    while not (output.report().targets and output.report().targets[0].refused) and time.monotonic() < end:
        time.sleep(0.01)
    desk = SimpleNamespace(output=output)
    stage = stage_of(folder, desk)
    stage.frame()
    give(stage, "send", "console", "/hello")
    assert "console is not up: refused: nobody listens there" in "\n".join(caplog.messages)
    output.stop(PATIENCE)


def test_the_command_says_what_a_target_cannot_carry(folder: Path, caplog) -> None:
    rig = MessageSupervisor(MidiOutput("midi", msgspec.convert({"port": "desk"}, MidiOutput.Settings)))
    stage = stage_of(folder, SimpleNamespace(output=rig))
    stage.frame()
    give(stage, "send", "midi", "/cc/1/7", 300)
    give(stage, "send", "midi", "/nothing", 1)
    refused = [line for line in caplog.messages if line.startswith("send from test")]
    assert "/cc/1/7: a whole number 0..127, not 300; docs/send.md lists what MIDI has" in refused[0]
    assert "no MIDI message has the address /nothing" in refused[1]


def test_an_edit_while_it_plays_changes_what_is_sent(folder: Path, desk: Desk) -> None:
    from tests.installation.stage.test_stage import settle

    stage = stage_of(folder, desk)
    for _ in range(3):
        stage.frame()
    (folder / "cues.toml").write_text(CUES.replace("/third", "/fourth"))
    show = (folder / "show.toml").read_text()
    sent = '[[send]]\nfrom = "/osc/x"\nto = "console"\naddress = "/x"\n'
    (folder / "show.toml").write_text(show + sent)
    for name in ("cues.toml", "show.toml"):
        stage._parts.watch.edits.add(folder / name)
    settle(stage)
    stage._parts.inbox.put(Reading("/osc/x", (0.5,), time.monotonic(), "pad"))
    give(stage, "cue", "2")
    assert {address for address, _ in desk.heard(2)} == {"/x", "/fourth"}
