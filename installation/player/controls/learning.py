"""Learn: a parameter or a command, then a control that is moved; the map holds at once, the file follows.

What is learned is decided by readings alone, so a replay learns the same. The file is written by the stage,
in a thread, and never by a replay.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from installation import paths
from installation.control import Capture, Caught
from installation.control.learn import LONGEST
from installation.control.map import Origin, device_of, spec_of
from installation.control.target import Target, scene_input, target_of
from installation.errors import CommandError, nearest
from installation.parameter import Kind, Tree
from installation.player.controls.binding import used_by
from installation.player.controls.bound import BoundControls
from installation.player.controls.line import Line
from installation.show.controls import ControlSpec
from installation.show.controls.reader import COMPONENTS
from installation.show.model import Show
from installation.signal import Signals
from installation.values import Address, Seconds, Where

__all__ = ["Change", "Learning", "State"]

State: TypeAlias = Literal["idle", "waiting", "conflict", "learned", "cancelled"]

_HOW: Final = ("absolute", "relative", "momentary", "toggle", "hold")
_SHOWN: Final[Seconds] = 6.0
"""How long the outcome stays on the picture."""
_BUSY: Final[Seconds] = 0.5
"""A network signal that was heard so shortly before is no hand that begins to move."""
_LEARNT: Final = ("/midi/", "/monome/", "/osc/")
"""Where controls are; keys and the mouse are none."""
_MOST: Final = 100
"""Most changes that can be taken back."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was learned, for the file.

    Attributes:
        added: The entry.
        removed: Entries of the same file whose place it takes.
        copied: Entries of the file below that go on to hold beside it.
        undo: Whether it is taken back.
    """

    added: ControlSpec
    removed: tuple[ControlSpec, ...] = ()
    copied: tuple[ControlSpec, ...] = ()
    undo: bool = False


@dataclass(slots=True)
class _Asked:
    """What is to be learned."""

    text: str
    target: Target
    component: int | None
    how: str
    capture: Capture
    caught: Caught | None = None
    until: Seconds = 0.0
    conflicts: tuple[Line, ...] = ()


@dataclass(slots=True)
class Learning:
    """Learns controls of a show.

    Attributes:
        controls: The map at work.
        tree: Of the show.
        signals: Tell which network signals are moving already.
        adopt: Takes an edited show.
        state: How far it is.
        words: The outcome, or what is asked, in a line.
        number: Counts what was begun, so that somebody who asks knows his own.
        changes: What the file does not have yet.
        pending: Whether the file does not have the last change yet.
        written: What was written last, and where.
        trouble: Why the last change could not be written; empty if it could.
    """

    controls: BoundControls
    tree: Tree
    signals: Signals
    adopt: Callable[[tuple[ControlSpec, ...]], Show]
    show: Show
    state: State = "idle"
    words: str = ""
    number: int = 0
    changes: list[Change] = field(default_factory=list)
    pending: bool = False
    written: str = ""
    trouble: str = ""
    _asked: _Asked | None = None
    _done: list[Change] = field(default_factory=list)
    _ended: Seconds = 0.0
    _now: Seconds = 0.0

    @property
    def busy(self) -> bool:
        """Whether a control is being learned."""
        return self._asked is not None

    @property
    def heard(self) -> int:
        """How many events of the control there were so far."""
        return self._asked.capture.heard() if self._asked is not None else 0

    @property
    def target(self) -> str:
        """What is being learned, or was learned last."""
        return self._asked.text if self._asked is not None else ""

    def prompt(self, now: Seconds) -> str:
        """Return the HUD's line; empty if there is nothing to say."""
        if self.state == "waiting" and self._asked is not None:
            left = max(0.0, LONGEST - (now - self._asked.capture.began))
            heard = f"   heard {self.heard}" if self.heard else ""
            return f"learn {self._asked.text}: move a control   {left:.0f} s{heard}   L cancels"
        if self.state == "conflict":
            return f"{self.words}   L: move it here   (`photophore learn --share` keeps both)"
        if self.state == "idle" or now - self._ended >= _SHOWN:
            return ""
        return f"{self.words}; {self.trouble}" if self.trouble else self.words

    # Commands.

    def begin(self, text: str | None, component: str | None, how: str | None, now: Seconds) -> None:
        """Begin to learn, or answer a question in the way of a single key.

        Args:
            text: A parameter's address or a command; None for the parameter that was set last, or, while
                something is learned, for the obvious next step: give up, or move.
            component: Of a point or colour, by name or number.
            how: How the control is to act; guessed if None.
            now: Show time.

        Raises:
            CommandError: There is nothing of that name.
        """
        if text is None and self.state in ("waiting", "conflict"):
            self.cancel(now) if self.state == "waiting" else self.answer("move", now)
            return
        text = text or self.controls.last_touched
        if not text:
            self._end(
                "cancelled", "nothing was set by hand yet: set what is to be learned, then press L", now
            )
            raise CommandError("nothing was set by hand yet: name what is to be learned")
        if how and how not in _HOW:
            message = f"how: {how!r} is none of {', '.join(_HOW)}"
            raise CommandError(message)
        target = self._target(text)
        which = self._component(target, component)
        busy = self._busy(now)
        self._asked = _Asked(text, target, which, how or "", Capture(now, busy))
        self.number += 1
        self.written = self.trouble = ""
        self.state, self.words = "waiting", f"move a control for {text}"
        self.controls.load()
        self.controls.grip = self._hear

    def answer(self, what: str, now: Seconds) -> None:
        """Say what becomes of a control that is in use: ``move`` or ``share``. Raises CommandError."""
        if self.state != "conflict" or self._asked is None:
            raise CommandError("no control is in question")
        if what not in ("move", "share"):
            message = f"{what!r}: say move or share"
            raise CommandError(message)
        self._take(self._asked, now, share=what == "share")

    def cancel(self, now: Seconds, why: str = "cancelled") -> None:
        """Give up. Raises CommandError if nothing is being learned."""
        if self._asked is None:
            raise CommandError("nothing is being learned")
        self._end("cancelled", f"{why}: {self._asked.text} was not learned", now)

    def undo(self, now: Seconds) -> None:
        """Take back what was learned last, since the start of this show. Raises CommandError."""
        if not self._done:
            raise CommandError("nothing was learned since the show was started")
        change = self._done.pop()
        self.written = self.trouble = ""
        standing = [one for one in self.show.controls if not _same(one, change.added)]
        gone = {_key(one) for one in change.copied}
        standing = [one for one in standing if not (one.overlay and _key(one) in gone)]
        self.show = self.adopt((*standing, *change.removed))
        self.changes.append(replace(change, undo=True))
        self.pending = True
        self._end("cancelled", f"{change.added.source} does not move {change.added.target} any more", now)

    # Frame by frame.

    def advance(self, now: Seconds) -> None:
        """Look whether there is no doubt any more; once a frame, after all input."""
        self._now = now
        asked = self._asked
        if asked is None:
            return
        if self.state == "conflict":
            if now >= asked.until:
                self.cancel(now, "no answer")
            return
        caught = asked.capture.look(now)
        if caught is not None:
            self._caught(asked, caught, now)
        elif asked.capture.over(now):
            self.cancel(now, "no control was moved")

    def follow(self, show: Show) -> None:
        """Take notice of an edited show."""
        self.show = show

    def _hear(self, source: Address, value: float, now: Seconds) -> bool:
        asked = self._asked
        if asked is None or source in asked.capture.busy or not source.startswith(_LEARNT):
            return False
        asked.capture.hear(source, value, now)
        return True

    def _caught(self, asked: _Asked, caught: Caught, now: Seconds) -> None:
        if caught.form == "relative" and asked.target.spec is not None:
            reason = f"{caught.source} is {caught.words}, which cannot give a command"
            self._end("cancelled", f"{reason}; take a button", now)
            return
        asked.caught = caught
        lines = [one for source in _forms(caught.source) for one in self.controls.active(source)]
        if any(one.bind.target == asked.text and one.bind.source == caught.source for one in lines):
            self._end("learned", f"{self._name(caught.source)} moves {asked.text} already", now)
            return
        asked.conflicts = tuple(one for one in lines if one.bind.origin is not Origin.DEFAULT)
        if not asked.conflicts:
            self._take(asked, now, share=True)
            return
        self.state, asked.until = "conflict", now + LONGEST
        moves = " and ".join(one.bind.target for one in asked.conflicts)
        self.words = f"{self._name(caught.source)} moves {moves} already"

    def _take(self, asked: _Asked, now: Seconds, *, share: bool) -> None:
        """Add what was learned to the map."""
        caught = asked.caught
        if caught is None:
            return
        overlay = paths.controls_file(self.show.folder) != self.show.folder / "controls.toml"
        added = replace(self._spec(asked, caught), overlay=overlay)
        taken = [spec_of(one.bind) for one in asked.conflicts]
        removed: tuple[ControlSpec, ...] = ()
        copied: tuple[ControlSpec, ...] = ()
        if share and overlay:
            copied = tuple(replace(one, overlay=True) for one in taken if not one.overlay)
        elif not share:
            removed = tuple(one for one in taken if one.overlay == overlay)
        replaced = self._instead(caught.source)
        gone = {_key(one) for one in removed}
        standing = [one for one in self.show.controls if one.overlay != overlay or _key(one) not in gone]
        change = Change(added, removed, copied)
        self.show = self.adopt((*standing, *copied, added))
        place = asked.capture.latest(caught.source)
        if place is not None and self.controls.position(caught.source) is None:
            self.controls.note(caught.source, place, now)
        self.changes.append(change)
        self.pending = True
        self._done = [*self._done, change][-_MOST:]
        said = f"{self._name(caught.source)} ({caught.words}) moves {asked.text} now"
        said += f", and no longer {replaced}" if replaced else ""
        said += "; a route uses it as well" if caught.source in used_by(self.show) else ""
        self._end("learned", said, now)

    def _spec(self, asked: _Asked, caught: Caught) -> ControlSpec:
        """Return the entry for a control, with what is usual for its form and its target."""
        how = asked.how or self._how(asked, caught)
        page = self.controls.pages.of(device_of(caught.source))
        several = len(self.controls.pages.names(device_of(caught.source))) > 1
        return ControlSpec(
            caught.source, asked.text, Where(""), page if several else "", "pick-up", how,  # type: ignore[arg-type]
            caught.encoding or "" if how == "relative" else "", component=asked.component,
        )  # fmt: skip

    def _how(self, asked: _Asked, caught: Caught) -> str:
        if caught.form == "relative":
            return "relative"
        parameter = self.tree.parameters().get(asked.target.address)
        if caught.form == "button" and parameter is not None and parameter.kind is not Kind.EVENT:
            return "toggle"
        return "absolute"

    def _instead(self, source: Address) -> str:
        """Return what a control of a default map moved until now."""
        lines = [one for one in self.controls.active(source) if one.bind.origin is Origin.DEFAULT]
        return ", ".join(one.bind.target for one in lines)

    def _name(self, source: Address) -> str:
        """Return what people call a control."""
        profile = self.controls.profile(device_of(source))
        below = source.removeprefix(device_of(source) + "/")
        known = next((one.name for one in profile.controls if one.reading == below), "") if profile else ""
        return f"{known} of {profile.title}" if profile and known else source

    def _end(self, state: State, words: str, now: Seconds) -> None:
        self._asked, self.state, self.words, self._ended = None, state, words, now
        self.controls.grip = None

    def _target(self, text: str) -> Target:
        parameters = self.tree.parameters()
        try:
            if scene_input(text) is not None:
                return Target()
            return target_of(text, parameters, {cue.id for cue in self.show.cues})
        except CommandError as error:
            hint = nearest(text, parameters, "`photophore list parameters` shows them all")
            message = f"{error}; {hint}" if text.startswith("/") else str(error)
            raise CommandError(message) from error

    def _component(self, target: Target, given: str | None) -> int | None:
        if not given:
            return None
        count = self.tree.parameters()[target.address].kind.components if target.address else 1
        which = COMPONENTS.get(given, int(given) if given.isdecimal() else -1)
        if not 0 <= which < count or count == 1:
            message = f"{target.address or 'a command'} has no component {given!r}"
            raise CommandError(message)
        return which

    def _busy(self, now: Seconds) -> frozenset[Address]:
        """Return the network signals that move by themselves."""
        names = [one for one in self.signals.names() if not one.startswith(("/midi/", "/monome/"))]
        indices = [(one, self.signals.index(one)) for one in names]
        return frozenset(a for a, at in indices if at is not None and now - self.signals.times[at] < _BUSY)


def _forms(source: Address) -> tuple[Address, ...]:
    """Return all addresses at which one movement is heard: 14 bits are two controls of 7."""
    before, mark, number = source.rpartition("/cc14/")
    if not mark or not number.isdecimal():
        return (source,)
    return (source, f"{before}/cc/{number}", f"{before}/cc/{int(number) + 32}")


def _key(spec: ControlSpec) -> tuple[str, str, str]:
    return spec.source, spec.target, spec.page


def _same(one: ControlSpec, other: ControlSpec) -> bool:
    return _key(one) == _key(other) and one.overlay == other.overlay
