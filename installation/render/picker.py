"""A plain window that shows moving pictures and takes clicks on them; no OpenGL.

Used to set up a room. Pictures are drawn and forgotten.
"""

import os
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data
os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "photophore")  # used by window managers

import numpy as np
import pygame
from numpy.typing import NDArray

from installation.errors import GraphicsError
from installation.render.window import Viewport, letterbox, must_be_seen

__all__ = ["Mark", "pick"]

Mark: TypeAlias = tuple[float, float]
"""A place in the picture: pixels from its left and upper edge."""

_LARGEST: Final = 0.8
"""Of the screen, the largest window."""
_MARKED: Final = (255, 120, 40)
_LINE: Final = (40, 220, 255)
_WAIT_MS: Final = 15


def pick(
    picture: Callable[[], NDArray[np.uint8]],
    count: int,
    title: Callable[[Sequence[Mark]], str],
    lines: Callable[[Sequence[Mark]], Sequence[tuple[float, float, float, float]]],
    good: Callable[[Sequence[Mark]], bool],
) -> list[Mark] | None:
    """Let somebody click places in a picture. Backspace takes one back, Enter ends, Escape leaves.

    Args:
        picture: The newest picture, ``(height, width, 3)`` of red, green, blue; each time as large.
        count: How many places are wanted.
        title: Words for the title bar.
        lines: Lines to draw over the picture, in its pixels.
        good: Whether these places will do: Enter does nothing otherwise.

    Returns:
        The places, or None for somebody who left.

    Raises:
        GraphicsError: There is no display.
    """
    frame = picture()
    height, width = frame.shape[:2]
    try:
        pygame.display.init()
        must_be_seen(pygame.display.get_driver())
        window = pygame.Window("Photophore", _fitting((width, height)), resizable=True)
    except pygame.error as error:
        raise GraphicsError(f"no window: {error}") from error
    marks: list[Mark] = []
    try:
        while True:
            surface = window.get_surface()
            view = letterbox(surface.get_size(), (width, height))
            said = title(marks)
            if window.title != said:
                window.title = said
            _draw(surface, view, frame, marks, lines(marks))
            window.flip()
            for event in pygame.event.get():
                done = _take(event, view, (width, height), marks, count)
                if done is False:
                    return None
                if done and len(marks) == count and good(marks):
                    return marks
            pygame.time.wait(_WAIT_MS)
            frame = picture()
    finally:
        window.destroy()
        pygame.display.quit()


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """The picture's size, or smaller where the screen is."""
    screen = pygame.display.get_desktop_sizes()[0]
    scale = min(1.0, *(_LARGEST * most / one for most, one in zip(screen, size, strict=True) if most > 0))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _take(
    event: pygame.event.Event, view: Viewport, size: tuple[int, int], marks: list[Mark], count: int
) -> bool | None:
    """Act on one event. True: somebody is content; False: they left; None: neither."""
    if event.type in (pygame.QUIT, pygame.WINDOWCLOSE):
        return False
    if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and len(marks) < count:
        x = (event.pos[0] + 0.5 - view.x) / view.width * size[0]
        y = (event.pos[1] + 0.5 - view.y) / view.height * size[1]
        if 0.0 <= x <= size[0] and 0.0 <= y <= size[1]:
            marks.append((x, y))
    if event.type == pygame.KEYDOWN:
        if event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            return True
        if event.key == pygame.K_ESCAPE:
            return False
        if event.key == pygame.K_BACKSPACE and marks:
            marks.pop()
    return None


def _draw(
    surface: pygame.Surface, view: Viewport, frame: NDArray[np.uint8], marks: Sequence[Mark],
    lines: Sequence[tuple[float, float, float, float]],
) -> None:  # fmt: skip
    """One picture with marks and lines over it."""
    height, width = frame.shape[:2]
    shown = pygame.image.frombuffer(np.ascontiguousarray(frame).tobytes(), (width, height), "RGB")
    surface.fill((0, 0, 0))
    surface.blit(pygame.transform.smoothscale(shown, (view.width, view.height)), (view.x, view.y))
    across, deep = view.width / width, view.height / height
    for x1, y1, x2, y2 in lines:
        start = view.x + x1 * across, view.y + y1 * deep
        pygame.draw.aaline(surface, _LINE, start, (view.x + x2 * across, view.y + y2 * deep))
    for x, y in marks:
        pygame.draw.circle(surface, _MARKED, (view.x + x * across, view.y + y * deep), 6, 2)
