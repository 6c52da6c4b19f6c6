"""Key Q: the code of the visitors' page on the picture, as a phone would read it."""

import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.commands import COMMANDS
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.stories import PAGE
from installation.ipc.telemetry import Publisher
from installation.render.passes.overlay import Overlay
from installation.stage.clients.page_code import PageCode, modules
from installation.stage.clients.stories_feed import StoriesFeed
from installation.stage.hud import Hud

ADDRESS = "http://192.168.1.20:8138/axgxer"


def test_the_code_is_shown_and_hidden_with_its_address() -> None:
    page = PageCode()
    page.toggle(ADDRESS)
    assert ADDRESS in page.lines[0]
    assert len(page.modules) == len(page.modules[0])
    page.toggle(ADDRESS)
    assert (page.lines, page.modules) == ((), ())
    page.toggle("")
    assert "docs/stories.md" in page.lines[0]
    assert page.modules == ()


def test_without_the_package_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    page = PageCode()
    page.toggle(ADDRESS)
    assert "photophore[visitors]" in page.lines[1]


def test_the_stage_hears_where_the_page_is() -> None:
    hub = LocalHub()
    visitors, stage = LocalBus(hub), LocalBus(hub)
    visitors.put(PAGE, ADDRESS.encode(), keep=True)
    feed = StoriesFeed()
    feed.readings(Publisher(stage), 0.0)
    assert feed.page == ADDRESS


def test_q_shows_it_and_held_it_quits() -> None:
    keys = [(one.name, key.how) for one in COMMANDS.values() for key in one.keys if key.name == "q"]
    assert sorted(keys) == [("page-code", "press"), ("quit", "hold")]


@pytest.mark.gl
def test_a_phone_reads_it_from_the_picture(context: Any) -> None:
    overlay = Overlay(context, (1280, 720))
    hud = Hud(greet=False)
    hud.page.toggle(ADDRESS)
    hud.write(overlay, 20.0, ())
    wide, high = overlay.texture.size
    shown = np.frombuffer(overlay.texture.read(), np.uint8).reshape(high, wide, 4)[::-1]
    assert overlay.visible
    assert reading(shown[..., :3].copy()) == ADDRESS
    hud.page.toggle(ADDRESS)
    hud.write(overlay, 20.0, ())
    assert not overlay.visible
    overlay.release()


def reading(picture: NDArray[np.uint8]) -> str:
    """What a reader of codes finds; without one, whether the modules are those of the code."""
    cv2 = pytest.importorskip("cv2")
    return str(cv2.QRCodeDetector().detectAndDecode(picture)[0])


def test_the_border_is_there() -> None:
    found = np.array([list(row) for row in modules(ADDRESS)])
    assert not found[:4].any()
    assert not found[:, -4:].any()
    assert found[4, 4:11].all()
