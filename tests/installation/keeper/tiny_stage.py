"""A stage in forty lines: it publishes one level at 60 Hz, beats, and obeys a few verbs that break it."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from installation.ipc.link import StageLink
from installation.ipc.quarantine import Note
from installation.ipc.shared_memory import ByHand, Heartbeat
from installation.status import StageStatus
from tests.installation.keeper.tiny_light import pack


def main() -> int:
    """Play: publish light, send heartbeats, obey; returns the exit status."""
    link = StageLink.inherited()
    assert link is not None
    log = Path(sys.argv[1])
    cue, begun = link.start.cue, time.monotonic() - link.start.time
    with log.open("a") as file:
        file.write(f"{os.getpid()} {link.start.cue} {link.start.time:.3f} {link.start.safe_mode}\n")
    if "crash" in sys.argv[2:]:
        return 9
    index, silent = 0, False
    told: list[str] = []
    while not link.orphaned:
        now = time.monotonic()
        for asked in link.commands(now):
            verb, arguments = asked.command.verb, asked.command.arguments
            if verb == "go":
                cue = str(arguments[0])
            elif verb == "note":
                link.note_shader(Note(str(arguments[0]), *(str(one) for one in arguments[1:])))
            elif verb == "done":
                link.note_shader(None)
            elif verb == "hand":
                link.mapping.set_by_hand(ByHand({str(arguments[0]): (float(arguments[1]),)}, "chosen"))
            elif verb == "start":
                arguments = (json.dumps(link.start.touched), link.start.scene)
            elif verb == "quarantined":
                arguments = (*arguments, link.quarantined(Path(str(arguments[0])), str(arguments[1])))
            elif verb in ("release", "leave-safe-mode"):
                told.append(" ".join([verb, *map(str, arguments)]))
            elif verb == "exit":
                return int(arguments[0])
            elif verb == "watch":
                for step in range(3):
                    link.answer(asked.id, step, more=step < 2)
                continue
            elif verb == "say":
                link.say({str(arguments[0]): bool(arguments[1])})
            elif verb == "told":
                arguments = tuple(told)
            elif verb in ("blackout", "panic"):
                told.append(f"{verb} {arguments[0]}")
            elif verb == "hang":
                time.sleep(60)
            elif verb == "mute":
                silent = True
            elif verb == "refuse":
                link.answer(asked.id, error="no such thing; ask for another")
                continue
            elif verb == "swallow":
                continue
            link.answer(asked.id, {"verb": verb, "arguments": list(arguments)})
        if not silent:
            light = np.full((link.mapping.universes, 512), 40000, np.uint16)
            link.mapping.put_light(pack(light, index))
            link.report(StageStatus(show="tiny", scene="plain"))
            link.mapping.mark(Heartbeat(index, now, now - begun, cue))
        index += 1
        time.sleep(1 / 60)
    link.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
