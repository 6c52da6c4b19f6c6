"""Real processes: kills, hangs, signals, and what the wire saw of them."""

import contextlib
import os
import signal
import socket
import sys
import time

import pytest

from installation.errors import PhotophoreError
from installation.ipc.control import stream
from tests.installation.keeper.conftest import gone

FAST = {"light": {"hold_s": 0.6, "fade_s": 0.4, "rate": 44.0, "safe": 0.2}}


def test_the_wire_runs_before_and_after_the_stage_is_killed_and_the_stage_resumes_its_cue(keeper):
    running = keeper(light={"hold_s": 10.0})
    running.lit()
    running.ask("go", "dusk")
    running.wait_for(lambda: running.ask("status")["cue"] == "dusk", "the cue")
    stage = int(running.stages()[0][0])
    before = running.ask("status")["keeper"]
    killed = time.monotonic()
    os.kill(stage, signal.SIGKILL)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    started = time.monotonic()
    running.wait_for(lambda: running.ask("status")["keeper"]["look"] == "live", "live again")
    _, cue, show_time, safe = running.stages()[1]
    assert (cue, safe) == ("dusk", "")
    assert float(show_time) > 0.0
    after = running.ask("status")["keeper"]
    if after["scheduling"] == "fifo":
        assert after["late"] == before["late"]  # no frame later than one period
    # Without real-time scheduling a busy machine decides when; but the wire speaks while there is no stage.
    assert sum(killed < when < started for _, when, _ in running.wire()) > 3
    levels = {level for _, when, level in running.wire() if when >= killed}
    assert levels == {156}  # held, then crossfaded to the same look
    assert "SIGKILL" in after["last_death"]


def test_without_a_stage_the_look_holds_and_then_fades_to_the_safe_look(keeper):
    running = keeper(**FAST, limits={"silent": 30.0})
    running.lit()
    running.ask("mute")
    running.lit(51)
    levels = [level for _, _, level in running.wire()]
    tail = levels[levels.index(156) :]
    assert tail == sorted(tail, reverse=True)
    assert any(51 < level < 156 for level in tail)


def test_a_stage_that_hangs_is_killed_and_started_again(keeper):
    running = keeper(limits={"silent": 0.6})
    running.lit()
    stage = int(running.stages()[0][0])
    os.kill(stage, signal.SIGSTOP)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    assert gone(stage)


def test_the_keeper_answers_its_own_verbs_while_the_stage_hangs(keeper):
    running = keeper(limits={"silent": 30.0})
    running.lit()
    os.kill(int(running.stages()[0][0]), signal.SIGSTOP)
    assert running.ask("status")["processes"][1]["state"] == "running"
    assert running.ask("blackout", True) == {"blackout": True}
    running.lit(0)
    assert running.ask("blackout", False) == {"blackout": False}
    running.lit(156)
    assert running.ask("panic") == {"panic": True}
    running.wait_for(lambda: running.ask("status")["keeper"]["panic"], "the keeper's own panic")
    assert running.ask("stop") == {"stopping": True}
    assert running.process.wait(5) == 0


def test_blackout_off_is_off_and_a_word_that_is_neither_is_refused(keeper):
    running = keeper()
    running.lit()
    assert running.ask("blackout", "on") == {"blackout": True}
    running.lit(0)
    assert running.ask("blackout", "off") == {"blackout": False}
    assert running.ask("blackout", "toggle") == {"blackout": True}
    assert running.ask("blackout", "toggle") == {"blackout": False}
    with pytest.raises(PhotophoreError, match="on, off or toggle, not banana"):
        running.ask("blackout", "banana")
    running.lit(156)


def test_the_lamps_follow_when_a_blackout_is_lifted_at_the_window(keeper):
    running = keeper()
    running.lit()
    running.ask("blackout", "on")
    running.lit(0)
    running.ask("say", "blackout", False)
    running.lit(156)


def test_a_panic_that_the_stage_slept_through_ends_for_the_lamps_when_it_ends_on_the_picture(keeper):
    running = keeper(limits={"silent": 30.0})
    running.lit()
    stage = int(running.stages()[0][0])
    os.kill(stage, signal.SIGSTOP)
    running.ask("panic")
    running.wait_for(lambda: running.ask("status")["keeper"]["panic"], "the keeper's own panic")
    os.kill(stage, signal.SIGCONT)
    running.ask("say", "panic", True)
    assert running.ask("status")["keeper"]["panic"]
    running.ask("say", "panic", False)
    running.wait_for(lambda: not running.ask("status")["keeper"]["panic"], "the end of the panic")


def test_a_crash_ends_neither_a_blackout_nor_a_panic(keeper):
    running = keeper()
    running.lit()
    running.ask("blackout", "on")
    running.ask("say", "panic", True)
    os.kill(int(running.stages()[0][0]), signal.SIGKILL)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    running.wait_for(lambda: running.ask("told")["arguments"] == ["blackout on", "panic hard"], "the orders")


def test_a_stage_that_is_well_answers_for_itself(keeper):
    running = keeper()
    running.lit()
    assert running.ask("set", "/master", 0.5) == {"verb": "set", "arguments": ["/master", 0.5]}
    assert list(stream("watch", folder=running.folder)) == [0, 1, 2]
    with pytest.raises(PhotophoreError, match="ask for another"):
        running.ask("refuse")
    status = running.ask("status")
    assert status["show"] == "tiny"
    assert status["adapters"][0]["state"] == "up"
    assert [process["name"] for process in status["processes"]] == ["keeper", "stage"]
    running.ask("panic")  # acknowledged, so the stage does it
    with pytest.raises(PhotophoreError, match="did not answer 'swallow' within 2 s"):
        running.ask("swallow")
    assert not running.ask("status")["keeper"]["panic"]


def test_a_shader_on_probation_that_kills_the_stage_is_quarantined_until_it_is_edited(keeper):
    running = keeper()
    running.lit()
    shader = running.folder / "deadly.fs"
    shader.write_text("void main() {}")
    running.ask("probation", str(shader))
    assert not running.ask("quarantined", str(shader))["arguments"][1]
    os.kill(int(running.stages()[0][0]), signal.SIGSEGV)
    running.wait_for(lambda: running.ask("quarantined", str(shader))["arguments"][1], "the quarantine")
    shader.write_text("void main() { /* better */ }")
    assert not running.ask("quarantined", str(shader))["arguments"][1]
    os.kill(int(running.stages()[1][0]), signal.SIGKILL)  # another death, and nothing was on probation
    running.wait_for(lambda: len(running.stages()) == 3, "a third stage")
    running.wait_for(lambda: running.ask("quarantined", str(shader)), "an answer")
    assert not running.ask("quarantined", str(shader))["arguments"][1]
    running.end()
    shader.write_text("void main() {}")
    again = keeper()  # the next run remembers
    again.wait_for(lambda: again.ask("quarantined", str(shader))["arguments"][1], "the quarantine")


def test_a_stage_killed_by_hand_does_not_put_an_innocent_shader_into_quarantine(keeper):
    running = keeper()
    running.lit()
    shader = running.folder / "innocent.fs"
    shader.write_text("void main() {}")
    running.ask("probation", str(shader))

    os.kill(int(running.stages()[0][0]), signal.SIGKILL)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    running.wait_for(lambda: running.ask("quarantined", str(shader)), "an answer")

    assert not running.ask("quarantined", str(shader))["arguments"][1]


def test_the_panel_comes_after_the_first_frame_is_restarted_and_ends_with_the_keeper(keeper, tmp_path):
    script = (
        "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n');"
        "os.read(int(os.environ['PHOTOPHORE_ALIVE']), 1)"
    )
    note = tmp_path / "panels"
    running = keeper(panel=[sys.executable, "-c", script, str(note)])
    first = int(running.wait_for(lambda: note.read_text().split(), "a panel")[0])
    assert running.stages()
    os.kill(first, signal.SIGKILL)
    pids = running.wait_for(
        lambda: len(note.read_text().split()) == 2 and note.read_text().split(), "another"
    )
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: gone(int(pids[1])), "the end of the panel")


def test_the_service_manager_hears_ready_after_the_first_frame_and_is_petted(keeper, tmp_path, monkeypatch):
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    manager.settimeout(20)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    running = keeper()
    assert manager.recv(200).startswith(b"READY=1")
    assert running.stages()
    assert manager.recv(200) == b"WATCHDOG=1"
    assert manager.recv(200) == b"WATCHDOG=1"
    running.end()
    while manager.recv(200) != b"STOPPING=1":
        pass
    manager.close()


def test_a_run_that_resumes_goes_on_at_the_cue_of_the_last_run(keeper):
    running = keeper()
    running.lit()
    running.ask("go", "dawn")
    running.wait_for(lambda: running.ask("status")["cue"] == "dawn", "the cue")
    running.end()
    again = keeper(resume=True)
    again.wait_for(lambda: len(again.stages()) == 2, "a second run")
    assert again.stages()[1][1] == "dawn"


def test_exit_status_75_is_a_restart_and_no_crash(keeper):
    running = keeper(limits={"crashes": 1})
    running.lit()
    with contextlib.suppress(PhotophoreError):
        running.ask("exit", 75)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    assert running.stages()[1][3] == ""


def test_sigterm_sends_three_dark_frames_then_the_goodbye_and_takes_the_stage_along(keeper):
    running = keeper()
    running.lit()
    stage = int(running.stages()[0][0])
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(3) == 0
    kinds = [(kind, level) for kind, _, level in running.wire()]
    assert kinds[-1] == ("finish", 0)
    assert kinds[-4:-1] == [("send", 0)] * 3
    assert ("send", 156) in kinds
    assert gone(stage)


def test_on_stop_hold_leaves_the_last_look(keeper):
    running = keeper(light={"on_stop": "hold"})
    running.lit()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(3) == 0
    assert running.wire()[-1][0::2] == ("finish", 156)


def test_sigterm_ends_a_hung_stage_too(keeper):
    running = keeper(limits={"grace": 0.5})
    running.lit()
    stage = int(running.stages()[0][0])
    os.kill(stage, signal.SIGSTOP)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(3) == 0
    assert gone(stage)


def test_a_second_signal_goes_straight_to_the_goodbye(keeper):
    running = keeper(limits={"grace": 30.0})
    running.lit()
    os.kill(int(running.stages()[0][0]), signal.SIGSTOP)
    running.process.send_signal(signal.SIGTERM)
    running.wait_for(lambda: running.wire()[-1][0] == "finish", "the goodbye")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(5) == 0
    assert [kind for kind, _, _ in running.wire()].count("finish") == 1


def test_the_stage_quits_when_the_keeper_is_killed(keeper):
    running = keeper()
    running.lit()
    stage = int(running.stages()[0][0])
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: gone(stage), "the end of the stage")


def test_a_user_who_quits_ends_the_program(keeper):
    running = keeper()
    running.lit()
    with contextlib.suppress(PhotophoreError):  # the stage ends before it answers
        running.ask("exit", 0)
    assert running.process.wait(5) == 0
    assert running.wire()[-1][0] == "finish"


def test_three_crashes_lead_to_safe_mode_with_the_reason(keeper):
    running = keeper(stage=["crash"])
    running.wait_for(lambda: len(running.stages()) >= 4, "a fourth start")
    stages = running.stages()
    assert [safe for *_, safe in stages[:3]] == ["", "", ""]
    assert stages[3][3].startswith("3 crashes within 300 s")
    assert "exit status 9" in stages[3][3]
