"""The keeper's input: everything about the lamps, and the stage's last report."""

import logging
from dataclasses import dataclass

import msgspec

from installation.devices.adapters import OutputSupervisor
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.frames import Encoder
from installation.keeper.light.look import Look
from installation.keeper.light.patching import Patching
from installation.show.venue_model import LightSettings
from installation.status import StageStatus

__all__ = ["Rigging", "last_report"]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Rigging:
    """Everything about the lamps that the keeper needs, built after the stage was started.

    Attributes:
        encoder: Guard and curves.
        look: The look's state machine, with the venue's safe look.
        outputs: Supervised adapters.
        settings: The venue's light settings.
        patching: Applies an edited patch; None if there is no file to read again.
    """

    encoder: Encoder
    look: Look
    outputs: list[OutputSupervisor]
    settings: LightSettings
    patching: Patching | None = None


def last_report(mapping: Mapping, show: str) -> StageStatus:
    """Return the stage's part of ``status``, as last written; only the show's name if it cannot be read."""
    found = mapping.report.newest()
    if found is not None:
        try:
            return msgspec.json.decode(found[1], type=StageStatus)
        except msgspec.DecodeError:
            log.warning("the stage's report cannot be read")
    return StageStatus(show=show)
