"""Torn writes are never read, however the writer ends."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from installation.errors import PhotophoreError
from installation.ipc.shared_memory import Heartbeat, Mapping, Ring

WRITER = """
import sys
from installation.ipc.shared_memory import Mapping
mapping = Mapping.attach(int(sys.argv[1]))
number = 0
while True:
    number += 1
    mapping.state.write(bytes([number % 256]) * (1000 + number % 1000))
"""


def ring(capacity: int = 64) -> tuple[bytearray, Ring]:
    memory = bytearray(Ring.size(capacity))
    return memory, Ring(memoryview(memory), capacity)


def test_an_empty_ring_has_nothing():
    _, slots = ring()
    assert slots.newest() is None


def test_the_newest_message_is_read_and_only_once_when_asked_so():
    _, slots = ring()
    for number in range(10):
        slots.write(b"message %d" % number)
    assert slots.newest() == (10, b"message 9")
    assert slots.newest(after=10) is None


def test_pieces_become_one_message():
    _, slots = ring()
    slots.write(b"head", memoryview(b"body"))
    assert slots.newest() == (1, b"headbody")


def test_what_does_not_fit_is_refused():
    _, slots = ring(8)
    with pytest.raises(ValueError, match="9 bytes do not fit"):
        slots.write(b"123456789")


@pytest.mark.parametrize("cut", range(48))
def test_a_write_cut_at_any_byte_leaves_the_message_before_it(cut):
    memory, slots = ring(32)
    for number in range(4):
        slots.write(b"whole message %d" % number)
    before = bytes(memory)
    slots.write(b"THE LAST MESSAGE")
    after = bytes(memory)
    stride = (len(memory) - 8) // 3
    slot = 5 % 3 * stride
    torn = bytearray(before)
    torn[slot : slot + cut] = after[slot : slot + cut]
    found = Ring(memoryview(torn), 32).newest()
    complete = torn[slot : slot + 32] == after[slot : slot + 32]
    assert found == ((5, b"THE LAST MESSAGE") if complete else (4, b"whole message 3"))


def test_a_new_writer_goes_on_after_a_torn_header_without_touching_the_newest_whole_message():
    for noise in (0x00FF, 0x01FF, 2**40 + 2):
        memory, slots = ring(32)
        for number in range(4):
            slots.write(b"message %d" % number)
        stride = (len(memory) - 8) // 3
        memory[5 % 3 * stride : 5 % 3 * stride + 8] = noise.to_bytes(8, "little")
        fresh = Ring(memoryview(memory), 32)
        assert fresh.newest() == (4, b"message 3")
        generation = fresh.write(b"onwards")
        assert generation > 4
        assert fresh.newest(after=4) == (generation, b"onwards")


def test_the_other_side_can_take_over_as_the_writer():
    memory, stage = ring(16)
    keeper = Ring(memoryview(memory), 16)
    for number in range(5):
        stage.write(b"%d" % number)
    keeper.take_over()
    keeper.write(b"cleared")
    assert keeper.newest() == (6, b"cleared")


def test_any_flipped_bit_in_a_slot_is_noticed():
    memory, slots = ring(16)
    slots.write(b"first")
    slots.write(b"second")
    stride = (len(memory) - 8) // 3
    for bit in range((16 + len(b"second")) * 8):
        memory[2 * stride + bit // 8] ^= 1 << bit % 8
        found = slots.newest()
        assert found is not None
        assert found[1] != b"second"
        assert found == (1, b"first")
        memory[2 * stride + bit // 8] ^= 1 << bit % 8


def test_a_writer_killed_in_the_middle_never_leaves_a_broken_message():
    mapping = Mapping.create(4)
    chance = random.Random(7)
    newest = 0
    try:
        for _ in range(6):
            writer = subprocess.Popen([sys.executable, "-c", WRITER, str(mapping.fd)], pass_fds=(mapping.fd,))
            start = newest
            end = time.monotonic() + 10
            while newest < start + 200 and time.monotonic() < end:
                found = mapping.state.newest(newest)
                if found is None:
                    continue
                generation, payload = found
                assert generation > newest
                assert len(set(payload)) == 1
                newest = generation
            time.sleep(chance.uniform(0, 0.01))
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
            found = mapping.state.newest()
            assert found is not None
            assert len(set(found[1])) == 1
            newest = found[0]
            assert newest > start
    finally:
        mapping.close()


def test_a_heartbeat_arrives_whole():
    mapping = Mapping.create(1)
    beat = Heartbeat(12, 3.5, 1.25, "dämmerung")
    mapping.mark(beat)
    assert mapping.heartbeat() == (1, beat)
    assert mapping.heartbeat(1) is None
    wild = Heartbeat(13, 3.6, 1.35, "2", "malfunction", 12.5)
    mapping.mark(wild)
    assert mapping.heartbeat(1) == (2, wild)
    mapping.close()


def test_both_sides_see_the_same_memory():
    mapping = Mapping.create(3)
    other = Mapping.attach(os.dup(mapping.fd))
    assert other.universes == 3
    other.state.write(b"up")
    mapping.wire.write(b"down")
    assert mapping.state.newest() == (1, b"up")
    assert other.wire.newest() == (1, b"down")
    other.close()
    mapping.close()


def test_memory_of_somebody_else_is_refused():
    fd = os.memfd_create("stranger")
    with pytest.raises(PhotophoreError, match="empty"):
        Mapping.attach(fd)
    os.pwrite(fd, b"x" * 100, 0)
    with pytest.raises(PhotophoreError, match="none of this version's"):
        Mapping.attach(fd)
    os.close(fd)


def test_nobody_can_shrink_it():
    mapping = Mapping.create(1)
    with pytest.raises(PermissionError):
        os.ftruncate(mapping.fd, 0)
    mapping.close()
