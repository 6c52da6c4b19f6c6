"""The memory shared by keeper and stage, with a layout in which a torn write is never read.

Either side may be killed at any instruction. A reader therefore never waits for a writer and never trusts a
flag: every message is in one of three slots ``{generation, length, crc32, payload}``, followed by the index
of the newest. A writer always overwrites the oldest slot, so a reader finds at least one complete message
however the other side ended. ``multiprocessing.shared_memory`` is not used: its tracker removes the segment
when a child is killed.

Layout of a ring, little-endian::

    3 x { u64 generation, u32 length, u32 crc32 of (generation, length, payload), payload (capacity bytes) }
    u64 index (the newest generation; a hint only, since it too may be torn)
"""

import contextlib
import mmap
import os
import select
import struct
import sys
import tempfile
import zlib
from dataclasses import dataclass
from typing import Final

import msgspec

from installation.errors import OutdatedError
from installation.values import CHANNELS, Seconds

__all__ = ["ByHand", "Heartbeat", "Mapping", "Ring", "Wakeup"]

_SLOTS: Final = 3
_HEAD = struct.Struct("<QII")
_SEAL = struct.Struct("<QI")
_INDEX = struct.Struct("<Q")
_FILE = struct.Struct("<8sIII")
_MAGIC = b"PHOTKEEP"
_VERSION: Final = 4
_BEAT = struct.Struct("<QddddQ?d")
_SHOWN = struct.Struct("<d?")
_NOTE_CAPACITY: Final = 4096
_REPORT_CAPACITY: Final = 65536
_HAND_CAPACITY: Final = 49152
"""Most bytes of values set by hand: an environment variable of the next stage holds 128 KiB on Linux."""
_STATE_EXTRA: Final = 256
_UNREAD: Final = 4096
"""Wake-ups taken at once: those of many frames that nobody waited for."""


class Ring:
    """Three slots in a buffer: one writer, any number of readers, no locks.

    Args:
        buffer: Exactly ``Ring.size(capacity)`` bytes, zeroed when new.
        capacity: Largest payload in bytes.
    """

    def __init__(self, buffer: memoryview, capacity: int) -> None:
        self._buffer = buffer
        self._capacity = capacity
        self._stride = self._slot_size(capacity)
        self._next = 0
        self.take_over()

    def take_over(self) -> None:
        """Become the writer after another one, which has written since this object was created."""
        self._next = 1 + max((generation for generation, _ in self._candidates()), default=0)

    @staticmethod
    def _slot_size(capacity: int) -> int:
        return -(-(_HEAD.size + capacity) // 8) * 8

    @classmethod
    def size(cls, capacity: int) -> int:
        """Return the size in bytes of a ring of this capacity."""
        return _SLOTS * cls._slot_size(capacity) + _INDEX.size

    @property
    def capacity(self) -> int:
        """Largest payload in bytes."""
        return self._capacity

    def write(self, *parts: bytes | bytearray | memoryview) -> int:
        """Write one message, given as one or several pieces; the one before it stays intact.

        Returns the generation, which counts up from 1. Raises ValueError if it does not fit.
        """
        length = sum(map(len, parts))
        if length > self._capacity:
            message = f"{length} bytes do not fit into a slot of {self._capacity}"
            raise ValueError(message)
        generation = self._next
        start = (generation % _SLOTS) * self._stride
        crc = zlib.crc32(_SEAL.pack(generation, length))
        cursor = start + _HEAD.size
        for part in parts:
            self._buffer[cursor : cursor + len(part)] = part
            cursor += len(part)
            crc = zlib.crc32(part, crc)
        _HEAD.pack_into(self._buffer, start, generation, length, crc)
        _INDEX.pack_into(self._buffer, _SLOTS * self._stride, generation)
        self._next = generation + 1
        return generation

    def newest(self, after: int = 0) -> tuple[int, bytes] | None:
        """Return generation and copy of the newest complete message; None if not newer than ``after``."""
        if after and _INDEX.unpack_from(self._buffer, _SLOTS * self._stride)[0] == after:
            return None
        for generation, slot in sorted(self._candidates(), reverse=True):
            if generation <= after:
                break
            payload = self._read(slot)
            if payload is not None and payload[0] == generation:
                return payload
        return None

    def _candidates(self) -> list[tuple[int, int]]:
        heads = (_HEAD.unpack_from(self._buffer, slot * self._stride)[0] for slot in range(_SLOTS))
        return [(generation, slot) for slot, generation in enumerate(heads) if generation % _SLOTS == slot]

    def _read(self, slot: int) -> tuple[int, bytes] | None:
        start = slot * self._stride
        generation, length, crc = _HEAD.unpack_from(self._buffer, start)
        if generation == 0 or length > self._capacity:
            return None
        payload = bytes(self._buffer[start + _HEAD.size : start + _HEAD.size + length])
        if zlib.crc32(payload, zlib.crc32(_SEAL.pack(generation, length))) != crc:
            return None
        return generation, payload

    def release(self) -> None:
        """Release the buffer, so that the mapping can be closed."""
        self._buffer.release()


class Wakeup:
    """A wake-up of a thread in another process: a pipe that never blocks its writer; its bytes mean nothing.

    Args:
        reader: Descriptor to wait at; -1 where nobody waits.
        writer: Descriptor to write to; -1 where nobody is to be woken. The object owns both.
    """

    def __init__(self, reader: int, writer: int) -> None:
        self.reader = reader
        self.writer = writer
        for end in (reader, writer):
            if end >= 0:
                os.set_blocking(end, False)

    @classmethod
    def create(cls) -> "Wakeup":
        """Make a pipe; the other process is given ``writer``. Raises OSError."""
        return cls(*os.pipe())

    def give(self) -> None:
        """Wake whoever waits. Does nothing if it has ended, or has not looked since many calls."""
        if self.writer >= 0:
            with contextlib.suppress(OSError):  # it is full, or its reader is gone
                os.write(self.writer, b"\0")

    def wait(self, timeout: Seconds) -> bool:
        """Wait for ``give``, also for one before this call; False if there was none in time."""
        ready, _, _ = select.select([self.reader], [], [], max(0.0, timeout))
        if ready:
            with contextlib.suppress(OSError):
                os.read(self.reader, _UNREAD)
        return bool(ready)

    def close(self) -> None:
        """Close this side. Safe to call twice."""
        for end in (self.reader, self.writer):
            if end >= 0:
                os.close(end)
        self.reader = self.writer = -1


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The stage's heartbeat, at the end of every frame.

    Attributes:
        index: Frame index.
        monotonic: End of the frame in monotonic seconds.
        time: Show time in seconds.
        cue: Id of the running cue, empty before the first.
        state: The interface's state, empty for a show without one.
        state_age: Seconds since that state began.
        score: Seconds since the score's cycle began; negative while the score does not run.
        cycle: Number of the cycle.
        heal: Whether the room has chosen to heal.
        speed: Factor on the cue clock; 0 where it is not known.
    """

    index: int
    monotonic: Seconds
    time: Seconds
    cue: str = ""
    state: str = ""
    state_age: Seconds = 0.0
    score: Seconds = -1.0
    cycle: int = 0
    heal: bool = False
    speed: float = 0.0


class ByHand(msgspec.Struct, frozen=True):
    """What was set by hand since the show began, besides the cues.

    Attributes:
        bases: Bases of touched parameters, by address, natural units.
        scene: The scene that was chosen by hand; empty for that of the cues.
    """

    bases: dict[str, tuple[float, ...]] = {}
    scene: str = ""


class Mapping:
    """The shared memory and the rings in it.

    ``state``, ``beat``, ``note``, ``report`` and ``picture`` are written by the stage and read by the keeper;
    ``wire``, ``guard``, ``room`` and ``shown`` the other way round. ``picture`` and ``room`` carry the two
    ends of ``safety.joint``. Make one with ``create`` and pass ``fd`` and ``fresh.writer`` to the stage,
    which calls ``attach``.

    Args:
        fd: Open descriptor of the memory; the mapping owns it.
        fresh: Wakes the keeper's thread when light is written to ``state``; the mapping owns it.
        universes: Number of universes of the venue when it was created.
        most: Number of universes that the patch may grow to. Unwritten memory costs nothing.
    """

    def __init__(self, fd: int, fresh: Wakeup, universes: int, most: int) -> None:
        self.fd = fd
        self.fresh = fresh
        self.universes = universes
        self.most = most
        self._map = mmap.mmap(fd, self._total(most))
        view = memoryview(self._map)
        cursor = 64
        rings: list[Ring] = []
        for capacity in self._capacities(most):
            size = Ring.size(capacity)
            rings.append(Ring(view[cursor : cursor + size], capacity))
            cursor += size
        view.release()
        self.state, self.beat, self.note, self.report, self.wire, self.guard, self.picture, self.room = rings[
            :8
        ]
        self.hand, self.shown = rings[8:10]
        self._rings = rings
        self._named = ("", "")
        self._names = b"\0"

    @staticmethod
    def _capacities(universes: int) -> tuple[int, ...]:
        light = universes * CHANNELS
        lamps = (2 * light + _STATE_EXTRA, 512, _NOTE_CAPACITY, _REPORT_CAPACITY, light)
        return (*lamps, 512, 512, 512, _HAND_CAPACITY, _SHOWN.size)

    @classmethod
    def _total(cls, universes: int) -> int:
        return 64 + sum(Ring.size(capacity) for capacity in cls._capacities(universes))

    @classmethod
    def create(cls, universes: int, most: int = 0) -> "Mapping":
        """Create anonymous memory: a sealed memfd on Linux, an unlinked file elsewhere."""
        most = max(universes, most)
        size = cls._total(most)
        if sys.platform == "linux":
            import fcntl

            fd = os.memfd_create("photophore", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            os.ftruncate(fd, size)
            # Without the seal the other side could shrink it and make our next read a bus error.
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        else:
            with tempfile.TemporaryFile() as file:
                fd = os.dup(file.fileno())
            os.ftruncate(fd, size)
        os.pwrite(fd, _FILE.pack(_MAGIC, _VERSION, universes, most), 0)
        return cls(fd, Wakeup.create(), universes, most)

    @classmethod
    def attach(cls, fd: int, fresh: int = -1) -> "Mapping":
        """Map the memory of another process; ``fresh`` is the descriptor by which light is told to be there.

        Raises OutdatedError if ``fd`` is none of this version's.
        """
        head = os.pread(fd, _FILE.size, 0)
        if len(head) < _FILE.size:
            raise OutdatedError("the inherited mapping is empty; the stage must be started by the keeper")
        magic, version, universes, most = _FILE.unpack(head)
        if magic != _MAGIC or version != _VERSION or os.fstat(fd).st_size < cls._total(most):
            raise OutdatedError(
                "the inherited mapping is none of this version's; start keeper and stage again"
            )
        return cls(fd, Wakeup(-1, fresh), universes, most)

    def put_light(self, *parts: bytes | bytearray | memoryview) -> None:
        """Stage: write a frame of light, and wake the keeper for it."""
        self.state.write(*parts)
        self.fresh.give()

    def mark(self, beat: Heartbeat) -> None:
        """Stage: write the heartbeat of a frame."""
        if (beat.cue, beat.state) != self._named:
            self._named = beat.cue, beat.state
            cue = beat.cue.replace("\0", "").encode("utf-8", "replace")[:256]
            self._names = cue + b"\0" + beat.state.encode("utf-8", "replace")[:64]
        head = _BEAT.pack(
            beat.index, beat.monotonic, beat.time, beat.state_age, beat.score, beat.cycle, beat.heal,
            beat.speed,
        )  # fmt: skip
        self.beat.write(head + self._names)

    def heartbeat(self, after: int = 0) -> tuple[int, Heartbeat] | None:
        """Keeper: return the newest heartbeat and its generation, if newer than ``after``."""
        found = self.beat.newest(after)
        if found is None:
            return None
        generation, payload = found
        index, monotonic, time, age, *standing = _BEAT.unpack_from(payload)
        cue, _, state = payload[_BEAT.size :].decode("utf-8", "replace").partition("\0")
        return generation, Heartbeat(index, monotonic, time, cue, state, age, *standing)

    def set_by_hand(self, hand: ByHand) -> bool:
        """Stage: write what was set by hand. False if it is too much to keep."""
        data = msgspec.json.encode(hand)
        if len(data) > _HAND_CAPACITY:
            return False
        self.hand.write(data)
        return True

    def by_hand(self) -> ByHand | None:
        """Keeper: return what was set by hand; None before the stage has written anything valid."""
        found = self.hand.newest()
        if found is None or not found[1]:
            return None
        try:
            return msgspec.json.decode(found[1], type=ByHand)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def tell_shown(self, oldest: Seconds, *, safe: bool) -> None:
        """Keeper: write what the lamps show anything of (``Look.oldest``, ``Look.shows_safe``)."""
        self.shown.write(_SHOWN.pack(oldest, safe))

    def told_shown(self) -> tuple[Seconds, bool]:
        """Stage: return what ``tell_shown`` wrote last; -1 and False before that."""
        found = self.shown.newest()
        if found is None:
            return -1.0, False
        oldest, safe = _SHOWN.unpack(found[1])
        return float(oldest), bool(safe)

    def close(self) -> None:
        """Release the memory on this side. The other side keeps it."""
        for ring in self._rings:
            ring.release()
        self._map.close()
        os.close(self.fd)
        self.fresh.close()
