"""What one port sends, as whole messages and readings of its controller."""

from collections.abc import Callable, Collection, Sequence

from hardware.midi.fine import FineValues
from hardware.midi.messages import meaning
from hardware.midi.ports import LONGEST
from installation.contract import Reading, Seconds, surface

__all__ = ["HeardPort"]

_SYSEX, _END = 0xF0, 0xF7
_SHORT = 3


class HeardPort:
    """One port that is listened to.

    Args:
        address: The port's part of an address.
        profile: What the controller is; None if no file knows it.
        channels: Whether the channel (1 to 16) becomes part of the address.
        declared: 14-bit and NRPN readings of the controller that somebody uses beside the profile.
    """

    def __init__(
        self,
        address: str,
        profile: surface.Profile | None,
        channels: bool,
        declared: Collection[str] = (),
    ) -> None:
        self.address = address
        self.profile = profile
        self._channels = channels
        self._known = (
            frozenset(one.reading for one in profile.controls) if profile is not None else frozenset()
        )
        self._told: set[str] = set()
        self._part = bytearray()
        self._fine = FineValues(())
        self.declare(declared)

    @property
    def hears_sysex(self) -> bool:
        """Whether SysEx of this controller means something to us."""
        return self.profile is not None and bool(self.profile.setup or self.profile.bytes_of("reassert"))

    @property
    def due(self) -> Seconds | None:
        """When ``flush`` has something to do; None if nothing waits."""
        return self._fine.due

    def declare(self, declared: Collection[str]) -> None:
        """Read these as 14-bit values or NRPN too, names below the controller's address."""
        self._fine = FineValues({*self._known, *declared})

    def whole(self, data: Sequence[int], take: Callable[[bytes], None]) -> bool:
        """Hand on what is whole; a SysEx message may come in parts. Runs in a thread of the service.

        Returns:
            False if a message was too long to be kept.
        """
        if not self._part and not (data and data[0] == _SYSEX):
            if len(data) <= _SHORT:
                take(bytes(byte & 0xFF for byte in data) if _plain(data) else bytes(data[:0]))
                return True
            return False
        if data and data[0] & 0x80 and data[0] not in (_SYSEX, _END):
            self._part.clear()  # its end never came, and this is another message
            return self.whole(data, take)
        if data and data[0] == _SYSEX:
            self._part.clear()
        self._part += bytes(data)
        if len(self._part) > LONGEST:
            self._part.clear()
            return False
        if self._part[-1:] == bytes((_END,)):
            message = bytes(self._part)
            self._part.clear()
            take(message)
        return True

    def readings(self, data: bytes, now: Seconds, source: str) -> list[Reading]:
        """Return what a message says about controls.

        Args:
            data: A whole message that is not SysEx.
            now: Time of arrival.
            source: Name of the adapter.

        Raises:
            ValueError: The bytes are not a MIDI message.
        """
        taken, found = self._fine.take(data, now) if self._fine else (False, [])
        if not taken:
            plain = meaning(data, self._channels)
            found += [] if plain is None else [plain]
        return self._made(found, now, source)

    def flush(self, now: Seconds, source: str) -> list[Reading]:
        """Return 14-bit values whose low half did not come."""
        return self._made(list(self._fine.flush(now)), now, source)

    def foreign(self, reading: str) -> surface.Detection | None:
        """Return what a reading says about how the controller is set up, the first time; None if nothing."""
        if self.profile is None or reading in self._known:
            return None
        for one in self.profile.detect:
            if one.means not in self._told and reading.startswith(tuple(one.readings)):
                self._told.add(one.means)
                return one
        return None

    def _made(self, found: list[tuple[str, float]], now: Seconds, source: str) -> list[Reading]:
        return [Reading(f"/midi/{self.address}/{name}", (value,), now, source) for name, value in found]


def _plain(data: Sequence[int]) -> bool:
    return all(0 <= byte <= 0xFF for byte in data)
