"""The cue list against random hands: whatever they press, and in whatever order, its laws hold."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from installation.clock import ManualClock
from installation.cue.cuelist import CueList
from installation.cue.go import GO_INTERVAL
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import CueSpec
from installation.values import Where

FRAME = 1 / 32
"""A whole share of a second, so that times add up exactly."""
LONGEST = 40.0
"""Longer than every wait, fade and follow of the list together."""
WHERE = Where("cues.toml", 1, 1)


def parameters() -> list[Parameter]:
    said = (("/master", 1.0), ("/a", 0.25), ("/b", 0.5))
    return [Parameter(name, Kind.FLOAT, (default,), (0.0,), (1.0,)) for name, default in said]


CUES = (
    CueSpec("1", "one", WHERE, set={"/a": 1.0}, fade=1.0),
    CueSpec("2", "two", WHERE, set={"/b": 0.0}, fade=0.5, pre_wait=1.0, scene="blue"),
    CueSpec(
        "3", "three", WHERE, set={"/a": 0.0, "/b": 1.0}, fade=2.0, follow="auto-continue", post_wait=0.75
    ),
    CueSpec("4", "four", WHERE, set={"/a": 0.5}, fade=0.0, follow="auto-follow", hold=0.5, scene="red"),
    CueSpec("5", "five", WHERE, set={"/master": 0.5}, fade=1.5),
    CueSpec("6", "six", WHERE, fade=0.25, pre_wait=0.5),
)
IDS = [one.id for one in CUES]
LOOKS = {
    "1": {"/a": 1.0}, "2": {"/b": 0.0}, "3": {"/a": 0.0, "/b": 1.0}, "4": {"/a": 0.5}, "5": {"/master": 0.5},
    "6": {},
}  # fmt: skip
AUTHORED = {"/master": 1.0, "/a": 0.25, "/b": 0.5}
SCENES = {"1": "dark", "2": "blue", "3": "blue", "4": "red", "5": "red", "6": "red"}


class Hands(RuleBasedStateMachine):
    """GO, back, calls, standby, hold, panic, a hand on a parameter, and a crash."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = Tree(parameters())
        self.list = CueList(CUES, self.tree, "dark")
        self.clock = ManualClock(FRAME)
        self.now = 0.0
        self.last_go = -1.0
        self.advance(1)

    def advance(self, frames: int) -> None:
        """Play frames."""
        for _ in range(frames):
            frame = self.clock.tick()
            self.now = frame.time
            self.list.advance(frame)

    def accepted(self, done: bool) -> None:
        """A GO that was accepted came long enough after the last, and one that was not changed nothing."""
        if done:
            assert self.now - self.last_go >= GO_INTERVAL or self.last_go < 0.0
            self.last_go = self.now
            self.advance(1)  # it begins in the frame after

    @rule(frames=st.integers(1, 60))
    def time_passes(self, frames: int) -> None:
        self.advance(frames)

    @rule()
    def go(self) -> None:
        standby, calmed = self.list.standby, self.list.calmed
        soon = self.list.too_soon(self.now)
        done = self.list.go(self.now)
        if standby is None:
            assert done == calmed
            return
        assert done != soon
        assert not done or self.list.current is standby, "a GO plays what stood by"
        self.accepted(done)

    @rule(cue=st.sampled_from(IDS))
    def call(self, cue: str) -> None:
        done = self.list.go_to(cue, self.now)
        assert not done or (self.list.current is not None and self.list.current.id == cue)
        self.accepted(done)

    @rule()
    def back(self) -> None:
        before = self.list.current
        done = self.list.back(self.now)
        if done:
            assert before is not None
            assert self.list.current is not None
            assert IDS.index(self.list.current.id) == IDS.index(before.id) - 1
            assert self.list.clock.elapsed == 0.0, "without its wait"
        self.accepted(done)

    @rule(by=st.integers(-3, 3))
    def stand_by(self, by: int) -> None:
        current = self.list.current
        self.list.next.step(by)
        assert self.list.current is current, "moving the standby plays nothing"
        assert self.list.standby is not None

    @rule(held=st.booleans())
    def hold(self, held: bool) -> None:
        self.list.clock.hold(held)
        if held:
            elapsed, bases = self.list.clock.elapsed, self.tree.base.copy()
            calmed = self.list.panicked.stopped
            self.advance(8)
            assert self.list.clock.held
            assert self.list.clock.elapsed == elapsed, "the cue clock stands"
            assert calmed or (self.tree.base == bases).all(), "and so do fades"

    @rule(seconds=st.sampled_from([0.0, 0.5, 2.0]))
    def panic(self, seconds: float) -> None:
        began = self.list.begun
        self.list.panic(seconds)
        self.advance(round(seconds / FRAME) + 2)
        assert self.list.calmed
        assert self.list.panicked.ceiling == 0.0
        self.advance(200)
        assert self.list.begun == began, "nothing follows during a panic"

    @rule(address=st.sampled_from(["/a", "/b"]), value=st.sampled_from([0.1, 0.9]))
    def touch(self, address: str, value: float) -> None:
        self.tree.set(address, (value,))
        current = self.list.current
        self.advance(1)
        assert self.list.current is not current or self.tree.get_base(address)[0] == value, "the hand holds"

    @rule()
    def crash(self) -> None:
        """Another process goes on where this one was, with the values that its fades were going to."""
        state, standby, scene = self.list.state(), self.list.standby, self.list.scene.after
        elapsed, held, waiting = self.list.clock.elapsed, self.list.clock.held, self.list.clock.elapsed < 0.0
        tree = Tree(parameters())
        fresh = CueList(CUES, tree, "dark")
        assert fresh.restore(state) == []
        assert fresh.current is self.list.current
        assert fresh.standby is standby
        assert (fresh.clock.elapsed, fresh.clock.held) == (elapsed, held)
        if not waiting:
            assert fresh.scene.after == scene or self.list.scene.progress < 1.0
        for address, values in self.list.going_to().items():
            assert tree.get_base(address) == values
        self.tree, self.list, self.last_go = tree, fresh, -1.0  # starting takes longer than the interval
        self.list.advance(self.clock.tick())

    @rule(cue=st.sampled_from(IDS))
    def settles(self, cue: str) -> None:
        """Whichever way one came, a cue that nobody disturbs is the same look."""
        self.list.clock.hold(False)
        self.advance(10)
        self.accepted(self.list.go_to(cue, self.now))
        self.advance(round(LONGEST / FRAME))
        last = self.list.current
        assert last is not None
        wanted = AUTHORED | LOOKS[last.id]
        assert {one: self.tree.get_base(one)[0] for one in wanted} == wanted
        assert self.list.scene.after == SCENES[last.id]
        assert last.id == {"3": "5", "4": "5"}.get(cue, cue), "what follows by itself has followed"

    @invariant()
    def values_are_in_range(self) -> None:
        assert ((self.tree.base >= 0.0) & (self.tree.base <= 1.0)).all()

    @invariant()
    def a_panic_lets_no_light_through(self) -> None:
        if self.list.calmed and self.list.panicked.ceiling == 0.0:
            self.tree.effective[:] = self.tree.base
            self.list.panicked.hold()
            assert self.tree.effective[self.tree.slot("/master")] == 0.0


TestCueList = Hands.TestCase
TestCueList.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_after_a_panic_a_cue_that_does_not_name_the_master_is_as_absolute_as_ever() -> None:
    hands = Hands()
    hands.call("5")
    hands.advance(100)
    hands.panic(0.0)
    hands.settles("1")


def test_a_panic_in_a_wait_leaves_the_cue_that_really_stood() -> None:
    hands = Hands()
    hands.call("3")
    hands.advance(20)
    hands.call("2")
    hands.panic(0.0)
    assert hands.list.current is not None
    assert hands.list.current.id == "3", "not the one before it in the list"
    hands.crash()
