import pytest

from installation.clock import ManualClock
from installation.cue.changes.changes import Changes
from installation.parameter import Kind, Parameter, Tree
from installation.parameter.preset import Snapshot
from installation.show.model import CueSpec
from installation.values import Where


class Room:
    def __init__(self, *, master: bool = True) -> None:
        made = [
            Parameter("/a", Kind.FLOAT, (0.0,), (0.0,), (1.0,)),
            Parameter("/flash", Kind.EVENT, (0.0,), (0.0,), (1.0,)),
        ]
        own = Parameter("/master", Kind.FLOAT, (0.8,), (0.0,), (1.0,))
        self.tree = Tree([own, *made] if master else made)
        self.changes = Changes(self.tree, "one")
        self.clock = ManualClock(0.25)
        self.clock.tick()  # the first frame takes no time

    def run(self, frames: int, rate: float = 1.0) -> None:
        for _ in range(frames):
            frame = self.clock.tick()
            self.changes.frame(frame, frame.dt * rate)

    def begin(self, fade: float, *, scene: str = "one", fresh: bool = False, **ends: float) -> None:
        cue = CueSpec("1", "1", Where("cues.toml"), fade=fade, fresh=fresh)
        given: Snapshot = {f"/{name}": (value,) for name, value in ends.items()}
        self.changes.begin(cue, self.changes.with_master(given), scene)

    def base(self, address: str) -> float:
        return self.tree.get_base(address)[0]


def test_a_cue_fades_bases_and_the_scene_together() -> None:
    room = Room()
    room.begin(1.0, scene="two", a=1.0)
    room.run(2)
    assert room.base("/a") == pytest.approx(0.5)
    assert (room.changes.scenes.change.before, room.changes.scenes.change.after) == ("one", "two")
    assert room.changes.going_to() == {"/a": (1.0,)}
    room.run(2)
    assert room.changes.scenes.change.before == "two"
    assert room.changes.going_to() == {}


def test_a_scene_begins_anew_once_and_only_if_it_is_not_on_the_wall() -> None:
    room = Room()
    room.begin(1.0, scene="one", fresh=True)
    assert room.changes.fresh_scenes() == []
    room.begin(1.0, scene="two", fresh=True)
    assert room.changes.fresh_scenes() == ["two"]
    assert room.changes.fresh_scenes() == []


def test_after_a_panic_a_cue_that_says_nothing_of_the_master_brings_it_back() -> None:
    room = Room()
    room.begin(4.0, a=1.0)
    room.changes.panic(0.5)
    room.run(3)
    assert room.base("/master") == 0.0
    assert room.base("/a") == 0.0, "a panic stops what was on its way"
    assert room.changes.going_to() == {"/master": (0.8,)}, "that is where it will be again"
    room.begin(0.0, a=0.5)
    assert (room.base("/master"), room.base("/a")) == (0.8, 0.5)
    assert not room.changes.panicked.on


def test_a_cue_that_names_the_master_has_its_way_after_a_panic() -> None:
    room = Room()
    room.changes.panic(0.0)
    room.begin(0.0, master=0.3)
    assert room.base("/master") == 0.3


def test_a_panic_goes_on_while_the_cue_clock_stands_and_ends_without_a_cue_too() -> None:
    room = Room()
    room.changes.panic(0.5)
    room.run(2, rate=0.0)
    assert room.changes.panicked.ceiling == 0.0
    room.changes.end_panic()
    room.run(8)
    assert room.base("/master") == pytest.approx(0.8)
    assert room.changes.panicked.ceiling == 1.0


def test_without_a_master_a_panic_stops_fades_all_the_same() -> None:
    room = Room(master=False)
    room.begin(1.0, a=1.0)
    room.changes.panic(0.5)
    room.run(8)
    assert room.base("/a") == 0.0
    room.changes.light_again()
    assert room.changes.going_to() == {}


def test_events_happen_and_do_not_stand() -> None:
    assert Room().changes.without_events({"/a": (1.0,), "/flash": (1.0,)}) == {"/a": (1.0,)}
