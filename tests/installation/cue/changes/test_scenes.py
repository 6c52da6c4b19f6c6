from hypothesis import given
from hypothesis import strategies as st

from installation.cue import SceneChange
from installation.cue.changes.scenes import HURRY, Scenes


def test_a_change_runs_from_0_to_1_in_its_time() -> None:
    scenes = Scenes("a")
    assert scenes.change == SceneChange("a", "a", 1.0, "dissolve")

    scenes.to("b", 2.0, "wipe")
    assert scenes.change == SceneChange("a", "b", 0.0, "wipe")
    scenes.advance(1.0)
    assert scenes.change.progress == 0.5
    scenes.advance(1.0)
    assert scenes.change == SceneChange("b", "b", 1.0, "wipe")


def test_a_change_of_no_length_is_a_cut() -> None:
    scenes = Scenes("a")
    scenes.to("b", 0.0, "dissolve")

    assert scenes.change == SceneChange("b", "b", 1.0, "dissolve")


def test_turning_back_goes_on_from_where_the_picture_is() -> None:
    scenes = Scenes("a")
    scenes.to("b", 2.0, "dissolve")
    scenes.advance(0.5)
    share = scenes.change.progress
    scenes.to("a", 2.0, "dissolve")

    assert scenes.change.before == "b"
    assert abs(scenes.change.progress - (1 - share)) < 1e-12


def test_a_third_scene_waits_until_the_change_before_it_is_hurried_to_its_end() -> None:
    scenes = Scenes("a")
    scenes.to("b", 10.0, "dissolve")
    scenes.advance(1.0)
    scenes.to("c", 2.0, "wipe")
    assert scenes.target == "c"
    scenes.advance(HURRY)
    assert scenes.change == SceneChange("b", "c", 0.0, "wipe")

    scenes.advance(2.0)
    assert scenes.change == SceneChange("c", "c", 1.0, "wipe")


def test_the_last_of_many_waiting_scenes_is_the_one_that_comes() -> None:
    scenes = Scenes("a")
    for name in "bcd":
        scenes.to(name, 1.0, "dissolve")
    scenes.to("b", 1.0, "dissolve")
    for _ in range(20):
        scenes.advance(0.1)

    assert scenes.change.after == scenes.target == "b"


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0.5, 3)), max_size=8), st.data())
def test_no_scene_is_ever_dropped_or_shown_by_a_jump(
    orders: list[tuple[str, float]], data: st.DataObject
) -> None:
    scenes = Scenes("a")
    shown = {"a": 1.0}
    for name, seconds in orders:
        scenes.to(name, seconds, "dissolve")
        for _ in range(data.draw(st.integers(0, 12))):
            scenes.advance(0.02)
            change = scenes.change
            now = {change.before: 1 - change.progress}
            now[change.after] = now.get(change.after, 0.0) + change.progress
            for scene in shown.keys() | now.keys():
                assert abs(now.get(scene, 0.0) - shown.get(scene, 0.0)) <= 1.5 * 0.02 / HURRY + 1e-9
            shown = now
