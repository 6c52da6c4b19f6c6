"""The parts that the stage works with, built by ``main`` and passed as one value."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from installation.devices.adapters import InputSupervisor
from installation.devices.outgoing import MessageSupervisor
from installation.devices.pictures import PictureSupervisor
from installation.ipc.link import StageLink
from installation.ipc.telemetry import Publisher
from installation.player.inbox import Inbox
from installation.player.production import Production
from installation.render.window import Window
from installation.show.model import Show
from installation.show.watch import Watch
from installation.signal.record import Recorded
from installation.stage.site import SiteFeed

if TYPE_CHECKING:
    from installation.player.edits.last_good import Versions

__all__ = ["StageParts"]


@dataclass(slots=True)
class StageParts:
    """Everything that the stage works with.

    Attributes:
        production: What is played at the start.
        read: Reads the show again when its files were edited. Raises FilesError.
        link: Link to the keeper; None without one.
        window: The window; None if headless.
        inputs: Supervised input adapters, including control surfaces.
        outputs: Supervised message outputs.
        pictures: Supervised picture outputs.
        publisher: The connection to the panel; None without one, or before ``reach``.
        reach: Opens the connection to the panel, after the first picture.
        later: Builds the devices that safe mode leaves out, when it ends.
        inbox: Queue that the inputs put readings and commands into.
        watch: Reports edited files.
        replayed: A recording to play back instead of live input.
        notes: Notes from the start; shown on the picture until the next edit without errors.
        site: The end of the hub process; None in a replay.
        versions: Archives each version of the files that has played for a while.
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
    pictures: list[PictureSupervisor] = field(default_factory=list)
    site: SiteFeed | None = None

    @property
    def devices(self) -> list[InputSupervisor | MessageSupervisor | PictureSupervisor]:
        """All devices, inputs and outputs."""
        return [*self.inputs, *self.outputs, *self.pictures]
