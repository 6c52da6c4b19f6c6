import gc
import json
import time
from concurrent.futures import wait
from pathlib import Path
from types import SimpleNamespace

import pytest

from installation.clock import GivenClock, ManualClock
from installation.errors import ShowError
from installation.ipc.exit_codes import RESTART
from installation.ipc.options import StageOptions
from installation.logs import Refusals
from installation.player.build import build_player
from installation.player.inbox import Inbox
from installation.player.production import Production, checked, fallback_production, read_production
from installation.show import load_show
from installation.signal.record import open_replay
from installation.stage.parts import StageParts
from installation.stage.stage import Stage
from installation.values import Command, Reading

PATIENCE = 60.0


class Watch:
    """Tells of the edits that a test makes."""

    def __init__(self) -> None:
        self.edits: set[Path] = set()

    def changed(self) -> frozenset[Path]:
        edits, self.edits = self.edits, set()
        return frozenset(edits)

    def close(self) -> None:
        """Nothing was opened."""


def company_of(production: Production, options: StageOptions, **more: object) -> StageParts:
    def read() -> object:
        return checked(load_show(production.show.folder), production.venue, options)

    return StageParts(production, read, None, None, Inbox(), Watch(), **more)  # type: ignore[arg-type]


def stage_of(folder: Path, clock: object = None, **more: object) -> tuple[Stage, StageParts]:
    options = StageOptions(
        show=str(folder), venue="loopback", headless=True, seconds=more.pop("seconds", None)
    )  # type: ignore[arg-type]
    production = read_production(options)
    parts = company_of(production, options, **more)
    player = build_player(production, options, clock or ManualClock(1 / 60), None)  # type: ignore[arg-type]
    return Stage(options, player, parts), parts


def settle(stage: Stage) -> None:
    """Play until all that was edited has been read and taken over."""
    edits = stage._hot_reload
    edits.rest = 0.0
    deadline = time.monotonic() + PATIENCE
    stage.frame()
    while edits.busy and time.monotonic() < deadline:
        running = [one for one in (edits._job[1] if edits._job else None, edits._moving) if one is not None]
        wait(running, PATIENCE)
        stage.frame()
    assert not edits.busy


def order(verb: str, *arguments: str) -> Command:
    return Command(verb, arguments, 0.0, "test")


@pytest.fixture
def edited(small_show: Path) -> tuple[Stage, StageParts]:
    return stage_of(small_show)


def test_an_edit_is_taken_over_and_a_mistake_is_named_until_it_is_mended(
    small_show: Path, edited: tuple[Stage, StageParts]
) -> None:
    stage, parts = edited
    show = small_show / "show.toml"
    good = show.read_text()
    for text, errors in ((good.replace("0.75", "0.5"), 0), (good + "\nbad = 1\n", 1), (good, 0)):
        show.write_text(text)
        parts.watch.edits.add(show)  # type: ignore[attr-defined]

        settle(stage)

        assert len(stage.status().errors) == errors


def test_a_mistake_that_is_met_in_many_places_is_logged_in_lines_and_counted(
    edited: tuple[Stage, StageParts], small_show: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stage, parts = edited
    show = small_show / "show.toml"
    route = '[[route]]\nfrom = "/osc/x"\nto = "/scene/nobody/glow"\n'
    show.write_text(show.read_text() + "\n" + route * 20)
    parts.watch.edits = {show}  # type: ignore[attr-defined]

    settle(stage)

    said = [record.getMessage() for record in caplog.records if "nobody" in record.getMessage()]
    assert len(said) == 8
    assert not any("\n" in line for line in said)
    assert "and 12 more" in caplog.text


def test_a_cue_that_leads_to_a_scene_that_is_not_there_is_refused_when_it_is_edited_in(
    small_show: Path, edited: tuple[Stage, StageParts]
) -> None:
    stage, parts = edited
    cues = small_show / "cues.toml"
    cues.write_text(cues.read_text().replace('scene = "two"', 'scene = "tow"'))
    parts.watch.edits.add(cues)  # type: ignore[attr-defined]

    settle(stage)

    assert "tow" in stage.status().errors[0]
    assert "cues.toml" in stage.status().errors[0]


def test_a_shader_that_an_edit_brings_in_is_watched_from_then_on(small_show: Path) -> None:
    stage, parts = stage_of(small_show)
    (small_show / "third.fs").write_text((small_show / "plain.fs").read_text())
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[scene.three]\nshader = "third.fs"\n')
    parts.watch.edits.add(show)  # type: ignore[attr-defined]

    settle(stage)
    replaced = stage._hot_reload.watch
    replaced.close()

    assert not isinstance(replaced, Watch)
    assert (small_show / "third.fs").resolve() in replaced._files


def test_a_resting_stage_asks_for_a_new_one_at_any_edit(small_show: Path) -> None:
    (small_show / "show.toml").write_text("format = 1\n")
    options = StageOptions(show=str(small_show), venue="loopback", headless=True)
    with pytest.raises(ShowError) as caught:
        read_production(options)
    production = fallback_production(options, caught.value.findings)
    parts = company_of(production, options, notes=("show.toml:1:1: the show has no scene",))
    stage = Stage(options, build_player(production, options, ManualClock(1 / 60), None), parts)
    stage.frame()
    assert stage.status().scene == "rest"
    assert "no scene" in stage.status().errors[0]
    parts.watch.edits.add(small_show / "any.fs")  # type: ignore[attr-defined]

    assert stage.run() == RESTART


def test_it_quits_when_its_seconds_are_over(small_show: Path) -> None:
    stage, _ = stage_of(small_show, seconds=0.2)

    assert stage.run() == 0
    assert stage.status().frame.index == 12


def test_a_replay_takes_no_orders_but_lets_itself_be_ended(small_show: Path, tmp_path: Path) -> None:
    line = {"frame": 0, "dt": 0.02, "inbox": [{"address": "/hand", "values": [0.9], "source": "osc"}]}
    record = {
        "frame": 1,
        "dt": 0.02,
        "inbox": [{"verb": "record", "arguments": [str(tmp_path / "no.jsonl")]}],
    }
    recording = tmp_path / "night.jsonl"
    recording.write_text("\n".join(json.dumps(one) for one in [line, record, *[line] * 20]))
    stage, parts = stage_of(small_show, GivenClock(), replayed=open_replay(recording))
    for _ in range(4):
        parts.inbox.put(order("set", "/scene/one/tint", "1"))
        parts.inbox.put(order("go"))
        stage.frame()

    assert stage.status().cue == ""
    assert not (tmp_path / "no.jsonl").exists()
    parts.inbox.put(order("quit"))
    assert stage.run() == 0
    assert stage.status().frame.index == 4


@pytest.mark.parametrize("verb", ["panic", "blackout"])
def test_a_replay_can_be_darkened_and_the_status_tells(small_show: Path, tmp_path: Path, verb: str) -> None:
    recording = tmp_path / "night.jsonl"
    recording.write_text("\n".join(['{"frame": 0, "dt": 0.02, "inbox": []}'] * 200))
    stage, parts = stage_of(small_show, GivenClock(), replayed=open_replay(recording))
    stage.frame()
    assert (stage.status().panic, stage.status().blackout) == (False, False)
    parts.inbox.put(order(verb))
    for _ in range(120):
        stage.frame()

    assert getattr(stage.status(), verb) is True
    assert stage.status().panic != stage.status().blackout
    assert parts.replayed is not None
    parts.replayed.close()


def test_a_recording_that_breaks_off_ends_the_replay_and_one_that_is_none_is_refused(
    small_show: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "night.jsonl"
    recording.write_text('{"frame": 0, "dt": 0.02, "inbox": []}\n{"fra')
    stage, _ = stage_of(small_show, GivenClock(), replayed=open_replay(recording))
    assert stage.run() == 0

    missing, _ = stage_of(small_show, GivenClock(), replayed=open_replay(tmp_path / "none.jsonl"))
    with pytest.raises(ShowError):
        missing.run()


@pytest.mark.parametrize(
    "command", [order("record"), order("record", "/nowhere/at/all.jsonl"), order("reload")]
)
def test_an_order_that_cannot_be_carried_out_stops_nothing(
    small_show: Path, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    stage, parts = stage_of(small_show)
    parts.inbox.put(command)
    parts.inbox.put(Reading("/hand", (0.5,), 0.0, "osc"))

    stage.frame()
    stage.frame()

    assert stage.status().frame.index == 1


class Listener:
    """An input that notes when it is started."""

    def __init__(self, said: list[str]) -> None:
        self._said = said
        self.adapter = SimpleNamespace(refusals=Refusals("listener"))

    def start(self) -> None:
        self._said.append("input")

    def stop(self) -> None:
        self._said.append("stopped")

    def report(self) -> dict[str, str]:
        return {}


def test_the_first_picture_waits_neither_for_inputs_nor_for_the_panel(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def reach() -> None:
        said.append("panel")

    stage, _ = stage_of(small_show, inputs=[Listener(said)], reach=reach, seconds=0.05)
    monkeypatch.setattr(stage._frame_stats, "mark", lambda _frame: said.append("frame"))
    gc.disable()
    try:
        assert stage.run() == 0
        assert gc.isenabled()  # the program's entry switched it off
    finally:
        gc.enable()
        gc.unfreeze()

    assert said[:3] == ["frame", "input", "panel"]
    assert set(said[3:-1]) == {"frame"}
    assert said[-1] == "stopped"


def test_status_tells_what_came_in_and_could_not_be_used(edited: tuple[Stage, StageParts]) -> None:
    stage, parts = edited
    parts.inbox.put(Reading("/master", ("loud",), 1.0, "osc"))
    parts.inbox.put(Reading("/own", ("words",), 1.0, "midi"))

    stage.frame()

    refused = stage.status().refused
    assert [(one.source, one.count) for one in refused] == [("show", 1), ("show", 1)]
    assert {one.example for one in refused} == {
        "/master takes finite numbers, not loud",
        "/own got the text 'words'",
    }
