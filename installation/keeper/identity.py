"""The identity of this instance on the network: unique, and stable over restarts.

An sACN receiver tells sources apart by it. Two programs with the same identity would appear as one source
whose packets are out of order.
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
    """Return the identity of the instance with this state folder.

    It is generated once and stored there. If it cannot be stored, it is derived from the names of machine and
    folder: that is stable too, but the same for two clones of one machine.
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
        log.warning("%s: cannot be written (%s); the identity is derived from the hostname", path, error)
        return uuid.uuid5(_NAMESPACE, f"{_machine()}/{folder.absolute()}")
    return _of(drawn)


def _of(drawn: uuid.UUID) -> uuid.UUID:
    """Combine a stored number with this machine's identity: a copied state folder is another instance."""
    return uuid.uuid5(drawn, _machine())


def _machine() -> str:
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        machine = str(uuid.getnode())
    return f"{machine}/{socket.gethostname()}"
