"""The driver's cache of compiled shaders: where it is stored, and when it must be disabled.

Mesa maps its index into memory. On a full disk the first write into such a mapping is a bus error in the
middle of a compilation, which ends the process. The cache is therefore enabled only if there is room, and
disk blocks for its index are allocated in advance.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

__all__ = ["ROOM", "allocate", "choose"]

ROOM: Final = 32 << 20
"""Free bytes required to enable the cache; a large show and the index take about 10 MB."""

_OFF: Final = (
    "MESA_SHADER_CACHE_DISABLE",
    "MESA_GLSL_CACHE_DISABLE",
)  # the second is the name before Mesa 21.0


def choose(folder: Path) -> str:
    """Set the driver's cache folder, or disable the cache; call before a context is created.

    Returns:
        The reason why the cache is disabled; empty if it is enabled. Cache settings in the user's environment
        take precedence.
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
    return f"no shader cache in {folder}: {why}; every start compiles all shaders"


def allocate(folder: Path) -> None:
    """Allocate the index, so that a disk that fills up later disables the cache but does not end the show."""
    for index in (folder / "index", folder / "mesa_shader_cache" / "index"):
        with contextlib.suppress(OSError, AttributeError):  # not there, no room, or not Linux
            fd = os.open(index, os.O_RDWR | os.O_CLOEXEC)
            try:
                os.posix_fallocate(fd, 0, os.fstat(fd).st_size)
            finally:
                os.close(fd)
