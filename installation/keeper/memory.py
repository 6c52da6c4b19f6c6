"""The keeper's persistent state: the position in the show, and the quarantine.

After a crash of the keeper or a power cut everything is restored: the cue and its time, the state of the
interface, values set by hand, blackout and panic. After a clean stop the next run begins at the last cue, as
the show's files define it: values set by hand end with the run, and yesterday's blackout does not leave the
room dark. The quarantine survives both.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from installation.ipc.link import Start
from installation.ipc.shared_memory import Heartbeat
from installation.ipc.state_file import StateFile
from installation.keeper.stage.quarantine import read_quarantine
from installation.paths import is_file
from installation.values import Seconds

__all__ = ["Memory", "first_start"]

_SAVE: Final[Seconds] = 2.0
"""Least seconds between two saves."""
_REFRESH: Final[Seconds] = 30.0
"""Most seconds between two saves, since show time advances without any other change."""
_LONGEST: Final[Seconds] = 1e9
"""Largest plausible show time in seconds: 30 years."""
_FASTEST: Final = 100.0
"""Greatest factor on the cue clock."""
_END: Final = 4e9
"""Largest plausible Unix time, in the year 2096."""
_GREATEST: Final = sys.float_info.max
"""Largest absolute value of a base."""


class Memory:
    """The state file of one run.

    Args:
        folder: State folder.
        show: Name of the show; the state of another show is ignored.
        resume: Whether this run continues where the last one stopped.

    Attributes:
        start: Position at which the first stage begins.
        blackout, panic: Whether they were on when the last run crashed.
    """

    def __init__(self, folder: Path, show: str, *, resume: bool) -> None:
        self._file = StateFile(folder)
        self._show = show
        self._saved: dict[str, Any] = {}
        self._saved_at: Seconds = 0.0
        saved = self._file.load()
        crashed = _crashed(saved, show if resume else None)
        self.start = first_start(saved, show if resume else None)
        self.blackout = crashed and saved.get("blackout") is True
        self.panic = crashed and saved.get("panic") is True

    @property
    def trouble(self) -> str:
        """Why the state cannot be saved; empty if it can."""
        return self._file.trouble

    def keep(
        self,
        now: Seconds,
        start: Start,
        beat: Heartbeat | None,
        hand: Mapping[str, Any],
        *,
        clean: bool = False,
    ) -> None:
        """Save changes, at most every two seconds.

        Args:
            now: Monotonic seconds.
            start: Start of the next stage.
            beat: The stage's last heartbeat.
            hand: Changes by hand besides the cues: ``touched``, ``scene``, ``blackout``, ``panic``.
            clean: Whether this is a clean stop; saved in any case.
        """
        quarantine = {path: {"mark": q.mark, "reason": q.reason} for path, q in start.quarantine.items()}
        state: dict[str, Any] = {"show": self._show, "quarantine": quarantine, "clean": clean} | dict(hand)
        if beat is not None:
            state |= {"cue": beat.cue, "state": beat.state, "cycle": beat.cycle, "heal": beat.heal}
            state["speed"] = beat.speed
        else:  # no frame yet: the state of the last run still applies
            state |= {"cue": start.cue, "state": start.state, "time": start.time}
            state |= {"score": start.score, "cycle": start.cycle, "heal": start.heal, "speed": start.speed}
        changed = any(self._saved.get(key) != value for key, value in state.items())
        age = now - self._saved_at
        if clean or (changed and age >= _SAVE) or age >= _REFRESH:
            moment = {}
            if beat is not None:
                moment = {"time": beat.time, "state_age": beat.state_age, "score": beat.score}
                moment["alive"] = time.time()
            self._file.save(state | moment)
            self._saved, self._saved_at = state, now

    def forget(self) -> None:
        """Save everything at the next call, after the folder has been emptied."""
        self._saved, self._saved_at = {}, 0.0


def first_start(saved: Mapping[str, Any], show: str | None) -> Start:
    """Return the start of the first stage from a saved state; any invalid content is ignored.

    Args:
        saved: The saved state.
        show: The show to continue; None begins anew and keeps the quarantine only.
    """
    listed = read_quarantine(saved.get("quarantine"))
    kept = {path: one for path, one in listed.items() if is_file(Path(path))}  # the others were removed
    if show is None or saved.get("show") != show:
        return Start(quarantine=kept)
    shown = _moment(saved.get("time"))
    crashed = _crashed(saved, show)
    return Start(
        cue=_name(saved.get("cue")),
        state=_name(saved.get("state")),
        state_age=_moment(saved.get("state_age")),
        score=_place(saved.get("score")) if crashed else -1.0,
        cycle=int(_moment(saved.get("cycle"))),
        heal=saved.get("heal") is True,
        speed=min(_moment(saved.get("speed")), _FASTEST) if crashed else 0.0,
        time=shown,
        began=shown,
        alive=_wall(saved.get("alive")),
        quarantine=kept,
        touched=_bases(saved.get("touched")) if crashed else {},
        scene=_name(saved.get("scene")) if crashed else "",
        unclean=crashed,
    )


def _crashed(saved: Mapping[str, Any], show: str | None) -> bool:
    """Return whether the last run of this show ended without a clean stop."""
    return show is not None and saved.get("show") == show and saved.get("clean") is False


def _moment(value: object) -> Seconds:
    number = float(value) if isinstance(value, int | float) and abs(value) <= _LONGEST else 0.0
    return max(number, 0.0)


def _place(value: object) -> Seconds:
    """Return a position in the score in seconds; -1 if there is none."""
    return _moment(value) if isinstance(value, int | float) and value >= 0 else -1.0


def _wall(value: object) -> float:
    """Return Unix seconds; 0 if there are none."""
    return float(value) if isinstance(value, int | float) and 0.0 < value < _END else 0.0


def _name(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() else ""


def _bases(saved: object) -> dict[str, tuple[float, ...]]:
    """Return the touched bases of a state file; invalid entries are left out."""
    if not isinstance(saved, Mapping):
        return {}
    return {
        address: tuple(map(float, values))
        for address, values in saved.items()
        if _name(address) and isinstance(values, list) and all(map(_finite, values))
    }


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) <= _GREATEST
