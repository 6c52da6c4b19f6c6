"""The state machine by itself: what follows from what, triggers, budgets and phases."""

from itertools import product
from pathlib import Path

import pytest

from installation.neuro.machine import Machine, refusal
from installation.show.interface import InterfaceSpec
from installation.show.load import load_show
from tests.installation.neuro.states import add_states

STATES = ("attuned", "drifting", "malfunction", "backfire", "repairing", "symbiosis")


@pytest.fixture
def spec(small_show: Path) -> InterfaceSpec:
    interface = load_show(add_states(small_show)).interface
    assert interface is not None
    return interface


@pytest.fixture
def machine(spec: InterfaceSpec) -> Machine:
    return Machine(spec.states, spec.first)


def silent(_address: str) -> float:
    return float("nan")


def let(machine: Machine, seconds: float, level: float = float("nan"), *, triggers: bool = True) -> None:
    for _ in range(round(seconds * 50)):
        machine.advance(1 / 50, lambda _address: level, triggers=triggers)


def test_every_pair_of_states_either_follows_or_says_why_not(spec: InterfaceSpec) -> None:
    by_name = {state.name: state for state in spec.states}
    for before, after in product(by_name, by_name):
        machine = Machine(spec.states, before)

        reason = machine.ask(after)

        assert reason == refusal(by_name[before], after)
        assert machine.state == (before if reason else after)
        if before == after:
            assert reason == f"the interface is already in state {before}"
        else:
            refused = by_name[before].refuses
            assert bool(reason) == (after in refused)
            assert not reason or (refused[after] in reason and after in reason)


def test_in_the_show_that_ships_malfunction_begins_at_any_moment_and_every_state_leads_home() -> None:
    states = load_show().states
    names = {state.name for state in states}
    follows = {state.name: {after for after in names if not refusal(state, after)} for state in states}
    home = {"attuned"}
    for _ in states:
        home |= {before for before, afters in follows.items() if afters & home}

    assert all("malfunction" in follows[state] for state in names - {"malfunction"})
    assert home == names
    assert set().union(*follows.values()) == names


def test_a_cue_or_a_panic_enters_from_anywhere(spec: InterfaceSpec) -> None:
    for before, after in product(STATES, STATES):
        machine = Machine(spec.states, before)
        machine.enter(after)
        assert (machine.state, machine.elapsed) == (after, 0.0)


def test_the_budget_ends_a_malfunction_by_itself(machine: Machine) -> None:
    machine.ask("malfunction")

    let(machine, 19.9)
    assert machine.state == "malfunction"
    let(machine, 0.2)
    assert machine.state == "repairing"


def test_a_level_must_be_held_for_its_dwell_without_a_break(machine: Machine) -> None:
    machine.ask("drifting")
    let(machine, 0.1, 0.2)

    let(machine, 1.9, 0.9)
    let(machine, 0.1, 0.79)
    let(machine, 1.9, 0.9)
    assert machine.state == "drifting"
    let(machine, 0.2, 0.9)
    assert machine.state == "malfunction"


def test_a_trigger_acts_again_only_after_the_signal_came_back(machine: Machine) -> None:
    machine.ask("drifting")
    let(machine, 0.1, 0.2)
    let(machine, 2.1, 0.9)
    assert machine.state == "malfunction"
    machine.enter("drifting")

    let(machine, 5.0, 0.9)
    let(machine, 1.0, 0.6)  # between release and level: hysteresis
    let(machine, 5.0, 0.9)
    assert machine.state == "drifting"
    let(machine, 0.1, 0.5)
    let(machine, 2.1, 0.9)
    assert machine.state == "malfunction"


def test_a_signal_that_was_beyond_from_the_start_or_is_silent_triggers_nothing(machine: Machine) -> None:
    machine.ask("drifting")
    let(machine, 10.0, 0.9)
    let(machine, 10.0)
    assert machine.state == "drifting"


def test_a_trigger_acts_from_the_states_that_it_names_and_not_while_a_panic_holds(machine: Machine) -> None:
    let(machine, 0.1, 0.2)
    let(machine, 5.0, 0.9)
    assert machine.state == "attuned"
    machine.ask("drifting")
    let(machine, 0.1, 0.2)
    let(machine, 5.0, 0.9, triggers=False)
    assert machine.state == "drifting"


def test_phases_come_by_time_and_a_false_calm_is_one_of_them(machine: Machine) -> None:
    machine.ask("malfunction")
    let(machine, 1.0)
    assert machine.look().set["/scene/one/glow"] == 1.0
    let(machine, 8.0)
    assert machine.look().set == {}
    assert machine.look().onset == 0.5
    let(machine, 4.0)
    assert machine.look().set["/scene/two/glow"] == 1.0
    assert machine.look().set["/scene/one/glow"] == 1.0


def test_what_a_state_leaves_goes_back_in_the_time_of_the_state_that_is_left(machine: Machine) -> None:
    machine.ask("malfunction")
    machine.ask("repairing")

    assert (machine.look().onset, machine.look().decay) == (2.0, 2.0)
    machine.ask("attuned")
    machine.ask("drifting")
    assert machine.look().decay == 4.0


def test_a_restart_stands_where_it_stood(spec: InterfaceSpec, machine: Machine) -> None:
    again = Machine(spec.states, spec.first)

    again.stand("malfunction", 12.5)
    again.stand("nonsense", 1.0)

    assert (again.state, again.elapsed) == ("malfunction", 12.5)
    assert again.phase is not None
    assert again.phase.at == 12.0
    let(again, 7.6)
    assert again.state == "repairing"


def test_an_edit_keeps_the_state_that_stands_if_it_is_still_there(spec: InterfaceSpec) -> None:
    machine = Machine(spec.states, spec.first)
    machine.ask("drifting")
    let(machine, 1.0)

    machine.replace(spec.states, spec.first)
    assert machine.state == "drifting"
    assert machine.elapsed == pytest.approx(1.0)
    machine.replace([state for state in spec.states if state.name != "drifting"], spec.first)
    assert machine.state == "attuned"
