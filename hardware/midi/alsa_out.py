"""MIDI out through the ALSA sequencer: a client of its own, written to by a thread of its own.

alsa-midi parses bytes in an object of the client, which a reading and a writing thread must not share; and
its calls wait while the kernel's queue is full.
"""

from contextlib import suppress
from typing import Any

from hardware.midi.ports import Port
from hardware.midi.writer import Writer
from installation.contract import AdapterError

__all__ = ["AlsaOutputs"]


class AlsaOutputs:
    """One client with one port that sends. Raises AdapterError.

    Args:
        alsa: The module ``alsa_midi``, imported late because it needs ALSA's library.
        client: Name under which others see us.
    """

    def __init__(self, alsa: Any, client: str) -> None:
        self._alsa = alsa
        try:
            self._client = alsa.SequencerClient(f"{client} out")
            self._port = self._client.create_port("out", alsa.READ_PORT | alsa.PortCaps.NO_EXPORT)
        except alsa.Error as error:
            raise AdapterError(
                f"the ALSA sequencer takes no client that sends: {error}", "see `dmesg`"
            ) from error
        self.number = int(self._client.client_id)
        self._writer = Writer("midi-alsa-out")
        self._outputs: dict[tuple[int, int], AlsaOutput] = {}

    @property
    def dropped(self) -> int:
        """Messages that were not sent."""
        return self._writer.dropped

    def open(self, port: Port) -> "AlsaOutput":
        """Send to one port. Raises AdapterError."""
        client, _, number = port.key.partition(":")
        address = int(client), int(number)
        try:
            self._client.subscribe_port(self._port, self._alsa.Address(*address))
        except self._alsa.Error as error:
            reason = f"cannot send to MIDI port {port.name!r}: {error}"
            raise AdapterError(reason, "close the program that uses it") from error
        self._outputs[address] = output = AlsaOutput(self, address)
        return output

    def gone(self, client: int, port: int | None) -> None:
        """Note that a client or one of its ports is gone."""
        for address, output in tuple(self._outputs.items()):
            if address[0] == client and port in (None, address[1]):
                output.alive = False

    def send(self, address: tuple[int, int], data: bytes) -> None:
        """Queue one message for a port."""
        self._writer.put(lambda part: self._write(address, part), data)

    def leave(self, address: tuple[int, int], output: "AlsaOutput") -> None:
        """Stop sending to a port, after what waits."""
        if self._outputs.get(address) is output:
            del self._outputs[address]
        self._writer.put(lambda _part: self._unsubscribe(address), b"")

    def close(self) -> None:
        """Send what waits, and leave the sequencer."""
        self._writer.close()
        self._client.close()

    def _write(self, address: tuple[int, int], data: bytes) -> None:
        alsa = self._alsa
        event = alsa.SysExEvent(data) if data[0] == 0xF0 else alsa.MidiBytesEvent(data)
        try:
            self._client.event_output(event, port=self._port, dest=alsa.Address(*address))
            self._client.drain_output()
        except alsa.Error as error:
            raise OSError(str(error)) from error

    def _unsubscribe(self, address: tuple[int, int]) -> None:
        if address not in self._outputs:
            with suppress(self._alsa.Error):  # it was unplugged: the kernel has taken the connection away
                self._client.unsubscribe_port(self._port, self._alsa.Address(*address))


class AlsaOutput:
    """One port that we send to.

    Attributes:
        alive: Whether it is still there.
    """

    def __init__(self, outputs: AlsaOutputs, address: tuple[int, int]) -> None:
        self.alive = True
        self._outputs: AlsaOutputs | None = outputs
        self._address = address

    def send(self, data: bytes) -> None:
        """Queue one message."""
        if self.alive and self._outputs is not None:
            self._outputs.send(self._address, data)

    def close(self) -> None:
        """Stop sending. Harmless when called again."""
        if self._outputs is not None:
            outputs, self._outputs = self._outputs, None
            outputs.leave(self._address, self)
