"""What outputs to MIDI ports share: the system's service, opened, looked through for ports, and left."""

import time
from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

from hardware.midi.backend import Api, open_ports
from hardware.midi.ports import Ports
from installation.contract import AdapterError, MessageOutput, Seconds, Settings

__all__ = ["MidiSender"]


class MidiSender(MessageOutput):
    """An output to ports of the system's MIDI service, which are found by name whenever they are there.

    Args:
        name: Name of the adapter.
        settings: What the venue says.
        api: Which service; ``auto`` takes the first that answers.
        client: Name under which other programs see this one.
        ports: Opens the service and says why not another one; tests bring their own.
    """

    home: ClassVar[Literal["keeper", "stage"]] = "stage"

    def __init__(
        self,
        name: str,
        settings: Settings,
        api: Api,
        client: str,
        ports: Callable[[Api, str], tuple[Ports, str]] = open_ports,
    ) -> None:
        super().__init__(name, settings)
        self._service = api, client
        self._open_ports = ports
        self._ports: Ports | None = None
        self._next_scan: Seconds = 0.0

    def open(self) -> None:
        """Find the service and the ports that are there. Raises AdapterError with the reason."""
        if self._ports is not None:
            return
        self._ports, _ = self._open_ports(*self._service)
        try:
            self._scan(self._ports, time.monotonic())
        except AdapterError:
            self.close()
            raise

    def close(self) -> None:
        """Leave the ports and the service."""
        self._leave_all()
        if self._ports is not None:
            self._ports.close()
            self._ports = None
        self._next_scan = 0.0

    def _opened(self) -> Ports:
        """Return the service. Raises AdapterError when closed."""
        if self._ports is None:
            raise AdapterError("is not open", "call open first")
        return self._ports

    @abstractmethod
    def _scan(self, ports: Ports, now: Seconds) -> None:
        """Leave ports that have gone, and take those that have come. AdapterError without the service."""

    @abstractmethod
    def _leave_all(self) -> None:
        """Leave every port."""
