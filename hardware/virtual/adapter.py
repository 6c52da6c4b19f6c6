"""The virtual output: takes frames as a lamp would, and keeps the last one."""

from installation.contract import AdapterError, LightFrame, LightOutput, Seconds, Settings

__all__ = ["VirtualOutput", "VirtualSettings"]


class VirtualSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing to say: it needs no address."""


class VirtualOutput(LightOutput):
    """Counts universes and keeps the last frame. The preview window draws what it was given.

    A real adapter in every other way, so that a show runs on a laptop with no hardware and tests need no
    network.
    """

    kind = "virtual"
    Settings = VirtualSettings

    def __init__(self, name: str, settings: VirtualSettings) -> None:
        super().__init__(name, settings)
        self.last: LightFrame | None = None
        """The frame that the lamps show now; None before the first and after ``close``."""
        self._open = False

    def open(self) -> None:
        """Begin to take frames."""
        self._open = True

    def close(self) -> None:
        """Forget the last frame."""
        self._open = False
        self.last = None

    def send(self, frame: LightFrame, now: Seconds) -> None:  # noqa: ARG002 - it has no wire to pace
        """Keep the frame and count its universes. Raises AdapterError when it was not opened."""
        if not self._open:
            raise AdapterError("is not open", "call open first")
        self.counters.sent += len(frame.levels)
        self.last = frame

    @property
    def detail(self) -> str:
        """How many universes it shows."""
        count = 0 if self.last is None else len(self.last.levels)
        return f"on screen, {count} universes"
