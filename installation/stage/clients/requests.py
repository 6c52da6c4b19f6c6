"""Queries and commands that reach the stage through the control socket, and the answers."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from installation.commands import CANCEL, COMMANDS, By, arguments, bound, nearest_verb
from installation.cue.find import row_of
from installation.errors import AddressError, CommandError
from installation.ipc.link import Asked, StageLink
from installation.player.arguments import clamped
from installation.player.controls.report import learning_row, rows
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.stage.clients.subscriptions import Subscriptions, value_of
from installation.status import AdapterStatus
from installation.values import Command, Reading, Scalar

__all__ = ["TWIN", "Requests"]

TWIN: Final = "twin"
"""Source of readings that come from the on-screen twin of a controller."""
_TWINS: Final = ("/midi/", "/monome/")

_RECALLED: Final = "a panic came before it was carried out"

log = logging.getLogger(__name__)


class Requests:
    """Answers queries at once, passes commands to the player, and reports their results.

    Args:
        link: Link to the keeper.
        player: The player that queries refer to.
        adapters: Returns the status of the inputs.
    """

    def __init__(
        self, link: StageLink, player: Player, adapters: Callable[[], Iterable[AdapterStatus]] = lambda: ()
    ) -> None:
        self._link = link
        self._player = player
        self._open: dict[int, Command] = {}
        self._adapters = adapters
        self._subscriptions = Subscriptions(player, adapters)
        self._said = (False, False)
        self._readings: list[Entry] = []
        """Readings given in place of a controller's."""
        self._answers: Mapping[str, Callable[..., None]] = bound(
            (one for one in COMMANDS.values() if one.by is By.REQUESTS),
            {
                "get": self._get,
                "parameters": self._parameters,
                "signals": self._signals,
                "cues": self._cues,
                "controls": self._controls,
                "learning": self._learning,
                "watch": self._watch,
                "cancel": self._cancel,
                "reading": self._reading,
            },
        )

    def commands(self) -> list[Entry]:
        """Return what arrived since the last call for the inbox: commands for the player, twins' readings.

        A GO that waits here when a panic comes, as in front of a stage that hung, is not carried out any
        more: it would move the show, and tell consoles so, under somebody who has just stopped it. Nor is
        anything that the keeper has given up meanwhile: its client was told that it was not done.
        """
        orders: list[Entry] = []
        found = self._link.commands()
        given_up = {one.command.arguments[:1] for one in found if one.command.verb == CANCEL}
        found = [one for one in found if (one.id,) not in given_up]
        last = max((at for at, one in enumerate(found) if _calms(one.command)), default=-1)
        for at, asked in enumerate(found):
            if at < last and _ends_panic(asked.command):
                self._link.answer(asked.id, error=_RECALLED)
            elif asked.command.verb in self._answers:
                self._answer(asked)
            else:
                self._open[asked.id] = asked.command
                orders.append(asked.command)
            orders += self._readings
            self._readings.clear()
        if self._open:
            self._link.begin(list(self._open))
        return orders

    def settle(
        self,
        unknown: Sequence[Command],
        refused: Sequence[tuple[Command, str]],
        failed: str = "",
        told: Sequence[tuple[Command, str]] = (),
    ) -> None:
        """Answer every command, and send the keeper what it must know.

        Args:
            unknown: Commands with an unknown verb.
            refused: Commands that were not carried out, with the reason.
            failed: Why the frame failed that should have carried out the others; empty if it did not.
            told: What commands that were carried out have to tell.
        """
        state = self._player.blackout.on, self._player.cues.calmed
        if state != self._said:
            self._said = state
            self._link.say({"blackout": state[0], "panic": state[1]})
        if not self._open:
            return
        reasons = {id(command): reason for command, reason in refused}
        strangers = {id(command) for command in unknown}
        notes = {id(command): words for command, words in told}
        for number, command in self._open.items():
            if id(command) in reasons:
                self._link.answer(number, error=reasons[id(command)])
            elif failed:
                self._link.answer(number, error=failed)
            elif id(command) in strangers:
                reason = f"the show does not know the verb {command.verb!r}{nearest_verb(command.verb)}"
                self._link.answer(number, error=reason)
            else:
                self._link.answer(number, self._done(command, notes.get(id(command), "")))
        self._open.clear()

    def _done(self, command: Command, note: str) -> dict[str, str]:
        if command.verb == "set":
            with suppress(AddressError):  # an edit has removed the parameter in this frame
                note = clamped(self._player.tree, str(command.arguments[0]), command.arguments[1:])
        return {"done": command.verb} | ({"note": note} if note else {})

    def tell_watchers(self, entries: Iterable[Entry]) -> None:
        """Pass input and changes on to subscribers; nothing private."""
        for number, lines in self._subscriptions.tell(entries):
            self._link.answer(number, lines, more=True)

    def _answer(self, asked: Asked) -> None:
        try:
            self._answers[asked.command.verb](asked.id, *arguments(asked.command))
        except (AddressError, CommandError) as error:
            self._link.answer(asked.id, error=str(error))
        except Exception as error:
            verb = asked.command.verb
            log.exception("%s could not be answered", verb)
            self._link.answer(asked.id, error=f"{verb} failed: {type(error).__name__}: {error}")

    def _get(self, number: int, address: str, base: bool | None) -> None:
        self._link.answer(number, value_of(self._player, address, bool(base), self._adapters()))

    def _parameters(self, number: int) -> None:
        self._link.answer(number, [self._describe(address) for address in self._player.tree.parameters()])

    def _cues(self, number: int) -> None:
        cues = self._player.cues
        current, standby = cues.current, cues.standby
        rows = [row_of(one, current, standby) for one in self._player.show.cues]
        self._link.answer(number, rows)

    def _controls(self, number: int) -> None:
        self._link.answer(number, rows(self._player.controls))

    def _learning(self, number: int) -> None:
        self._link.answer(number, learning_row(self._player.learning))

    def _signals(self, number: int) -> None:
        self._link.answer(number, self._player.signals.public())

    def _watch(self, number: int, address: str | None) -> None:
        self._link.answer(number, self._subscriptions.begin(number, address or "/"), more=True)

    def _reading(self, number: int, address: str, values: tuple[Scalar, ...]) -> None:
        """Take a reading from the twin of a controller. Raises CommandError for any other address."""
        if not address.startswith(_TWINS) or address in _TWINS:
            message = f"{address} is no control of a controller; those are below {' and '.join(_TWINS)}"
            raise CommandError(message)
        self._readings.append(Reading(address, values, monotonic(), TWIN))
        self._link.answer(number, {"done": "reading"})

    def _cancel(self, number: int, request: int) -> None:
        """Remove a subscriber that has disconnected."""
        self._subscriptions.end(request)
        self._link.answer(number, {})

    def _describe(self, address: str) -> dict[str, Any]:
        parameter = self._player.tree.parameters()[address]
        plain = parameter.kind.components == 1
        value = self._player.tree.get_shown(address)
        return {
            "address": address,
            "type": parameter.kind.value,
            "min": parameter.minimum[0] if plain else list(parameter.minimum),
            "max": parameter.maximum[0] if plain else list(parameter.maximum),
            "default": parameter.default[0] if plain else list(parameter.default),
            "unit": parameter.unit,
            "value": value[0] if plain else list(value),
        }


def _calms(command: Command) -> bool:
    """Whether this is a panic, and not its end."""
    return command.verb == "panic" and command.arguments[:1] not in ((False,), ("off",))


def _ends_panic(command: Command) -> bool:
    spec = COMMANDS.get(command.verb)
    return spec is not None and spec.ends_panic
