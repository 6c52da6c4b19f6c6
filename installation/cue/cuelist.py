"""The cue list: GO, back, standby, waits, follows, holds and panic, in QLab's vocabulary.

A cue is an absolute state: whichever way it was reached, every parameter that any cue of the list names takes
this cue's value, or its authored value if this cue does not name it; and the scene is the last one named up
to this cue. ``back`` therefore needs no history, and a restart in the middle of a show reproduces the same
look.
"""

from collections.abc import Callable, Container, Sequence

from installation.cue.fade import Fades
from installation.cue.find import unknown
from installation.cue.order import CueOrder
from installation.cue.override import MASTER, Panic
from installation.cue.scenes import SceneChange, Scenes
from installation.cue.standby import Standby
from installation.cue.state import CueState
from installation.errors import AddressError
from installation.parameter.parameter import Kind
from installation.parameter.preset import Snapshot, recall, snapshot
from installation.parameter.tree import Tree
from installation.show.model import CueSpec
from installation.values import Frame, Seconds

__all__ = ["GO_INTERVAL", "CueList"]

GO_INTERVAL: Seconds = 0.3
"""Minimum time between two manual GOs, from any source: a bouncing button must not skip a cue."""
_LIGHT_AGAIN: Seconds = 2.0
"""Fade-in time of the master after a panic if no cue follows whose fade it could use."""

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
        self._fades = Fades(tree)
        self._scenes = Scenes(scene)
        self.begun = 0
        """Number of cues that have begun since the start."""
        self.go_count = 0
        """Number of cues that people have played since the start."""
        self.last_go_cue = ""
        """Id of the cue that people played last."""
        self.speed, self.trim = 1.0, 1.0
        """Factors on the cue clock: waits, fades and follows. Nothing else hears of them."""
        self.began: Callable[[CueSpec], object] = lambda _cue: None
        """Told of each cue that begins, in order; not of one that is met in its middle."""
        self._current: str | None = None
        self._stood: str | None = None
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
        self._touched = 0, tree.touched  # at the last GO, with the version of the tree
        self._order = CueOrder()
        self.next = Standby(self._order)
        """The cue that the next GO plays, and what decides it."""
        self._fresh_scenes: list[str] = []
        self._late = False
        """Whether a cue is met in its middle."""
        self.replace(cues, scene)

    @property
    def current(self) -> CueSpec | None:
        """The current cue, from its GO on (including its pre-wait)."""
        return self._order.get(self._current)

    @property
    def standby(self) -> CueSpec | None:
        """The cue that the next GO plays; None at the end of a list that does not begin again."""
        return self.next.cue

    @property
    def scene(self) -> SceneChange:
        """The scenes to show in this frame."""
        return self._scenes.change

    @property
    def wanted_state(self) -> str | None:
        """The interface's state according to the list: the last one named up to the current cue."""
        return self._order.state_of(self._standing)

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

    @property
    def rate(self) -> float:
        """Seconds of the cue clock in one second of show time: 0 while stopped, else ``speed`` x ``trim``."""
        return 0.0 if self._held else self.speed * self.trim

    @property
    def order(self) -> CueOrder:
        """The list itself."""
        return self._order

    @property
    def elapsed(self) -> Seconds:
        """Seconds on the cue clock since the current cue began; negative during its pre-wait."""
        return self._elapsed

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
        if self._current not in self._order:
            self._current, self._waiting = None, False
        if self.next.lost:
            self.next.put(self._order.after(self._current))
        if scenes is not None and any(scene not in scenes for scene in self._scenes.wanted):
            self._scenes.cut(self._order.scene_of(self._current))

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
        self._last_go = now
        self.go_count += 1
        self.last_go_cue = cue
        self._play(cue)
        self._fresh = True
        self._touched = self._tree.version, self._tree.touched.copy()
        return True

    def too_soon(self, now: Seconds) -> bool:
        """Whether a GO at show time ``now`` would be ignored because another one was just before."""
        return self._last_go is not None and 0 <= now - self._last_go < GO_INTERVAL

    def back(self, now: Seconds) -> bool:
        """Return to the previous cue, without its pre-wait; False if there is none or it is too soon."""
        cue = self._order.before(self._current)
        while cue is not None and not self.next.holds(cue):
            cue = self._order.before(cue.id)
        if cue is None or not self.go_to(cue.id, now):
            return False
        self._elapsed = 0.0
        return True

    def follow(self, cue: str, late: Seconds, *, catch_up: bool = False) -> None:
        """Play a cue that was reached ``late`` seconds ago on the cue clock; after ``advance``.

        With ``catch_up`` its fades are where they would be if it had begun then.
        """
        self._play(cue)
        self._elapsed = late
        self._follow()
        if catch_up and self._elapsed > 0.0:
            self._fades.advance(self._elapsed)
            self._scenes.advance(self._elapsed)

    def jump(self, cue: str, before: str | None, late: Seconds) -> None:
        """Stand in the middle of a cue, as if it had been played ``late`` seconds ago, after ``before``.

        Events that the cue gave when it began are not given again; a panic ends.
        """
        self._late = late >= _EVENTS_WITHIN
        calmed = self.calmed
        self.restore(CueState(before, None, 0.0, self._time, self._held))
        self.as_authored(0.0)
        self.follow(cue, late, catch_up=True)
        self._late = False
        if calmed and MASTER in self._tree.parameters():
            self._fades.start({MASTER: (self.panicked.level,)}, _LIGHT_AGAIN)

    def fire_events(self, cue: CueSpec) -> None:
        """Give the events that a cue names, although it is not played."""
        known = self._tree.parameters()
        given = [a for a in cue.set if a in known and known[a].kind is Kind.EVENT]
        self._fades.start(
            {a: end for a, end in self._order.ends(self._tree, cue.id).items() if a in given}, 0.0
        )

    def hold(self, held: bool) -> None:
        """Stop or resume the cue clock; the picture keeps moving."""
        self._held = held

    def panic(self, seconds: Seconds = 2.0) -> None:
        """Stop all follows and fades, and fade the master to 0 in ``seconds``.

        The next GO fades the master back in, unless it was taken up by hand in the meantime.
        """
        to = self._fades.ends().get(MASTER)
        self._fades.stop()
        self._held = False
        if self._waiting:
            self.next.put(self._order.get(self._current))
            self._current, self._waiting = self._standing, False
        self.panicked.begin(seconds, to[0] if to else None)
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
        ends = self.authored().items()
        self._fades.start({a: end for a, end in ends if known[a].kind is not Kind.EVENT}, seconds)

    def authored(self) -> Snapshot:
        """Return the values of the current cue for everything that any cue of the list names."""
        return self._order.ends(self._tree, self._current)

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
        dt = frame.dt * self.rate
        self._scenes.advance(dt)
        self._fades.advance(dt)
        self.panicked.advance(frame.dt, frame.time)
        self._elapsed += 0.0 if self._fresh else dt  # a GO in this frame happens now, not dt ago
        self._fresh = False
        self._follow()

    def fresh_scenes(self) -> list[str]:
        """Return the scenes that begin anew in this frame, once."""
        fresh, self._fresh_scenes = self._fresh_scenes, []
        return fresh

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
        standby = self.standby.id if self.standby else None
        return CueState(self._current, standby, self._elapsed, self._time, self._held, bases)

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
        return wanted if wanted != self._order.scene_of(self._standing) else ""

    def restore(self, state: CueState) -> list[str]:
        """Restore ``state`` at once; return one sentence for each value that could not be set."""
        problems = recall(self._tree, state.bases)
        self._fades.stop()
        if self.panicked.stopped:
            self.panicked.end(0.0)
        self._current = state.cue if state.cue in self._order else None
        self.next.put(self._order.get(state.standby) or self._order.after(self._current))
        self._elapsed, self._time, self._held = state.elapsed, state.time, state.held
        self._waiting = self._current is not None and state.elapsed < 0
        before = self._order.before(self._current)
        self._stood = before.id if before else None
        self._scenes.cut(self._order.scene_of(self._standing))
        return problems

    @property
    def _standing(self) -> str | None:
        """Id of the cue whose state stands: while the current one waits, the one that was there before."""
        return self._stood if self._waiting else self._current

    def _play(self, cue: str) -> None:
        self._stood, self._current = self._standing, cue
        self.next.put(self._order.after(cue))
        self._waiting = True
        found = self._order.get(cue)
        self._elapsed = -found.pre_wait if found else 0.0

    def _follow(self) -> None:
        """Begin the cue whose wait is over, and those that follow it in this same frame."""
        for _ in range(len(self._order) + 1):  # bounds a list of cues without times
            cue = self.current
            if cue is None or self._elapsed < 0:
                return
            if self._waiting:
                self._begin(cue)
            due = {"auto-continue": cue.post_wait, "auto-follow": cue.length + cue.hold}.get(cue.follow)
            if self.panicked.stopped or due is None or self._elapsed < due:
                return
            following = self.next.passing(self._order.after(cue.id))
            if following is None:
                return
            late = self._elapsed - due
            self._play(following.id)
            self._elapsed += late

    def _begin(self, cue: CueSpec) -> None:
        self._waiting = False
        self.begun += 1
        if not self._late:
            self.began(cue)
        ends = self._order.ends(self._tree, cue.id)
        if self._late:
            known = self._tree.parameters()
            ends = {a: end for a, end in ends.items() if known[a].kind is not Kind.EVENT}
        if self.calmed and MASTER in self._tree.parameters() and MASTER not in ends:
            ends[MASTER] = (self.panicked.level,)  # no cue of the list says where it is
        if self.panicked.stopped:
            self.panicked.end(cue.fade)
        self._fades.start(self.untouched(ends), cue.fade, cue.curve, cue.times)
        scene = self._order.scene_of(cue.id)
        if cue.fresh and scene not in self._scenes.wanted:
            self._fresh_scenes.append(scene)
        self._scenes.to(scene, cue.fade, cue.transition)
