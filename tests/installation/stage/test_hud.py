from pathlib import Path

import msgspec

from installation.stage.hud import GREETING, Hud, score_line, summary, tempo_lines
from installation.status import (
    AdapterStatus,
    FrameStatus,
    GuardStatus,
    InboxStatus,
    InterfaceStatus,
    ScoreStatus,
    SoundStatus,
    StageStatus,
    TempoStatus,
)


def test_the_greeting_goes_and_errors_stay() -> None:
    hud = Hud()

    assert hud.lines(1.0, []) == [GREETING]
    assert hud.lines(60.0, []) == []

    hud.broken[Path("sea.fs")] = [(Path("sea.fs"), "sea.fs:3:1: syntax error")]
    assert hud.lines(60.0, []) == ["!sea.fs:3:1: syntax error"]


def test_a_good_edit_of_one_file_does_not_hide_that_another_is_broken() -> None:
    hud = Hud(notes=("something of yesterday",))
    sea, show = Path("sea.fs"), Path("show")
    hud.broken[sea] = [(sea, "sea.fs:3:1: syntax error")]
    hud.broken[show] = [(show / "cues.toml", "cues.toml:1:1: what"), (sea, "sea.fs:3:1: syntax error")]

    assert hud.errors == ("something of yesterday", "sea.fs:3:1: syntax error", "cues.toml:1:1: what")
    hud.mended(sea)
    assert hud.errors == ("cues.toml:1:1: what",)
    hud.mended(show)
    assert hud.errors == ()


def test_the_newest_signals_come_first_and_are_few() -> None:
    hud = Hud(shown=True, full=True)
    for i in range(50):
        hud.hear(f"/osc/{i}", i / 50)
    hud.hear("/osc/45", 0.125)

    lines = hud.lines(0.0, ["status"])

    assert lines[0] == "status"
    heard = [line for line in lines if "/osc/" in line]
    assert "/osc/45  0.125" in heard[0]
    assert len(heard) == 10


def test_many_errors_are_cut_with_their_number() -> None:
    hud = Hud(notes=tuple(f"e{i}" for i in range(20)))

    assert hud.lines(60.0, [])[-1] == "!... and 12 more"


def test_the_beat_what_waits_for_it_and_loops_are_told() -> None:
    loops = {"2": "playing 8 beats, 3 touches"}
    tempo = TempoStatus(
        bpm=127.96, bar=3, beat=2, source="midi drums", waiting="drop", waiting_beats=2.25, loops=loops
    )

    assert tempo_lines(tempo) == [
        "tempo 128.0 [.o..] bar 3   midi drums   GO drop in 2.2 beats",
        "loops 2 playing 8 beats, 3 touches",
    ]
    assert tempo_lines(TempoStatus())[0] in summary(StageStatus(tempo=TempoStatus()), "-", None)


def test_the_act_of_a_score_is_told_where_it_has_acts() -> None:
    none, second = (ScoreStatus(time=61.0, length=180.0, running=True, cycle=0, act=act) for act in (0, 2))
    assert "act" not in score_line(none)
    assert score_line(second).endswith("   act 2")


def test_the_summary_speaks_of_both_guards_and_of_what_was_dropped() -> None:
    said = StageStatus(
        show="small",
        scene="one",
        frame=FrameStatus(fps=59.9, p99_ms=17.0, late=2),
        guard=GuardStatus(),
        inbox=InboxStatus(taken=9, dropped=3),
    )

    lines = summary(said, "1", GuardStatus(active=True, reduction=0.25))

    assert lines[0] == "small   scene one   cue -   standby 1"
    malfunction = InterfaceStatus(state="malfunction", since=12.6)
    wild = summary(msgspec.structs.replace(said, interface=malfunction), "1", None)
    assert wild[1] == "interface malfunction   for 13 s   nobody"
    assert lines[2] == "guard idle   lamps' guard active, takes 25.0 % of the light"
    assert "3 dropped" in lines[3]
    named = summary(msgspec.structs.replace(said, cue="3", cue_name="storm"), "4 calm", None)
    assert named[0] == "small   scene one   cue 3 storm   standby 4 calm"


def test_the_summary_names_macros_that_are_off_the_middle() -> None:
    said = StageStatus(show="small", scene="one", macros={"light": 0.125, "master": 0.9})

    assert "macros   light 0.12   master 0.90" in summary(said, "1", None)
    assert not [one for one in summary(StageStatus(show="small"), "1", None) if "macros" in one]


def test_who_made_it_dark_in_a_preview_is_told_the_way_back_and_an_audience_is_not() -> None:
    dark = "panic   ·   Space brings the light back"

    assert Hud(dark=dark).lines(60.0, []) == [dark]
    assert Hud(dark=dark, greet=False).lines(60.0, []) == []


def test_what_people_must_see_at_once_is_shown_with_and_without_the_hud() -> None:
    hud = Hud(greet=False, prompts=["learn /master: move a control   9 s"], ghosts=["  fader/1 waits"])

    assert hud.lines(0.0, []) == ["learn /master: move a control   9 s"]
    hud.toggle()
    lines = hud.lines(0.0, [])
    assert lines[0] == "learn /master: move a control   9 s"
    assert "  fader/1 waits" in lines


def test_newcomers_read_how_to_mute_and_the_hud_tells_how_the_sound_goes() -> None:
    hud = Hud()
    hud.sound = "sound is on at -20 dB; Shift+M mutes"
    assert hud.sound in hud.lines(60.0, [])
    hud.sound = ""
    assert not [line for line in hud.lines(60.0, []) if "Shift+M" in line]

    up = SoundStatus(state="up", level_db=-20.0, momentary=-44.0, load=0.123, underruns=2, input_state="up")
    lines = summary(StageStatus(sound=up), "-", None)
    assert "sound -20 dB, -44 LUFS, load 12 %, 2 gaps, listening" in lines
    down = SoundStatus(state="down", reason="pulse was lost", input_state="silent")
    assert "sound down: pulse was lost, not listening (silent)" in summary(StageStatus(sound=down), "-", None)
    muted = SoundStatus(state="up", muted="mute", input_state="off")
    assert [one for one in summary(StageStatus(sound=muted), "-", None) if "silent (mute)" in one]


def test_the_short_hud_tells_what_plays_and_what_is_wrong_and_h_goes_on_to_all_and_to_none() -> None:
    hud, seen = Hud(greet=False), []
    for _ in range(4):
        seen.append((hud.shown, hud.full))
        hud.toggle()
    assert seen == [(False, False), (True, False), (True, True), (False, False)]

    said = StageStatus(
        show="small",
        scene="one",
        interface=InterfaceStatus(state="attuned", since=1.0),
        guard=GuardStatus(),
        tempo=TempoStatus(),
        sound=SoundStatus(state="up"),
        adapters=(
            AdapterStatus(name="osc", kind="osc", state="up"),
            AdapterStatus(name="midi", kind="midi", state="down", detail="no port"),
        ),
    )
    lines = summary(said, "1", GuardStatus(), full=False)
    assert [line.split()[0] for line in lines] == ["small", "interface", "0.0", "midi:"]
    tapped = summary(msgspec.structs.replace(said, tempo=TempoStatus(source="tap")), "1", None, full=False)
    assert any(line.startswith("tempo") for line in tapped)
    cut = msgspec.structs.replace(said, guard=GuardStatus(active=True, reduction=0.5))
    assert any("guard active" in line for line in summary(cut, "1", None, full=False))
    hud = Hud(shown=True)
    hud.hear("/osc/1", 0.5)
    assert not [line for line in hud.lines(0.0, lines) if "/osc/1" in line]
