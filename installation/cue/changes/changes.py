"""What a cue sets going on a tree: fades of bases, the change of the scene, and a panic that holds both."""

from installation.cue.changes.fade import Fades
from installation.cue.changes.scenes import Scenes
from installation.cue.override import MASTER, Panic
from installation.parameter.parameter import Kind
from installation.parameter.preset import Snapshot
from installation.parameter.tree import Tree
from installation.show.model import CueSpec
from installation.values import Frame, Seconds

__all__ = ["Changes"]

_LIGHT_AGAIN: Seconds = 2.0
"""Fade-in time of the master after a panic if no cue follows whose fade it could use."""


class Changes:
    """All that is on its way to what cues and hands asked for. Knows no list: only where each thing ends.

    Args:
        tree: The tree whose bases are faded.
        scene: Id of the scene that is shown first.

    Attributes:
        scenes: The visible scenes.
        panicked: The panic that limits the master.
    """

    def __init__(self, tree: Tree, scene: str) -> None:
        self.scenes = Scenes(scene)
        self.panicked = Panic(tree)
        self._tree = tree
        self._fades = Fades(tree)
        self._fresh: list[str] = []

    def begin(self, cue: CueSpec, ends: Snapshot, scene: str) -> None:
        """Go where a cue leads, by its own times. A panic that had stopped the list ends with its fade.

        Args:
            cue: The cue.
            ends: Where bases go.
            scene: The scene that it shows.
        """
        if self.panicked.stopped:
            self.panicked.end(cue.fade)
        self._fades.start(ends, cue.fade, cue.curve, cue.times)
        if cue.fresh and scene not in self.scenes.wanted:
            self._fresh.append(scene)
        self.scenes.to(scene, cue.fade, cue.transition)

    def fade(self, ends: Snapshot, seconds: Seconds) -> None:
        """Fade bases; a later fade of the same ones takes over, and so does a hand."""
        self._fades.start(ends, seconds)

    def without_events(self, ends: Snapshot) -> Snapshot:
        """Return the values without those of events, which happen and do not stand."""
        known = self._tree.parameters()
        return {a: end for a, end in ends.items() if known[a].kind is not Kind.EVENT}

    def with_master(self, ends: Snapshot) -> Snapshot:
        """Return the values, with the master as it was before a panic if they do not say where it is."""
        return self._master(self.panicked.level) | ends if self.panicked.on else ends

    def panic(self, seconds: Seconds) -> None:
        """Stop all fades, and fade the master to 0 in ``seconds``."""
        to = self._fades.ends().get(MASTER)
        self._fades.stop()
        self.panicked.begin(seconds, to[0] if to else None)
        self._fades.start(self._master(0.0), seconds)

    def end_panic(self) -> None:
        """End a panic, if there is one, and light up again."""
        if self.panicked.on:
            self.light_again()
            self.panicked.end(_LIGHT_AGAIN)

    def light_again(self) -> None:
        """Fade the master to where it was before the latest panic."""
        self._fades.start(self._master(self.panicked.level), _LIGHT_AGAIN)

    def stop(self) -> None:
        """Stop all fades where they are; a panic that had stopped the list is over at once."""
        self._fades.stop()
        if self.panicked.stopped:
            self.panicked.end(0.0)

    def advance(self, dt: Seconds) -> None:
        """Go on for ``dt`` seconds of the cue clock."""
        self.scenes.advance(dt)
        self._fades.advance(dt)

    def frame(self, frame: Frame, dt: Seconds) -> None:
        """Process one frame, of which ``dt`` seconds are on the cue clock; a panic does not heed that one."""
        self.advance(dt)
        self.panicked.advance(frame.dt, frame.time)

    def going_to(self) -> Snapshot:
        """Return the final values of running fades, except those of a panic."""
        ends = self._fades.ends()
        return ends | self._master(self.panicked.level) if self.panicked.on else ends

    def fresh_scenes(self) -> list[str]:
        """Return the scenes that begin anew in this frame, once."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def _master(self, level: float) -> Snapshot:
        """Return a value of the master; nothing where the tree has none."""
        return {MASTER: (level,)} if MASTER in self._tree.parameters() else {}
