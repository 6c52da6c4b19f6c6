"""Applies an edited patch while the show runs: reads the venue file again, without interrupting the light.

The stage reads the file first, and reports which patch it uses from then on; only that one is applied, so
both always refer to the same channels. The light is frozen while the new guard is brought to it, and then for
the law's refractory time, since the new guard does not know what came before; then the new look is crossfaded
to. Destinations that are not used any more are sent zeros, and their streams are terminated.
"""

import logging
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Final
from uuid import UUID

import numpy as np

from installation.contract import LightOutput
from installation.devices.adapters import OutputSupervisor, load_adapters
from installation.errors import PhotophoreError
from installation.keeper.light.encoder import LampEncoder, safe_look
from installation.keeper.light.look import Look
from installation.keeper.light.wire import Repatch, Wire
from installation.light.patch import number_of
from installation.light.power import Crossfade
from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from installation.safety.law import law_for
from installation.show import load_venue
from installation.show.venue_model import Venue
from installation.values import Seconds

__all__ = ["Patching"]

_FREEZE: Final[Seconds] = 2.0
"""Seconds to wait for the wire to freeze; a tick takes 23 ms, so a wire that needs longer is in trouble."""

log = logging.getLogger(__name__)


class Patching:
    """The patch of a venue, and changes to it.

    Args:
        venue: The room.
        rig: Its lamps.
        instance: Our identity on the network; see ``keeper/identity.py``.

    Attributes:
        outputs: Supervised adapters.
    """

    def __init__(self, venue: Venue, rig: Rig, instance: UUID) -> None:
        self._venue = venue
        self._instance = instance
        self.encoder = LampEncoder(rig, law_for(venue.guard.profile))
        self.outputs = _outputs(venue, (), instance)
        self._number = number_of(venue, rig.patch)
        self._next: tuple[Venue, LampEncoder, list[OutputSupervisor]] | None = None

    def look(self, now: Seconds) -> Look:
        """Return the initial look at ``now``, monotonic seconds."""
        rig, light = self.encoder.rig, self._venue.light
        return Look(light, safe_look(rig, light.safe), rig.hazard, now, Crossfade(rig.power.filaments))

    def take_over(self, wanted: int, wire: Wire) -> None:
        """Apply the patch that the stage uses from now on; after an error the old one stays.

        Args:
            wanted: Its number, ``patch.number_of``.
            wire: Sends to the lamps.
        """
        if wanted == self._number or not wire.running:
            return
        began = monotonic()
        try:
            self.prepare(wanted)
        except (PhotophoreError, OSError) as error:
            log.error("the lamps keep their patch: %s", error)
            return
        wire.freeze()
        while not wire.frozen and wire.running and monotonic() - began < _FREEZE:
            sleep(0.002)
        if not wire.frozen:
            wire.thaw()
            log.error("the lamps keep their patch: the wire loop did not freeze in time")
            return
        try:
            wire.repatch(self.change())
        except BaseException:
            wire.thaw()  # otherwise the light would stay frozen
            raise
        log.info("the lamps have a new patch, prepared in %.0f ms", (monotonic() - began) * 1e3)

    def prepare(self, wanted: int) -> None:
        """Read the venue file again and prepare everything, adapters included.

        Raises:
            FilesError: The file has errors by now.
            PhotophoreError: Its patch differs from the stage's; the stage will read it again, too.
        """
        venue = load_venue(self._venue.files[0])
        rig = Rig(venue, load_profiles(venue))
        if number_of(venue, rig.patch) != wanted:
            raise PhotophoreError("the venue file has changed again since the stage read it")
        # The law of a running guard does not change: another profile takes effect at the next start.
        encoder = LampEncoder(rig, law_for(self._venue.guard.profile))
        outputs = _outputs(venue, self.outputs, self._instance)
        for output in outputs:
            if output not in self.outputs:
                output.open(monotonic())
        self._next = venue, encoder, outputs

    def change(self) -> Repatch:
        """Return the prepared patch, its guard brought to the present light, which must stay frozen."""
        if self._next is None:
            raise RuntimeError("prepare first")
        venue, encoder, outputs = self._next
        self._next = None
        before, rig = self.encoder, encoder.rig
        encoder.follow(before, rig.carried(before.sent, before.rig))
        self._venue, self.encoder, self.outputs = venue, encoder, outputs
        self._number = number_of(venue, rig.patch)
        shown = encoder.sent.astype(np.float32) * np.float32(1 / 65535)
        safe = safe_look(rig, venue.light.safe)
        fade = Crossfade(rig.power.filaments)
        return Repatch(encoder, venue.light, safe, rig.hazard, shown, encoder.rest, outputs, fade)


def _outputs(venue: Venue, standing: Sequence[OutputSupervisor], instance: UUID) -> list[OutputSupervisor]:
    """Return the adapters of a venue; those without any change are kept. Raises ShowError."""
    made = []
    for adapter in load_adapters(venue.adapters, "keeper"):
        if not isinstance(adapter, LightOutput):
            continue
        same = (
            one
            for one in standing
            if (type(one.adapter), one.adapter.name, one.adapter.settings)
            == (type(adapter), adapter.name, adapter.settings)
        )
        found = next(same, None)
        if found is None:
            adapter.identify(instance)
            found = OutputSupervisor(adapter)
        made.append(found)
    return made
