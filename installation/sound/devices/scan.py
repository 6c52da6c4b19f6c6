"""The list of audio devices, made by a process of its own.

PortAudio sees devices that were plugged in later only after it was ended and begun again, which would take
the streams that play with it, and a sound server that hangs holds up whoever asks it. So a short-lived
process asks: ``python -m installation.sound.devices.scan`` prints the list as JSON.
"""

import contextlib
import os
import subprocess
import sys
from typing import Final

import msgspec

from installation.sound.devices.library import Library, missing
from installation.sound.devices.names import Inventory
from installation.values import Seconds

__all__ = ["main", "refresh", "scan"]

_PATIENCE: Final[Seconds] = 10.0


def scan(timeout: Seconds = _PATIENCE) -> Inventory:
    """Return the devices of this moment; ``problem`` says why there are none to be told of.

    Args:
        timeout: Seconds to wait for the sound system.
    """
    command = [sys.executable, "-m", "installation.sound.devices.scan"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
        )
        return msgspec.json.decode(done.stdout, type=Inventory)
    except subprocess.TimeoutExpired:
        return Inventory(problem=f"the sound system did not answer within {timeout:g} s; restart its server")
    except (OSError, msgspec.DecodeError) as error:
        return Inventory(problem=f"the devices cannot be listed: {error}")


def refresh(library: Library) -> None:
    """Let a library see devices that have come or gone.

    Without open streams that is done at once. Else streams are interrupted only if there is something new.
    Raises AdapterError if the sound system cannot be asked.
    """
    if library.streams:
        found = scan()
        if found.problem or _names(found) == _names(library.inventory()):
            return
    library.renew()


def _names(found: Inventory) -> list[str]:
    return sorted(f"{one.api}: {one.name}" for one in found.devices)


def main() -> None:
    """Print the list."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))  # who asks may be in real time
    absent = missing()
    if absent:
        found = Inventory(problem=absent)
    else:
        library = Library()
        found = library.inventory()
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    sys.stdout.flush()
    os._exit(0)  # nothing of the sound system may hold this process up


if __name__ == "__main__":
    main()
