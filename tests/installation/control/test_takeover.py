"""A parameter never jumps, whatever a hand, a cue and a page do."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from installation.control import Pages, Takeover, ticks
from installation.control.relative import Encoding
from installation.control.takeover import FASTEST

SEVEN = st.integers(0, 127).map(lambda step: step / 127)
FOURTEEN = st.integers(0, 16_383).map(lambda step: step / 16_383)


def play(takeover: Takeover, position: float, standing: float) -> float:
    """Move the control as a player does; returns where the parameter stands then."""
    there = takeover.move(position, standing)
    if there is None:
        return standing
    takeover.leave(there)
    return there


def test_a_control_waits_until_it_meets_the_parameter() -> None:
    takeover = Takeover()

    assert play(takeover, 0.0, 0.5) == 0.5
    assert play(takeover, 0.4, 0.5) == 0.5
    assert not takeover.caught
    assert play(takeover, 0.5, 0.5) == 0.5
    assert takeover.caught
    assert play(takeover, 0.9, 0.5) == 0.9


def test_a_control_that_passes_between_two_events_has_caught() -> None:
    takeover = Takeover()
    play(takeover, 0.0, 0.5)

    assert play(takeover, 0.8, 0.5) == 0.8


def test_whatever_else_moves_the_parameter_takes_it_from_the_control() -> None:
    takeover = Takeover()
    standing = play(takeover, 0.5, 0.5)
    standing = play(takeover, 0.9, standing)

    standing = 0.2  # a cue

    assert not takeover.holds(standing)
    assert play(takeover, 0.95, standing) == 0.2
    assert play(takeover, 0.1, standing) == 0.1


def test_after_it_was_unplugged_the_way_to_its_first_event_is_no_crossing() -> None:
    takeover = Takeover()
    play(takeover, 0.0, 0.5)
    takeover.let_go(forget=True)

    assert play(takeover, 1.0, 0.5) == 0.5
    takeover.let_go()
    assert play(takeover, 0.0, 0.5) == 0.0  # of a page it knows where it was


def test_scaling_meets_at_the_end_of_the_travel() -> None:
    takeover = Takeover("scale")
    standing = play(takeover, 0.5, 0.8)

    places = [standing := play(takeover, step / 100, standing) for step in range(51, 101)]

    assert places == sorted(places)
    assert places[0] > 0.8
    assert places[-1] == 1.0
    assert takeover.caught


def test_jump_goes_where_the_control_is() -> None:
    assert play(Takeover("jump"), 0.1, 0.9) == 0.1


def test_a_parameter_beyond_the_range_of_its_control_is_brought_back_and_then_picked_up() -> None:
    takeover = Takeover()
    standing = 1.5
    play(takeover, 1.0, standing)

    down = [standing := play(takeover, 1.0 - step / 127, standing) for step in range(1, 128)]
    up = [standing := play(takeover, step / 127, standing) for step in range(1, 128)]

    assert max(abs(b - a) for a, b in zip([1.5, *down], down, strict=False)) <= FASTEST / 127 + 1e-9
    assert 0.9 < down[-1] <= 1.0
    assert up[-1] == 1.0
    assert takeover.caught


@pytest.mark.parametrize(
    ("encoding", "up", "down", "faster"), [("offset", 65, 63, 67), ("twos", 1, 127, 3), ("sign", 1, 65, 3)]
)
def test_relative_encodings(encoding: Encoding, up: int, down: int, faster: int) -> None:
    assert (ticks(encoding, up), ticks(encoding, down), ticks(encoding, faster)) == (1, -1, 3)


def test_pages_turn_round_and_round_for_each_device() -> None:
    pages = Pages()
    pages.follow({"mini": ("cues", "room")}, [("nano", ""), ("nano", "2"), ("nano", "3"), ("other", "")])

    assert pages.of("nano") == "1"
    assert set(pages.turn(1)) == {"mini", "nano"}
    assert pages.of("nano") == "2"
    assert pages.shows("nano", "2")
    assert pages.shows("nano", "")
    assert not pages.shows("nano", "1")
    assert pages.turn(-2, "nano") == ("nano",)
    assert pages.of("nano") == "3"
    assert pages.of("mini") == "room"
    pages.follow({}, [("nano", "2")])
    assert pages.of("nano") == "1"


class NeverJumps(RuleBasedStateMachine):
    """A hand, a cue, a page and a cable against one parameter."""

    @initialize(
        way=st.sampled_from(["pick-up", "scale"]), bits=st.sampled_from([7, 14]),
        standing=st.floats(-0.5, 1.5),
    )  # fmt: skip
    def begin(self, way: str, bits: int, standing: float) -> None:
        self.takeover = Takeover(way, 1 / (2**bits - 1))  # type: ignore[arg-type]
        self.bits = bits
        self.standing = standing
        self.known: float | None = None

    def hand(self, position: float) -> None:
        before, self.known = self.known, position
        caught = self.takeover.holds(self.standing)
        there = play(self.takeover, position, self.standing)
        leap = abs(there - self.standing)
        crossing = 0.0 if before is None else abs(position - before)
        allowed = self.takeover.step + FASTEST * crossing
        assert leap <= allowed + 1e-9
        if not caught and 0.0 <= self.standing <= 1.0 and self.takeover.way == "pick-up":
            assert leap <= self.takeover.step + crossing + 1e-9
        if there != self.standing and self.takeover.caught:
            assert there == position
        self.standing = there

    @rule(data=st.data())
    def moves(self, data: st.DataObject) -> None:
        self.hand(data.draw(SEVEN if self.bits == 7 else FOURTEEN))

    @precondition(lambda self: self.known is not None)
    @rule(by=st.integers(-3, 3))
    def creeps(self, by: int) -> None:
        steps = 2**self.bits - 1
        assert self.known is not None
        self.hand(min(max(round(self.known * steps) + by, 0), steps) / steps)

    @rule(to=st.floats(-0.5, 1.5))
    def a_cue_moves_it(self, to: float) -> None:
        self.standing = to

    @rule()
    def page(self) -> None:
        self.takeover.let_go()

    @rule()
    def unplug(self) -> None:
        self.takeover.let_go(forget=True)
        self.known = None


TestNeverJumps = NeverJumps.TestCase
TestNeverJumps.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
