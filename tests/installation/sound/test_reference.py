"""What we play reaches the one who removes it, block for block, however late a thread may be."""

import numpy as np

from installation.sound import BLOCK
from installation.sound.reference import Reference


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def block(value: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return np.full((2, BLOCK), value, np.float32)


def value(queue: Reference, unread: int = 0) -> float:
    return float(queue.take(unread)[0][0, 0])


def test_one_block_is_taken_for_each_that_was_heard_in_order() -> None:
    queue = Reference()
    for number in range(1, 4):
        queue.put(block(number))
    taken = [value(queue)]
    for number in range(4, 100):
        queue.put(block(number))
        taken.append(value(queue))
    assert taken[0] == 2.0, "the newest but one: what is heard first is not older"
    assert np.diff(taken).tolist() == [1.0] * 96


def test_the_input_waits_for_an_output_that_plays_and_for_no_other() -> None:
    clock = Clock()
    queue = Reference(clock)
    assert queue.ready, "nothing plays"

    queue.put(block(1.0))
    assert queue.ready
    assert value(queue) == 1.0
    clock.now += 0.05
    assert not queue.ready, "the next block is on its way"
    clock.now += 0.1
    assert queue.ready, "it has stopped"
    rest, skipped = queue.take(0)
    assert rest.shape == (2, BLOCK)
    assert not rest.any()
    assert skipped == 0


def test_what_the_input_has_not_read_yet_keeps_its_match() -> None:
    queue = Reference()
    for number in range(100):
        queue.put(block(number))

    first = value(queue, unread=10)
    assert first == 88.0
    assert [value(queue, unread) for unread in range(9, -1, -1)] == [89.0 + number for number in range(10)]


def test_blocks_whose_match_was_lost_are_left_out_and_counted() -> None:
    queue = Reference()
    for number in range(5):
        queue.put(block(number))
    assert value(queue) == 3.0

    for number in range(5, 105):  # half a second of the input is lost
        queue.put(block(number))
    taken, skipped = queue.take(0)
    assert (float(taken[0, 0]), skipped) == (103.0, 99)
    assert queue.take(0)[1] == 0


def test_while_nobody_listens_little_waits() -> None:
    queue = Reference()
    for number in range(1000):
        queue.put(block(number))

    assert value(queue) == 998.0
