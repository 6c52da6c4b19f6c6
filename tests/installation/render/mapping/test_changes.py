"""What one key makes of one mapping, and how it is taken back."""

from dataclasses import replace

import pytest

from installation.render.mapping.changes import adjusted, figures_of, remade
from installation.render.mapping.handles import MODES
from installation.render.mapping.undo import Undo
from installation.show.mapping import NO_MAPPING

FIRST, SECOND, THIRD = (replace(NO_MAPPING, blend_gamma=gamma) for gamma in (1.0, 2.0, 3.0))


def test_grids_grow_finer_and_end_in_none() -> None:
    sizes, mapping = [], NO_MAPPING
    for _ in range(7):
        mapping = remade("g", "grid", mapping)
        sizes.append(len(mapping.grid))
    assert sizes == [3, 4, 5, 7, 9, 0, 3]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["g", "c", "i", "x"])
def test_a_key_of_another_mode_changes_nothing(name: str, mode: str) -> None:
    own = {"g": "grid", "c": "grid", "i": "mask"}
    changed = remade(name, mode, NO_MAPPING) != NO_MAPPING  # type: ignore[arg-type]
    assert changed == (own.get(name) == mode)


def test_a_reset_takes_what_the_mode_edits_and_nothing_else() -> None:
    mapping = replace(NO_MAPPING, blend=(0.1, 0.0, 0.0, 0.0), blend_gamma=3.0, mask_soft=0.2)
    assert remade("r", "blend", mapping) == replace(NO_MAPPING, mask_soft=0.2)
    assert remade("r", "mask", mapping) == replace(mapping, mask_soft=0.0)


def test_gamma_and_softness_stay_within_their_ranges() -> None:
    low = high = NO_MAPPING
    for _ in range(200):
        low, high = adjusted("blend", low, -1.0), adjusted("blend", high, 1.0)
        low, high = adjusted("mask", low, -1.0), adjusted("mask", high, 1.0)
    assert (low.blend_gamma, low.mask_soft) == (1.0, 0.0)
    assert (high.blend_gamma, high.mask_soft) == (4.0, 0.5)
    assert adjusted("corners", high, 1.0) == high
    assert figures_of("corners", high) == ""
    assert "gamma 4.0" in figures_of("blend", high)


def test_steps_go_back_and_forward_and_a_change_ends_what_was_ahead() -> None:
    undo = Undo()
    assert undo.back([FIRST]) is None
    undo.remember([FIRST])
    undo.remember([SECOND])
    assert undo.back([THIRD]) == (SECOND,)
    assert undo.back([SECOND]) == (FIRST,)
    assert undo.forward([FIRST]) == (SECOND,)
    undo.remember([SECOND])
    assert undo.forward([SECOND]) is None


def test_a_step_that_changed_nothing_is_dropped_and_the_oldest_are_forgotten() -> None:
    undo = Undo()
    undo.remember([FIRST])
    undo.drop([FIRST])
    assert undo.back([SECOND]) is None
    for _ in range(300):
        undo.remember([FIRST])
    steps = 0
    while undo.back([SECOND]) is not None:
        steps += 1
    assert steps == 200
