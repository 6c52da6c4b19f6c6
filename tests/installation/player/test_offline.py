"""A show as arrays: what a notebook or a script gets."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import Player, load_show
from installation.errors import AddressError

pytestmark = pytest.mark.gl

SIZE = (64, 36)


def frames(player: Player, count: int = 30) -> list[NDArray[np.uint8]]:
    return [player.frame() for _ in range(count)]


def test_two_players_in_turn_draw_what_each_draws_alone(small_show: Path) -> None:
    show = load_show(str(small_show))
    with Player(show, size=SIZE) as alone:
        alone.set("/master", 0.5)
        expected = frames(alone)
    with Player(show, size=SIZE) as one:
        one.set("/master", 0.5)
        seen = frames(one, 10)
        with Player(show, size=SIZE) as other:
            whole = frames(other)
            seen += frames(one, 10)
        seen += frames(one, 10)
    assert all(np.array_equal(a, b) for a, b in zip(seen, expected, strict=True))
    assert whole[-1].mean() > expected[-1].mean()


def test_a_wrong_address_is_told_and_a_closed_player_draws_no_more(small_show: Path) -> None:
    player = Player(load_show(str(small_show)), size=SIZE)
    with pytest.raises(AddressError, match="/nothing"):
        player.set("/nothing", 1.0)
    player.close()
    player.close()
    with pytest.raises(RuntimeError, match="closed"):
        player.frame()
