"""The sum of what all hubs take stays within the budget, whatever happens to messages, cables and processes."""

import pytest

from installation.site.fair import PARTS, Wish
from tests.installation.site.fair.world import World


def wishes(world: World) -> None:
    """Every hub wants something new."""
    for hub in world.hubs.values():
        cap = PARTS * 3 // len(world.hubs)
        need = round(world.random.choice((0.0, 0.1, 0.5, 1.0)) * cap)
        hub.wish = Wish(need=need, floor=PARTS // len(world.hubs) // 10, cap=cap)


@pytest.mark.parametrize("seed", range(6))
def test_sum_stays_within_the_budget_in_every_step(seed: int) -> None:
    world = World(8, seed)
    world.loss, world.late = 0.2, 0.6
    for number in range(500):
        if number % 40 == 0:
            wishes(world)
        if number % 30 == 10:
            world.cut(world.random.choice((1, 2, 3)))
        if number % 90 == 80:
            world.heal()
        for hub in world.hubs.values():
            if hub.agreement is None and world.random.random() < 0.2:
                hub.start()
        world.step(0.8, dying=0.02)
        assert world.taken() <= PARTS, number
        assert world.accounted() == PARTS // 8 * 8, number
