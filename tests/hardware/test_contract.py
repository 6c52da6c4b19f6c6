"""What every adapter promises, asked of every adapter that the entry points name.

A new adapter is picked up by its line in ``pyproject.toml``. If its settings have fields without a default,
it says in ``SAMPLES`` what a venue would write.
"""

import importlib
import os
import pty
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from installation.contract import (
    Adapter,
    AdapterError,
    ControlSurface,
    Counters,
    InputAdapter,
    LightFrame,
    LightOutput,
    Message,
    MessageOutput,
    PictureFrame,
    PictureOutput,
)
from tests.hardware import jack, webcam

ROOT = Path(__file__).parents[2]
POINTS: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
    "photophore.adapters"
]
SPANS = [{"universe": 1, "address": 1, "count": 2}]
LINE = os.ttyname(pty.openpty()[1])
"""A serial line whose other end is ours."""
SAMPLES: dict[str, dict[str, object]] = {
    "artnet": {"host": "127.0.0.1", "port": 16_454, "send": SPANS},
    "ble-heart": {"devices": ["C8:1A:00:2F:11:90"]},
    "brainflow": {"board": "synthetic", "signals": ["eeg"]},
    "camera": {"source": str(ROOT / "docs" / "pictures")},
    "lsl": {"streams": [{"name": "nothing of that name"}]},
    "midi": {"api": "jack"},
    "midi-clock": {"api": "jack", "device": "nothing of that name"},
    "mjpeg": {"port": 0},
    "midi-out": {"port": "desk", "api": "jack"},
    "osc": {"port": 0},
    "osc-out": {"targets": [{"name": "console", "port": 19_137}]},
    "sacn": {"host": "127.0.0.1", "port": 15_568, "send": SPANS},
    "serial": {"port": LINE},
    "tuio": {"port": 0},
    "video-stream": {"url": "udp://127.0.0.1:15006"},
}
PICTURE = PictureFrame(0, 0.0, np.full((360, 640, 4), 90, np.uint8))
FRAME = LightFrame(0, 0.0, np.full((2, 512), 7, np.uint8))


def load(kind: str) -> type[Adapter]:
    module, _, name = POINTS[kind].partition(":")
    loaded: type[Adapter] = getattr(importlib.import_module(module), name)
    return loaded


@pytest.fixture(params=sorted(POINTS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def adapter(kind: str) -> Iterator[Adapter]:
    """One that was built as a venue file says, and not opened."""
    found = load(kind)
    built = found("test", msgspec.convert(SAMPLES.get(kind, {}), found.Settings))
    yield built
    built.close()


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """One JACK server for all of them."""
    with pytest.MonkeyPatch.context() as environment, jack.running(environment):
        yield


@pytest.fixture
def device(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the adapter needs of the machine to be opened."""
    found = load(kind)
    if any(find_spec(one) is None for one in found.modules):
        pytest.skip(f"the extra {found.extra} is not installed")
    if kind == "lsl":  # it looks for streams by multicast, and here only on this machine
        scope = tmp_path / "lsl_api.cfg"
        scope.write_text("[multicast]\nResolveScope = machine\n")
        monkeypatch.setenv("LSLAPICFG", str(scope))
    if kind.startswith("midi"):
        request.getfixturevalue("server")
    if kind == "virtual-camera":
        webcam.plug_in(monkeypatch)


def threads() -> int:
    """Threads of this process, those of C libraries included."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else threading.active_count()


def files() -> int:
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.exists() else 0  # noqa: PTH208 - its own descriptor counts alike


def settles(count: Any, wanted: int) -> bool:
    """Whether a count comes down to what it was; a thread that was told to end needs a moment."""
    end = time.monotonic() + 5
    while count() > wanted and time.monotonic() < end:
        threading.Event().wait(0.01)
    return bool(count() <= wanted)


def test_entry_point_names_the_kind_that_venues_write(kind: str) -> None:
    found = load(kind)
    assert found.kind == kind
    assert issubclass(found, InputAdapter | MessageOutput | PictureOutput | LightOutput)
    assert found.home == ("keeper" if issubclass(found, LightOutput) else "stage")
    assert found.__doc__
    assert found.Settings.__doc__


def test_folder_explains_itself(kind: str) -> None:
    folder = ROOT.joinpath(*POINTS[kind].partition(":")[0].split("."))
    assert kind in (folder / "README.md").read_text().lower()


def test_settings_are_frozen_and_refuse_unknown_fields_by_name(kind: str) -> None:
    settings = load(kind).Settings
    assert settings.__struct_config__.frozen
    with pytest.raises(msgspec.ValidationError, match="no_such_setting"):
        msgspec.convert({**SAMPLES.get(kind, {}), "no_such_setting": 1}, settings)


def test_settings_of_the_wrong_type_are_refused_by_name(kind: str) -> None:
    settings = load(kind).Settings
    for name in settings.__struct_fields__:
        with pytest.raises(msgspec.ValidationError, match=name):
            msgspec.convert({**SAMPLES.get(kind, {}), name: object()}, settings)


def test_building_opens_nothing(kind: str) -> None:
    found = load(kind)
    settings = msgspec.convert(SAMPLES.get(kind, {}), found.Settings)
    before = threads(), files()
    built = found("test", settings)
    assert (threads(), files()) == before
    assert (built.name, built.settings, built.counters) == ("test", settings, Counters())
    assert "\n" not in built.detail


def test_closing_what_was_never_opened_is_harmless(adapter: Adapter) -> None:
    before = threads(), files()
    counters, detail = adapter.counters, adapter.detail
    adapter.close()
    adapter.close()
    assert (threads(), files()) == before
    assert (adapter.counters, adapter.detail) == (counters, detail)
    assert adapter.refusals.total == 0


@pytest.mark.device
@pytest.mark.usefixtures("device")
def test_open_and_close_may_be_called_twice_and_leave_nothing_behind(adapter: Adapter) -> None:
    adapter.open()  # once before counting: a library may keep something for good when first used
    adapter.close()
    before_threads, before_files = threads(), files()
    adapter.open()
    opened = files()
    adapter.open()
    assert files() == opened
    assert adapter.detail
    assert "\n" not in adapter.detail
    adapter.close()
    adapter.close()
    assert settles(threads, before_threads)
    assert settles(files, before_files)


@pytest.mark.device
@pytest.mark.usefixtures("device")
def test_works_again_after_it_was_reopened(adapter: Adapter) -> None:
    for _ in range(2):
        adapter.open()
        if isinstance(adapter, LightOutput):
            adapter.send(FRAME, 0.0)
            adapter.finish(FRAME, 0.0)
        elif isinstance(adapter, MessageOutput):
            adapter.send([Message("/test", (1,))])
        elif isinstance(adapter, PictureOutput):
            adapter.send(PICTURE)
        elif isinstance(adapter, InputAdapter):
            assert list(adapter.receive(0.0)) == []
            if isinstance(adapter, ControlSurface):
                adapter.feedback([Message("/test", (1,))])
        adapter.close()
    if isinstance(adapter, LightOutput | PictureOutput):
        assert adapter.counters.sent > 0


@pytest.mark.device
@pytest.mark.usefixtures("device")
def test_use_while_closed_raises_adapter_error_and_nothing_else(adapter: Adapter) -> None:
    for _ in range(2):
        if isinstance(adapter, LightOutput):
            with pytest.raises(AdapterError):
                adapter.send(FRAME, 0.0)
        elif isinstance(adapter, MessageOutput):
            with pytest.raises(AdapterError):
                adapter.send([Message("/test")])
        elif isinstance(adapter, PictureOutput):
            with pytest.raises(AdapterError):
                adapter.send(PICTURE)
        elif isinstance(adapter, InputAdapter):
            adapter.wake()
            with pytest.raises(AdapterError):
                adapter.receive(0.0)
        adapter.open()
        adapter.close()


@pytest.mark.device
@pytest.mark.usefixtures("device")
def test_wake_ends_the_wait_of_an_input(adapter: Adapter) -> None:
    if not isinstance(adapter, InputAdapter):
        return
    adapter.open()
    results: list[object] = []

    def listen() -> None:
        # An input may return early and empty, e.g. to look for devices; only its end counts.
        results.append(adapter.receive(30.0))

    waiting = threading.Thread(target=listen)
    waiting.start()
    adapter.wake()
    waiting.join(10)
    assert results == [[]]


def test_a_light_output_says_where_on_the_wire_it_sends(kind: str) -> None:
    """Else a patch that changes would say goodbye to universes that another adapter has taken over."""
    found = load(kind)
    if not issubclass(found, LightOutput):
        return
    first, second = (found(name, msgspec.convert(SAMPLES.get(kind, {}), found.Settings)) for name in "ab")
    assert isinstance(first, LightOutput)
    assert isinstance(second, LightOutput)
    if "send" in SAMPLES.get(kind, {}):
        assert len(first.places) == len(second.places) == 2
    first.resume(second)


def test_frames_of_any_size_do_not_upset_an_output(adapter: Adapter) -> None:
    """A venue that has fewer or more universes than an adapter sends is the patch's matter, not a crash."""
    if not isinstance(adapter, LightOutput):
        return
    adapter.open()
    for universes in (1, 64, 2):
        with suppress(AdapterError):
            adapter.send(LightFrame(0, 0.0, np.zeros((universes, 512), np.uint8)), 0.0)
    before = adapter.counters.sent
    adapter.send(FRAME, 0.0)
    assert adapter.counters.sent > before, "it sends what fits, after what did not"
