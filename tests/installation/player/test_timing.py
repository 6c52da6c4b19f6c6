"""The beat in a show: MIDI clock, taps, quantised GO, synced signals, gesture loops, replays."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from installation.clock import GivenClock, ManualClock
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.inbox import Entry, stamped
from installation.player.player import Player
from installation.player.production import read_production
from installation.signal.record import record_line, replay
from installation.signal.trace import trace_line
from installation.values import Command, Reading
from tests.small_show import SHOW, write_small_show

FPS = 60
GLOW = "/scene/one/glow"
START = 100.0
"""Monotonic time of the first frame."""

SYNCED = """
[signal.pulse]
kind = "lfo"
sync = "1/4"
shape = "saw"

[signal.bars]
kind = "clock"
sync = "2 bars"

[[route]]
from = "/osc/late"
to = "/scene/two/glow"
shape = [{ delay = { sync = "1/8" } }]
"""


class Played:
    """A player, and what it was given."""

    def __init__(self, folder: Path, clock: ManualClock | GivenClock | None = None) -> None:
        options = StageOptions(show=str(folder), venue="loopback")
        self.player: Player = build_player(
            read_production(options), options, clock or ManualClock(1 / FPS), None
        )
        self.lines: list[str] = []
        self.trace: list[str] = []
        self.refused: list[str] = []

    @property
    def now(self) -> float:
        return START + self.player.frame.time + 1 / FPS

    def step(self, *entries: Entry, features: bool = True) -> None:
        own = self.player.features() if features else []
        given = stamped(sorted([*own, *entries], key=lambda one: one.time), self.now)
        step = self.player.step(given, self.now)
        self.lines.append(record_line(step.frame, given))
        self.trace.append(trace_line(step.frame, self.player.signals, self.player.tree))
        self.refused += [reason for _, reason in step.refused]

    def give(self, verb: str, *arguments: float | str) -> None:
        self.step(Command(verb, arguments, self.now, "test"))

    def run(self, seconds: float, each: Callable[[], Sequence[Entry]] = tuple) -> None:
        for _ in range(round(seconds * FPS)):
            self.step(*each())

    def until_bar(self) -> None:
        """Stop in the first frame of a bar."""
        self.step()
        while self.player.signals.get("/tempo/downbeat") != 1.0:
            self.step()

    def get(self, address: str) -> float:
        value = self.player.signals.get(address)
        assert value is not None
        return value

    @property
    def glow(self) -> float:
        return self.player.tree.get_base(GLOW)[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_small_show(tmp_path / "small")
    (made / "show.toml").write_text(SHOW + SYNCED)
    return made


@pytest.fixture
def played(folder: Path) -> Played:
    return Played(folder)


def sequencer(bpm: float, jitter: float = 0.0) -> Callable[[Played], list[Entry]]:
    """A machine that starts at once; gives what arrived since the last call."""
    dice, sent, begins = random.Random(2), [0], [0.0]

    def ticks(played: Played) -> list[Entry]:
        found: list[Entry] = []
        if not sent[0]:
            begins[0] = played.now
            found.append(Reading("/midi/clock", ("start", "drums"), played.now - 0.001, "desk"))
        while (at := begins[0] + sent[0] * 60 / bpm / 24) <= played.now:
            stamp = min(at + dice.uniform(0.0, jitter), played.now)
            found.append(Reading("/midi/clock", ("tick", "drums"), stamp, "desk"))
            sent[0] += 1
        return found

    return ticks


# ---- the tempo ---------------------------------------------------------------------------------------------


def test_four_taps_set_tempo_and_beat_within_the_frame(played: Played) -> None:
    played.run(1.27)
    first = played.now
    taps = [first + number * 60 / 128 for number in range(4)]
    while taps:
        due = [taps.pop(0)] if taps[0] <= played.now else []
        played.step(*(Command("tap", (), at, "keyboard") for at in due))
    played.run(2.0)

    tempo = played.player.timing.tempo
    assert tempo.beat.bpm == pytest.approx(128.0, abs=0.01)
    assert tempo.source == "tap"
    assert played.player.tree.get_base("/tempo/bpm")[0] == pytest.approx(128.0, abs=0.01)
    beats = (played.now - 1 / FPS - first) * 128 / 60
    away = (tempo.beat.position - beats) % 1.0
    assert min(away, 1.0 - away) < 0.01


def test_frames_that_take_very_long_do_not_change_what_was_tapped(folder: Path) -> None:
    clock = GivenClock()
    played = Played(folder, clock)
    clock.dt = 0.25  # of half a second that really passes, the clock keeps a quarter
    for number in range(8):
        now = START + number * 0.5
        played.player.step(stamped([Command("tap", (), now - 0.01, "keyboard")], now), now)

    assert played.player.timing.tempo.beat.bpm == pytest.approx(120.0)


def test_every_beat_rises_once_and_accents_are_thinned_out(played: Played) -> None:
    played.give("set", "/tempo/bpm", 150.0)
    counts = dict.fromkeys(("/tempo/rise", "/tempo/downbeat", "/tempo/accent"), 0)
    for _ in range(32 * FPS):
        played.step()
        for address in counts:
            counts[address] += played.get(address) >= 0.5

    assert counts["/tempo/rise"] == pytest.approx(80, abs=1)
    assert counts["/tempo/downbeat"] == pytest.approx(20, abs=1)
    assert counts["/tempo/accent"] == pytest.approx(20, abs=1)  # every fourth beat, 1.6 s


def test_a_sequencer_is_followed_with_its_downbeat(played: Played) -> None:
    ticks = sequencer(132.0, jitter=0.004)
    played.run(0.7)
    begins = played.now
    played.run(8.0, lambda: ticks(played))

    tempo = played.player.timing.tempo
    assert tempo.source == "midi drums"
    assert tempo.beat.bpm == pytest.approx(132.0, abs=0.5)
    beats = (played.now - 1 / FPS - begins) * 132 / 60
    away = (tempo.beat.position - beats) % 32.0
    assert min(away, 32.0 - away) < 0.03
    assert played.player.tree.get_base("/tempo/bpm")[0] == pytest.approx(132.0, abs=0.5)


def test_a_clock_that_breaks_off_is_held_then_lost_and_the_beat_goes_on(played: Played) -> None:
    ticks = sequencer(120.0)
    played.run(3.0, lambda: ticks(played))
    played.run(1.0)
    assert played.player.timing.tempo.source == "midi drums, held"
    before = played.player.frame.beat.position

    played.run(2.0)

    assert played.player.timing.tempo.source == "free (drums lost)"
    assert played.player.frame.beat.position - before == pytest.approx(4.0, abs=0.01)
    told = [one for one in played.player.refusals.report() if "stopped coming" in one.reason]
    assert [one.example for one in told] == ["drums"]
    for _ in range(3):
        played.give("tap")
        played.run(0.6 - 1 / FPS)
    assert played.player.timing.tempo.source == "tap"
    assert played.player.frame.beat.bpm == pytest.approx(100.0)


def test_a_synthesizer_that_only_ticks_is_followed_when_the_show_says_so(played: Played) -> None:
    ticks = sequencer(100.0)

    def only_ticks() -> list[Entry]:
        found = [one for one in ticks(played) if isinstance(one, Reading)]
        return [one for one in found if one.values[0] == "tick"]

    played.run(2.0, only_ticks)
    assert played.player.timing.tempo.source == "default"

    played.step(Command("set", ("/tempo/source", "midi"), played.now, "test"), *only_ticks())
    played.run(1.0, only_ticks)
    assert played.player.timing.tempo.beat.bpm == pytest.approx(100.0, abs=0.1)


def test_a_clock_that_was_followed_before_a_restart_is_followed_again(folder: Path) -> None:
    before, ticks = Played(folder), sequencer(126.0)
    before.run(4.0, lambda: ticks(before))
    bases = {"/tempo/bpm": before.player.tree.get_base("/tempo/bpm")}
    assert before.player.tree.touched[before.player.tree.slot("/tempo/bpm")] > 0  # what a restart restores

    after, other = Played(folder), sequencer(126.0)
    assert after.player.set_again(bases) == []
    after.run(
        2.0, lambda: [one for one in other(after) if isinstance(one, Reading) and one.values[0] == "tick"]
    )

    assert after.player.timing.tempo.source == "midi drums"


def test_taps_beside_a_clock_are_refused_and_half_and_double_are_ratios(played: Played) -> None:
    ticks = sequencer(120.0)
    played.run(1.0, lambda: ticks(played))

    played.step(Command("tap", (), played.now, "keyboard"), *ticks(played))
    assert played.refused == ["tap: the tempo follows a clock (midi drums); set /tempo/source to internal"]
    played.step(Command("double", (), played.now, "keyboard"), *ticks(played))
    before = played.player.frame.beat.position
    played.run(1.0, lambda: ticks(played))
    assert played.player.frame.beat.bpm == pytest.approx(240.0, abs=1.0)
    assert played.player.frame.beat.position - before == pytest.approx(4.0, abs=0.6)


def test_synced_signals_and_delays_ride_on_the_beat_and_unsynced_ones_do_not(played: Played) -> None:
    played.give("set", "/tempo/bpm", 50.0)
    for _ in range(200):
        played.step()
        beat = played.player.frame.beat.position
        assert played.get("/signal/pulse") == pytest.approx(beat % 1.0, abs=1e-9)
        assert played.get("/signal/bars") == pytest.approx(beat % 8.0 / 8.0, abs=1e-9)

    played.step(Reading("/late", (0.1,), played.now, "osc"))
    played.run(2.0)
    played.step(Reading("/late", (0.9,), played.now, "osc"))
    frames = 0
    while played.player.tree.get("/scene/two/glow")[0] < 0.5 and frames < 200:
        played.step()
        frames += 1
    assert frames / FPS == pytest.approx(0.5 * 60 / 50, abs=0.15)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('kind = "lfo"\nsync = "1/5"', "lfo: sync cannot be '1/5'; write a note such as \"1/4\""),
        ('kind = "lfo"\nsync = "1/4"\nrate = 2', "lfo has both rate and sync; remove one of them"),
        ('kind = "constant"\nsync = "1/4"\nvalue = 1', "constant has no setting 'sync'"),
        ('kind = "lfo"', "lfo needs rate"),
    ],
)
def test_a_wrong_length_is_told_where_it_stands(tmp_path: Path, text: str, words: str) -> None:
    made = write_small_show(tmp_path / "wrong")
    (made / "show.toml").write_text(SHOW + "\n[signal.beat]\n" + text + "\n")
    with pytest.raises(ShowError, match=r"show\.toml:") as told:
        Played(made)
    assert words in str(told.value)


# ---- quantised GO ------------------------------------------------------------------------------------------


def test_a_go_waits_for_the_bar_that_the_parameter_asks_for(played: Played) -> None:
    played.give("set", "/tempo/quantise", "bar")
    played.until_bar()
    played.run(0.5)
    played.give("go")

    status = played.player.timing.status()
    assert status.waiting == "1"
    assert status.waiting_beats == pytest.approx(2.9, abs=0.15)
    assert played.player.cues.current is None
    assert played.get("/tempo/waiting") == 1.0
    while played.player.cues.current is None:
        played.step()
    assert played.get("/tempo/downbeat") == 1.0
    assert played.player.timing.status().waiting == ""


def test_a_second_go_in_the_wait_plays_at_once_and_a_bounce_does_not(played: Played) -> None:
    played.give("set", "/tempo/quantise", "4 bars")
    played.run(1.0)
    played.give("go")
    played.give("go")
    assert played.refused == ["ignored: less than 0.3 s after the last GO"]
    assert played.player.cues.current is None
    played.run(0.4)

    played.give("go")

    current = played.player.cues.current
    assert current is not None
    assert current.id == "1"


def test_another_cue_takes_the_place_of_the_one_that_waits_and_back_cancels(played: Played) -> None:
    played.give("set", "/tempo/quantise", "bar")
    played.until_bar()
    played.run(0.2)
    played.give("cue", "1")
    played.run(0.4)
    played.give("cue", "2")
    assert played.player.timing.waiting.cue == "2"
    played.until_bar()
    assert played.player.cues.manual.cue == "2"

    played.run(0.4)
    played.give("cue", "1")
    played.give("panic")
    assert played.player.timing.waiting.cue == ""


def test_a_take_waits_for_what_it_says_whatever_the_cue_says(folder: Path) -> None:
    cues = (folder / "cues.toml").read_text().replace('id = "1"\n', 'id = "1"\nquantise = "off"\n')
    (folder / "cues.toml").write_text(cues)
    played = Played(folder)
    played.until_bar()
    played.run(0.1)

    played.give("take", "8 bars")
    due = played.player.timing.waiting.due - played.player.timing.tempo.beat.position

    assert played.player.timing.waiting.cue == "1"
    assert 4.0 < due < 32.0
    played.run(0.5)
    played.give("take", "off")
    assert played.player.cues.manual.cue == "1"
    assert played.player.timing.waiting.cue == ""


def test_a_cue_says_itself_what_it_waits_for_and_a_panic_waits_for_nothing(folder: Path) -> None:
    cues = (folder / "cues.toml").read_text().replace('id = "1"\n', 'id = "1"\nquantise = "beat"\n')
    (folder / "cues.toml").write_text(cues)
    played = Played(folder)
    played.until_bar()
    played.run(0.1)
    played.give("go")
    assert played.player.timing.waiting.cue == "1"
    played.run(0.5)
    assert played.player.cues.manual.cue == "1"
    played.give("set", "/tempo/quantise", "8 bars")
    played.give("panic")
    played.run(0.4)

    played.give("go")

    assert played.player.cues.manual.cue == "2"
    assert not played.player.cues.calmed


# ---- gesture loops -----------------------------------------------------------------------------------------


def move(played: Played, value: float) -> None:
    played.step(Reading(GLOW, (value,), played.now, "osc"))


def record(played: Played) -> None:
    """A bar of four steps in loop 1: 0.2, 0.4, 0.6, 0.8."""
    played.give("set", "/tempo/bpm", 120.0)
    played.run(0.5)
    played.give("loop-record", 1, 1)
    played.until_bar()
    for value in (0.2, 0.4, 0.6, 0.8):
        played.run(0.1)
        move(played, value)
        played.run(0.3)
        played.run(0.5 - 0.4 - 1 / FPS)


def seen(played: Played, seconds: float = 2.0) -> list[float]:
    """The different values of the glow, in order."""
    found: list[float] = []
    for _ in range(round(seconds * FPS)):
        played.step()
        if not found or played.glow != found[-1]:
            found.append(played.glow)
    return found


def test_a_loop_plays_what_the_hand_did_again_and_again(played: Played) -> None:
    record(played)
    played.until_bar()
    assert played.player.timing.status().loops == {"1": "playing 4 beats, 4 touches"}

    for _ in range(3):
        assert seen(played)[-4:] == [0.2, 0.4, 0.6, 0.8]


def test_a_loop_follows_the_tempo(played: Played) -> None:
    record(played)
    played.give("set", "/tempo/bpm", 240.0)
    played.until_bar()

    assert seen(played, 1.0)[-4:] == [0.2, 0.4, 0.6, 0.8]


def test_a_hand_takes_over_until_the_next_pass(played: Played) -> None:
    record(played)
    played.until_bar()
    played.run(0.3)
    move(played, 0.99)

    assert seen(played, 1.5) == [0.99]
    played.until_bar()
    assert seen(played)[-4:] == [0.2, 0.4, 0.6, 0.8]


def test_a_go_takes_over_until_a_pass_begins_after_its_fade(played: Played) -> None:
    record(played)
    played.until_bar()
    played.run(1.4)
    played.give("go")  # cue 1 fades the glow to 0.5 in a second, over the next bar line

    played.run(1.2)
    assert played.glow == pytest.approx(0.5)
    assert seen(played, 1.2) == [0.5]
    played.until_bar()
    assert seen(played)[-4:] == [0.2, 0.4, 0.6, 0.8]


def test_an_overdub_replaces_what_was_touched_from_then_on_and_adds_the_rest(played: Played) -> None:
    record(played)
    played.until_bar()
    played.give("loop-record", 1)
    played.run(0.8)
    move(played, 0.33)
    played.step(Reading("/scene/two/glow", (0.11,), played.now, "osc"))
    played.until_bar()
    played.give("loop-record", 1)

    played.until_bar()
    assert seen(played)[-3:] == [0.2, 0.4, 0.33]
    loop = played.player.timing.loops.slots[0]
    assert [one.address for one in loop.touches].count("/scene/two/glow") == 1


def test_loops_stop_and_start_with_the_bar_and_are_cleared(played: Played) -> None:
    record(played)
    played.until_bar()
    played.run(0.3)
    played.give("loop-play", 1)
    move(played, 0.5)
    assert seen(played, 4.0) == [0.5]
    played.give("loop-play", 1, "on")
    played.until_bar()
    assert seen(played)[-4:] == [0.2, 0.4, 0.6, 0.8]
    played.give("loop-clear", 1)
    assert played.player.timing.status().loops == {}
    played.give("loop-play", 1)
    assert played.refused == ["loop 1 is empty: there is nothing to play yet"]


def test_without_a_tempo_a_loop_is_as_long_as_it_is(played: Played) -> None:
    played.give("loop-record", 2)
    for value in (0.3, 0.7):
        played.run(0.35)
        move(played, value)
    played.run(0.3)
    played.give("loop-record", 2)

    assert played.player.timing.status().loops["2"].endswith(" s, 2 touches")
    assert played.player.timing.loops.slots[1].length == pytest.approx(1.05, abs=0.04)
    assert seen(played, 2.2)[-4:] == [0.3, 0.7, 0.3, 0.7]


def test_a_control_that_the_show_listens_to_is_looped_too(played: Played) -> None:
    played.give("set", "/tempo/bpm", 120.0)
    played.run(0.5)
    played.give("loop-record", 1, 1)
    played.until_bar()
    played.run(0.5)
    played.step(Reading("/hand", (0.9,), played.now, "osc"))
    played.run(1.2)
    played.until_bar()
    played.step(Reading("/hand", (0.1,), played.now, "osc"))
    played.until_bar()
    values = set()
    for _ in range(2 * FPS):
        played.step()
        values.add(played.get("/osc/hand"))
    assert 0.9 in values


def test_master_and_blackout_are_never_looped_and_a_panic_stops_all(played: Played) -> None:
    played.give("set", "/tempo/bpm", 120.0)
    played.run(0.5)
    played.give("loop-record", 1, 1)
    played.until_bar()
    for address in ("/master", "/tempo/bpm", "/blackout"):
        played.give("set", address, 0.0 if address != "/tempo/bpm" else 121.0)
    played.give("set", "/blackout", 0.0)
    move(played, 0.7)
    played.until_bar()
    touches = played.player.timing.loops.slots[0].touches
    assert {one.address for one in touches} == {GLOW}
    played.give("panic")
    played.run(0.1)
    assert played.player.timing.loops.slots[0].state == "stopped"


# ---- replays -----------------------------------------------------------------------------------------------


def test_a_set_with_clock_taps_loops_and_waiting_gos_replays_bit_for_bit(folder: Path) -> None:
    given = GivenClock()
    live = Played(folder, given)
    given.dt = 1 / FPS
    dice, ticks = random.Random(11), sequencer(126.0, jitter=0.005)
    verbs: list[tuple[str, tuple[float | str, ...]]] = [
        ("tap", ()), ("tap", ()), ("nudge", (20.0,)), ("resync", ()), ("double", ()), ("half", ()),
        ("go", ()),
        ("loop-record", (1, 1)), ("loop-record", (2,)), ("loop-play", (1,)), ("back", ()), ("cue", ("2",)),
        ("set", ("/tempo/quantise", "bar")), ("set", (GLOW, 0.3)), ("loop-clear", (2,)),
    ]  # fmt: skip
    for number in range(1500):
        entries: list[Entry] = ticks(live) if 400 < number < 900 else []
        if dice.random() < 0.04:
            verb, arguments = dice.choice(verbs)
            entries.append(Command(verb, arguments, live.now - dice.uniform(0.0, 0.015), "test"))
        if dice.random() < 0.3 and number % 300 < 60:
            entries.append(Reading(GLOW, (dice.random(),), live.now - 0.003, "osc"))
        live.step(*entries)
    assert live.player.cues.manual.count > 2
    assert any('"source":"loop"' in line for line in live.lines)

    clock = GivenClock()
    again = Played(folder, clock)
    for recorded in replay(live.lines, "recording"):
        clock.dt = recorded.dt
        step = again.player.step(list(recorded.inbox), 5000.0 + 3.7 * recorded.index)
        again.trace.append(trace_line(step.frame, again.player.signals, again.player.tree))

    assert again.trace == live.trace


# ---- time code ---------------------------------------------------------------------------------------------

SCORE_HEAD = "format = 1\n"
SCORE = """
[score]
length = "2:00"
start = "time-code"

[[cue]]
id = "a"
at = "0:00"
fade = 0.5

[[cue]]
id = "b"
at = "0:20"
fade = 0.5
"""


def time_code(played: Played, place: float) -> Callable[[], list[Entry]]:
    """A player at 25 frames a second, from a place on."""
    begins, sent = played.now, [0]

    def quarters() -> list[Entry]:
        found: list[Entry] = []
        while (at := begins + sent[0] / 100) <= played.now:
            frame = round(place * 25) + sent[0] // 8 * 2
            whole, frames = divmod(frame, 25)
            values = (frames, whole % 60, whole // 60, 1 << 5)
            piece = sent[0] % 8
            bits = values[piece // 2] >> 4 if piece % 2 else values[piece // 2] & 0xF
            found.append(Reading("/midi/clock", ("quarter-frame", "tape", piece << 4 | bits), at, "desk"))
            sent[0] += 1
        return found

    return quarters


def test_a_score_chases_time_code_and_stops_with_it(folder: Path) -> None:
    (folder / "cues.toml").write_text(SCORE_HEAD + SCORE)
    played = Played(folder)
    played.run(1.0)
    assert not played.player.score.score.running

    played.run(3.0, time_code(played, 18.0))
    score = played.player.score.score
    assert score.running
    assert score.time == pytest.approx(21.0, abs=0.06)
    current = played.player.cues.current
    assert current is not None
    assert current.id == "b"
    assert played.player.timing.status().time_code == 25.0

    played.run(2.0, time_code(played, 5.0))
    assert score.time == pytest.approx(7.0, abs=0.06)
    played.run(1.0)
    assert not score.running
    assert played.player.timing.status().time_code == 0.0
