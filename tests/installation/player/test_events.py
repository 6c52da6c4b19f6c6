"""A rise is an event and is never lost; what comes takes effect in the order of arrival."""

import json
from pathlib import Path

import pytest

from installation.clock import GivenClock, ManualClock
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.signal.record import record_line, replay
from installation.signal.trace import trace_line
from installation.values import Command, Reading
from tests.installation.neuro.states import STATES

LISTENERS = """
[signal.hit]
kind = "envelope"
trigger = "SOURCE"
attack = 0.0
decay = 0.0
sustain = 1.0
release = 8.0

[[route]]
from = "SOURCE"
to = "/scene/two/glow"
shape = [{ invert = {} }, { invert = {} }, { gate = { on = 0.6, off = 0.4 } }]

[[route]]
from = "SOURCE"
to = "/scene/one/glow"

[[route]]
from = "SOURCE"
to = "/neuro/enter/drifting"

[[route]]
from = "SOURCE"
to = "/cue/2/go"
"""

SOURCES = {
    "/osc/pad": ("/pad", "osc"),
    "/midi/pad/note/36": ("/midi/pad/note/36", "midi"),
    "/key/space": ("/key/space", "keyboard"),
    "/mouse/down": ("/mouse/down", "mouse"),
}


def make(folder: Path, clock: ManualClock | GivenClock | None = None) -> Player:
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, clock or ManualClock(1 / 60), None)


def listening(folder: Path, source: str = "/osc/pad") -> Path:
    path = folder / "show.toml"
    text = path.read_text().replace('[[route]]\nfrom = "/osc/hand"\nto = "/scene/one/glow"\n', "")
    path.write_text(text + LISTENERS.replace("SOURCE", source))
    (folder / "states.toml").write_text(STATES)
    return folder


def osc(address: str, *values: float) -> Reading:
    return Reading(address, values, 0.0, "osc")


@pytest.mark.parametrize("source", SOURCES)
def test_a_tap_within_one_frame_is_heard_by_all_that_wait_for_a_rise(small_show: Path, source: str) -> None:
    player = make(listening(small_show, source))
    address, adapter = SOURCES[source]
    for _ in range(30):
        player.step([Reading(address, (0.0,), 0.0, adapter)], 0.0)
    assert player.signals.get("/signal/hit") == 0.0

    player.step([Reading(address, (value,), 0.0, adapter) for value in (1.0, 0.0)], 0.0)

    assert player.signals.get("/signal/hit") == 1.0
    assert player.tree.get("/scene/two/glow")[0] > 0.75  # on its way to 1, as fast as bounds let it
    assert player.tree.get("/neuro/enter/drifting") == (1.0,)
    assert player.signals.get(source) == 0.0
    player.step([], 0.0)
    assert player.interface.state == "drifting"
    assert player.cues.current is not None
    assert player.cues.current.id == "2"
    for _ in range(30):
        player.step([], 0.0)
    assert player.tree.get("/scene/two/glow") == (0.0,)
    assert player.tree.get("/neuro/enter/drifting") == (0.0,)


def test_what_only_follows_takes_the_newest_in_the_frame_of_a_tap(small_show: Path) -> None:
    player = make(listening(small_show))
    for _ in range(30):
        player.step([osc("/pad", 0.0)], 0.0)

    player.step([osc("/pad", 1.0), osc("/pad", 0.0)], 0.0)

    assert player.tree.get("/scene/one/glow") == (0.0,)


def test_a_release_and_a_press_within_one_frame_are_a_new_press(small_show: Path) -> None:
    player = make(listening(small_show))
    player.step([osc("/pad", 1.0)], 0.0)
    for _ in range(60):
        player.step([], 0.0)
    assert player.cues.current is not None
    player.step([Command("cue", ("1",), 0.0, "test")], 0.0)
    for _ in range(60):
        player.step([], 0.0)
    gates, fired = [], 0

    for entries in ([osc("/pad", 0.0), osc("/pad", 1.0)], [], [], []):
        player.step(entries, 0.0)
        gates.append(player.tree.get("/scene/two/glow")[0])
        fired += int(player.tree.get("/neuro/enter/drifting") == (1.0,))

    assert min(gates) < 1.0
    assert fired == 1
    assert player.cues.current.id == "2"


def test_eight_presses_within_one_frame_are_eight_rises(small_show: Path) -> None:
    player = make(listening(small_show))
    player.step([osc("/pad", 0.0)], 0.0)
    fired = 0

    for frame in range(40):
        player.step([osc("/pad", float(i % 2 == 0)) for i in range(16)] if not frame else [], 0.0)
        fired += int(player.tree.get("/neuro/enter/drifting") == (1.0,))

    assert fired == 8


def test_a_storm_of_samples_is_heard_a_frame_late_at_most(small_show: Path) -> None:
    player = make(listening(small_show))
    for frame in range(100):
        player.step([osc("/pad", ((frame * 37 + i * 61) % 100) / 100) for i in range(500)], 0.0)
    player.step([osc("/pad", 0.0)], 0.0)
    player.step([], 0.0)

    assert player.signals.rises.heard == {}
    assert player.signals.hear("/osc/pad") == 0.0


def test_a_trigger_of_the_interface_hears_a_tap(small_show: Path) -> None:
    text = STATES.partition("[state.drifting]")
    trigger = '\n[[state.drifting.trigger]]\nsignal = "/osc/call"\nabove = 0.5\nrelease = 0.2\n'
    (small_show / "states.toml").write_text("".join(text) + trigger)
    player = make(small_show)
    for _ in range(10):
        player.step([osc("/call", 0.0)], 0.0)

    player.step([osc("/call", 1.0), osc("/call", 0.0)], 0.0)

    assert player.interface.state == "drifting"


def test_an_event_let_go_within_the_frame_has_been_pressed(small_show: Path) -> None:
    (small_show / "states.toml").write_text(STATES)
    player = make(small_show)

    player.step([osc("/neuro/enter/drifting", 1.0), osc("/neuro/enter/drifting", 0.0)], 0.0)
    player.step([], 0.0)

    assert player.interface.state == "drifting"


@pytest.mark.parametrize("split", [False, True])
def test_the_later_of_an_address_and_a_pattern_wins(small_show: Path, split: bool) -> None:
    player = make(small_show)
    entries = [osc("/scene/two/glow", 0.2), osc("/scene/*/glow", 0.7), osc("/scene/one/glow", 0.3)]

    for frame in [[one] for one in entries] if split else [entries]:
        player.step(frame, 0.0)

    assert player.tree.get_base("/scene/two/glow") == (0.7,)
    assert player.tree.get_base("/scene/one/glow") == (0.3,)


def test_a_touch_after_a_go_of_the_same_frame_is_not_faded_away_and_one_before_it_is(
    small_show: Path,
) -> None:
    for entries, glow in (
        ([osc("/go"), osc("/scene/one/glow", 0.9)], 0.9),
        ([osc("/scene/one/glow", 0.9), osc("/go")], 0.5),
    ):
        player = make(small_show)
        player.step(entries, 0.0)
        for _ in range(90):
            player.step([], 0.0)

        assert player.tree.get_base("/scene/one/glow") == pytest.approx((glow,))


def test_a_preset_and_a_touch_take_effect_in_their_order(small_show: Path) -> None:
    player = make(small_show)
    player.step([Command("set", ("/scene/one/glow", 0.1), 0.0, "test"), osc("/scene/one/glow", 0.9)], 0.0)
    assert player.tree.get_base("/scene/one/glow") == (0.9,)

    player.step([osc("/scene/one/glow", 0.9), Command("set", ("/scene/one/glow", 0.1), 0.0, "test")], 0.0)
    assert player.tree.get_base("/scene/one/glow") == (0.1,)


def test_a_recording_with_taps_and_commands_of_routes_replays_to_the_same(small_show: Path) -> None:
    folder = listening(small_show)
    live = GivenClock()
    live.dt = 1 / 64
    first = make(folder, live)
    lines, traces = [], []
    for i in range(240):
        taps = [osc("/pad", value) for value in (1.0, 0.0)] if i % 50 == 7 else []
        again = [osc("/pad", value) for value in (0.0, 1.0, 0.0, 1.0)] if i % 50 == 40 else []
        entries = [*taps, *again, *([osc("/cue/1/go")] if i % 50 == 30 else [])]
        step = first.step(entries, 0.0)
        lines.append(record_line(step.frame, entries))
        traces.append(trace_line(step.frame, first.signals, first.tree))
    clock = GivenClock()
    second = make(folder, clock)
    again_traces = []
    for recorded in replay(lines, "recording"):
        clock.dt = recorded.dt
        step = second.step(recorded.inbox, 0.0)
        again_traces.append(trace_line(step.frame, second.signals, second.tree))

    assert again_traces == traces
    assert first.cues.begun == second.cues.begun > 4


def test_a_private_signal_gives_a_command_once_and_a_replay_without_it_takes_the_same_way(
    small_show: Path,
) -> None:
    path = small_show / "show.toml"
    path.write_text(path.read_text() + '\n[[route]]\nfrom = "/person/1/x"\nto = "/go"\n')
    first, lines = make(small_show), []
    for i in range(60):
        person = Reading("/person/1/x", (float(i >= 20),), 0.0, "people", private=True)
        entries = [*first.features(), person]
        step = first.step(entries, 0.0)
        lines.append(record_line(step.frame, entries))
    clock = GivenClock()
    second = make(small_show, clock)
    for recorded in replay(lines, "recording"):
        clock.dt = recorded.dt
        second.step(recorded.inbox, 0.0)

    assert first.cues.begun == second.cues.begun == 1
    assert not any("person" in line for line in lines)
    assert [one["verb"] for line in lines for one in json.loads(line)["inbox"] if "verb" in one] == ["go"]


def test_a_route_gives_a_command_at_each_rise_and_not_while_it_is_held_or_reloaded(small_show: Path) -> None:
    path = small_show / "show.toml"
    path.write_text(path.read_text() + '\n[[route]]\nfrom = "/osc/foot"\nto = "/go"\n')
    player = make(small_show)
    for _ in range(90):
        player.step([osc("/foot", 1.0)], 0.0)
    assert player.cues.begun == 1

    player.replace(player.show, player.shaders)
    player.tree.remove("/scene/two/tint")
    for _ in range(30):
        player.step([], 0.0)
    assert player.cues.begun == 1
    player.step([osc("/foot", 0.0)], 0.0)
    player.step([osc("/foot", 1.0)], 0.0)
    player.step([], 0.0)
    assert player.cues.begun == 2


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('to = "/goo"', "no parameter /goo; did you mean /go?"),
        ('to = "/cue/9/go"', "no parameter /cue/9/go; did you mean /cue/"),
        ('to = "/quit"', "no parameter /quit"),
        (
            'to = "/back"\nmode = "add"',
            "/back is a command: it is given when the signal rises through 0.5; remove",
        ),
        ('to = "/panic"\ncomponent = 0', "/panic is a command"),
    ],
)
def test_a_route_to_a_command_that_there_is_not_is_told_with_its_place(
    small_show: Path, lines: str, words: str
) -> None:
    path = small_show / "show.toml"
    path.write_text(path.read_text() + f'\n[[route]]\nfrom = "/osc/foot"\n{lines}\n')

    with pytest.raises(ShowError) as caught:
        make(small_show)
    said = [str(one) for one in caught.value.findings]

    assert len(said) == 1
    assert words in said[0]
    assert said[0].startswith(f"{path}:")
    assert not said[0].startswith(f"{path}:1:")
