from typing import Any

import msgspec
import pytest

from installation.clock import ManualClock
from installation.cue import CueList, CueState, SceneChange, check_cues
from installation.errors import AddressError
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import CueSpec, PresetSpec, TimesSpec
from installation.values import Where

WHERE = Where("cues.toml", 1, 1)


def cue(name: str, values: dict[str, Any] | None = None, **more: Any) -> CueSpec:
    return CueSpec(name, name.title(), WHERE, set=values or {}, **more)


def number(address: str, default: float = 0.0, high: float = 1.0) -> Parameter:
    return Parameter(address, Kind.FLOAT, (default,), (0.0,), (high,))


class Stage:
    """A cue list under a manual clock that ticks ten times a second."""

    def __init__(self, *cues: CueSpec, scene: str = "dark") -> None:
        self.tree = Tree(
            [
                number("/master", 1),
                number("/a", 0.2),
                number("/b", 5, 10),
                Parameter("/choice", Kind.CHOICE, (0,), (0,), (2,), values=(0, 1, 2), labels=("x", "y", "z")),
                Parameter("/color", Kind.COLOR, (0, 0, 0, 1), (0,) * 4, (1,) * 4),
                Parameter("/flash", Kind.EVENT, (0,), (0,), (1,)),
            ]
        )
        self.list = CueList(cues, self.tree, scene)
        self.clock = ManualClock(0.125)
        self.now = 0.0
        self.run(0)

    def run(self, seconds: float) -> None:
        """Go on by whole frames; always at least one, so that a GO given before takes place."""
        for _ in range(max(1, round(seconds * 8))):
            frame = self.clock.tick()
            self.now = frame.time
            self.list.advance(frame)

    def go(self) -> bool:
        """A GO in a frame of its own, long enough after the last."""
        self.run(0.5)
        done = self.list.go(self.now)
        self.list.advance(self.clock.tick())
        return done

    def a(self) -> float:
        return self.tree.get_base("/a")[0]


def test_go_plays_the_standby_and_moves_it_on() -> None:
    stage = Stage(cue("one"), cue("two"))
    assert stage.list.current is None
    assert stage.list.standby is not None

    assert stage.go()
    assert (stage.list.current or cue("")).id == "one"
    assert stage.go()
    assert stage.list.standby is None
    assert not stage.go()
    assert (stage.list.current or cue("")).id == "two"


def test_a_fade_goes_from_here_to_there_slow_at_both_ends() -> None:
    stage = Stage(cue("one", {"/a": 1.0}, fade=2.0))
    stage.go()
    seen = [stage.a()]
    for _ in range(16):
        stage.run(0.125)
        seen.append(stage.a())

    assert seen[0] == 0.2
    assert seen[8] == pytest.approx(0.6)
    assert seen[16] == 1.0
    assert seen == sorted(seen)
    assert seen[1] - seen[0] < 0.3 * (seen[8] - seen[7])


def test_a_fade_of_no_length_is_there_at_once() -> None:
    stage = Stage(cue("one", {"/a": 1.0, "/color": (1, 0.5, 0.25)}, fade=0.0))
    stage.go()

    assert stage.a() == 1
    assert stage.tree.get_base("/color") == (1, 0.5, 0.25, 1)


def test_what_has_no_between_changes_at_the_start_of_the_fade() -> None:
    stage = Stage(cue("one", {"/choice": "z", "/flash": True}, fade=5.0))
    stage.go()

    assert stage.tree.get_base("/choice") == (2,)
    assert stage.tree.get_base("/flash") == (1,)


def test_touching_a_parameter_stops_its_fade_and_no_other() -> None:
    stage = Stage(cue("one", {"/a": 1.0, "/b": 10.0}, fade=2.0))
    stage.go()
    stage.run(1)
    stage.tree.set("/a", (0.3,))
    stage.run(2)

    assert stage.a() == 0.3
    assert stage.tree.get_base("/b") == (10,)


def test_a_touch_with_the_same_value_stops_the_fade_too() -> None:
    stage = Stage(cue("one", {"/a": 1.0}, fade=2.0))
    stage.go()
    stage.run(1)
    held = stage.a()
    stage.tree.set("/a", (held,))
    stage.run(2)

    assert stage.a() == held


def test_the_latest_cue_takes_a_parameter_over_without_a_jump() -> None:
    stage = Stage(cue("one", {"/a": 1.0}, fade=2.0), cue("two", {"/a": 0.0}, fade=1.0))
    stage.go()
    stage.run(0.5)
    stage.go()
    middle = stage.a()
    stage.run(0.125)
    assert abs(stage.a() - middle) < 0.1

    stage.run(3)
    assert stage.a() == 0


def test_a_cue_is_the_same_state_whichever_way_one_comes() -> None:
    cues = [
        cue("one", {"/a": 0.9}, scene="sea"),
        cue("two", {"/b": 9.0}),
        cue("three", {"/a": 0.1}, scene="net"),
    ]

    def through(*path: str) -> tuple[object, ...]:
        stage = Stage(*cues)
        for name in path:
            stage.run(5)
            assert stage.list.go_to(name, stage.now)
            stage.run(5)
        return (*stage.tree.get_base("/a"), *stage.tree.get_base("/b"), stage.list.scene.after)

    assert through("one", "two") == through("two") == through("three", "two") == (0.2, 9, "sea")
    assert through("three") == (0.1, 5, "net")


def test_back_returns_to_the_cue_before_without_its_wait() -> None:
    stage = Stage(cue("one", {"/a": 0.9}, fade=0.0, pre_wait=10.0), cue("two", {"/a": 0.4}, fade=0.0))
    stage.go()
    stage.go()
    stage.run(1)
    assert stage.list.back(stage.now)
    stage.run(0.25)

    assert stage.a() == 0.9
    assert (stage.list.standby or cue("")).id == "two"
    stage.run(1)
    assert not stage.list.back(stage.now)


def test_a_second_go_within_three_tenths_is_a_bounce_whoever_gives_it() -> None:
    stage = Stage(*(cue(name) for name in "abcdef"))
    assert stage.list.go(10.0)
    assert not stage.list.go(10.0)
    assert not stage.list.go(10.29)
    assert not stage.list.go_to("d", 10.29)
    assert not stage.list.back(10.29)
    assert stage.list.go(10.3)
    assert (stage.list.current or cue("")).id == "b"


def test_pre_wait_holds_the_cue_back() -> None:
    stage = Stage(cue("one", {"/a": 0.9}, pre_wait=1.0, fade=0.0, intended=frozenset({"still"})))
    stage.go()
    stage.run(0.875)
    assert stage.a() == 0.2
    assert stage.list.intended == frozenset()

    stage.run(0.125)
    assert stage.a() == 0.9
    assert stage.list.intended == {"still"}


def test_auto_continue_starts_the_next_after_its_post_wait() -> None:
    stage = Stage(
        cue("one", follow="auto-continue", post_wait=1.0, fade=9.0), cue("two", {"/b": 1.0}, fade=0.0)
    )
    stage.go()
    stage.run(0.875)
    assert (stage.list.current or cue("")).id == "one"
    stage.run(0.125)

    assert (stage.list.current or cue("")).id == "two"
    assert stage.tree.get_base("/b") == (1,)


def test_auto_follow_starts_the_next_after_fade_and_hold() -> None:
    stage = Stage(cue("one", {"/a": 1.0}, follow="auto-follow", fade=1.0, hold=2.0), cue("two"))
    stage.go()
    stage.run(2.875)
    assert (stage.list.current or cue("")).id == "one"
    stage.run(0.125)
    assert (stage.list.current or cue("")).id == "two"


def test_a_go_by_hand_takes_the_place_of_a_follow_that_was_due() -> None:
    stage = Stage(cue("one", follow="auto-follow", fade=1.0, hold=1.0), cue("two"), cue("three"))
    stage.go()
    stage.go()
    stage.run(5)

    assert (stage.list.current or cue("")).id == "two"


def test_cues_that_follow_without_any_time_all_play_and_end() -> None:
    names = [f"c{index}" for index in range(20)]
    stage = Stage(
        *(cue(n, {"/b": float(i % 10)}, follow="auto-continue", fade=0.0) for i, n in enumerate(names))
    )
    stage.go()

    assert (stage.list.current or cue("")).id == "c19"
    assert stage.tree.get_base("/b") == (9,)


def test_follows_keep_time_over_a_whole_night() -> None:
    names = [f"c{index}" for index in range(100)]
    stage = Stage(*(cue(name, follow="auto-follow", fade=0.3, hold=0.4) for name in names))
    stage.go()
    start = stage.now
    while (stage.list.current or cue("")).id != "c99":
        stage.run(0.125)

    assert stage.now - start == pytest.approx(99 * 0.7, abs=0.5)


def test_hold_stops_waits_fades_and_follows() -> None:
    stage = Stage(cue("one", {"/a": 1.0}, fade=1.0, follow="auto-follow", scene="sea"), cue("two"))
    stage.go()
    stage.run(0.5)
    stage.list.clock.hold(True)
    before = stage.a(), stage.list.scene
    stage.run(20)
    assert (stage.a(), stage.list.scene) == before
    assert (stage.list.current or cue("")).id == "one"

    stage.list.clock.hold(False)
    stage.run(0.5)
    assert stage.a() == 1
    assert (stage.list.current or cue("")).id == "two"


def test_standby_can_be_chosen() -> None:
    stage = Stage(cue("one"), cue("two"), cue("three"))
    stage.list.next.step(1)
    assert (stage.list.standby or cue("")).id == "two"
    stage.list.next.step(-9)
    assert (stage.list.standby or cue("")).id == "one"
    stage.list.next.step(9)
    stage.go()
    assert (stage.list.current or cue("")).id == "three"
    stage.list.next.step(-1)
    assert (stage.list.standby or cue("")).id == "three"


def test_an_unknown_cue_is_said() -> None:
    with pytest.raises(AddressError, match="no cue 'nine'; known: one"):
        Stage(cue("one")).list.go_to("nine", 0.0)


def test_panic_calms_everything_and_go_brings_the_light_back() -> None:
    stage = Stage(
        cue("one", {"/a": 1.0}, fade=4.0, follow="auto-follow"),
        cue("two", {"/a": 0.5}, fade=1.0),
        cue("three"),
    )
    stage.tree.set("/master", (0.8,))
    stage.go()
    stage.run(1)
    stage.list.panic(2.0)
    frozen = stage.a()
    stage.run(1)
    stage.list.panic(2.0)
    stage.run(9)
    assert stage.tree.get_base("/master") == (0,)
    assert stage.a() == frozen
    assert (stage.list.current or cue("")).id == "one"
    assert stage.list.intended == {"black", "still", "silent"}

    stage.go()
    stage.run(1)
    assert stage.tree.get_base("/master") == (0.8,)
    assert stage.a() == 0.5
    assert stage.list.intended == frozenset()


def test_a_panic_while_the_light_comes_back_from_another_one_does_not_leave_the_room_dark() -> None:
    stage = Stage(cue("one"), cue("two", fade=2.0), cue("three", fade=0.5))
    stage.tree.set("/master", (0.8,))
    stage.go()
    stage.list.panic(0.0)
    stage.run(1)
    stage.go()  # the light is on its way back for two seconds
    stage.list.panic(0.0)
    stage.run(3)
    assert stage.tree.get_base("/master") == (0.0,)
    stage.go()
    stage.run(3)

    assert stage.tree.get_base("/master") == (0.8,)


def test_a_master_moved_after_panic_stays_where_it_was_put() -> None:
    stage = Stage(cue("one"), cue("two"))
    stage.go()
    stage.list.panic(0.5)
    stage.run(1)
    stage.tree.set("/master", (0.25,))
    stage.go()
    stage.run(3)

    assert stage.tree.get_base("/master") == (0.25,)


def test_panic_during_a_wait_cancels_the_cue_and_leaves_it_in_standby() -> None:
    stage = Stage(cue("one"), cue("two", {"/a": 1.0}, pre_wait=2.0))
    stage.go()
    stage.go()
    stage.list.panic()
    stage.run(10)

    assert stage.a() == 0.2
    assert stage.tree.get_base("/master") == (0,)
    assert (stage.list.standby or cue("")).id == "two"


def test_panic_without_a_master_still_stops() -> None:
    stage = Stage(cue("one", {"/a": 1.0}, fade=4.0, follow="auto-follow"), cue("two"))
    stage.tree.remove("/master")
    stage.go()
    stage.run(1)
    stage.list.panic()
    frozen = stage.a()
    stage.run(10)

    assert stage.a() == frozen
    assert (stage.list.current or cue("")).id == "one"


def test_as_authored_fades_back_to_what_the_cue_says() -> None:
    stage = Stage(cue("one", {"/a": 0.9, "/flash": True}, fade=0.0), cue("two", {"/b": 1.0}))
    stage.go()
    stage.tree.end_frame()
    stage.tree.set("/a", (0.1,))
    stage.tree.set("/b", (7,))
    stage.list.as_authored(1.0)
    stage.run(1)

    assert stage.a() == 0.9
    assert stage.tree.get_base("/b") == (5,)
    assert stage.tree.get_base("/flash") == (0,)


def test_a_cue_to_the_running_scene_only_fades_parameters() -> None:
    stage = Stage(cue("one", scene="sea", fade=1.0), cue("two", {"/a": 1.0}, scene="sea", fade=1.0))
    stage.go()
    stage.run(2)
    stage.go()
    stage.run(0.5)

    assert stage.list.scene == SceneChange("sea", "sea", 1.0, "dissolve")
    assert 0.2 < stage.a() < 1


def test_a_scene_that_comes_in_the_middle_of_a_fade_is_no_trouble() -> None:
    stage = Stage(cue("one", {"/a": 1.0, "/late": 1.0}, fade=2.0))
    stage.go()
    stage.run(1)
    stage.tree.add([number("/new")])
    stage.run(0.5)
    stage.tree.remove("/b")
    stage.run(1)

    assert stage.a() == 1


def test_a_scene_and_a_look_chosen_by_hand_come_by_fades_and_the_next_cue_takes_over() -> None:
    stage = Stage(cue("one", {"/a": 0.5}, scene="sea", fade=1.0))
    stage.list.to_scene("net", 2.0)
    stage.list.fade_to({"/a": (1.0,)}, 2.0)
    stage.run(1)
    assert stage.list.scene == SceneChange("dark", "net", 0.5, "dissolve")
    assert stage.a() == pytest.approx(0.6)

    stage.go()
    stage.run(3)
    assert stage.list.scene.after == "sea"
    assert stage.a() == 0.5


def test_the_state_brings_a_restarted_stage_to_the_same_place() -> None:
    cues = [cue("one", {"/a": 1.0}, scene="sea", fade=2.0, hold=2.0, follow="auto-follow"), cue("two")]
    before = Stage(*cues)
    before.tree.set("/b", (7,))
    before.go()
    before.run(1)
    stored = msgspec.json.decode(msgspec.json.encode(before.list.state()), type=CueState)

    after = Stage(*cues)
    assert after.list.restore(stored) == []
    assert after.list.scene.after == "sea"
    assert after.tree.get_base("/a") == (1,)
    assert after.tree.get_base("/b") == before.tree.get_base("/b")
    for stage in (before, after):
        stage.run(2.875)
        assert (stage.list.current or cue("")).id == "one"
        stage.run(0.25)
        assert (stage.list.current or cue("")).id == "two"


def test_a_state_taken_in_a_wait_goes_on_waiting_and_after_panic_has_its_light() -> None:
    cues = [cue("one", scene="sea", fade=0.0), cue("two", {"/a": 1.0}, scene="net", pre_wait=3.0, fade=0.0)]
    before = Stage(*cues)
    before.go()
    before.go()
    state = before.list.state()
    after = Stage(*cues)
    after.list.restore(state)
    assert after.list.scene.after == "sea"
    after.run(4)
    assert after.list.scene.after == "net"

    before.list.panic(0.1)
    before.run(2)
    assert before.list.state().bases["/master"] == (1,)


def test_a_state_of_an_edited_show_restores_what_is_left() -> None:
    stage = Stage(cue("one"), cue("two"))
    problems = stage.list.restore(
        CueState("gone", "two", 3.0, 100.0, bases={"/nowhere": (1.0,), "/a": (0.5,)})
    )

    assert len(problems) == 1
    assert stage.list.current is None
    assert (stage.list.standby or cue("")).id == "two"
    assert stage.a() == 0.5


def test_an_edited_list_keeps_the_cue_that_stands() -> None:
    stage = Stage(cue("one"), cue("two"))
    stage.go()
    stage.list.replace([cue("zero"), cue("one"), cue("between"), cue("two")])
    assert (stage.list.current or cue("")).id == "one"
    assert (stage.list.standby or cue("")).id == "two"

    stage.list.replace([cue("zero")])
    assert stage.list.current is None
    assert (stage.list.standby or cue("")).id == "zero"


def test_every_wrong_address_and_value_is_found_with_its_place() -> None:
    tree = Stage().tree
    places = {"set./aa": Where("cues.toml", 5, 3), "set./choice": Where("cues.toml", 6, 3)}
    bad = cue("one", {"/aa": 1, "/choice": "w", "/a": (1, 2), "/b": ((1,),)}, places=places)
    preset = PresetSpec("p", {"/master": "loud"}, WHERE, {"/master": Where("p.toml", 2, 1)})
    found = [str(finding) for finding in check_cues([bad], tree, [preset])]

    assert found[0].startswith("cues.toml:5:3: no parameter /aa; did you mean /a?")
    assert found[1].startswith("cues.toml:6:3: /choice takes finite numbers or one of x, y, z")
    assert [text.partition(": ")[0] for text in found[2:]] == ["cues.toml:1:1", "cues.toml:1:1", "p.toml:2:1"]


def test_a_value_that_the_tree_refuses_never_stops_the_show() -> None:
    stage = Stage(cue("one", {"/a": "loud", "/b": 1.0}, fade=0.0))
    stage.go()

    assert stage.tree.get_base("/b") == (1,)
    assert stage.a() == 0.2


@pytest.mark.parametrize("cues", [(), (cue("one", {"/a": 1.0}),)])
def test_a_go_brings_the_light_back_after_a_panic_although_no_cue_is_left(cues: tuple[CueSpec, ...]) -> None:
    stage = Stage(*cues)
    stage.go()
    stage.list.panic()
    stage.run(3)
    assert stage.list.calmed
    assert stage.tree.get_base("/master") == (0.0,)

    assert stage.go()
    assert not stage.list.calmed
    stage.run(3)

    assert stage.tree.get_base("/master") == (1.0,)
    assert not stage.go()


def test_who_moves_the_master_after_a_panic_has_ended_it() -> None:
    stage = Stage()
    stage.list.panic()
    stage.run(3)
    stage.tree.set("/master", (0.5,))

    assert not stage.list.calmed
    assert not stage.go()
    assert stage.tree.get_base("/master") == (0.5,)


def times(to: Any, **more: Any) -> TimesSpec:
    return TimesSpec(to, WHERE, **more)


def test_values_have_times_of_their_own() -> None:
    own = {"/b": times(10.0, fade=4.0, wait=1.0, curve="linear"), "/choice": times(2, wait=2.0)}
    stage = Stage(cue("1", {"/a": 1.0, "/b": 10.0, "/choice": 2}, fade=1.0, times=own))
    stage.go()
    stage.run(1.125)
    assert stage.tree.get_base("/a") == (1.0,)
    assert stage.tree.get_base("/b") == pytest.approx((5.0,), abs=0.2)
    assert stage.tree.get_base("/choice") == (0.0,)
    stage.run(2.0)
    assert stage.tree.get_base("/b") == pytest.approx((7.5,), abs=0.2)
    assert stage.tree.get_base("/choice") == (2.0,)
    stage.run(2.0)
    assert stage.tree.get_base("/b") == (10.0,)


def test_auto_follow_waits_for_the_last_fade() -> None:
    own = {"/b": times(10.0, fade=2.0, wait=1.0)}
    first = cue("1", {"/b": 10.0}, fade=0.5, follow="auto-follow", hold=0.5, times=own)
    stage = Stage(first, cue("2", {"/a": 0.5}))
    stage.go()
    stage.run(3.25)
    assert stage.list.current is first
    stage.run(0.5)
    assert stage.list.current is not first


def test_a_touch_in_the_wait_of_a_value_ends_its_fade() -> None:
    stage = Stage(cue("1", {"/b": 10.0}, fade=0.5, times={"/b": times(10.0, fade=2.0, wait=1.0)}))
    stage.go()
    stage.run(0.5)
    stage.tree.set("/b", (1.0,))
    stage.run(4.0)
    assert stage.tree.get_base("/b") == (1.0,)


@pytest.mark.parametrize(("curve", "half"), [("ease", 0.5), ("linear", 0.5), ("in", 0.25), ("out", 0.75)])
def test_curves_meet_at_both_ends(curve: Any, half: float) -> None:
    stage = Stage(cue("1", {"/b": 10.0}, fade=4.0, curve=curve), cue("2", {"/b": 0.0}, fade=4.0, curve=curve))
    stage.tree.set("/b", (0.0,))
    stage.run(1.0)
    stage.go()
    stage.run(2.0)
    assert stage.tree.get_base("/b") == pytest.approx((10 * half,), abs=0.7)
    stage.run(2.5)
    assert stage.tree.get_base("/b") == (10.0,)
