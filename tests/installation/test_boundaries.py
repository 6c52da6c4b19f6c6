"""What comes in from outside ends no stage: an order, an edit, the bus, a frame that fails."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.clock import ManualClock
from installation.errors import GraphicsError, PhotophoreError
from installation.ipc.bus import LocalBus, LocalHub, ZenohBus
from installation.ipc.lines import LineSocket
from installation.ipc.link import StageLink, Start
from installation.ipc.options import StageOptions
from installation.ipc.quarantine import Quarantined
from installation.ipc.shared_memory import Mapping
from installation.ipc.telemetry import TELEMETRY, WRITTEN, Publisher, Written
from installation.logs import Refusals
from installation.player.build import build_player
from installation.player.edits.quarantine import mark_of
from installation.player.player import Player
from installation.player.production import read_production, without_quarantined
from installation.stage.containment import PATIENCE
from installation.stage.outlet import by_hand
from installation.stage.stage import Stage
from installation.status import AdapterStatus, QuarantineStatus
from installation.values import Command, Reading
from tests.installation.stage.test_stage import company_of, settle


class Whole:
    """A stage with a real link; this end of it is the keeper's."""

    def __init__(self, show: Path, start: Start, venue: str = "loopback", **more: Any) -> None:
        self.options = StageOptions(show=str(show), venue=venue, headless=True)
        production = read_production(self.options)
        ours, theirs = socket.socketpair()
        watch, self._hold = os.pipe()
        self.mapping = Mapping.create(max(1, production.rig.universes))
        self.link = StageLink(Mapping.attach(os.dup(self.mapping.fd)), theirs, watch, start)
        self.lines = LineSocket(ours)
        left, notes = without_quarantined(production, self.link)
        self.parts = company_of(left, self.options, notes=notes, **more)
        self.parts.link = self.link
        self.player: Player = build_player(left, self.options, ManualClock(1 / 60), None)
        self.stage = Stage(self.options, self.player, self.parts)
        self.stage.frame()

    def ask(self, verb: str, *arguments: Any) -> dict[str, Any]:
        """Give an order, play until it is answered."""
        self.lines.send({"id": 5, "verb": verb, "arguments": list(arguments)})
        for _ in range(20):
            self.stage.frame()
            for message in self.lines.receive():
                if message.get("id") == 5:
                    return message
        pytest.fail(f"{verb} was never answered")

    def close(self) -> None:
        self.stage._hot_reload.close()
        self.lines.close()
        os.close(self._hold)
        self.link.close()
        self.mapping.close()


@pytest.fixture
def whole(small_show: Path) -> Iterator[Callable[..., Whole]]:
    made: list[Whole] = []

    def make(start: Start | None = None, **more: Any) -> Whole:
        made.append(Whole(small_show, start or Start(), **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize(
    "order",
    [
        ("cancel", "abc"),
        ("cancel", 10**400),
        ("record", "a\0b"),
        ("set", "/master", 10**400),
        ("set", "/master", "9" * 5000),
        ("set", "/master", float("nan")),
        ("standby", "9" * 5000),
        ("cue-number", "1e9"),
        ("preset-save", "\0"),
        ("preset-recall", "x", 10**400),
        ("reload", "/\0"),
        ("screenshot",),
        ("watch", "/[" * 2000),
        ("get", "/" * 60000),
        ("release", "\0"),
    ],
)
def test_no_order_ends_the_stage(whole: Callable[..., Whole], order: tuple[Any, ...]) -> None:
    one = whole()
    one.ask(*order)
    assert one.ask("get", "/master")["result"] == [1.0]
    assert one.stage.status().contained == ()


def test_an_order_that_fails_in_a_way_that_nobody_thought_of_is_refused_with_the_reason(
    whole: Callable[..., Whole], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = whole()
    monkeypatch.setattr(one.player.cues, "too_soon", lambda _now: {}["nothing"])
    answer = one.ask("go")
    assert not answer["ok"]
    assert "go failed: KeyError" in answer["error"]


def test_a_question_that_fails_in_a_way_that_nobody_thought_of_is_answered(
    whole: Callable[..., Whole], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = whole()
    monkeypatch.setattr(one.player.signals, "public", lambda: {}["nothing"])
    answer = one.ask("signals")
    assert "signals failed: KeyError" in answer["error"]
    assert one.stage.status().contained == ()


def test_a_frame_that_fails_is_told_and_the_next_one_plays(
    whole: Callable[..., Whole], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = whole()
    before = one.mapping.beat.newest()
    monkeypatch.setattr(one.player.chain, "process", lambda _frame: 1 / 0)
    answer = one.ask("go")
    assert "the frame that should have done it failed" in answer["error"]
    assert one.mapping.beat.newest() != before, "the keeper must not think that it hangs"
    monkeypatch.undo()
    one.stage.frame()
    (failed,) = one.stage.status().contained
    assert failed.part == "a frame"
    assert "ZeroDivisionError" in failed.last
    assert one.ask("set", "/master", 0.5)["ok"]


def test_a_status_that_cannot_be_told_costs_no_frame_not_even_the_first(
    whole: Callable[..., Whole], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Stage) -> None:
        raise ZeroDivisionError("a report")

    with monkeypatch.context() as broken:
        broken.setattr(Stage, "status", fails)
        made = whole()
        before = made.mapping.beat.newest()
        made.stage.frame()
        assert made.mapping.beat.newest() != before

    [told] = [one for one in made.stage.status().contained if one.part == "telling the status"]
    assert told.last == "ZeroDivisionError: a report"


def test_frames_that_never_work_again_and_a_lost_context_end_the_stage(
    whole: Callable[..., Whole], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = whole()
    monkeypatch.setattr(one.player.chain, "process", lambda _frame: 1 / 0)
    one.stage.frame()
    assert one.stage._contained._failing is not None
    one.stage._contained._failing -= PATIENCE + 1.0
    with pytest.raises(ZeroDivisionError):
        one.stage.frame()

    def lose(_frame: object) -> None:
        raise GraphicsError("the context is lost")

    one.stage._contained._failing = None
    monkeypatch.setattr(one.player.chain, "process", lose)
    with pytest.raises(GraphicsError):
        one.stage.frame()


class Bad(LocalBus):
    """A bus whose disk is full from some moment on."""

    broken = False
    closed = 0

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        if self.broken:
            raise PhotophoreError("the bus failed: no space left on device")
        super().put(key, payload, keep=keep)

    def close(self) -> None:
        self.closed += 1
        super().close()


def test_a_bus_that_fails_costs_the_panel_for_a_while_and_never_the_picture(
    whole: Callable[..., Whole],
) -> None:
    hub, made = LocalHub(), []

    def reach() -> Publisher:
        if len(made) == 1:
            made.append(None)
            raise OSError("the folder is gone")
        made.append(Bad(hub))
        return Publisher(made[-1])

    one = whole(reach=reach)
    one.stage._outlet.open(0.0)
    first = made[0]
    first.broken = True
    for _ in range(3):
        one.stage._outlet._told_at = 0.0
        one.stage.frame()
    assert first.closed == 1
    for _ in range(2):
        assert one.stage._outlet._reach_at is not None
        one.stage._outlet._reach_at = 0.0
        one.stage.frame()
    listener = LocalBus(hub)
    one.stage._outlet._told_at = 0.0
    one.stage.frame()
    status = json.loads(listener.get(TELEMETRY)[TELEMETRY])
    assert [part["part"] for part in status["contained"]] == ["the bus", "the way to the panel"]
    assert "no space left" in status["contained"][0]["last"]


class PanicException(BaseException):
    """Like that of the bus's native code, which derives from BaseException."""


def test_a_panic_of_the_bus_is_an_error_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zenoh

    def panic(*_arguments: object, **_more: object) -> None:
        raise PanicException("the clock is before 1970")

    bus = ZenohBus(tmp_path, listen=True)
    try:
        monkeypatch.setattr(bus, "_publisher", panic)
        with pytest.raises(PhotophoreError, match="before 1970"):
            bus.put("a/b", b"x")
    finally:
        bus.close()
    monkeypatch.setattr(zenoh, "open", panic)
    with pytest.raises(PhotophoreError, match="cannot be opened"):
        ZenohBus(tmp_path, listen=True)


def test_a_folder_where_the_buss_socket_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "bus.sock" / "x").mkdir(parents=True)
    with pytest.raises(PhotophoreError, match=r"bus\.sock, where something else lies"):
        ZenohBus(tmp_path, listen=True)


def test_a_bus_whose_socket_was_removed_is_not_reachable(tmp_path: Path) -> None:
    bus = ZenohBus(tmp_path, listen=True)
    try:
        assert bus.reachable
        (tmp_path / "bus.sock").unlink()
        assert not bus.reachable
    finally:
        bus.close()


class Input:
    """As much of a supervised input as a stage asks for."""

    def __init__(self) -> None:
        self.started = 0
        self.refusals = Refusals("late")

    @property
    def adapter(self) -> "Input":
        return self

    def start(self) -> None:
        self.started += 1

    def report(self) -> AdapterStatus:
        return AdapterStatus(name="late", kind="test", state="up")


def test_safe_mode_is_told_and_ends_by_opening_the_inputs(whole: Callable[..., Whole]) -> None:
    late = Input()
    one = whole(Start(safe_mode="3 crashes"), later=lambda: ([late], []))
    assert one.stage.status().safe_mode == "3 crashes"
    assert "safe mode: 3 crashes" in one.stage.status().errors[0]
    assert one.ask("leave-safe-mode")["ok"]
    assert late.started == 1
    assert one.stage.status().safe_mode == ""
    assert one.stage.status().errors == ()


def test_in_safe_mode_what_oscquery_clients_write_is_refused_with_its_reason(
    whole: Callable[..., Whole],
) -> None:
    hub = LocalHub()
    one = whole(Start(safe_mode="3 crashes"), publisher=Publisher(LocalBus(hub)))
    panel = LocalBus(hub)

    def write(*values: float) -> list[float]:
        batch = [Written("/master", (value,), time.monotonic(), "oscquery:operator") for value in values]
        panel.put(WRITTEN, msgspec.msgpack.encode(batch))
        one.stage.frame()
        return list(one.player.tree.get_base("/master"))

    assert write(0.5, 0.25) == [1.0]
    (refused,) = (said for said in one.stage.status().refused if "safe mode" in said.reason)
    assert (refused.count, refused.example) == (2, "/master")
    assert one.ask("leave-safe-mode")["ok"]
    assert write(0.25) == [0.25]


def test_a_shader_that_is_released_is_played_again(whole: Callable[..., Whole], small_show: Path) -> None:
    shader = read_production(StageOptions(show=str(small_show), venue="loopback")).shaders["one"]
    kept = {str(shader.path): Quarantined(mark_of(shader), "the stage hung for 15 s")}
    one = whole(Start(quarantine=kept))
    (rests,) = one.stage.status().quarantine
    assert rests == QuarantineStatus(path=str(shader.path), reason="the stage hung for 15 s")
    assert "plain.fs is in quarantine, because the stage hung" in " ".join(one.stage.status().errors)
    assert one.ask("release", str(shader.path))["ok"]
    settle(one.stage)
    assert one.stage.status().quarantine == ()
    assert one.player.shaders["one"].path == shader.path


def test_what_was_set_by_hand_is_left_for_the_next_stage_and_set_again(whole: Callable[..., Whole]) -> None:
    one = whole()
    one.ask("cue", "1")
    one.ask("set", "/scene/one/glow", 0.9)
    one.ask("scene", "two")
    one.player.step([Reading("/hand", (1.0,), 0.0, "osc")], 0.0)
    for _ in range(20):
        one.stage._outlet._hand_at = 0.0
        one.stage.frame()
    hand = one.mapping.by_hand()
    assert hand is not None
    assert hand.bases == {"/scene/one/glow": (0.9,)}
    assert hand.scene == "two"

    again = whole(Start(cue="1", touched={**hand.bases, "/gone": (1.0,)}, scene=hand.scene))
    again.player.stand_at("1")
    assert again.player.tree.get_base("/scene/one/glow") == (0.5,)
    problems = again.player.set_again({**hand.bases, "/gone": (1.0,)}, hand.scene)
    assert again.player.tree.get_base("/scene/one/glow") == (0.9,)
    assert "/gone" in problems[0]
    again.stage.frame()
    assert again.player.cues.scene.after == "two"
    assert by_hand(again.player) == hand


def test_an_edit_sets_nothing_by_hand(whole: Callable[..., Whole]) -> None:
    one = whole()
    player = one.player
    player.replace(player.show, player.shaders, player.effects)

    assert by_hand(player).bases == {}


def test_what_the_cues_have_taken_over_since_is_theirs(whole: Callable[..., Whole]) -> None:
    one = whole()
    one.ask("set", "/scene/one/glow", 0.9)
    one.player.step([Command("cue", ("1",), 0.0, "test")], 0.0)
    hand = by_hand(one.player)
    assert hand.bases == {"/scene/one/glow": (0.5,)}, "where its fade ends"
