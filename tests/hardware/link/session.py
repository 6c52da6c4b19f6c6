"""Two members of a Link session in a network of their own: a peer that sets tempo and beat, and our adapter.

Runs as a script inside ``unshare -n``; prints the tempo, how far our bars are from the peer's in beats, and
the source's words.
"""

import json
import subprocess
import sys
import time

from hardware.link import LinkInput, LinkSettings
from installation.tempo import ClockFollower

__all__ = ["main"]

_PEER = """
import time
from link import Link
link = Link(133.0)
link.enabled = True
end = time.monotonic() + 14
while time.monotonic() < end:
    state, now = link.captureAppSessionState(), link.clock().micros()
    print(time.monotonic(), state.phaseAtTime(now, 4.0), link.numPeers(), flush=True)
    time.sleep(0.2)
"""


def main() -> None:
    """Follow the peer for some seconds."""
    with subprocess.Popen([sys.executable, "-c", _PEER], stdout=subprocess.PIPE, text=True) as peer:
        time.sleep(1.5)
        adapter = LinkInput("link", LinkSettings())
        adapter.open()
        clock, words = ClockFollower(), []
        end = time.monotonic() + 9
        while time.monotonic() < end:
            for one in adapter.receive(0.1):
                words.append(one.values[0])
                match one.values:
                    case ("position", _, int(place)):
                        clock.song_position(place)
                    case ("continue", _):
                        clock.proceed()
                    case ("tick", _):
                        clock.tick(one.time)
        detail, bpm = adapter.detail, clock.bpm
        adapter.close()
        out, _ = peer.communicate()
        rows = [[float(part) for part in line.split()] for line in out.splitlines()]
        told = [row for row in rows if row[0] < end and row[2]][-1]
        away = (clock.at(told[0]) - told[1]) % 4.0
    print(json.dumps({"bpm": bpm, "away": min(away, 4.0 - away), "words": words[:3], "detail": detail}))


if __name__ == "__main__":
    main()
