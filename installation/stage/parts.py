"""Everything that the stage works with, made by ``main`` and handed over as one value."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from installation.devices.adapters import InputSupervisor
from installation.devices.outgoing import MessageSupervisor
from installation.ipc.link import StageLink
from installation.ipc.telemetry import Publisher
from installation.player.inbox import Inbox
from installation.player.production import Production
from installation.render.window import Window
from installation.show.model import Show
from installation.show.watch import Watch
from installation.signal.record import Recorded

if TYPE_CHECKING:
    from installation.player.edits.last_good import Versions

__all__ = ["StageParts"]


@dataclass(slots=True)
class StageParts:
    """Everybody whom the stage works with.

    Attributes:
        production: What is played at the start.
        read: Reads the show again when its files were edited. Raises FilesError.
        link: To the keeper; None when played without one.
        window: None headless.
        inputs: Supervised input adapters, control surfaces among them.
        outputs: Supervised message outputs.
        publisher: Tells the panel; None without one, or before ``reach``.
        reach: Opens the way to the panel, after the first picture.
        later: Makes the devices that safe mode leaves out, when it ends.
        inbox: What they put into.
        watch: Tells of edited files.
        replayed: A recording to play back instead of live input.
        notes: What people should know from the start; stands on the picture until the next good edit.
        versions: Keeps each version of the files that has played for a while.
    """

    production: Production
    read: Callable[[], Show]
    link: StageLink | None
    window: Window | None
    inbox: Inbox
    watch: Watch
    inputs: list[InputSupervisor] = field(default_factory=list)
    publisher: Publisher | None = None
    reach: Callable[[], Publisher | None] | None = None
    replayed: Generator[Recorded, None, None] | None = None
    later: Callable[[], tuple[list[InputSupervisor], list[MessageSupervisor]]] | None = None
    notes: tuple[str, ...] = ()
    outputs: list[MessageSupervisor] = field(default_factory=list)
    versions: "Versions | None" = None

    @property
    def devices(self) -> list[InputSupervisor | MessageSupervisor]:
        """All of them, in and out."""
        return [*self.inputs, *self.outputs]
