"""What the next stage begins with, after one that died."""

from collections.abc import Iterator

import pytest

from installation.ipc.link import Start
from installation.ipc.quarantine import Note, Quarantined
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.keeper.stage.handover import Handover

SEGFAULT = -11
KEPT = Start(touched={"/master": (0.5,)}, scene="two", restarts=2)


@pytest.fixture
def mapping() -> Iterator[Mapping]:
    made = Mapping.create(1)
    yield made
    made.close()


def test_it_goes_on_where_the_last_heartbeat_stood(mapping: Mapping) -> None:
    handover = Handover(Start(cue="1", panel="here"), mapping, None)
    handover.take_place(None, 1)
    assert (handover.note.cue, handover.note.restarts) == ("1", 1)

    handover.take_place(Heartbeat(9, 0.0, 12.5, cue="4", state="drifting", speed=2.0), 2)
    note = handover.note
    assert (note.cue, note.time, note.state, note.speed) == ("4", 12.5, "drifting", 2.0)
    assert (note.restarts, note.panel) == (2, "here")


@pytest.mark.parametrize(
    ("restarts", "lived", "kept"), [(2, 5.0, False), (2, 20.0, True), (1, 5.0, True), (3, 0.1, False)]
)
def test_values_of_which_stages_die_again_are_left_out(
    mapping: Mapping, restarts: int, lived: float, kept: bool
) -> None:
    handover = Handover(Start(touched={"/a": (1.0,)}, scene="two", restarts=restarts), mapping, None)
    handover.doubt_values(lived)

    assert bool(handover.note.touched) == kept
    assert bool(handover.note.scene) == kept


def test_a_shader_that_was_drawn_at_a_crash_is_in_quarantine_until_it_is_released(mapping: Mapping) -> None:
    handover = Handover(Start(quarantine={"/b.fs": Quarantined("m", "earlier")}), mapping, None)
    handover.put_in_quarantine(SEGFAULT, hung=0.0, blameless=False)
    assert list(handover.note.quarantine) == ["/b.fs"], "nothing new was drawn"

    mapping.note.write(Note("/folder/a.fs", "mark", "drawn").to_bytes())
    handover.put_in_quarantine(1, hung=0.0, blameless=False)
    assert list(handover.note.quarantine) == ["/b.fs"], "an error of Python blames no shader"
    handover.put_in_quarantine(SEGFAULT, hung=0.0, blameless=False)
    assert list(handover.note.quarantine) == ["/b.fs", "/folder/a.fs"]

    assert handover.release("a.fs") == ["/folder/a.fs"]
    assert handover.release("a.fs") == []
    assert handover.release("") == ["/b.fs"]


def test_a_shader_whose_name_cannot_be_passed_on_is_not_kept(mapping: Mapping) -> None:
    handover = Handover(Start(), mapping, None)
    mapping.note.write(Note("/a\udcff.fs", "mark", "drawn").to_bytes())
    handover.put_in_quarantine(SEGFAULT, hung=0.0, blameless=False)
    assert handover.note.quarantine == {}


def test_safe_mode_is_told_and_taken_back(mapping: Mapping) -> None:
    handover = Handover(KEPT, mapping, None)
    handover.begin_in("three crashes")
    assert handover.note.safe_mode == "three crashes"
    handover.begin_in("")
    assert handover.note == KEPT
