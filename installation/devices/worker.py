"""One thread for one device of which the show only leaves things: opened, used, closed, opened again.

This is a boundary: any exception of a device is caught and logged here, with one log line for each change.
"""

import threading
from abc import ABC, abstractmethod
from time import monotonic
from typing import Final

from installation.contract import Adapter
from installation.devices.adapters import AdapterHealth, Backoff, adapter_report
from installation.status import AdapterStatus
from installation.values import Seconds

__all__ = ["LOOK", "DeviceWorker"]

LOOK: Final[Seconds] = 0.25
"""Longest wait of the thread for something new."""
_WELL: Final[Seconds] = 30.0
"""Seconds of operation after which the back-off returns to the shortest wait."""


class DeviceWorker(ABC):
    """A thread in which a device is opened, used, closed on an error, and reopened with back-off.

    Args:
        adapter: The device.
        noun: What it is, in the name of the thread.
    """

    adapter: Adapter

    def __init__(self, adapter: Adapter, noun: str) -> None:
        self.adapter = adapter
        self._health = AdapterHealth(adapter)
        self._backoff = Backoff()
        self._changed = threading.Condition()
        """Held while what waits for the thread is changed; notified when there is something new."""
        self._stop = False
        self._well_at: Seconds = 0.0
        self._thread = threading.Thread(target=self._run, name=f"{noun} {adapter.name}", daemon=True)

    def start(self) -> None:
        """Start the thread that opens the device and uses it."""
        self._thread.start()

    def stop(self, timeout: Seconds = 1.0) -> None:
        """Stop the thread and close the device, waiting at most ``timeout`` seconds."""
        with self._changed:
            self._stop = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def report(self) -> AdapterStatus:
        """Return the adapter's entry of ``status``."""
        return adapter_report(self.adapter, self._health.state, self._health.reason)

    @abstractmethod
    def _turn(self) -> bool:
        """Wait for something new, for ``LOOK`` at most, and use the device; in the thread.

        Returns:
            Whether to go on. An exception closes the device.
        """

    def _used(self) -> None:
        """Note that the device took something: after a while of that, the next loss is a first one."""
        if monotonic() > self._well_at:
            self._backoff.reset()

    def _lost(self) -> None:  # noqa: B027 - nothing waits in most of them
        """Called in the thread, with ``_changed`` held, after the device was lost."""

    def _run(self) -> None:
        while not self._stop:
            try:
                self.adapter.open()
                self._health.up()
                self._well_at = monotonic() + _WELL
                while self._turn():
                    pass
            except Exception as error:  # noqa: BLE001 - the boundary; logged by AdapterHealth
                self._health.down(error)
                with self._changed:
                    self._lost()
                    self._changed.wait_for(lambda: self._stop, self._backoff.next())
        self._health.close()
        self._health.state = "closed"
