"""``photophore moments``: when which cue began in a recording, so that a set can become a score."""

import json
from pathlib import Path

from installation.clock import GivenClock
from installation.commands import COMMANDS
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.show.model import CueSpec
from installation.signal.record import open_replay
from installation.values import DEFAULT_SHOW, DEFAULT_VENUE, Command, Seconds

__all__ = ["moments", "tell"]

_NOT_AGAIN = frozenset(one.name for one in COMMANDS.values() if not one.recorded)


def moments(recording: Path, show: str = DEFAULT_SHOW) -> list[tuple[Seconds, CueSpec]]:
    """Return the cues that begin while a recording plays, with the time of each since its beginning.

    The show is played without a picture, as fast as it can be; what the picture did is in the recording.

    Args:
        recording: A file that ``record`` has written.
        show: Name or folder of the show that was recorded.

    Raises:
        ShowError: The recording or the show cannot be read.
    """
    options = StageOptions(show=show, venue=DEFAULT_VENUE, headless=True)
    clock = GivenClock()
    player = build_player(read_production(options), options, clock, None, repeatable=True)
    begun: list[CueSpec] = []
    player.cues.began = begun.append
    found: list[tuple[Seconds, CueSpec]] = []
    for recorded in open_replay(recording):
        clock.dt = recorded.dt
        played = [one for one in recorded.inbox if not isinstance(one, Command) or one.verb not in _NOT_AGAIN]
        step = player.step(played, player.frame.time)
        found += [(step.frame.time, cue) for cue in begun]
        begun.clear()
    return found


def tell(recording: Path, show: str | None, as_json: bool) -> int:
    """Print them, a line each, as a score has them."""
    for seconds, cue in moments(recording, show or DEFAULT_SHOW):
        at = _at(seconds)
        if as_json:
            print(json.dumps({"at": at, "seconds": round(seconds, 3), "cue": cue.id, "name": cue.name}))
        else:
            print(f'at = "{at}"   # cue {cue.id}{f"  {cue.name}" if cue.name != cue.id else ""}')
    return 0


def _at(seconds: Seconds) -> str:
    """Return a time as ``M:SS.s``, which ``at`` of a cue takes."""
    tenths = round(seconds * 10.0)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"
