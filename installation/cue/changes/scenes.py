"""The visible scenes, and the progress of the change between them. Changes are always continuous."""

from dataclasses import dataclass

from installation.cue.changes.fade import ease
from installation.values import Seconds

__all__ = ["SceneChange", "Scenes"]

HURRY: Seconds = 0.5
"""Maximum time to finish a change when the next one is requested; the next one begins after that."""


@dataclass(frozen=True, slots=True)
class SceneChange:
    """The scenes to show.

    Attributes:
        before, after: Scene ids; equal if nothing changes.
        progress: 0 shows ``before`` only, 1 shows ``after`` only; already eased.
        transition: Name of the transition.
    """

    before: str
    after: str
    progress: float
    transition: str


class Scenes:
    """At most two scenes at a time.

    Args:
        scene: Id of the first.
    """

    def __init__(self, scene: str) -> None:
        self._before = scene
        self._after = scene
        self._share = 1.0
        self._seconds = 0.0
        self._transition = "dissolve"
        self._next: tuple[str, Seconds, str] | None = None

    @property
    def change(self) -> SceneChange:
        """The scenes of this frame."""
        return SceneChange(self._before, self._after, ease(self._share), self._transition)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Ids of all scenes that are visible now or next."""
        return self._before, self._after, self.target

    @property
    def target(self) -> str:
        """The scene after all pending changes."""
        return self._next[0] if self._next else self._after

    def to(self, scene: str, seconds: Seconds, transition: str) -> None:
        """Change to a scene; does nothing if it is already shown.

        Changing back to the outgoing scene reverses the running change.
        """
        self._next = None
        if scene == self._after:
            return
        if self._share >= 1.0:
            self._begin(scene, seconds, transition)
        elif scene == self._before:
            # The easing is symmetric, so the picture continues from its current state.
            self._before, self._after, self._share = self._after, self._before, 1.0 - self._share
            self._seconds, self._transition = seconds, transition
        else:
            self._next = (scene, seconds, transition)

    def cut(self, scene: str) -> None:
        """Show a scene at once, as after a restart."""
        self._next = None
        self._begin(scene, 0.0, self._transition)

    def advance(self, dt: Seconds) -> None:
        """Advance by ``dt`` seconds."""
        if self._share < 1.0:
            seconds = min(self._seconds, HURRY) if self._next else self._seconds
            self._share = 1.0 if seconds <= 0 else min(1.0, self._share + dt / seconds)
            if self._share >= 1.0:
                self._before = self._after
        if self._share >= 1.0 and self._next:
            following, self._next = self._next, None
            self._begin(*following)

    def _begin(self, scene: str, seconds: Seconds, transition: str) -> None:
        self._transition, self._seconds = transition, seconds
        self._share = 1.0 if seconds <= 0 else 0.0
        self._before = scene if seconds <= 0 else self._after
        self._after = scene
