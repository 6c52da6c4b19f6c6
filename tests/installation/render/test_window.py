from types import SimpleNamespace

import pygame
import pytest

from installation.errors import GraphicsError
from installation.render.sdl import Screen
from installation.render.window import Viewport, Window, letterbox
from installation.show.venue_model import Display
from installation.values import Where


@pytest.mark.parametrize(
    ("window", "picture", "view"),
    [
        ((1280, 720), (1280, 720), Viewport(0, 0, 1280, 720)),
        ((1280, 1024), (1280, 720), Viewport(0, 152, 1280, 720)),
        ((1920, 720), (1280, 720), Viewport(320, 0, 1280, 720)),
        ((100, 1000), (1280, 720), Viewport(0, 472, 100, 56)),
    ],
)
def test_the_picture_fills_the_window_without_being_stretched(
    window: tuple[int, int], picture: tuple[int, int], view: Viewport
) -> None:
    assert letterbox(window, picture) == view


def test_a_display_that_does_not_answer_is_said_and_no_unseen_window_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":59999")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)

    with pytest.raises(GraphicsError, match=r"no window: .*--headless"):
        Window("unseen", (64, 64))


@pytest.mark.parametrize(
    ("own", "size", "done", "after"),
    [
        (False, (640, 360), ["cover"], True),
        (True, (800, 600), ["window"], False),
        (False, (800, 600), ["cover", "window"], False),  # the window manager did it; SDL undoes only its own
    ],
)
def test_f11_leaves_a_full_screen_whoever_made_it(
    monkeypatch: pytest.MonkeyPatch, own: bool, size: tuple[int, int], done: list[str], after: bool
) -> None:
    did: list[str] = []
    window = Window.__new__(Window)
    window._fullscreen = own
    window._window = SimpleNamespace(  # type: ignore[assignment]
        size=size,
        set_fullscreen=lambda desktop: did.append("cover"),
        set_windowed=lambda: did.append("window"),
    )
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(800, 600)])
    monkeypatch.setattr(pygame.mouse, "set_visible", lambda visible: did.append(f"pointer {visible}"))

    window.toggle_fullscreen()

    assert did == [*done, f"pointer {not after}"]
    assert window._fullscreen is after


def test_a_window_covers_its_screen_again_when_that_has_come_back() -> None:
    did: list[object] = []

    class Recorded(SimpleNamespace):
        def __setattr__(self, name: str, value: object) -> None:
            did.append((name, value))

    window = Window.__new__(Window)
    window._display = Display("wall", 1, True, Where(""))
    window._fullscreen = True
    window._window = Recorded(  # type: ignore[assignment]
        set_windowed=lambda: did.append("windowed"), set_fullscreen=lambda desktop: did.append("covers")
    )
    laptop, beamer = Screen("eDP-1", 0, 0, 1280, 800), Screen("HDMI-1", 1280, 0, 1920, 1080)
    window._on = beamer

    for found in ([laptop, beamer], [laptop], [laptop], [laptop, beamer], [laptop, beamer]):
        window._follow(found)

    assert did == ["windowed", ("position", (1280, 0)), "covers"]
