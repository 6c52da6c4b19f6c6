"""Who this instance is on the network: one identity that lasts over restarts and differs from any other.

A receiver of sACN tells sources apart by it. Two programs that share one are taken for one source whose
packets come out of order.
"""

import contextlib
import logging
import os
import socket
import uuid
from pathlib import Path
from typing import Final

__all__ = ["IDENTITY", "instance"]

IDENTITY: Final = "identity"
"""Name of the file in the state folder."""

_NAMESPACE: Final = uuid.UUID("b6cf5d0e-5a38-5d21-9f0c-3f5a8d0a2c11")

log = logging.getLogger(__name__)


def instance(folder: Path) -> uuid.UUID:
    """The identity of the instance whose state folder this is.

    It is drawn once and kept there. Where nothing can be kept it is made of the names of machine and folder:
    it lasts as well, but would be the same for two machines that were copied from one.
    """
    path = folder / IDENTITY
    with contextlib.suppress(OSError, ValueError):
        return _of(uuid.UUID(path.read_text("ascii").strip()))
    drawn = uuid.uuid4()
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(f"{drawn}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        log.warning("%s: cannot be written (%s); the identity is made of this machine's name", path, error)
        return uuid.uuid5(_NAMESPACE, f"{_machine()}/{folder.absolute()}")
    return _of(drawn)


def _of(drawn: uuid.UUID) -> uuid.UUID:
    """A state folder that was copied to another machine is another instance there."""
    return uuid.uuid5(drawn, _machine())


def _machine() -> str:
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        machine = str(uuid.getnode())
    return f"{machine}/{socket.gethostname()}"
