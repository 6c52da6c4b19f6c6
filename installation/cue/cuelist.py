"""The cue list: GO, back, standby, waits, follows, holds and panic, in QLab's vocabulary.

A cue is an absolute state: whichever way it was reached, every parameter that any cue of the list names takes
this cue's value, or its authored value if this cue does not name it; and the scene is the last one named up
to this cue. ``back`` therefore needs no history, and a restart in the middle of a show reproduces the same
look.
"""

import contextlib
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from installation.cue.check import arguments
from installation.cue.fade import Fades
from installation.cue.find import unknown
from installation.cue.override import MASTER, Panic
from installation.cue.scenes import SceneChange, Scenes
from installation.errors import AddressError
from installation.parameter.parameter import Kind
from installation.parameter.preset import Snapshot, recall, snapshot
from installation.parameter.tree import Tree
from installation.show.model import CueSpec
from installation.values import Frame, Seconds

__all__ = ["GO_INTERVAL", "CueList", "CueState"]

GO_INTERVAL: Seconds = 0.3
"""Minimum time between two manual GOs, from any source: a bouncing button must not skip a cue."""
_LIGHT_AGAIN: Seconds = 2.0
"""Fade-in time of the master after a panic if no cue follows whose fade it could use."""

_CALM = frozenset({"black", "still", "silent"})


@dataclass(frozen=True, slots=True)
class CueState:
    """State that a restarted stage needs to continue: plain values, for a file.

    Attributes:
        cue, standby: Ids, or None.
        elapsed: Seconds on the cue clock since the cue began; negative during its pre-wait.
        time: Show time in seconds.
        held: Whether the cue clock is stopped.
        bases: All bases; those being faded have their final values.
    """

    cue: str | None
    standby: str | None
    elapsed: Seconds
    time: Seconds
    held: bool = False
    bases: Snapshot = field(default_factory=dict)


class CueList:
    """Plays cues on a tree.

    Args:
        cues: The cues, in order.
        tree: The tree whose bases are faded.
        scene: Id of the scene before the first cue.
    """

    def __init__(self, cues: Sequence[CueSpec], tree: Tree, scene: str) -> None:
        self._tree = tree
        self._start = scene
        self._fades = Fades(tree)
        self._scenes = Scenes(scene)
        self.begun = 0
        """Number of cues that have begun since the start."""
        self._current: str | None = None
        self._waiting = False
        self._fresh = False
        self._gone = False
        """Whether there was a GO in the current frame."""
        self._elapsed: Seconds = 0.0
        self._time: Seconds = 0.0
        self._last_go: Seconds | None = None
        self._held = False
        self.panicked = Panic(tree)
        """The panic that limits the master."""
        self._touched = 0, tree.touched
        """Bases touched at the last GO, and the version of the tree."""
        self._cues: tuple[CueSpec, ...] = ()
        self._standby: str | None = None
        self.replace(cues)

    @property
    def current(self) -> CueSpec | None:
        """The current cue, from its GO on (including its pre-wait)."""
        return self._by_id.get(self._current or "")

    @property
    def standby(self) -> CueSpec | None:
        """The cue that the next GO plays; None at the end of the list."""
        return self._by_id.get(self._standby or "")

    @property
    def scene(self) -> SceneChange:
        """The scenes to show in this frame."""
        return self._scenes.change

    @property
    def wanted_state(self) -> str | None:
        """The interface's state according to the list: the last one named up to the current cue."""
        standing = self._before(self._current) if self._waiting else self._current
        place = self._order.index(standing) + 1 if standing else 0
        named = [cue.state for cue in self._cues[:place] if cue.state is not None]
        return named[-1] if named else None

    @property
    def intended(self) -> frozenset[str]:
        """Of ``black``, ``still``, ``silent``: what detectors must not report as a fault now."""
        stated = self.current.intended if self.current and not self._waiting else frozenset[str]()
        return stated | _CALM if self.panicked.stopped else stated

    @property
    def calmed(self) -> bool:
        """Whether a panic is active: until a GO, or until the master is taken up by hand."""
        return self.panicked.on

    @property
    def held(self) -> bool:
        """Whether the cue clock is stopped, and with it waits, fades and follows."""
        return self._held

    def replace(
        self, cues: Sequence[CueSpec], start: str | None = None, scenes: Container[str] | None = None
    ) -> None:
        """Replace the list while running; the current cue is kept if it still exists.

        Args:
            cues: The new list.
            start: The show's first scene, if it may have changed.
            scenes: The existing scenes. If a visible one was removed, the scene of the current cue replaces
            it at once.
        """
        self._cues = tuple(cues)
        self._by_id = {cue.id: cue for cue in self._cues}
        self._order = [cue.id for cue in self._cues]
        if self._current not in self._by_id:
            self._current, self._waiting = None, False
        if self._standby not in self._by_id:
            self._standby = self._after(self._current)
        self._start = start or self._start
        if scenes is not None and any(scene not in scenes for scene in self._scenes.wanted):
            self._scenes.cut(self._scene_of(self._current))

    def go(self, now: Seconds) -> bool:
        """Play the standby cue at show time ``now``; False if it is too soon or the list is at its end.

        At the end, or without cues, a GO still ends a panic.
        """
        if self.standby is not None:
            return self.go_to(self.standby.id, now)
        calmed = self.calmed
        self.end_panic()
        return calmed

    def go_to(self, cue: str, now: Seconds) -> bool:
        """Play a cue by id; False if it is too soon after the last GO. Raises AddressError if unknown."""
        if cue not in self._by_id:
            raise AddressError(unknown(self._cues, cue))
        if self._last_go is not None and 0 <= now - self._last_go < GO_INTERVAL:
            return False
        self._last_go = now
        self._play(cue)
        self._fresh = True
        self._touched = self._tree.version, self._tree.touched.copy()
        return True

    def back(self, now: Seconds) -> bool:
        """Return to the previous cue, without its pre-wait; False if there is none or it is too soon."""
        place = self._order.index(self._current) if self._current in self._by_id else 0
        if place == 0 or not self.go_to(self._order[place - 1], now):
            return False
        self._elapsed = 0.0
        return True

    def step_standby(self, by: int) -> None:
        """Move the standby up or down the list, stopping at the ends."""
        if self._order:
            place = self._order.index(self._standby) if self._standby else len(self._order)
            self._standby = self._order[min(max(place + by, 0), len(self._order) - 1)]

    def hold(self, held: bool) -> None:
        """Stop or resume the cue clock; the picture keeps moving."""
        self._held = held

    def panic(self, seconds: Seconds = 2.0) -> None:
        """Stop all follows and fades, and fade the master to 0 in ``seconds``.

        The next GO fades the master back in, unless it was taken up by hand in the meantime.
        """
        self._fades.stop()
        self._held = False
        if self._waiting:
            self._standby, self._current, self._waiting = self._current, self._before(self._current), False
        self.panicked.begin(seconds)
        if MASTER in self._tree.parameters():
            self._fades.start({MASTER: (0.0,)}, seconds)

    def end_panic(self) -> None:
        """End a panic without a GO; does nothing without a panic."""
        if self.calmed:
            if MASTER in self._tree.parameters():
                self._fades.start({MASTER: (self.panicked.level,)}, _LIGHT_AGAIN)
            self.panicked.end(_LIGHT_AGAIN)

    def as_authored(self, seconds: Seconds = 4.0) -> None:
        """Fade all parameters that cues name back to the values of the current cue."""
        known = self._tree.parameters()
        ends = self._ends(self._current).items()
        self._fades.start({a: end for a, end in ends if known[a].kind is not Kind.EVENT}, seconds)

    def authored(self) -> Snapshot:
        """Return the values of the current cue for everything that any cue of the list names."""
        return self._ends(self._current)

    def to_scene(self, scene: str, seconds: Seconds, transition: str = "dissolve") -> None:
        """Change to a scene by hand, until the next cue that names a scene."""
        self._scenes.to(scene, seconds, transition)

    def fade_to(self, bases: Snapshot, seconds: Seconds) -> None:
        """Fade bases by hand, as a preset does; a GO or a manual change overrides the fade."""
        self._fades.start(bases, seconds)

    def advance(self, frame: Frame) -> None:
        """Process one frame: waits, fades, follows."""
        self._time = frame.time
        self._gone = self._fresh
        dt = 0.0 if self._held else frame.dt
        self._scenes.advance(dt)
        self._fades.advance(dt)
        self.panicked.advance(frame.dt, frame.time)
        self._elapsed += 0.0 if self._fresh else dt  # a GO in this frame happens now, not dt ago
        self._fresh = False
        self._follow()

    def untouched(self, ends: Snapshot) -> Snapshot:
        """Return the values that nobody has touched since this frame's GO: a later touch takes precedence."""
        version, before = self._touched
        if not self._gone or version != self._tree.version:
            return ends
        slots = {address: self._tree.slot(address) for address in ends if address in self._tree.parameters()}
        return {a: ends[a] for a, slot in slots.items() if self._tree.touched[slot] == before[slot]}

    def state(self) -> CueState:
        """Return the state to store."""
        bases = snapshot(self._tree) | self.going_to()
        return CueState(self._current, self._standby, self._elapsed, self._time, self._held, bases)

    def going_to(self) -> Snapshot:
        """Return the final values of running fades, except those of a panic."""
        ends = self._fades.ends()
        if self.calmed and MASTER in self._tree.parameters():
            ends[MASTER] = (self.panicked.level,)
        return ends

    @property
    def scene_by_hand(self) -> str:
        """Return the scene chosen by hand; empty if the cues' own scene is shown or pending."""
        wanted = self._scenes.target
        standing = self._before(self._current) if self._waiting else self._current
        return wanted if wanted != self._scene_of(standing) else ""

    def restore(self, state: CueState) -> list[str]:
        """Restore ``state`` at once; return one sentence for each value that could not be set."""
        problems = recall(self._tree, state.bases)
        self._fades.stop()
        if self.panicked.stopped:
            self.panicked.end(0.0)
        self._current = state.cue if state.cue in self._by_id else None
        self._standby = state.standby if state.standby in self._by_id else self._after(self._current)
        self._elapsed, self._time, self._held = state.elapsed, state.time, state.held
        self._waiting = self._current is not None and state.elapsed < 0
        standing = self._before(self._current) if self._waiting else self._current
        self._scenes.cut(self._scene_of(standing))
        return problems

    def _play(self, cue: str) -> None:
        self._current = cue
        self._standby = self._after(cue)
        self._waiting = True
        self._elapsed = -self._by_id[cue].pre_wait

    def _follow(self) -> None:
        """Begin the cue whose wait is over, and those that follow it in this same frame."""
        for _ in range(len(self._order) + 1):  # bounds a list of cues without times
            cue = self.current
            if cue is None or self._elapsed < 0:
                return
            if self._waiting:
                self._begin(cue)
            due = {"auto-continue": cue.post_wait, "auto-follow": cue.fade + cue.hold}.get(cue.follow)
            following = self._after(cue.id)
            if self.panicked.stopped or due is None or following is None or self._elapsed < due:
                return
            late = self._elapsed - due
            self._play(following)
            self._elapsed += late

    def _begin(self, cue: CueSpec) -> None:
        self._waiting = False
        self.begun += 1
        ends = self._ends(cue.id)
        if self.calmed and MASTER in self._tree.parameters() and MASTER not in cue.set:
            ends[MASTER] = (self.panicked.level,)
        if self.panicked.stopped:
            self.panicked.end(cue.fade)
        self._fades.start(self.untouched(ends), cue.fade)
        self._scenes.to(self._scene_of(cue.id), cue.fade, cue.transition)

    def _ends(self, cue: str | None) -> Snapshot:
        """Return the absolute state of a cue, without values that the tree rejects (see ``check_cues``)."""
        known = self._tree.parameters()
        ends: Snapshot = {a: known[a].default for other in self._cues for a in other.set if a in known}
        for address, value in (self._by_id[cue].set if cue else {}).items():
            if address in known:
                with contextlib.suppress(AddressError):
                    ends[address] = tuple(self._tree.natural(address, arguments(value)))
        return ends

    def _scene_of(self, cue: str | None) -> str:
        place = self._order.index(cue) + 1 if cue else 0
        named = [other.scene for other in self._cues[:place] if other.scene is not None]
        return named[-1] if named else self._start

    def _after(self, cue: str | None) -> str | None:
        place = self._order.index(cue) + 1 if cue in self._by_id and cue else 0
        return self._order[place] if place < len(self._order) else None

    def _before(self, cue: str | None) -> str | None:
        place = self._order.index(cue) if cue in self._by_id and cue else 0
        return self._order[place - 1] if place else None
