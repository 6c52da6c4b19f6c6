"""Tells the keeper how the site looks: it answers ``photophore site``, and lamps hear from it who leads."""

import threading
from pathlib import Path
from typing import Final

import msgspec

from installation.errors import PhotophoreError
from installation.ipc.control import request
from installation.ipc.feeds.site import View
from installation.values import Seconds

__all__ = ["KeeperNote"]

_EACH: Final[Seconds] = 0.5
_PATIENCE: Final[Seconds] = 1.0
_TEXT: Final = 3000
"""Characters of one argument of a request; a view has several."""
_MOST: Final = 60_000
"""Characters of all of them; beyond it stations are left out."""


class KeeperNote:
    """Sends the newest view twice a second, and at once when the role changes, in a thread of its own.

    Args:
        folder: Where the keeper's control socket is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._view: View | None = None
        self._role = ""
        self._changed = threading.Event()
        threading.Thread(target=self._run, name="telling the keeper", daemon=True).start()

    def tell(self, view: View) -> None:
        """Take a view; never waits."""
        self._view = view
        if view.role != self._role:
            self._role = view.role
            self._changed.set()

    def _run(self) -> None:
        while True:
            self._changed.wait(_EACH)
            self._changed.clear()
            view, self._view = self._view, None
            if view is not None:
                self._send(view)

    def _send(self, view: View) -> None:
        text = msgspec.json.encode(view).decode()
        while len(text) > _MOST:
            view = msgspec.structs.replace(view, stations=view.stations[: len(view.stations) // 2])
            text = msgspec.json.encode(view).decode()
        parts = [text[at : at + _TEXT] for at in range(0, len(text), _TEXT)]
        try:
            request("site-view", *parts, folder=self._folder, timeout=_PATIENCE)
        except PhotophoreError:
            return  # it is about to end, or busy: the next view comes soon
