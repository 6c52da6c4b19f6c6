"""The driver's own cache of compiled shaders: where it lies, and when it has to be off.

Mesa maps its index into memory. On a disk without room the first write into such a map is a bus error in the
middle of a compile, which ends the process. So the cache is used only where there is room, and its index is
given its blocks before anything is written there.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

__all__ = ["ROOM", "allocate", "choose"]

ROOM: Final = 32 << 20
"""Bytes that have to be free for the cache to be used; a large show and the index take some 10 MB."""

_OFF: Final = (
    "MESA_SHADER_CACHE_DISABLE",
    "MESA_GLSL_CACHE_DISABLE",
)  # the name before Mesa 21.0 comes second


def choose(folder: Path) -> str:
    """Tell the driver to keep its cache in a folder, or none at all; before any context is made.

    Returns:
        Why there is no cache, in words; empty where there is one. What the user's own environment says of the
        cache stays as it is.
    """
    if "MESA_SHADER_CACHE_DIR" in os.environ or any(name in os.environ for name in _OFF):
        return ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        why = f"{free / 1e6:.1f} MB are free, {ROOM / 1e6:.0f} are needed" if free < ROOM else ""
        why = why or ("" if os.access(folder, os.W_OK) else "it cannot be written")
    except OSError as error:
        why = error.strerror or str(error)
    if not why:
        os.environ["MESA_SHADER_CACHE_DIR"] = str(folder)
        return ""
    for name in _OFF:
        os.environ[name] = "true"
    return f"compiled shaders are not kept in {folder}: {why}; each start compiles them anew"


def allocate(folder: Path) -> None:
    """Give the index its blocks, so that a disk that fills up later loses the cache and not the show."""
    for index in (folder / "index", folder / "mesa_shader_cache" / "index"):
        with contextlib.suppress(OSError, AttributeError):  # not there, no room, or not Linux
            fd = os.open(index, os.O_RDWR | os.O_CLOEXEC)
            try:
                os.posix_fallocate(fd, 0, os.fstat(fd).st_size)
            finally:
                os.close(fd)
