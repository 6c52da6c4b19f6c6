import msgspec
import pytest

from hardware.virtual import VirtualOutput, VirtualSettings
from installation.contract import AdapterError
from tests.hardware.wire import frame, random_levels


def test_it_keeps_the_last_frame_and_counts_universes():
    out = VirtualOutput("lamps", msgspec.convert({}, VirtualSettings))
    out.open()
    last = frame(random_levels(4), 1)
    out.send(frame(0), 0.0)
    out.send(last, 0.02)

    assert out.last is last
    assert out.counters.sent == 5
    assert "4 universes" in out.detail


def test_it_takes_nothing_before_open_and_forgets_at_close():
    out = VirtualOutput("lamps", VirtualSettings())
    with pytest.raises(AdapterError):
        out.send(frame(0), 0.0)
    out.open()
    out.finish(frame(0), 0.0)
    assert out.counters.sent == 3
    out.close()
    out.close()

    assert out.last is None
