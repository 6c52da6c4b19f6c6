"""A state file that survives a power cut: two slots, each with a checksum.

The older slot is overwritten in place. It was allocated when the folder was first used, so a full disk does
not prevent a save; whatever happens during a write, the other slot stays intact.

Layout, little-endian: ``8s magic, u32 version, u32 crc32 of the rest, u64 generation, u32 length, JSON``.
"""

import json
import logging
import os
import stat
import struct
import zlib
from pathlib import Path
from typing import Any, Final

__all__ = ["StateFile"]

_HEAD = struct.Struct("<8sII")
_BODY = struct.Struct("<QI")
_MAGIC = b"PHOTSTAT"
_VERSION: Final = 1
_SIZE: Final = 65536

log = logging.getLogger(__name__)


class StateFile:
    """``NAME.a`` and ``NAME.b`` in a folder.

    Args:
        folder: State folder; if it is read-only, ``save`` returns False and the show goes on.
        name: ``NAME``.
    """

    def __init__(self, folder: Path, name: str = "state") -> None:
        self._paths = (folder / f"{name}.a", folder / f"{name}.b")
        self._generation = 0
        self._newest = 1
        self.trouble = ""
        """Why the last save failed; empty if it did not."""

    def load(self) -> dict[str, Any]:
        """Return the newest valid state, or an empty one."""
        found: dict[str, Any] = {}
        self._generation, self._newest = 0, 1
        for slot, path in enumerate(self._paths):
            read = _read(path)
            if read is not None and read[0] > self._generation:
                self._generation, found = read
                self._newest = slot
        return found

    def save(self, state: dict[str, Any]) -> bool:
        """Write the state into the older slot. False after a disk error, which is logged once."""
        text = json.dumps(state, separators=(",", ":")).encode()
        body = _BODY.pack(self._generation + 1, len(text)) + text
        data = _HEAD.pack(_MAGIC, _VERSION, zlib.crc32(body)) + body
        if len(data) > _SIZE:
            return self._failed(f"the state of {len(data)} bytes is above {_SIZE} and was not saved")
        slot = 1 - self._newest
        try:
            self._write(self._paths[slot], data)
        except OSError as error:
            where = self._paths[slot]
            return self._failed(f"{where}: cannot be written ({error}); the show goes on without")
        self.trouble = ""
        self._generation += 1
        self._newest = slot
        return True

    def _failed(self, why: str) -> bool:
        if self.trouble != why:
            log.warning("%s", why)
        self.trouble = why
        return False

    def _write(self, path: Path, data: bytes) -> None:
        new = not path.exists()
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            data = data.ljust(_SIZE, b"\0")
            done = 0
            while done < len(data):
                done += os.pwrite(fd, data[done:], done)
            os.fsync(fd)
        finally:
            os.close(fd)
        if new:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _read(path: Path) -> tuple[int, dict[str, Any]] | None:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
        try:  # bounded, since it may not be a regular file
            data = os.read(fd, _SIZE) if stat.S_ISREG(os.fstat(fd).st_mode) else b""
        finally:
            os.close(fd)
    except OSError:
        return None
    if len(data) < _HEAD.size + _BODY.size:
        return None
    magic, version, crc = _HEAD.unpack_from(data)
    generation, length = _BODY.unpack_from(data, _HEAD.size)
    body = data[_HEAD.size : _HEAD.size + _BODY.size + length]
    if magic == _MAGIC and version != _VERSION:
        log.warning("%s: written by another version of the program (%d); it is not used", path, version)
    if magic != _MAGIC or version != _VERSION or zlib.crc32(body) != crc:
        return None
    try:
        state = json.loads(body[_BODY.size :])
    except (ValueError, RecursionError):
        return None
    return (generation, state) if isinstance(state, dict) else None
