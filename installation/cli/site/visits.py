"""Stories at the site of ``make site``: where to leave one, what waits, and the wall while one is told."""

import contextlib
import re
import shutil
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Final

from installation.cli.site.garden import DOOR
from installation.errors import PhotophoreError
from installation.guestbook import FILE, Act, Guestbook, GuestbookError, Standing, State, folder
from installation.ipc.control import request
from installation.values import Seconds

__all__ = ["Visits"]

_SCENES: Final = ("symbiosis", "stories")
"""What the site plays of its show: fireflies, and the wall of stories."""
_TOLD: Final[Seconds] = 40.0
"""For so long the wall is shown after a story has come to it."""
_PATIENCE: Final[Seconds] = 5.0
_FIELD: Final = re.compile(r'name="key" value="([^"]*)"')
_ALERT: Final = re.compile(r'role="alert">([^<]*)<')


class Visits:
    """Visitors of the site, and the staff who read what they leave.

    Args:
        port: TCP port at which the page is found on this machine.
        door: State folder of the hub with the page.
        hall: State folder of the hub with the picture.
        changes: Whether the site's show has the scenes that are changed to.
    """

    def __init__(self, port: int, door: Path, hall: Path, *, changes: bool = True) -> None:
        self.url = f"http://localhost:{port}/"
        self._changes = changes
        self._door, self._hall = door, hall
        self._known: set[str] = set()
        self._until: Seconds | None = None

    def lines(self) -> Iterator[str]:
        """Return what somebody is told who has never left a story; nothing in it steers a terminal."""
        yield f"stories: leave one at {self.url} (the page of {DOOR}), or type `story` and a sentence"
        waiting = self.waiting()
        if waiting:
            first = waiting[0].story
            said = "".join(one if one.isprintable() else " " for one in first.text) or "(a drawing)"
            yield f"waiting to be read: {len(waiting)}, the first: {said}"
            program = "photophore" if shutil.which("photophore") else f"{sys.executable} -m installation"
            command = f"PHOTOPHORE_STATE={self._door} {program} stories approve {first.id[:8]}"
            yield f"`approve` puts it on the wall, and so does: {command}"

    def waiting(self) -> list[Standing]:
        """Return the stories that nobody has decided about, who came first is first."""
        return [one for one in reversed(_stories(self._door)) if one.state is State.WAITING]

    def leave(self, text: str) -> None:
        """Leave a sentence as a browser does. Raises PhotophoreError if the page does not take it."""
        try:
            with urllib.request.urlopen(self.url, timeout=_PATIENCE) as answer:  # noqa: S310 - http of ours
                key = unescape(_FIELD.findall(answer.read().decode())[0])
            form = urllib.parse.urlencode({"key": key, "text": text, "strokes": ""}).encode()
            urllib.request.urlopen(self.url, form, timeout=_PATIENCE).close()  # noqa: S310 - http of ours
        except urllib.error.HTTPError as error:
            found = _ALERT.findall(error.read().decode())
            raise PhotophoreError(unescape(found[0]) if found else f"the page says {error.code}") from None
        except (OSError, IndexError) as error:
            message = f"the page of {DOOR} does not answer ({error}); it comes with that hub"
            raise PhotophoreError(message) from None

    def approve(self) -> None:
        """Approve the story that has waited longest. Raises PhotophoreError if none waits."""
        waiting = self.waiting()
        if not waiting:
            raise PhotophoreError("no story waits")
        with closing(Guestbook(folder(self._door), repairs=False)) as book:
            book.decide(waiting[0].story.id, Act.APPROVED)

    def advance(self) -> None:
        """Show the wall of stories while one comes to it, and the fireflies again after that."""
        approved = {one.story.id for one in _stories(self._hall) if one.state is State.APPROVED}
        new, self._known = approved - self._known, approved
        if new:
            self._until = time.monotonic() + _TOLD
        if self._until is not None and self._changes:
            over = time.monotonic() > self._until
            self._until = None if over else self._until
            self._show(_SCENES[0 if over else 1])

    def _show(self, scene: str) -> None:
        """Change to a scene unless it is there: a cue that begins meanwhile ends what a hand has chosen."""
        with contextlib.suppress(PhotophoreError):  # it has just been switched off
            if request("status", folder=self._hall)["scene"] != scene:
                request("scene", scene, folder=self._hall)


def _stories(state: Path) -> list[Standing]:
    """Return what the guest book of a machine holds, the newest first; nothing while there is none."""
    where = folder(state)
    if not (where / FILE).exists():
        return []
    try:
        with closing(Guestbook(where, repairs=False)) as book:
            return list(book.stories())
    except GuestbookError:  # it is being made
        return []
