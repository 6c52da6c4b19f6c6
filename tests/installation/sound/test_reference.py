"""What we play reaches the one who removes it, block for block."""

import numpy as np

from installation.sound import BLOCK
from installation.sound.reference import Reference


def block(value: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return np.full((2, BLOCK), value, np.float32)


def test_one_block_is_taken_for_each_that_was_heard_in_order() -> None:
    queue = Reference()
    assert not queue.take().any()
    for number in range(1, 4):
        queue.put(block(number))
    assert [queue.take()[0, 0] for _ in range(3)] == [1.0, 2.0, 3.0]
    rest = queue.take()
    assert rest.shape == (2, BLOCK)
    assert not rest.any(), "silence while nothing is played"


def test_while_nobody_listens_little_waits() -> None:
    queue = Reference()
    for number in range(1000):
        queue.put(block(number))
    taken = []
    while (one := queue.take())[0, 0] > 0.0:
        taken.append(float(one[0, 0]))
    assert 1 <= len(taken) <= 24
    assert taken == sorted(taken)
    assert taken[-1] == 999.0
