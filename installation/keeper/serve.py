"""Builds and runs the keeper of a venue."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from installation import paths
from installation.keeper.identity import instance
from installation.keeper.keeper import Keeper
from installation.keeper.light.patching import Patching
from installation.keeper.light.rigging import Rigging
from installation.keeper.stage.supervisor import Limits
from installation.light.patch import MAX_UNIVERSES
from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from installation.logs import set_up
from installation.show.venue_model import Venue
from installation.status import PairingNote

__all__ = ["serve"]


def serve(
    venue: Venue,
    stage: Sequence[str],
    *,
    folder: Path | None = None,
    children: Mapping[str, Sequence[str]] | None = None,
    limits: Limits | None = None,
    resume: bool = False,
    name: str = "",
    pairing: PairingNote | None = None,
    prepare_panel: Callable[[], None] = lambda: None,
) -> int:
    """Run the keeper of a venue, with a stage and its other processes, until the end.

    Args:
        venue: The room.
        stage: Command that starts the stage, which calls ``StageLink.inherited``.
        folder: State folder; the user's by default.
        children: Commands that start the other processes after the first frame, by name, as ``panel``:
            ``python -m installation.panel``.
        limits: Timeouts of the stage, and when safe mode begins.
        resume: True resumes at the cue of the last run of the same ``name``.
        name: Name of the show.
        pairing: Address and pairing codes of the panel.
        prepare_panel: Called between the start of the stage and that of the panel.

    Returns:
        Exit status of the program: 0 after a clean end, 1 when the wire loop failed.

    Raises:
        ShowError: The patch or an adapter's settings are wrong.
        PhotophoreError: Another show runs in the folder.
    """
    rig = Rig(venue, load_profiles(venue))

    def rigging() -> Rigging:
        """Set up the log files and build the look, the encoder and the outputs of the lamps."""
        prepare_panel()
        set_up(folder or paths.state_folder(), name="keeper")  # the lock is held by now
        patching = Patching(venue, rig, instance(folder or paths.state_folder()))
        return Rigging(patching.encoder, patching.look(monotonic()), patching.outputs, venue.light, patching)

    keeper = Keeper(
        folder or paths.state_folder(),
        rig.universes,
        rigging,
        stage,
        children=children,
        limits=limits,
        most=MAX_UNIVERSES,
        resume=resume,
        name=name,
        pairing=pairing,
    )
    return keeper.run()
