"""Projection mapping while the show plays: the calibration mode, and what the venue file says of it."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from installation.errors import CommandError
from installation.player.player import Player
from installation.show.mapping import DisplayMapping, rounded
from installation.show.venue_model import Display
from installation.stage.edits.edit_reader import Repatched
from installation.stage.hud import Hud
from installation.stage.mapping.file import MappingFile
from installation.stage.parts import StageParts
from installation.values import Seconds

if TYPE_CHECKING:
    from installation.render.mapping.hands import Hands

__all__ = ["Calibration"]

_SEEN: Final = 0.25
"""What is seen of masked light while a mask is edited."""

_TOLD: Final[Seconds] = 8.0
"""How long the picture says why the mode cannot begin."""

log = logging.getLogger(__name__)


class Calibration:
    """The calibration of the windows of one stage.

    Args:
        player: Draws the test card.
        parts: The window, and the venue with its displays.
        hud: Shows what is edited, and the keys.
    """

    def __init__(self, player: Player, parts: StageParts, hud: Hud) -> None:
        self._player, self._parts, self._hud = player, parts, hud
        venue = parts.production.written or parts.production.venue
        self._displays: Sequence[Display] = venue.displays
        self._file = MappingFile(venue.files[0].resolve()) if venue.files else None
        self._hands: Hands | None = None
        self._saved = [one.mapping for one in self._displays]
        self._saving: list[DisplayMapping] | None = None
        self._until: Seconds = 0.0

    def verbs(self) -> dict[str, Callable[..., object]]:
        """Return the function of each command about windows."""
        return {"mapping": self.switch, "fullscreen": self._cover}

    def switch(self, state: bool | None = None) -> None:
        """Turn the calibration on or off; without a word the other way. Raises CommandError."""
        wanted = self._hands is None if state is None else state
        if wanted and self._hands is None:
            try:
                self._begin()
            except CommandError as error:  # whoever pressed the key looks at the picture, not at the log
                self._hud.calibrating, self._until = [f"!{error}"], time.monotonic() + _TOLD
                raise
        elif not wanted and self._hands is not None:
            self._end()

    def frame(self) -> None:
        """Show what was edited, and carry out what was asked of the file. Never waits."""
        hands, picture = self._hands, self._player.picture
        for good, words in self._file.told() if self._file is not None else ():
            if good and self._saving is not None:
                self._saved = self._saving
            self._saving = None
            if hands is not None:
                hands.editor.said, hands.editor.done = ("", words) if good else (words, "")
            elif not good:  # whoever saved and left at once
                self._hud.calibrating, self._until = [f"!{words}"], time.monotonic() + _TOLD
        if hands is None or picture is None:
            if self._hud.calibrating and time.monotonic() >= self._until:
                self._hud.calibrating = []
            return
        editor = hands.editor
        hands.tick(time.monotonic())
        hands.show()
        picture.card.show(hands.marks())
        picture.masks = _SEEN if editor.mode == "mask" else 0.0
        self._asked(hands)
        unsaved = "   not saved" if self._changed(editor.mappings) else ""
        first, *rest = editor.words()
        self._hud.calibrating = [f"{first}{unsaved}", *rest]

    def also(self, repatch: Callable[[Repatched], None]) -> Callable[[Repatched], None]:
        """Return a function that applies an edited venue, and its mappings at once."""

        def both(repatched: Repatched) -> None:
            """Apply lamps and mappings of an edited venue."""
            repatch(repatched)
            self._follow(repatched.venue.displays)

        return both

    def close(self) -> None:
        """Write what is left."""
        if self._file is not None:
            self._file.close()

    def _cover(self) -> None:
        if self._parts.window is not None:
            self._parts.window.toggle_fullscreen()

    def _begin(self) -> None:
        window, picture = self._parts.window, self._player.picture
        if window is None or picture is None:
            raise CommandError("there is no window to calibrate")
        if not window.is_display or len(window.panes()) != len(self._displays):
            raise CommandError(
                "this is no window of a display of the venue: add `[[display]]` to the venue file, and start "
                "with `perform` or `run`"
            )
        from installation.render.mapping.hands import Hands

        names = [one.name for one in self._displays]
        self._hands = Hands(window, names, picture.size)
        window.tool = self._hands.take
        window.point(shown=True)
        log.info("the calibration of the windows is on; F9 ends it")

    def _end(self) -> None:
        window, picture, hands = self._parts.window, self._player.picture, self._hands
        self._hands, self._hud.calibrating = None, []
        if window is not None:
            window.tool = None
            window.point(shown=False)
        if picture is not None:
            picture.card.show(None)
            picture.masks = 0.0
        if hands is not None and self._changed(hands.editor.mappings):
            log.warning("the mapping is not saved: it holds until the show ends; F9, then S saves it")

    def _changed(self, mappings: Sequence[DisplayMapping]) -> bool:
        return list(mappings) != list(self._saved if self._saving is None else self._saving)

    def _asked(self, hands: "Hands") -> None:
        editor = hands.editor
        wish, editor.wish = editor.wish, ""
        if not wish:
            return
        if self._file is not None and self._file.busy:
            editor.said = "the file is being written"
        elif self._file is None or self._parts.production.stands_in:
            editor.said = "this venue is not in a file that can be written"
        elif wish == "save":
            editor.mappings = [rounded(one) for one in editor.mappings]
            self._saving = list(editor.mappings)
            self._file.save(editor.names, self._saving)
        else:
            self._file.take_back()

    def _follow(self, displays: Sequence[Display]) -> None:
        """Take over the mappings of an edited file, if it has the same displays."""
        window = self._parts.window
        if [one.name for one in displays] != [one.name for one in self._displays]:
            return  # they change at the next start
        if window is None or not window.is_display:
            return
        stated = [one.mapping for one in displays]
        if stated == self._saved:
            return  # another line was edited, or it was written here
        self._saved = stated
        for index, mapping in enumerate(stated):
            window.remap(index, mapping)
        if self._hands is not None:
            self._hands.editor.put(self._saved)
