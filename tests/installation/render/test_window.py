import pytest

from installation.errors import GraphicsError
from installation.render.window import Viewport, Window, letterbox


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
