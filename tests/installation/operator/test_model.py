import math
from pathlib import Path

import numpy as np
import pytest

from installation.ipc.feeds.operator import CueLine, Live, Outline
from installation.operator.mirror import Mirror
from installation.operator.model import SCOPE, Model, ParameterRow, matches, toggle
from installation.operator.twin import Twin, Twins
from installation.surface.library import load_controllers
from installation.values import Command, Reading
from tests.installation.operator.playing import Playing

GLOW = "/scene/one/glow"


@pytest.fixture
def playing(small_show: Path) -> Playing:
    made = Playing(small_show)
    made.play(frames=6)
    return made


def test_cues_are_listed_with_what_runs_and_what_is_next(playing: Playing) -> None:
    assert [(row.place, row.id, row.name, row.stands) for row in playing.model.cues()] == [
        (1, "1", "bright", "standby"),
        (2, "2", "other scene", ""),
    ]

    playing.play(Command("go", (), 0.0, "operator"), frames=6)

    assert [row.stands for row in playing.model.cues()] == ["current", "standby"]


def test_the_clock_counts_the_fade_down_and_then_stands(playing: Playing) -> None:
    playing.play(Command("go", (), 0.0, "operator"), frames=12)
    fading = playing.model.clock()
    playing.play(frames=40)

    assert fading.phase == "fade"
    assert fading.elapsed + fading.remaining == pytest.approx(1.0)  # the fade of cue 1
    assert 0.1 < fading.share < 0.5
    assert playing.model.clock().phase == "stands"


WAITS = CueLine(id="1", pre_wait=2.0, fade=4.0, length=10.0, follow="auto-follow")
CHAIN = CueLine(id="1", fade=4.0, length=3.0, follow="auto-continue")


@pytest.mark.parametrize(
    ("cue", "elapsed", "phase", "remaining", "share"),
    [
        (WAITS, -1.5, "pre-wait", 1.5, 0.25),
        (WAITS, 1.0, "fade", 3.0, 0.25),
        (WAITS, 7.0, "hold", 3.0, 0.5),
        (WAITS, 11.0, "stands", 0.0, 1.0),
        (CHAIN, 1.5, "fade", 1.5, 0.5),
    ],
)
def test_the_clock_of_a_cue_that_waits_and_goes_on_by_itself(
    cue: CueLine, elapsed: float, phase: str, remaining: float, share: float
) -> None:
    model = Model(outline=Outline(cues=(cue,)), live=Live(version=0, time=0.0, cue="1", elapsed=elapsed))

    clock = model.clock()

    assert clock.phase == phase
    assert clock.remaining == pytest.approx(remaining)
    assert clock.share == pytest.approx(share)


def test_the_score_has_the_places_of_its_cues_and_what_comes_next() -> None:
    cues = (CueLine(id="1", at=0.0), CueLine(id="2", at=30.0), CueLine(id="3"), CueLine(id="4", at=90.0))
    model = Model(outline=Outline(cues=cues, length=120.0))

    strip = model.score(60.0, running=True, cycle=1, speed=2.0)

    assert strip is not None
    assert strip.share == 0.5
    assert strip.marks == ((0.0, "1"), (0.25, "2"), (0.75, "4"))
    assert strip.words == "1:00 / 2:00   cycle 2   x2"
    assert model.upcoming(60.0, 2.0) == (cues[3], 15.0)
    assert model.upcoming(95.0, 1.0) is None
    assert Model().score(1.0, running=True, cycle=0, speed=1.0) is None


def row(model: Model, address: str) -> ParameterRow:
    return next(one for one in model.parameters() if one.node.address == address)


def test_a_value_set_by_hand_is_told_from_one_that_a_cue_has_moved(playing: Playing) -> None:
    playing.play(Command("go", (), 0.0, "operator"), frames=60)
    by_cue = row(playing.model, GLOW)

    playing.play(Command("set", (GLOW, 0.9), 0.0, "operator"), frames=6)
    by_hand = row(playing.model, GLOW)

    assert by_cue.base == pytest.approx((0.5,))
    assert not by_cue.by_hand
    assert by_hand.by_hand
    assert by_hand.base == pytest.approx((0.9,))
    assert by_hand.authored == pytest.approx((0.5,))
    assert playing.model.counts()["by hand"] == 1

    playing.play(Command("set", (GLOW, *by_hand.authored), 0.0, "operator"), frames=6)

    assert not row(playing.model, GLOW).by_hand


def test_a_route_moves_the_effective_value_and_not_the_base(playing: Playing) -> None:
    playing.play(Reading("/hand", (0.8,), 0.0, "osc"), frames=30)

    found = row(playing.model, GLOW)

    assert found.base == pytest.approx((0.25,))
    assert found.effective == pytest.approx((0.8,), abs=1e-3)
    assert found.moved


def test_parameters_are_those_of_the_scene_until_one_looks_further(playing: Playing) -> None:
    model = playing.model

    def listed() -> set[str]:
        return {one.node.address for one in model.parameters()}

    assert {GLOW, "/master"} <= listed()
    assert "/scene/two/glow" not in listed()

    model.search["parameters"] = "TWO glow"
    assert listed() == {"/scene/two/glow"}

    model.search["parameters"] = ""
    model.shown = "favourites"
    assert listed() == set()
    toggle(model.favourites, "/scene/two/glow")
    assert listed() == {"/scene/two/glow"}

    model.shown = "all"
    assert model.parameters()[0].node.address == "/scene/two/glow"
    assert {GLOW, "/scene/two/glow", "/master"} <= listed()


def test_a_scope_keeps_the_last_seconds_of_a_signal_in_order(playing: Playing) -> None:
    for step in range(SCOPE + 20):
        playing.play(Reading("/hand", (step / 1000.0,), 0.0, "osc"))

    found = next(one for one in playing.model.signals() if one.address == "/osc/hand")

    assert len(found.history) == SCOPE
    assert found.value == pytest.approx((SCOPE + 19) / 1000.0)
    assert np.all(np.diff(found.history) > 0)


def test_signals_can_be_searched_for_and_pinned(playing: Playing) -> None:
    playing.play(Reading("/hand", (0.5,), 0.0, "osc"), frames=20)
    model = playing.model
    toggle(model.pinned, "/signal/wave")

    assert model.signals()[0].address == "/signal/wave"
    model.pinned_only = True
    assert [one.address for one in model.signals()] == ["/signal/wave"]
    model.search["signals"] = "hand"
    assert "/osc/hand" in [one.address for one in model.signals()]


def test_routes_have_their_live_value_and_none_before_their_signal(playing: Playing) -> None:
    before = playing.model.routes()
    playing.play(Reading("/hand", (0.8,), 0.0, "osc"), frames=6)
    after = playing.model.routes()

    assert [one.line.target for one in before][:2] == [GLOW, "/scene/two/glow"]
    assert math.isnan(before[0].value)
    assert after[0].value == pytest.approx(0.8, abs=1e-6)
    assert after[1].line.shape == "smooth"


def test_what_arrives_is_counted_with_its_sender_and_rate(playing: Playing) -> None:
    for step in range(30):
        playing.play(Reading("/hand", (step / 30.0,), playing.now, "osc"))
    playing.play(Command("go", (), playing.now, "keyboard"), frames=6)

    heard = {one.address: one for one in playing.model.heard()}

    assert heard["/hand"].source == "osc"
    assert heard["/hand"].count == 30
    assert 20 <= heard["/hand"].rate <= 30
    assert heard["go"].source == "keyboard"


def test_how_loud_this_room_is_is_not_what_a_hand_has_changed(playing: Playing) -> None:
    playing.model.shown = "all"
    playing.play(Command("set", ("/voice/level", -20.0), 0.0, "sound"), frames=6)
    assert row(playing.model, "/voice/level").base == (-20.0,)
    assert not row(playing.model, "/voice/level").by_hand
    assert playing.model.counts()["by hand"] == 0


def test_a_twin_plays_the_default_map_with_takeover_like_the_device(playing: Playing) -> None:
    twin = Twin(load_controllers()["nanokontrol2"])
    fader = twin.profile.by_name["fader/1"]

    def move(value: float) -> None:
        address, sent = twin.act(fader, "place", value) or ("", 0.0)
        playing.play(Reading(address, (sent,), playing.now, "twin"), frames=3)

    for value in (0.0, 0.1):
        move(value)
    playing.play(frames=6)
    waiting = playing.model.control(twin.address(fader))
    for value in (0.3, 0.45, 0.5, 0.55, 0.7):
        move(value)
    playing.play(frames=6)
    caught = playing.model.control(twin.address(fader))

    assert waiting is not None
    assert (waiting.target, waiting.standing, waiting.waits) == ("/macro/light", 0.5, True)
    assert waiting.at == pytest.approx(13 / 127)
    assert caught is not None
    assert not caught.waits
    assert caught.standing == pytest.approx(89 / 127)
    assert playing.model.position(twin.address(fader)) == pytest.approx(89 / 127)
    assert row(playing.model, "/macro/light").by_hand


def test_a_twin_that_is_looked_at_has_the_marks_and_lights_of_its_default_map(playing: Playing) -> None:
    twin, device = Twin(load_controllers()["nanokontrol2"]), "/midi/nanokontrol2"
    fader = twin.address(twin.profile.by_name["fader/1"])
    assert playing.model.control(fader) is None
    sent = Twins([twin]).announce(twin, (), 0.0)
    assert sent is not None

    playing.play(Reading(sent[0], (sent[1],), playing.now, "twin"), frames=6)

    line = playing.model.control(fader)
    assert line is not None
    assert (line.target, line.waits) == ("/macro/light", True)
    assert device not in playing.player.controls.devices  # it is not plugged in
    assert not playing.model.plugged(device)
    playing.play(Reading(f"{device}/connected", (1.0,), playing.now, "midi"), frames=6)
    assert playing.model.plugged(device)
    playing.play(Reading(f"{device}/connected", (0.0,), playing.now, "midi"), frames=6)
    assert not playing.model.plugged(device)


def test_a_neutral_button_of_a_twin_is_lit_while_its_macro_is_away_as_on_the_device(playing: Playing) -> None:
    twin = Twin(load_controllers()["nanokontrol2"])
    button = twin.profile.by_name["s/1"]
    playing.play(Reading(twin.address(button), (0.0,), playing.now, "twin"), frames=6)

    def light() -> tuple[float, float, float] | None:
        line = playing.model.control(twin.address(button))
        assert line is not None
        return twin.light(button, line.light)

    neutral = light()
    playing.play(Command("set", ("/macro/light", 0.9), playing.now, "test"), frames=6)

    assert neutral is None
    assert light() is not None


def test_what_learning_asks_for_is_told(playing: Playing) -> None:
    playing.play(Command("learn", (GLOW,), playing.now, "operator"), frames=6)

    assert playing.model.live.prompt.startswith(f"learn {GLOW}: move a control")


def test_private_readings_and_routes_of_private_signals_stay_in_the_stage(playing: Playing) -> None:
    playing.play(Reading("/person/1/heart", (61.0,), playing.now, "sensor", private=True), frames=6)
    index = playing.player.signals.index("/osc/hand")
    assert index is not None
    playing.player.signals.private[index] = True
    playing.play(Reading("/hand", (0.8,), playing.now, "osc", private=True), frames=6)

    assert not any("/person" in one.address or "/hand" in one.address for one in playing.model.heard())
    assert math.isnan(playing.model.routes()[0].value)


def test_frame_times_come_with_median_and_99th_percentile(playing: Playing) -> None:
    playing.play(frames=60)

    found = playing.model.frame_times()

    assert len(found.times) > 40
    assert found.p50 == pytest.approx(1000 / 30, abs=0.5)
    assert found.p99 >= found.p50


def test_nothing_is_sent_while_no_screen_is_open(small_show: Path) -> None:
    playing = Playing(small_show)
    playing.our_bus.names.clear()  # the screen was closed
    sent = []
    put = playing.stage_bus.put
    playing.stage_bus.put = lambda key, payload, keep=False: (sent.append(key), put(key, payload, keep=keep))  # type: ignore[assignment,method-assign]

    playing.play(Reading("/hand", (0.8,), 0.0, "osc"), frames=12)

    assert not [key for key in sent if key.startswith("operator/")]


def test_a_second_screen_that_opens_later_gets_what_was_told_before(playing: Playing) -> None:
    later = Mirror(playing.our_bus.__class__(playing.hub))
    playing.play(frames=6)

    assert later.refresh(playing.now)
    assert later.outline.title == "Small"
    assert later.live is not None


def test_an_edit_of_the_tree_gives_a_new_outline_and_the_rows_go_on(playing: Playing) -> None:
    playing.player.tree.remove("/scene/two/tint")
    playing.play(frames=12)

    assert playing.mirror.live is not None
    assert playing.mirror.live.version == playing.mirror.description.version
    playing.model.shown = "all"
    assert "/scene/two/tint" not in {one.node.address for one in playing.model.parameters()}


@pytest.mark.parametrize(
    ("words", "found"), [("", True), ("Glow one", True), ("glow three", False), ("  sce ", True)]
)
def test_a_search_takes_words_in_any_order_and_case(words: str, found: bool) -> None:
    assert matches(words, "/scene/one/glow") is found
