"""The process that reads what our network and plain Zenoh bring."""

import json
import sys
import time
from typing import Final

import msgspec

from installation.bench.mesh.plain import Plain
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
from installation.ipc.feeds.site import Own
from installation.values import HOST

__all__ = ["main"]

_PATIENCE: Final = 60.0


def main() -> int:
    """Read both until there are enough, and print how old each message was, seconds."""
    mesh_port, plain_port, count = (int(one) for one in sys.argv[1:4])
    mesh = SiteMesh(HubOptions(site="bench", hub="b", connect=(f"{HOST}:{mesh_port}",)))
    plain = Plain(f"tcp/{HOST}:{plain_port}", listen=False)
    heard = mesh.subscribe("own/*", capacity=1024)
    ours: list[float] = []
    theirs: list[float] = []
    end = time.monotonic() + _PATIENCE
    while min(len(ours), len(theirs)) < count and time.monotonic() < end:
        for _, payload in heard.drain():
            ours.append(_age(payload))
        theirs += [_age(payload) for payload in plain.drain()]
        time.sleep(0.0001)
    sys.stdout.write(json.dumps([ours, theirs]))
    mesh.close()
    plain.close()
    return 0


def _age(payload: bytes) -> float:
    return time.monotonic() - msgspec.msgpack.decode(payload, type=Own).at


if __name__ == "__main__":
    sys.exit(main())
