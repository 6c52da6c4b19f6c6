"""Real processes: kills, hangs, signals, and what the wire saw of them."""

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from installation.errors import PhotophoreError
from installation.ipc.control import stream
from installation.ipc.folder import Lock
from installation.keeper.processes import ChildSupervisor
from tests.installation.keeper.conftest import gone

FAST = {"light": {"hold_s": 0.6, "fade_s": 0.4, "rate": 44.0, "safe": 0.2}}


def test_the_wire_runs_before_and_after_the_stage_is_killed_and_the_stage_resumes_its_cue(keeper):
    running = keeper(light={"hold_s": 10.0})
    running.lit()
    running.ask("go", "dusk")
    running.wait_for(lambda: running.ask("status")["cue"] == "dusk", "the cue")
    stage = int(running.stages()[0][0])
    killed = time.monotonic()
    os.kill(stage, signal.SIGKILL)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    started = time.monotonic()
    running.wait_for(lambda: running.ask("status")["keeper"]["look"] == "live", "live again")
    _, cue, show_time, safe = running.stages()[1]
    assert (cue, safe) == ("dusk", "")
    assert float(show_time) > 0.0
    after = running.ask("status")["keeper"]
    # A busy machine decides when; but the wire speaks while there is no stage.
    assert sum(killed < when < started for _, when, _ in running.wire()) > 3
    levels = {level for _, when, level in running.wire() if when >= killed}
    assert levels == {156}  # held until it has risen, then crossfaded to the same look
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


def test_a_panic_that_is_ended_while_no_stage_answers_does_not_come_back(keeper):
    running = keeper()
    running.lit()
    running.ask("say", "panic", True)
    running.wait_for(lambda: running.ask("status")["panic"], "the panic is told")
    os.kill(int(running.stages()[0][0]), signal.SIGSTOP)  # it hangs, and is killed for it

    assert running.ask("panic", False) == {"panic": False}

    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    running.wait_for(lambda: running.ask("told")["arguments"] == [], "it is told of no panic")
    assert not running.ask("status")["panic"]


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


def in_quarantine(running, path, mark):
    """Whether the stage, once there is one, was told so."""
    said = running.wait_for(lambda: running.ask("quarantined", path, mark), "an answer of the stage")
    return said["arguments"][2]


def test_a_shader_that_crashes_the_stage_is_quarantined_with_the_reason_until_it_is_another(keeper):
    running = keeper()
    running.lit()
    shader = running.folder / "deadly.fs"
    shader.write_text("void main() {}")
    running.ask("note", str(shader), "first", "drawn")
    os.kill(int(running.stages()[0][0]), signal.SIGSEGV)
    running.wait_for(lambda: in_quarantine(running, str(shader), "first"), "the quarantine")
    (kept,) = running.ask("quarantine")
    assert kept["path"] == str(shader)
    assert "SIGSEGV while it was drawn" in kept["reason"]
    assert not in_quarantine(running, str(shader), "edited")
    running.end()
    again = keeper()  # the next run remembers
    again.wait_for(lambda: in_quarantine(again, str(shader), "first"), "the quarantine")
    assert again.ask("release", "deadly.fs") == {"released": [str(shader)]}
    assert again.ask("quarantine") == []
    again.wait_for(lambda: again.ask("told")["arguments"] == [f"release {shader}"], "the stage is told")
    with pytest.raises(PhotophoreError, match="not in quarantine"):
        again.ask("release", "deadly.fs")


def test_a_python_error_puts_nobody_into_quarantine(keeper):
    running = keeper()
    running.lit()
    running.ask("note", "/innocent.fs", "mark")
    with contextlib.suppress(PhotophoreError):
        running.ask("exit", 1)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    assert running.ask("quarantine") == []


def test_a_shader_that_hangs_the_stage_is_quarantined_as_it_was_read_not_as_it_was_saved_meanwhile(keeper):
    running = keeper(limits={"silent": 0.3, "loading": 0.6})
    running.lit()
    running.ask("note", "/slow.fs", "as read")
    with contextlib.suppress(PhotophoreError):
        running.ask("hang")
    running.wait_for(lambda: running.ask("quarantine"), "the quarantine")
    assert "hung" in running.ask("quarantine")[0]["reason"]
    assert in_quarantine(running, "/slow.fs", "as read")
    assert not in_quarantine(running, "/slow.fs", "as saved since")


def test_a_stage_that_somebody_stopped_blames_no_shader(keeper):
    running = keeper(limits={"silent": 0.3, "loading": 0.6})
    running.lit()
    running.ask("note", "/innocent.fs", "mark")
    os.kill(int(running.stages()[0][0]), signal.SIGSTOP)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    assert running.ask("quarantine") == []


def test_values_set_by_hand_come_back_with_the_next_stage(keeper):
    running = keeper()
    running.lit()
    running.ask("hand", "/scene/one/glow", 0.125)
    os.kill(int(running.stages()[0][0]), signal.SIGKILL)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    said = running.wait_for(lambda: running.ask("start"), "an answer")
    assert said["arguments"] == ['{"/scene/one/glow": [0.125]}', "chosen"]


def test_values_that_a_new_stage_dies_of_are_left_out(keeper):
    running = keeper()
    running.lit()
    running.ask("hand", "/scene/one/glow", 0.125)
    os.kill(int(running.stages()[0][0]), signal.SIGSEGV)
    running.wait_for(lambda: len(running.stages()) == 2, "a second stage")
    running.wait_for(lambda: running.ask("start"), "an answer")
    os.kill(int(running.stages()[1][0]), signal.SIGSEGV)
    running.wait_for(lambda: len(running.stages()) == 3, "a third stage")
    said = running.wait_for(lambda: running.ask("start"), "an answer")
    assert said["arguments"] == ["{}", ""]


def test_after_a_crash_of_the_keeper_everything_comes_back_and_after_a_clean_stop_only_the_cue(keeper):
    running = keeper(resume=True)
    running.lit()
    running.ask("go", "dusk")
    running.ask("hand", "/scene/one/glow", 0.125)
    running.ask("blackout", "on")
    running.lit(0)
    saved = running.folder / "state.a", running.folder / "state.b"
    running.wait_for(
        lambda: any(
            b'"dusk"' in path.read_bytes() and b'"blackout":true' in path.read_bytes() for path in saved
        ),
        "a save",
    )
    running.process.kill()
    running.process.wait()
    running.end()

    again = keeper(resume=True)
    again.wait_for(lambda: len(again.stages()) == 2, "a second run")
    said = again.wait_for(lambda: again.ask("start"), "an answer")
    assert again.stages()[1][1] == "dusk"
    assert float(again.stages()[1][2]) > 0.0
    assert said["arguments"] == ['{"/scene/one/glow": [0.125]}', "chosen"]
    assert again.ask("status")["keeper"]["blackout"]
    assert again.ask("told")["arguments"] == ["blackout on"]
    again.end()

    clean = keeper(resume=True)
    clean.wait_for(lambda: len(clean.stages()) == 3, "a third run")
    said = clean.wait_for(lambda: clean.ask("start"), "an answer")
    assert clean.stages()[2][1] == "dusk"
    assert said["arguments"] == ["{}", ""]
    assert not clean.ask("status")["keeper"]["blackout"]


def test_the_panel_comes_after_the_first_frame_is_restarted_and_ends_with_the_keeper(keeper, tmp_path):
    script = (
        "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n');"
        "os.read(int(os.environ['PHOTOPHORE_ALIVE']), 1)"
    )
    note = tmp_path / "panels"
    running = keeper(children={"panel": [sys.executable, "-c", script, str(note)]})
    first = int(running.wait_for(lambda: note.read_text().split(), "a panel")[0])
    assert running.stages()
    os.kill(first, signal.SIGKILL)
    pids = running.wait_for(
        lambda: len(note.read_text().split()) == 2 and note.read_text().split(), "another"
    )
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: gone(int(pids[1])), "the end of the panel")


def test_a_blackout_silences_the_sound_without_the_stage(keeper, tmp_path):
    note = tmp_path / "hushed"
    script = (
        "import os, pathlib, signal, sys; note = pathlib.Path(sys.argv[1]);"
        "signal.signal(signal.SIGUSR1, lambda *_: note.write_text('hushed'));"
        "note.write_text('up');"
        "os.read(int(os.environ['PHOTOPHORE_ALIVE']), 1)"
    )
    running = keeper(children={"sound": [sys.executable, "-c", script, str(note)]})
    running.wait_for(lambda: note.read_text() == "up", "the sound")
    running.ask("blackout", False)
    running.ask("blackout", True)
    running.wait_for(lambda: note.read_text() == "hushed", "the blackout")


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


def test_safe_mode_ends_and_begins_again_for_longer_when_it_crashes_again(keeper):
    running = keeper(limits={"crashes": 2, "again": [1.0, 600.0]})
    running.lit()
    for number in range(2):
        running.wait_for(lambda n=number: len(running.stages()) == n + 1, "a stage")
        running.wait_for(lambda: running.ask("start"), "an answer")
        os.kill(int(running.stages()[-1][0]), signal.SIGSEGV)
    running.wait_for(lambda: running.ask("status")["keeper"]["safe_mode"], "safe mode")
    running.wait_for(lambda: "leave-safe-mode" in running.ask("told")["arguments"], "the end of safe mode")
    assert running.ask("status")["keeper"]["safe_mode"] == ""
    assert len(running.stages()) == 3  # the stage goes on, it only opens its inputs
    os.kill(int(running.stages()[-1][0]), signal.SIGSEGV)
    running.wait_for(lambda: running.ask("status")["keeper"]["safe_mode"], "safe mode again")
    status = running.ask("status")["keeper"]
    assert "SIGSEGV" in status["safe_mode"]
    assert status["safe_mode_left_s"] > 300
    running.wait_for(lambda: running.ask("start"), "an answer")
    assert running.ask("leave-safe-mode") == {"safe_mode": ""}
    with pytest.raises(PhotophoreError, match="safe mode is off"):
        running.ask("leave-safe-mode")


def test_a_line_that_nests_deeply_ends_nobody(keeper):
    running = keeper()
    running.lit()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(running.folder / "control.sock"))
        client.sendall(b'{"verb":"get","arguments":' + b"[" * 968 + b"]" * 968 + b"}\n")
        assert b'"ok":false' in client.recv(4096)
    assert running.ask("status")["show"] == "tiny"
    assert len(running.stages()) == 1


@pytest.mark.parametrize("where", ["a client", "the loop", "the wire"])
def test_a_keeper_that_fails_at_something_says_goodbye_or_goes_on(keeper, where):
    running = keeper(fault=where)
    running.lit()
    with contextlib.suppress(PhotophoreError):
        running.ask("fault")
    if where == "the loop":
        assert running.process.wait(10) != 0
        assert running.wire()[-1][0::2] == ("finish", 0)
        assert running.wire()[-2][0::2] == ("send", 0)
        assert gone(int(running.stages()[0][0]))
        return
    before = len(running.wire())
    running.wait_for(lambda: len(running.wire()) > before + 20, "light goes on")
    assert running.ask("status")["show"] == "tiny"
    assert running.wire()[-1][2] == 156


def test_five_signals_are_a_clean_end(keeper):
    running = keeper()
    running.lit()
    for _ in range(5):
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.02)
    for _ in range(100):
        if running.process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            running.process.send_signal(signal.SIGTERM)
        time.sleep(0.005)
    assert running.process.wait(5) == 0
    assert running.wire()[-1][0::2] == ("finish", 0)


def test_a_folder_that_was_emptied_gets_its_control_socket_again(keeper):
    running = keeper()
    running.lit()
    slots = running.folder / "state.a", running.folder / "state.b"
    running.wait_for(lambda: any(map(Path.exists, slots)), "the state is saved")
    for path in running.folder.iterdir():
        if path.name not in ("wire", "stages"):
            path.unlink()
    running.wait_for(lambda: running.ask("status"), "the socket is back")
    with pytest.raises(PhotophoreError, match="already running"):
        Lock(running.folder)
    running.wait_for(lambda: any(map(Path.exists, slots)), "the state is saved anew", 10.0)


def test_the_last_error_that_a_child_logged_is_told_until_it_is_started_again() -> None:
    script = "print('info: well'); print('error: parts cannot be drawn'); print('Traceback (most recent ...')"
    child = ChildSupervisor("operator", [sys.executable, "-c", script], {}, (), may_end=True)
    child.poll(0.0)
    assert child.process._child is not None
    child.process._child.wait()
    child.poll(1.0)

    assert child.process.report().trouble == "parts cannot be drawn"
    assert child.open()
    child.poll(2.0)
    told = child.process.report()
    child.finish()
    assert told.restarts == 1


def test_a_child_that_may_end_is_not_started_again_unless_it_failed() -> None:
    for status, runs in ((0, False), (3, True)):
        command = [sys.executable, "-c", f"raise SystemExit({status})"]
        child = ChildSupervisor("operator", command, {}, (), may_end=True)
        child.poll(0.0)
        assert child.process._child is not None
        child.process._child.wait()
        child.poll(1.0)
        child.poll(60.0)
        assert child.process.running is runs
        child.finish()


def test_a_child_with_grace_may_finish_what_it_does_and_no_longer(tmp_path: Path) -> None:
    ending = "signal.signal(signal.SIGTERM, lambda *_: (open(sys.argv[1], 'w').close(), sys.exit()))"
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    for act, grace, left in ((ending, 30.0, True), (ending, 0.0, False), (deaf, 0.2, False)):
        script = f"import signal, sys, time; {act}; print('ready', flush=True); time.sleep(600)"
        gone = tmp_path / f"gone-{grace}-{left}"
        command = [sys.executable, "-c", script, str(gone)]
        child = ChildSupervisor("sound", command, {}, (), grace=grace)
        child.poll(0.0)
        pid = child.process.pid
        assert pid is not None
        caught = Path(f"/proc/{pid}/status")
        ignored = "SigIgn" if act is deaf else "SigCgt"
        while not any(
            line.startswith(ignored) and int(line.split()[1], 16) & 1 << 14
            for line in caught.read_text().splitlines()
        ):
            time.sleep(0.01)
        child.ask()
        child.finish()
        assert not child.process.running
        assert gone.exists() is left


def test_the_panels_waits_grow_and_what_was_well_is_back_at_once():
    panel = ChildSupervisor("panel", [sys.executable, "-c", ""], {}, ())
    now, waits = 0.0, []
    panel.poll(now)
    for lived in (1.0, 1.0, 1.0, 100.0):
        assert panel.process._child is not None
        panel.process._child.wait()
        now += lived
        ended = now
        panel.poll(now)
        while not panel.process.running:
            now += 0.25
            panel.poll(now)
        waits.append(now - ended)
    panel.finish()
    assert waits == [1.0, 2.0, 4.0, 0.0]
