"""Which monome devices there are, asked without taking any of them from a show that plays."""

import socket
import time

from hardware.monome.adapter import PORT
from installation.contract import HOST, OscError, Seconds, osc

__all__ = ["ANSWER", "device_kinds"]

ANSWER: Seconds = 0.3
"""How long answers are waited for; serialosc on the same machine takes some milliseconds."""

_LONGEST = 4096
_MOST = 64


def device_kinds(host: str = HOST, port: int = PORT) -> list[str] | None:
    """Return what serialosc calls its devices, e.g. ``monome 128``, each once; None if it does not run.

    Without a device serialosc says nothing: the list is empty. So it is where the system does not tell that
    nobody is at a port.
    """
    found: dict[str, None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        try:
            link.connect((host, port))
            here, own = link.getsockname()[:2]
            link.send(osc.encode("/serialosc/list", here, own))
            end = time.monotonic() + ANSWER
            for _ in range(_MOST):
                link.settimeout(max(0.001, end - time.monotonic()))
                for message in osc.decode(link.recv(_LONGEST)):
                    values = tuple(message.scalars)
                    if message.address == "/serialosc/device" and len(values) == 3:
                        found[str(values[1])] = None
        except (TimeoutError, OscError):
            return sorted(found)
        except OSError:  # refused: nobody is there
            return None
    return sorted(found)
