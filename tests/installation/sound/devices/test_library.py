"""The list of devices when PortAudio cannot begin again."""

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from installation.errors import AdapterError
from installation.sound.devices import Device, Library
from installation.sound.devices.library import Input, Output


class PortAudioError(Exception):
    """As of sounddevice."""


class Stream:
    """A stream that closes."""

    write_available = 1024

    def abort(self, ignore_errors: bool) -> None:
        """It ends."""

    close = abort


def refuse() -> None:
    raise PortAudioError("Internal PortAudio error [PaErrorCode -9986]")


@pytest.mark.parametrize("kind", [Output, Input])
def test_a_stream_closes_also_where_the_sound_system_cannot_be_asked_again(
    kind: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = SimpleNamespace(
        PortAudioError=PortAudioError, _terminate=lambda: None, _initialize=refuse, query_hostapis=refuse
    )
    monkeypatch.setitem(sys.modules, "sounddevice", broken)
    library = Library()
    library._open = 1
    stream = kind(Stream(), Device(index=0, name="a", api="ALSA", outputs=2), 2, library._closed)
    assert not library.renew()

    with caplog.at_level(logging.WARNING):
        stream.close()

    assert "the sound system cannot be asked: Internal PortAudio error" in caplog.text
    assert library.streams == 0
    with pytest.raises(AdapterError, match="cannot be asked"):
        library.renew()
