"""Where bases go when a state begins, one of its phases, or a cue in the middle of it."""

from installation.clock import ManualClock
from installation.cue import CueList
from installation.neuro.machine import Machine
from installation.parameter import Kind, Parameter, Tree
from installation.player.room.state_bases import StateBases
from installation.show.interface import PhaseSpec, StateSpec
from installation.show.model import CueSpec
from installation.values import Where

WHERE = Where("states.toml")
STATES = (
    StateSpec("calm", WHERE, onset=0.0, decay=0.0),
    StateSpec(
        "storm", WHERE, onset=1.0, decay=0.0, set={"/a": 1.0, "/b": 1.0}, times={"/b": 2.0},
        phases=(PhaseSpec(5.0, WHERE, fade=0.0, set={"/c": 0.5}),),
    ),
)  # fmt: skip
CUE = CueSpec("1", "1", WHERE, fade=0.0, set={"/a": 0.25, "/c": 0.75})


class Room:
    def __init__(self) -> None:
        made = [Parameter(one, Kind.FLOAT, (0.1,), (0.0,), (1.0,)) for one in ("/a", "/b", "/c")]
        self.tree = Tree(made)
        self.cues = CueList([CUE], self.tree, "one")
        self.machine = Machine(STATES, "calm")
        self.bases = StateBases(self.tree, self.cues)
        self.bases.stand(self.machine)
        self.clock = ManualClock(0.5)
        self.run(1)  # the first frame takes no time

    def run(self, frames: int) -> list[float]:
        for _ in range(frames):
            self.cues.advance(self.clock.tick())
        return [round(self.tree.get_base(one)[0], 6) for one in ("/a", "/b", "/c")]


def test_a_state_fades_what_it_names_in_its_time_and_each_in_its_own() -> None:
    room = Room()
    assert not room.bases.move(room.machine)
    room.machine.enter("storm")

    assert room.bases.move(room.machine)
    assert room.run(2) == [1.0, 0.55, 0.1]
    assert room.run(2) == [1.0, 1.0, 0.1]
    assert not room.bases.move(room.machine)


def test_a_phase_moves_bases_and_is_no_other_state() -> None:
    room = Room()
    room.machine.enter("storm")
    room.bases.move(room.machine)
    room.run(4)
    room.machine.stand("storm", 5.0)

    assert not room.bases.move(room.machine)
    assert room.run(1) == [1.0, 1.0, 0.5]


def test_what_a_state_leaves_goes_to_what_the_cue_says_or_the_show() -> None:
    room = Room()
    room.machine.enter("storm")
    room.bases.move(room.machine)
    room.cues.go_to("1", 10.0)
    room.run(4)
    room.machine.enter("calm")
    room.bases.move(room.machine)

    assert room.run(1) == [0.25, 0.1, 0.75]


def test_the_state_outranks_a_cue_that_begins_in_it() -> None:
    room = Room()
    room.machine.enter("storm")
    room.bases.move(room.machine)
    room.run(4)
    room.cues.go_to("1", 10.0)
    assert room.run(1)[0] == 0.25
    room.bases.outrank(room.machine, CUE)

    assert room.run(1) == [1.0, 1.0, 0.75]


def test_without_states_what_one_had_set_goes_back() -> None:
    room = Room()
    room.machine.enter("storm")
    room.bases.fade(room.machine, 0.0, 0.0)
    assert room.run(4)[0] == 1.0
    room.bases.leave(room.bases.own(room.machine), 0.0)

    assert room.run(1) == [0.1, 0.1, 0.1]
