"""What the keeper knows over a restart of everything: where the show stood, and what was in quarantine.

After a crash of the keeper or a power cut all of it comes back: the cue and its time, the interface's state,
values set by hand, a blackout and a panic. After a clean stop the next run begins its evening at the cue that
stood, as the show's files state it: what was set by hand has ended with the run, and nobody finds a dark room
because of a blackout of yesterday. Quarantine outlives both.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from installation.ipc.link import Start
from installation.ipc.shared_memory import Heartbeat
from installation.keeper.quarantine import read_quarantine
from installation.keeper.state import StateFile
from installation.values import Seconds

__all__ = ["Memory"]

_SAVE: Final[Seconds] = 2.0
"""Least time between two saves."""
_REFRESH: Final[Seconds] = 30.0
"""Show time goes on without any change: after a crash it goes on from here at the latest."""


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
        crashed = resume and saved.get("show") == show and not saved.get("clean", True)
        self.start = _first_start(saved, resume=resume and saved.get("show") == show, crashed=crashed)
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
            state |= {"cue": beat.cue, "state": beat.state}
        else:  # not one frame yet: what the last run left still holds
            state |= {"cue": start.cue, "state": start.state, "time": start.time}
        changed = any(self._saved.get(key) != value for key, value in state.items())
        age = now - self._saved_at
        if clean or (changed and age >= _SAVE) or age >= _REFRESH:
            moment = {"time": beat.time, "state_age": beat.state_age} if beat is not None else {}
            self._file.save(state | moment)
            self._saved, self._saved_at = state, now

    def forget(self) -> None:
        """Somebody has emptied the folder: save anew at the next turn."""
        self._saved, self._saved_at = {}, 0.0


def _first_start(saved: Mapping[str, Any], *, resume: bool, crashed: bool) -> Start:
    kept = read_quarantine(saved.get("quarantine"))
    if not resume:
        return Start(quarantine=kept)
    try:
        time, age = float(saved.get("time", 0.0)), float(saved.get("state_age", 0.0))
        touched = _bases(saved.get("touched")) if crashed else {}
        scene = str(saved.get("scene", "")) if crashed else ""
        cue, state = str(saved.get("cue", "")), str(saved.get("state", ""))
    except (TypeError, ValueError, OverflowError):
        return Start(quarantine=kept)
    return Start(
        cue=cue, state=state, state_age=age, time=time, began=time, quarantine=kept, touched=touched,
        scene=scene,
    )  # fmt: skip


def _bases(saved: Any) -> dict[str, tuple[float, ...]]:
    """Touched bases of a state file. Raises TypeError, ValueError for anything else."""
    given = dict(saved or {})
    return {str(address): tuple(float(value) for value in values) for address, values in given.items()}
