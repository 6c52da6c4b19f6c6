"""The cue list: GO, back, standby, waits, follows, holds and panic, in QLab's vocabulary.

A cue is an absolute state: whichever way it was reached, every parameter that any cue of the list names takes
this cue's value, or its authored value if this cue does not name it; and the scene is the last one named up
to this cue. ``back`` therefore needs no history, and a restart in the middle of a show reproduces the same
look.
"""

from collections.abc import Callable, Container, Sequence

from installation.cue.changes.changes import Changes
from installation.cue.changes.scenes import SceneChange
from installation.cue.clock import CueClock
from installation.cue.find import unknown
from installation.cue.go import ManualGo
from installation.cue.order import CueOrder
from installation.cue.override import Panic
from installation.cue.standby import Standby
from installation.cue.state import CueState
from installation.errors import AddressError
from installation.parameter.preset import Snapshot, recall, snapshot
from installation.parameter.tree import Tree
from installation.show.model import CueSpec
from installation.values import Frame, Seconds

__all__ = ["CueList"]

_EVENTS_WITHIN: Seconds = 1.0
"""A jump into a cue that began longer ago than this does not give its events again."""
_CALM = frozenset({"black", "still", "silent"})


class CueList:
    """Plays cues on a tree.

    Args:
        cues: The cues, in order.
        tree: The tree whose bases are faded.
        scene: Id of the scene before the first cue.
    """

    def __init__(self, cues: Sequence[CueSpec], tree: Tree, scene: str) -> None:
        self._tree = tree
        self._changes = Changes(tree, scene)
        self.manual = ManualGo(tree)
        """The GOs that people gave."""
        self.begun = 0
        """Number of cues that have begun since the start."""
        self.clock = CueClock()
        """Which cue stands, and since when."""
        self.began: Callable[[CueSpec], object] = lambda _cue: None
        """Told of each cue that begins, in order; not of one that is met in its middle."""
        self._time: Seconds = 0.0
        self._order = CueOrder()
        self.next = Standby(self._order)
        """The cue that the next GO plays, and what decides it."""
        self._late = False
        """Whether a cue is met in its middle."""
        self.replace(cues, scene)

    @property
    def current(self) -> CueSpec | None:
        """The current cue, from its GO on (including its pre-wait)."""
        return self._order.get(self.clock.cue)

    @property
    def standby(self) -> CueSpec | None:
        """The cue that the next GO plays; None at the end of a list that does not begin again."""
        return self.next.cue

    @property
    def scene(self) -> SceneChange:
        """The scenes to show in this frame."""
        return self._changes.scenes.change

    @property
    def panicked(self) -> Panic:
        """The panic that limits the master."""
        return self._changes.panicked

    @property
    def wanted_state(self) -> str | None:
        """The interface's state according to the list: the last one named up to the current cue."""
        return self._order.state_of(self.clock.standing)

    @property
    def intended(self) -> frozenset[str]:
        """Of ``black``, ``still``, ``silent``: what detectors must not report as a fault now."""
        stated = self.current.intended if self.current and not self.clock.waiting else frozenset[str]()
        return stated | _CALM if self.panicked.stopped else stated

    @property
    def calmed(self) -> bool:
        """Whether a panic is active: until a GO, or until the master is taken up by hand."""
        return self.panicked.on

    @property
    def order(self) -> CueOrder:
        """The list itself."""
        return self._order

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
        self._order = self.next.order = CueOrder(cues, start or self._order.start)
        if self.clock.cue not in self._order:
            self.clock.forget()
        if self.next.lost:
            self.next.put(self._order.after(self.clock.cue))
        if scenes is not None and any(scene not in scenes for scene in self._changes.scenes.wanted):
            self._changes.scenes.cut(self._order.scene_of(self.clock.cue))

    def go(self, now: Seconds) -> bool:
        """Play the standby cue at show time ``now``; False if it is too soon or the list is at its end.

        At the end, or without cues, a GO still ends a panic.
        """
        standby = self.standby
        if standby is not None:
            return self.go_to(standby.id, now)
        calmed = self.calmed
        self.end_panic()
        return calmed

    def go_to(self, cue: str, now: Seconds) -> bool:
        """Play a cue by id; False if it is too soon after the last GO. Raises AddressError if unknown."""
        if cue not in self._order:
            raise AddressError(unknown(self._order.cues, cue))
        if self.too_soon(now):
            return False
        self._play(cue)
        self.manual.given(cue, now)
        return True

    def too_soon(self, now: Seconds) -> bool:
        """Whether a GO at show time ``now`` would be ignored because another one was just before."""
        return self.manual.too_soon(now)

    def back(self, now: Seconds) -> bool:
        """Return to the previous cue, without its pre-wait; False if there is none or it is too soon."""
        cue = self._order.before(self.clock.cue)
        while cue is not None and not self.next.holds(cue):
            cue = self._order.before(cue.id)
        if cue is None or not self.go_to(cue.id, now):
            return False
        self.clock.elapsed = 0.0
        return True

    def follow(self, cue: str, late: Seconds, *, catch_up: bool = False) -> None:
        """Play a cue that was reached ``late`` seconds ago on the cue clock; after ``advance``.

        With ``catch_up`` its fades are where they would be if it had begun then.
        """
        self._play(cue)
        self.clock.elapsed = late
        self._follow()
        if catch_up and self.clock.elapsed > 0.0:
            self._changes.advance(self.clock.elapsed)

    def jump(self, cue: str, before: str | None, late: Seconds) -> None:
        """Stand in the middle of a cue, as if it had been played ``late`` seconds ago, after ``before``.

        Events that the cue gave when it began are not given again; a panic ends.
        """
        self._late = late >= _EVENTS_WITHIN
        calmed = self.calmed
        self.restore(CueState(before, None, 0.0, self._time, self.clock.held))
        self.as_authored(0.0)
        self.follow(cue, late, catch_up=True)
        self._late = False
        if calmed:
            self._changes.light_again()

    def fire_events(self, cue: CueSpec) -> None:
        """Give the events that a cue names, although it is not played."""
        ends = self._order.ends(self._tree, cue.id)
        standing = self._changes.without_events(ends)
        self._changes.fade({a: ends[a] for a in cue.set if a in ends and a not in standing}, 0.0)

    def panic(self, seconds: Seconds = 2.0) -> None:
        """Stop all follows and fades, and fade the master to 0 in ``seconds``.

        The next GO fades the master back in, unless it was taken up by hand in the meantime.
        """
        self.clock.hold(False)
        if self.clock.waiting:
            self.next.put(self.current)
            self.clock.withdraw()
        self._changes.panic(seconds)

    def end_panic(self) -> None:
        """End a panic without a GO; does nothing without a panic."""
        self._changes.end_panic()

    def as_authored(self, seconds: Seconds = 4.0) -> None:
        """Fade all parameters that cues name back to the values of the current cue."""
        self._changes.fade(self._changes.without_events(self.authored()), seconds)

    def authored(self) -> Snapshot:
        """Return the values of the current cue for everything that any cue of the list names."""
        return self._order.ends(self._tree, self.clock.cue)

    def to_scene(self, scene: str, seconds: Seconds, transition: str = "dissolve") -> None:
        """Change to a scene by hand, until the next cue that names a scene."""
        self._changes.scenes.to(scene, seconds, transition)

    def fade_to(self, bases: Snapshot, seconds: Seconds) -> None:
        """Fade bases by hand, as a preset does; a GO or a manual change overrides the fade."""
        self._changes.fade(bases, seconds)

    def advance(self, frame: Frame) -> None:
        """Process one frame: waits, fades, follows."""
        self._time = frame.time
        dt = frame.dt * self.clock.rate
        self._changes.frame(frame, dt)
        fresh = self.manual.advance()
        self.clock.elapsed += 0.0 if fresh else dt  # a GO in this frame happens now, not dt ago
        self._follow()

    def fresh_scenes(self) -> list[str]:
        """Return the scenes that begin anew in this frame, once."""
        return self._changes.fresh_scenes()

    def state(self) -> CueState:
        """Return the state to store."""
        bases = snapshot(self._tree) | self.going_to()
        standby = self.standby.id if self.standby else None
        return CueState(self.clock.cue, standby, self.clock.elapsed, self._time, self.clock.held, bases)

    def going_to(self) -> Snapshot:
        """Return the final values of running fades, except those of a panic."""
        return self._changes.going_to()

    @property
    def scene_by_hand(self) -> str:
        """Return the scene chosen by hand; empty if the cues' own scene is shown or pending."""
        wanted = self._changes.scenes.target
        return wanted if wanted != self._order.scene_of(self.clock.standing) else ""

    def restore(self, state: CueState) -> list[str]:
        """Restore ``state`` at once; return one sentence for each value that could not be set."""
        problems = recall(self._tree, state.bases)
        self._changes.stop()
        cue = state.cue if state.cue in self._order else None
        self.next.put(self._order.get(state.standby) or self._order.after(cue))
        self._time = state.time
        before = self._order.before(cue)
        self.clock.stand(cue, before.id if before else None, state.elapsed, state.held)
        self._changes.scenes.cut(self._order.scene_of(self.clock.standing))
        return problems

    def _play(self, cue: str) -> None:
        found = self._order.get(cue)
        self.clock.play(cue, found.pre_wait if found else 0.0)
        self.next.put(self._order.after(cue))

    def _follow(self) -> None:
        """Begin the cue whose wait is over, and those that follow it in this same frame."""
        for _ in range(len(self._order) + 1):  # bounds a list of cues without times
            cue = self.current
            if cue is None or self.clock.elapsed < 0:
                return
            if self.clock.waiting:
                self._begin(cue)
            due = {"auto-continue": cue.post_wait, "auto-follow": cue.length + cue.hold}.get(cue.follow)
            if self.panicked.stopped or due is None or self.clock.elapsed < due:
                return
            following = self.next.passing(self._order.after(cue.id))
            if following is None:
                return
            late = self.clock.elapsed - due
            self._play(following.id)
            self.clock.elapsed += late

    def _begin(self, cue: CueSpec) -> None:
        self.clock.begin()
        self.begun += 1
        if not self._late:
            self.began(cue)
        ends = self._order.ends(self._tree, cue.id)
        if self._late:
            ends = self._changes.without_events(ends)
        ends = self.manual.untouched(self._changes.with_master(ends))
        self._changes.begin(cue, ends, self._order.scene_of(cue.id))
