"""What a player does on each command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from installation.bodies.pads import middle_of
from installation.commands import COMMANDS, By, bound
from installation.cue.find import find, nth
from installation.cue.go import GO_INTERVAL
from installation.cue.override import BLACKOUT, MASTER
from installation.cue.presets import recall_preset, save_preset
from installation.errors import AddressError, CommandError
from installation.player.room.choice import HEAL, asks_for
from installation.values import Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["Verbs"]

_HARD: Final = 0.1
"""Share of the time of a panic that a hard one takes."""
_END: Final = "the cue list is at its end"
_OUTCOMES: Final = ("heal", "divide")
_TENSION: Final = "/macro/tension"
_CALM: Final[Seconds] = 2.0


class Verbs:
    """Carries out the player's commands.

    Args:
        player: Whose.
    """

    def __init__(self, player: "Player") -> None:
        self._player = player

    def bound(self) -> Mapping[str, Callable[..., object]]:
        """Return the function of each of the player's commands, by its name."""
        player, cues, timing = self._player, self._player.cues, self._player.timing
        return bound(
            (one for one in COMMANDS.values() if one.by is By.PLAYER),
            {
                "go": lambda: self._play(timing.go, _END),
                "take": lambda on: self._play(partial(timing.take, on or "bar"), _END),
                "back": self._back,
                "cue": lambda cue: self._play(partial(timing.go_to, cue)),
                "cue-number": lambda n: self._play(partial(timing.go_to, n)),
                "standby": lambda by: cues.next.step(1 if by is None else by),
                "rate": self._rate,
                "hold": lambda: cues.clock.hold(not cues.clock.held),
                "score": player.score.command,
                "panic": self._panic,
                "blackout": self._blackout,
                "mute": player.sound.mute,
                "site-standing": player.station.stand,
                "scene": player.to_scene,
                "next-scene": self._next_scene,
                "as-authored": self._as_authored,
                "neutral": player.macros.neutral,
                "neutral-one": player.macros.neutral,
                "identify": self._identify,
                "set": player.tree.set,
                "render-scale": self._rescale,
                "update-cue": self._update,
                "undo-update": player.updates.undo,
                "preset-save": self._save,
                "preset-recall": self._recall,
                "standby-number": self._stand_by,
                "calm": self._calm,
                "choose": self._choose,
                "room-stir": player.room.gestures.pads.stir,
                "room-shock": lambda row, column: player.interface.shock(*middle_of(row, column)),
                "page": lambda by, device: player.controls.turn(1 if by is None else by, device or ""),
                "learn": lambda what, part, how: player.learning.begin(what, part, how, player.frame.time),
                "learn-answer": lambda what: player.learning.answer(what, player.frame.time),
                "learn-cancel": lambda: player.learning.cancel(player.frame.time),
                "learn-undo": lambda: player.learning.undo(player.frame.time),
                **timing.verbs,
            },
        )

    def _rate(self, rate: float) -> None:
        self._player.cues.clock.speed = rate

    def _rescale(self, scale: float) -> None:
        if self._player.picture is not None:
            self._player.picture.rescale(scale)

    def _play(self, play: Callable[[Seconds], bool], otherwise: str = "") -> str:
        """Play a cue, and tell if it waits; a GO that is ignored is refused with the reason: CommandError."""
        now = self._player.frame.time
        soon = self._player.timing.waiting.too_soon(now)
        if not play(now):
            reason = f"ignored: less than {GO_INTERVAL:g} s after the last GO" if soon else otherwise
            raise CommandError(reason)
        return self._player.timing.words

    def _back(self) -> None:
        self._player.timing.waiting.cancel()
        self._play(self._player.cues.back, "there is no cue before this one")

    def _stand_by(self, number: int) -> None:
        """Stand by a cue by its place. Raises CommandError where the list is shorter."""
        cues = self._player.cues
        standby = cues.standby
        before = cues.order.place(standby.id if standby else None)
        cues.next.step(cues.order.place(nth(self._player.show.cues, number)) - before)

    def _calm(self) -> None:
        """Fade the tension out. Raises CommandError in a show that has none."""
        if _TENSION not in self._player.tree.parameters():
            message = f"there is no parameter {_TENSION}"
            raise CommandError(message)
        self._player.cues.fade_to({_TENSION: (0.0,)}, _CALM)

    def _choose(self, outcome: str) -> None:
        """Decide what the room chooses, and play the branch. Raises CommandError without such a branch."""
        if outcome not in _OUTCOMES:
            message = f"choose: heal or divide, not {outcome}"
            raise CommandError(message)
        player, heal = self._player, outcome == "heal"
        branch = next((one for one in player.show.cues if asks_for(one, heal)), None)
        if branch is None:
            message = f"no cue of this show has a condition on {HEAL} that holds then"
            raise CommandError(message)
        self._play(partial(player.timing.go_to, branch.id))
        player.room.choice.decide(heal)

    def _as_authored(self) -> None:
        self._player.cues.as_authored()
        self._player.interface.as_authored()

    def _panic(self, how: bool | str | None) -> None:
        cues = self._player.cues
        if how is False:
            cues.end_panic()
            return
        self._player.station.panic(self._player.show.panic * (_HARD if how == "hard" else 1.0))

    def _identify(self, name: str) -> None:
        player = self._player
        if player.tree.get_base(BLACKOUT)[0] >= 0.5 or player.tree.get_base(MASTER)[0] <= 0.0:
            raise AddressError("the lamps are dark: blackout is on or the master is at 0; change that first")
        player.lamps.identify(name, player.frame.time)

    def _next_scene(self) -> None:
        scenes = list(self._player.show.scenes)
        now = scenes.index(self._player.cues.scene.after)
        self._player.to_scene(scenes[(now + 1) % len(scenes)])

    def _blackout(self, state: bool | str | None = None) -> str:
        blackout = self._player.blackout
        held = blackout.held_by(self._player.show)  # before: what the switch itself made dark ends with it
        blackout.switch(state)
        dark = held and not blackout.on
        return f"it stays dark: a route from {held} holds the blackout" if dark else ""

    def _save(self, name: str) -> None:
        self._player.show = save_preset(self._player.show, self._player.tree, name)

    def _update(self, cue: str | None) -> str:
        player = self._player
        found = next((one for one in player.show.cues if cue and one.id == find(player.show.cues, cue)), None)
        return player.updates.save(found)

    def _recall(self, name: str, seconds: Seconds | None) -> str:
        return recall_preset(self._player.show, self._player.tree, self._player.cues, name, seconds or 0.0)
