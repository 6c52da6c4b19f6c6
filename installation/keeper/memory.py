"""What the keeper knows over a restart of everything: where the show stood, and what was in quarantine.

After a crash of the keeper or a power cut all of it comes back: the cue and its time, the interface's state,
values set by hand, a blackout and a panic. After a clean stop the next run begins its evening at the cue that
stood, as the show's files state it: what was set by hand has ended with the run, and nobody finds a dark room
because of a blackout of yesterday. Quarantine outlives both.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from installation.ipc.link import Start
from installation.ipc.shared_memory import Heartbeat
from installation.ipc.state_file import StateFile
from installation.keeper.quarantine import read_quarantine
from installation.paths import is_file
from installation.values import Seconds

__all__ = ["Memory", "first_start"]

_SAVE: Final[Seconds] = 2.0
"""Least time between two saves."""
_REFRESH: Final[Seconds] = 30.0
"""Show time goes on without any change: after a crash it goes on from here at the latest."""
_LONGEST: Final[Seconds] = 1e9
"""Show time beyond which a saved one is not believed: 30 years."""
_GREATEST: Final = sys.float_info.max
"""Greatest finite number, of a base."""


class Memory:
    """The state file of one run.

    Args:
        folder: State folder.
        show: Name of the show; the state of another one is not taken over.
        resume: Whether this run goes on where the last one stood.

    Attributes:
        start: Where the first stage begins.
        blackout, panic: What held when the last run crashed.
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
        """Why nothing can be saved; empty where it can."""
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
        """Save what has changed, at most every two seconds.

        Args:
            now: Monotonic seconds.
            start: What the next stage would be told.
            beat: The stage's last sign of life.
            hand: What people have done beside the cues: ``touched``, ``scene``, ``blackout``, ``panic``.
            clean: Whether this is a clean end; saved in any case.
        """
        quarantine = {path: {"mark": q.mark, "reason": q.reason} for path, q in start.quarantine.items()}
        state: dict[str, Any] = {"show": self._show, "quarantine": quarantine, "clean": clean} | dict(hand)
        if beat is not None:
            state |= {"cue": beat.cue, "state": beat.state, "cycle": beat.cycle, "heal": beat.heal}
        else:  # not one frame yet: what the last run left still holds
            state |= {"cue": start.cue, "state": start.state, "time": start.time}
            state |= {"score": start.score, "cycle": start.cycle, "heal": start.heal}
        changed = any(self._saved.get(key) != value for key, value in state.items())
        age = now - self._saved_at
        if clean or (changed and age >= _SAVE) or age >= _REFRESH:
            moment = {}
            if beat is not None:
                moment = {"time": beat.time, "state_age": beat.state_age, "score": beat.score}
            self._file.save(state | moment)
            self._saved, self._saved_at = state, now

    def forget(self) -> None:
        """Somebody has emptied the folder: save anew at the next turn."""
        self._saved, self._saved_at = {}, 0.0


def first_start(saved: Mapping[str, Any], show: str | None) -> Start:
    """Where a first stage begins, by the state of an earlier run: however old or strange, it starts.

    Args:
        saved: What was saved.
        show: The show that is to go on; None begins afresh and keeps the quarantine only.
    """
    listed = read_quarantine(saved.get("quarantine"))
    kept = {path: one for path, one in listed.items() if is_file(Path(path))}  # the others were taken away
    if show is None or saved.get("show") != show:
        return Start(quarantine=kept)
    time = _moment(saved.get("time"))
    crashed = _crashed(saved, show)
    return Start(
        cue=_name(saved.get("cue")),
        state=_name(saved.get("state")),
        state_age=_moment(saved.get("state_age")),
        score=_place(saved.get("score")) if crashed else -1.0,
        cycle=int(_moment(saved.get("cycle"))),
        heal=saved.get("heal") is True,
        time=time,
        began=time,
        quarantine=kept,
        touched=_bases(saved.get("touched")) if crashed else {},
        scene=_name(saved.get("scene")) if crashed else "",
    )


def _crashed(saved: Mapping[str, Any], show: str | None) -> bool:
    """Whether the last run of this show did not end by itself."""
    return show is not None and saved.get("show") == show and saved.get("clean") is False


def _moment(value: object) -> Seconds:
    number = float(value) if isinstance(value, int | float) and abs(value) <= _LONGEST else 0.0
    return max(number, 0.0)


def _place(value: object) -> Seconds:
    """A place in the score; -1 where there is none."""
    return _moment(value) if isinstance(value, int | float) and value >= 0 else -1.0


def _name(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() else ""


def _bases(saved: object) -> dict[str, tuple[float, ...]]:
    """Touched bases of a state file; what makes no sense is left out."""
    if not isinstance(saved, Mapping):
        return {}
    return {
        address: tuple(map(float, values))
        for address, values in saved.items()
        if _name(address) and isinstance(values, list) and all(map(_finite, values))
    }


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) <= _GREATEST
