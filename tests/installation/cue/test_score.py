"""The score: cues with a place play by themselves; hands, panic and conditions."""

from typing import Any

import pytest

from installation.clock import ManualClock, read_time, time_text
from installation.cue import CueList
from installation.cue.score import RETURN_AFTER, Presence, Score
from installation.parameter import Kind, Parameter, Tree
from installation.player.score import BoundScore
from installation.show.model import CueSpec, ScoreSpec
from installation.signal import Signals
from installation.values import Where

WHERE = Where("cues.toml", 1, 1)
SPEC = ScoreSpec(100.0, WHERE)


def cue(name: str, at: float | None = None, **more: Any) -> CueSpec:
    more.setdefault("fade", 1.0)
    return CueSpec(name, name, WHERE, scene=f"scene-{name}", at=at, set=more.pop("set", {}), **more)


class Played:
    """A score under a clock of ten frames a second."""

    def __init__(self, *cues: CueSpec, spec: ScoreSpec = SPEC) -> None:
        self.tree = Tree(
            [
                Parameter("/master", Kind.FLOAT, (1.0,), (0.0,), (1.0,)),
                Parameter("/a", Kind.FLOAT, (0.0,), (0.0,), (100.0,)),
            ]
        )
        self.list = CueList(cues, self.tree, "dark")
        self.score = Score(spec, self.list)
        self.presence = Presence()
        self.clock = ManualClock(0.125)
        self.present = 1
        self.heal = False
        self.list.next.holds = lambda one: not one.condition or (one.condition == "heal") is self.heal
        self.now = 0.0

    def run(self, seconds: float) -> list[str]:
        """Play; returns the ids of the cues that stood, in order."""
        stood: list[str] = []
        for _ in range(round(seconds * 8)):
            frame = self.clock.tick()
            self.now = frame.time
            self.list.advance(frame)
            self.presence.advance(frame.dt, self.present, self.score.empty_after)
            self.score.advance(frame.dt, self.presence.empty)
            current = self.list.current.id if self.list.current else "-"
            if not stood or stood[-1] != current:
                stood.append(current)
        return stood


def test_cues_play_at_their_places_again_and_again() -> None:
    show = Played(cue("a", 0.0), cue("b", 30.0), cue("c", 90.0))
    show.score.start(0.0)
    assert show.run(250.0) == ["a", "b", "c", "a", "b", "c", "a", "b"]
    assert show.score.cycle == 2
    assert show.score.time == pytest.approx(50.0, abs=0.3)


def test_nothing_plays_before_somebody_starts_it() -> None:
    assert Played(cue("a", 0.0), cue("b", 5.0)).run(20.0) == ["-"]


def test_branches_play_by_their_conditions_and_meet_again() -> None:
    cues = (
        cue("choice", 0.0), cue("repair", 10.0, condition="heal"), cue("stories", 20.0, condition="heal"),
        cue("divide", 10.0, condition="divide"), cue("narrow", 25.0, condition="divide"),
        cue("together", 40.0),
    )  # fmt: skip
    for heal, path in (
        (True, ["choice", "repair", "stories", "together"]),
        (False, ["choice", "divide", "narrow", "together"]),
    ):
        show = Played(*cues)
        show.heal = heal
        show.score.start(0.0)
        assert show.run(60.0) == path


def test_a_condition_is_asked_when_its_cue_is_due() -> None:
    show = Played(cue("a", 0.0), cue("b", 10.0, condition="heal"), cue("c", 20.0))
    show.score.start(0.0)
    show.run(5.0)
    show.heal = True
    assert show.run(20.0) == ["a", "b", "c"]


def test_starting_in_the_middle_gives_the_look_of_that_moment() -> None:
    whole = Played(cue("a", 0.0, set={"/a": 10.0}), cue("b", 20.0, fade=40.0, set={"/a": 90.0}))
    whole.score.start(0.0)
    whole.run(50.125)
    jumped = Played(*whole.list.order.cues)
    stands, since = jumped.score.start(50.0)
    assert stands is not None
    assert stands.id == "b"
    assert since == 0.0
    jumped.run(0.125)
    assert jumped.tree.get_base("/a")[0] == pytest.approx(whole.tree.get_base("/a")[0], abs=0.5)
    assert jumped.list.scene.after == "scene-b"
    assert jumped.run(60.0)[0] == "b"


def test_the_state_that_stands_is_as_old_as_its_cue() -> None:
    show = Played(cue("a", 0.0, state="calm"), cue("b", 20.0, state="wild"), cue("c", 30.0))
    assert show.score.start(45.0)[1] == pytest.approx(25.0)


def test_a_go_moves_the_score_and_what_comes_after_follows() -> None:
    show = Played(cue("a", 0.0), cue("b", 50.0), cue("c", 60.0))
    show.score.start(0.0)
    show.run(5.0)
    assert show.list.go(show.now)
    assert show.run(9.0) == ["b"]
    assert show.run(3.0) == ["b", "c"]


def test_a_cue_without_a_place_and_a_panic_stop_the_clock() -> None:
    for stop in ("cue", "panic"):
        show = Played(cue("a", 0.0), cue("b", 10.0), cue("free"))
        show.score.start(0.0)
        show.run(5.0)
        if stop == "cue":
            show.list.go_to("free", show.now)
        else:
            show.list.panic()
        assert show.run(30.0) == [{"cue": "free", "panic": "a"}[stop]]
        assert not show.score.running
        show.run(0.5)
        show.list.go_to("a", show.now)
        assert show.run(12.0) == ["a", "b"], "a GO to a cue of the score takes it up again"


def test_a_held_clock_waits_and_speed_makes_it_run() -> None:
    show = Played(cue("a", 0.0, set={"/a": 100.0}, fade=50.0), cue("b", 80.0))
    show.score.start(0.0)
    show.list.clock.hold(True)
    show.run(90.0)
    assert show.score.time == 0.0
    show.list.clock.hold(False)
    show.list.clock.speed = 10.0
    show.run(2.5)
    assert show.score.time == pytest.approx(25.0)
    assert show.tree.get_base("/a")[0] == pytest.approx(50.0, abs=3.0), "fades go by the cue clock"


def test_standby_passes_over_cues_whose_condition_does_not_hold_but_not_one_chosen_by_hand() -> None:
    show = Played(cue("a", 0.0), cue("b", 10.0, condition="heal"), cue("c", 20.0))
    show.score.start(0.0)
    assert show.list.standby is not None
    assert show.list.standby.id == "c"
    show.list.next.step(-1)
    assert show.list.standby.id == "b"
    assert show.list.go(show.now)
    assert show.run(1.0) == ["b"]


def test_an_empty_room_rests_and_the_score_is_seen_again_when_somebody_comes() -> None:
    spec = ScoreSpec(100.0, WHERE, empty="night", empty_after=10.0)
    show = Played(cue("a", 0.0), cue("b", 33.0), cue("night"), spec=spec)
    show.score.start(0.0)
    show.present = 0
    assert show.run(20.0) == ["a"], "nobody has ever been there: perhaps nothing can see them"
    show.present = 1
    show.run(1.0)
    show.present = 0
    assert show.run(14.0) == ["a", "night"]
    show.present = 1
    assert show.run(RETURN_AFTER - 0.5) == ["night"], "the room answers first"
    assert show.run(1.0) == ["night", "b"]
    assert show.score.running


def test_a_restart_goes_on_where_it_was() -> None:
    show = Played(cue("a", 0.0), cue("b", 50.0))
    show.score.restore(45.0)
    assert show.run(10.0)[-1] == "b"


def test_a_panic_ends_with_the_light_that_was_before_it() -> None:
    show = Played(cue("a", 0.0), cue("b", 50.0))
    show.score.start(0.0)
    show.run(2.0)
    show.list.panic()
    show.run(4.0)
    assert show.tree.get_base("/master")[0] == 0.0
    show.score.start(60.0)
    show.run(4.0)
    assert show.tree.get_base("/master")[0] == 1.0
    assert show.list.panicked.ceiling == 1.0


def test_over_the_end_by_hand_or_by_the_clock_a_cycle_is_counted() -> None:
    show = Played(cue("a", 0.0), cue("b", 50.0))
    show.score.start(95.0)
    show.score.start(0.0)
    assert show.score.cycle == 1
    show.run(1.0)
    show.list.go_to("b", show.now)
    show.run(48.0)
    show.list.go_to("a", show.now)
    show.run(1.0)
    assert show.score.cycle == 2
    show.list.go_to("b", show.now)
    show.run(1.0)
    show.score.start(51.0)
    assert show.score.cycle == 2


def test_a_cue_chosen_by_hand_stands_against_one_of_the_same_time() -> None:
    show = Played(cue("a", 0.0), cue("b", 10.0, condition="heal"), cue("c", 10.0), cue("d", 20.0))
    show.score.start(5.0)
    show.run(1.0)
    show.list.go_to("b", show.now)
    assert show.run(12.0) == ["b", "d"]


def test_a_hand_in_an_empty_room_is_not_undone_and_a_placed_cue_of_the_empty_room_stands() -> None:
    spec = ScoreSpec(100.0, WHERE, empty="night", empty_after=5.0)
    show = Played(cue("a", 0.0), cue("b", 60.0), cue("night", 90.0), spec=spec)
    show.score.start(0.0)
    show.run(1.0)
    show.present = 0
    assert show.run(8.0) == ["a", "night"]
    show.list.go_to("b", show.now)
    show.presence.begin(empty=False)
    assert show.run(4.0) == ["b"]
    show.present = 1
    assert show.run(28.0) == ["b", "night"]
    assert show.run(3.0) == ["night"], "with people it is the score's own"


def test_an_inserted_cue_does_not_play_the_current_one_again() -> None:
    show = Played(cue("a", 0.0), cue("b", 10.0), cue("c", 50.0))
    show.score.start(0.0)
    show.run(20.0)
    begun = show.list.begun
    show.list.replace([cue("a", 0.0), cue("new", 5.0), cue("b", 10.0), cue("c", 50.0)])
    show.score.follow(SPEC)
    show.run(1.0)
    assert show.list.begun == begun


@pytest.mark.parametrize(
    ("text", "seconds"), [("0:00", 0.0), ("8:50", 530.0), ("1:02:03", 3723.0), ("0:04.5", 4.5)]
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert read_time(text) == seconds


@pytest.mark.parametrize("text", ["", "8", "8:5", "8:60", "-1:00", "a:bc", "1:60:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None


def test_times_are_said_in_minutes_and_seconds() -> None:
    assert [time_text(530.9), time_text(0.0), time_text(3723.0)] == ["8:50", "0:00", "62:03"]


def test_a_fade_may_be_even() -> None:
    show = Played(cue("a", 0.0), cue("b", 10.0, fade=40.0, curve="linear", set={"/a": 100.0}))
    show.score.start(0.0)
    show.run(20.0)
    assert show.tree.get_base("/a")[0] == pytest.approx(25.0, abs=0.7)


def test_a_scene_begins_anew_when_a_cue_says_so_and_it_was_not_shown() -> None:
    show = Played(cue("a", 0.0), cue("b", 10.0, fresh=True), cue("c", 20.0))
    show.score.start(0.0)
    show.run(11.0)
    assert show.list.fresh_scenes() == ["scene-b"]
    assert show.list.fresh_scenes() == []
    show.list.go_to("b", show.now)
    show.run(1.0)
    assert show.list.fresh_scenes() == [], "it is on the wall"


def test_a_held_clock_does_not_go_over_to_the_empty_room() -> None:
    spec = ScoreSpec(100.0, WHERE, empty="night", empty_after=5.0)
    show = Played(cue("a", 0.0), cue("night"), spec=spec)
    show.score.start(0.0)
    show.run(1.0)
    show.present = 0
    show.list.clock.hold(True)
    assert show.run(10.0) == ["a"]
    show.list.clock.hold(False)
    assert show.run(1.0)[-1] == "night"


def test_a_condition_reads_the_score_as_it_is_in_this_frame() -> None:
    show = Played(
        cue("even", 0.0, condition="/score/odd < 0.5"), cue("odd", 0.0, condition="/score/odd >= 0.5")
    )
    bound = BoundScore(SPEC, show.list, show.tree, Signals(), lambda _state, _age: None)
    bound.score.start(99.9)
    stood = []
    for _ in range(1500):
        frame = show.clock.tick()
        show.list.advance(frame)
        bound.advance(frame, 1)
        current = show.list.current
        stood.append((bound.score.cycle, current.id if current else ""))
    assert dict(stood) == {0: "even", 1: "odd", 2: "even"}
