"""Questions and orders that reach the stage through the control socket, and the answers."""

from collections.abc import Iterable, Sequence
from typing import Any

from installation.errors import AddressError
from installation.inbox import Entry
from installation.keeper.link import Asked, StageLink
from installation.loop import BLACKOUT, Player
from installation.values import Command, Reading

__all__ = ["Desk"]

_ANSWERED_HERE = frozenset({"get", "parameters", "signals", "watch", "cancel"})
_PER_FRAME = 64
"""Readings that one watcher is told in one frame; the rest are counted."""
_OWN = frozenset({"picture", "lamps", "sound"})
"""What the program says of itself in every frame; told to those only who ask for more than everything."""


class Desk:
    """Answers what can be answered at once, hands the rest to the player, reports what became of it.

    Args:
        link: To the keeper.
        player: Whom questions are about.
    """

    def __init__(self, link: StageLink, player: Player) -> None:
        self._link = link
        self._player = player
        self._open: dict[int, Command] = {}
        self._watching: dict[int, str] = {}
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

    def settle(self, unknown: Sequence[Command], refused: Sequence[tuple[Command, str]]) -> None:
        """Say of every order whether it was carried out, and what the keeper must know."""
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
            elif id(command) in strangers:
                self._link.answer(number, error=f"the show does not know the verb {command.verb!r}")
            else:
                self._link.answer(number, {"done": command.verb})
        self._open.clear()

    def tell_watchers(self, entries: Iterable[Entry]) -> None:
        """Pass on what came in to those who watch; private readings never."""
        if not self._watching:
            return
        readings = [one for one in entries if isinstance(one, Reading) and not one.private]
        for number, prefix in self._watching.items():
            matching = [
                one
                for one in readings
                if (one.address.startswith(prefix) or f"/osc{one.address}".startswith(prefix))
                and (prefix or one.source not in _OWN)
            ]
            if matching:
                lines = [_plain(one) for one in matching[-_PER_FRAME:]]
                self._link.answer(
                    number, {"readings": lines, "left_out": len(matching) - len(lines)}, more=True
                )

    def _answer(self, asked: Asked) -> None:
        verb, arguments = asked.command.verb, asked.command.arguments
        first = str(arguments[0]) if arguments else "/"
        try:
            if verb == "get":
                self._link.answer(asked.id, self._get(first, len(arguments) > 1 and bool(arguments[1])))
            elif verb == "parameters":
                self._link.answer(
                    asked.id, [self._describe(address) for address in self._player.tree.parameters()]
                )
            elif verb == "signals":
                self._link.answer(asked.id, self._player.signals.public())
            elif verb == "watch":
                self._watching[asked.id] = first.rstrip("/")
                self._link.answer(asked.id, {"watching": first}, more=True)
            else:  # cancel: a watcher hung up
                self._watching.pop(int(arguments[0]) if arguments else -1, None)
                self._link.answer(asked.id, {})
        except AddressError as error:
            self._link.answer(asked.id, error=str(error))

    def _get(self, address: str, base: bool) -> Any:
        signal = self._player.signals.public().get(address)
        if signal is not None:
            return [signal]
        return list(self._player.tree.get_base(address) if base else self._player.tree.get_shown(address))

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


def _plain(reading: Reading) -> dict[str, Any]:
    return {"address": reading.address, "values": list(reading.values), "source": reading.source}
