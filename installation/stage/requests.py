"""Questions and orders that reach the stage through the control socket, and the answers."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from installation.errors import AddressError
from installation.ipc.link import Asked, StageLink
from installation.player.arguments import clamped, whole
from installation.player.inbox import Entry
from installation.player.player import BLACKOUT, Player
from installation.stage.subscriptions import Subscriptions, value_of
from installation.values import Command

__all__ = ["Requests"]

log = logging.getLogger(__name__)

_ANSWERED_HERE = frozenset({"get", "parameters", "signals", "watch", "cancel"})


class Requests:
    """Answers what can be answered at once, hands the rest to the player, reports what became of it.

    Args:
        link: To the keeper.
        player: Whom questions are about.
    """

    def __init__(self, link: StageLink, player: Player) -> None:
        self._link = link
        self._player = player
        self._open: dict[int, Command] = {}
        self._subscriptions = Subscriptions(player)
        self._said = (False, False)

    def commands(self) -> list[Command]:
        """What people asked for since the last call and the player has to do."""
        orders = []
        for asked in self._link.commands():
            if asked.command.verb in _ANSWERED_HERE:
                self._answer(asked)
            else:
                self._open[asked.id] = asked.command
                orders.append(asked.command)
        return orders

    def settle(
        self, unknown: Sequence[Command], refused: Sequence[tuple[Command, str]], failed: str = ""
    ) -> None:
        """Say of every order whether it was carried out, and what the keeper must know.

        Args:
            unknown: Orders whose verb nobody knows.
            refused: Orders that were not carried out, with the reason.
            failed: Why the frame failed that should have carried out the others; empty where it did not.
        """
        state = self._player.tree.get_base(BLACKOUT)[0] > 0.5, self._player.cues.calmed
        if state != self._said:
            self._said = state
            self._link.say({"blackout": state[0], "panic": state[1]})
        if not self._open:
            return
        reasons = {id(command): reason for command, reason in refused}
        strangers = {id(command) for command in unknown}
        for number, command in self._open.items():
            if id(command) in reasons:
                self._link.answer(number, error=reasons[id(command)])
            elif failed:
                self._link.answer(number, error=failed)
            elif id(command) in strangers:
                self._link.answer(number, error=f"the show does not know the verb {command.verb!r}")
            else:
                self._link.answer(number, self._done(command))
        self._open.clear()

    def _done(self, command: Command) -> dict[str, str]:
        note = ""
        if command.verb == "set":
            with suppress(AddressError):  # an edit has taken the parameter away since, in this frame
                note = clamped(self._player.tree, str(command.arguments[0]), command.arguments[1:])
        return {"done": command.verb} | ({"note": note} if note else {})

    def tell_watchers(self, entries: Iterable[Entry]) -> None:
        """Pass on what came in, and what has changed, to those who watch; nothing private."""
        for number, lines in self._subscriptions.tell(entries):
            self._link.answer(number, lines, more=True)

    def _answer(self, asked: Asked) -> None:
        verb, arguments = asked.command.verb, asked.command.arguments
        first = str(arguments[0]) if arguments else "/"
        try:
            if verb == "get":
                base = len(arguments) > 1 and bool(arguments[1])
                self._link.answer(asked.id, value_of(self._player, first, base))
            elif verb == "parameters":
                self._link.answer(
                    asked.id, [self._describe(address) for address in self._player.tree.parameters()]
                )
            elif verb == "signals":
                self._link.answer(asked.id, self._player.signals.public())
            elif verb == "watch":
                self._link.answer(asked.id, self._subscriptions.begin(asked.id, first), more=True)
            else:  # cancel: a watcher hung up
                self._subscriptions.end(whole(first) if arguments else -1)
                self._link.answer(asked.id, {})
        except AddressError as error:
            self._link.answer(asked.id, error=str(error))
        except Exception as error:
            log.exception("%s could not be answered", verb)
            self._link.answer(asked.id, error=f"{verb} failed: {type(error).__name__}: {error}")

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
