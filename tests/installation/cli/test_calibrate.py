"""Four points of the floor: given, clicked, refused, written into a venue."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("cv2")

from hardware.camera import CameraInput, has_opencv
from installation.cli.calibrate import camera as module
from installation.cli.calibrate.camera import Wish, calibrate, read_points, with_floor
from installation.errors import AdapterError, GraphicsError, ShowError
from installation.render.picker import pygame

GIVEN = ("112,455=0,0", "548,449=6,0", "421,171=6,4", "228,174=0,4")
FLOOR = "floor = [[112, 455, 0, 0], [548, 449, 6, 0], [421, 171, 6, 4], [228, 174, 0, 4]]"
VENUE = """\
format = 1   # ours
title = "Hall"

[adapter.eye]   # on the ceiling
kind = "camera"
{floor}largest = 1.5

[light]
safe = 0.05
"""


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    file = tmp_path / "hall.toml"
    file.write_text(VENUE.format(floor="floor = [[1, 2, 0, 0]]   # to be measured\n"))
    return file


def test_points_that_are_given_are_printed_for_a_venue(capsys: pytest.CaptureFixture[str]) -> None:
    assert calibrate(Wish(points=GIVEN)) == 0

    out, err = capsys.readouterr()
    assert out == f"{FLOOR}\n"
    assert "1.4 cm" in err
    assert "3.1 cm" in err


@pytest.mark.parametrize(
    ("points", "code", "words"),
    [
        (GIVEN[:3], 2, "3 times"),
        (("112,455", *GIVEN[1:]), 2, "u,v=x,y"),
        (("a,455=0,0", *GIVEN[1:]), 2, "u,v=x,y"),
        (("112,nan=0,0", *GIVEN[1:]), 1, "not finite"),
        ((*GIVEN[:2], "330,452=3,4", GIVEN[3]), 1, "one line in pixels"),
        ((*GIVEN[:2], "421,171=3,0", GIVEN[3]), 1, "one line in metres"),
        ((GIVEN[0], GIVEN[2], GIVEN[1], GIVEN[3]), 1, "in order"),
        (("700,455=0,0", *GIVEN[1:]), 1, "outside of a picture of 640 by 480"),
    ],
)
def test_points_that_are_no_floor_are_refused(
    points: tuple[str, ...], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calibrate(Wish(points=points)) == code

    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_what_will_not_go_well_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    exchanged = ("112,455=6,0", "548,449=0,0", "421,171=0,4", "228,174=6,4")
    assert calibrate(Wish(points=exchanged)) == 0
    assert "mirror" in capsys.readouterr().err

    large = ("112,455=0,0", "548,449=60,0", "421,171=60,40", "228,174=0,40")
    assert calibrate(Wish(points=large)) == 0
    assert "too small" in capsys.readouterr().err


def test_the_venue_is_written_and_all_else_in_it_stays(
    venue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    venue.chmod(0o640)
    assert calibrate(Wish(venue=str(venue), points=GIVEN, write=True)) == 0

    assert venue.read_text() == VENUE.format(floor=f"{FLOOR}   # to be measured\n")
    assert venue.stat().st_mode & 0o777 == 0o640
    assert list(venue.parent.iterdir()) == [venue]
    assert "[adapter.eye]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        VENUE.format(floor=""),
        'format = 1\nadapter.eye = { kind = "camera", source = 1 }\n',
        'format = 1\n[adapter]\neye.kind = "camera"\n\n[adapter.osc]\nkind = "osc"\n',
        'format = 1\r\n[adapter.eye]\r\nkind = "camera"\r\n',
    ],
)
def test_a_floor_is_added_however_the_adapter_is_written(text: str) -> None:
    import tomllib

    before, after = tomllib.loads(text), tomllib.loads(with_floor(text, "eye", read_points(GIVEN)))

    assert after["adapter"]["eye"].pop("floor")[2] == [421, 171, 6, 4]
    assert after == before


def test_a_venue_without_a_camera_or_with_several_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text("format = 1\n")
    with pytest.raises(ShowError, match=r"one\.toml:1:1.*no camera; add"):
        calibrate(Wish(venue=str(file), points=GIVEN))
    file.write_text('format = 1\n[adapter.a]\nkind = "camera"\n[adapter.b]\nkind = "camera"\n')
    with pytest.raises(ShowError, match="several cameras; say --adapter, one of a, b"):
        calibrate(Wish(venue=str(file), points=GIVEN))
    with pytest.raises(ShowError, match="no camera 'c'"):
        calibrate(Wish(venue=str(file), adapter="c", points=GIVEN))
    assert calibrate(Wish(venue=str(file), adapter="b", points=GIVEN, write=True)) == 0
    assert file.read_text().endswith(f'[adapter.b]\nkind = "camera"\n{FLOOR}\n')


def test_a_venue_that_ships_is_not_written(venue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installation.paths.presets", lambda: venue.parent)
    before = venue.read_text()
    with pytest.raises(ShowError, match="copy it"):
        calibrate(Wish(venue=str(venue), points=GIVEN, write=True))
    assert venue.read_text() == before


def test_wrong_settings_of_the_camera_are_named_at_their_place(venue: Path) -> None:
    venue.write_text(VENUE.format(floor='light = "dark"\n'))
    with pytest.raises(ShowError, match=r"hall\.toml:6:9.*light"):
        calibrate(Wish(venue=str(venue), points=GIVEN))


def test_wrong_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert calibrate(Wish(points=GIVEN, write=True)) == 2
    assert "--venue" in capsys.readouterr().err
    assert calibrate(Wish(rectangle="six")) == 2
    assert "6x4" in capsys.readouterr().err


# ---- Clicks ------------------------------------------------------------------------------------------------


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that needs none."""
    monkeypatch.setattr(CameraInput, "open", lambda self: None)
    monkeypatch.setattr(CameraInput, "picture", lambda self: np.full((480, 640, 3), 90, np.uint8))


def click(x: float, y: float) -> Any:
    return pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(x, y))


def key(code: int) -> Any:
    return pygame.event.Event(pygame.KEYDOWN, key=code)


class Hand:
    """Does one thing a frame."""

    def __init__(self, *events: Any) -> None:
        self.events = list(events)

    def get(self) -> list[Any]:
        return [self.events.pop(0)]


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


def test_corners_that_are_clicked_are_the_floor(
    looking: None, display: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter, back = key(pygame.K_RETURN), key(pygame.K_BACKSPACE)
    hand = Hand(
        click(112, 455), enter, click(5, 5), back, click(548, 449), click(421, 171), click(200, 450), enter,
        back, click(228, 174), click(1, 1), enter,
    )  # fmt: skip
    monkeypatch.setattr("pygame.event.get", hand.get)

    assert calibrate(Wish(rectangle="5x2.5")) == 0

    assert hand.events == []
    points = "[112.5, 455.5, 0, 0], [548.5, 449.5, 5, 0], [421.5, 171.5, 5, 2.5], [228.5, 174.5, 0, 2.5]"
    assert capsys.readouterr().out == f"floor = [{points}]\n"


def test_a_camera_at_the_picture_sees_the_room_turned(
    looking: None, display: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = Hand(click(112, 455), click(548, 449), click(421, 171), click(228, 174), key(pygame.K_RETURN))
    monkeypatch.setattr("pygame.event.get", hand.get)

    assert calibrate(Wish(turned=True)) == 0

    out, err = capsys.readouterr()
    points = "[112.5, 455.5, 6, 4], [548.5, 449.5, 0, 4], [421.5, 171.5, 0, 0], [228.5, 174.5, 6, 0]"
    assert out == f"floor = [{points}]\n"
    assert "mirror" not in err


def test_who_leaves_changes_nothing(
    looking: None, display: None, venue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = venue.read_text()
    monkeypatch.setattr("pygame.event.get", Hand(click(112, 455), key(pygame.K_ESCAPE)).get)
    assert calibrate(Wish(venue=str(venue), write=True)) == 1
    assert venue.read_text() == before


def test_without_a_display_it_says_how_it_goes(looking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":59999")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    with pytest.raises(GraphicsError, match=r"no window: .*--point"):
        calibrate(Wish())


def test_without_opencv_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert has_opencv()
    monkeypatch.setattr(module, "has_opencv", lambda: False)
    assert calibrate(Wish()) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "pip install opencv-python-headless" in said
    assert calibrate(Wish(points=GIVEN)) == 0  # which needs none


def test_a_camera_that_is_not_there_is_said() -> None:
    with pytest.raises(AdapterError, match="nowhere is not there"):
        calibrate(Wish(source="/nowhere"))


def test_the_picture_that_is_shown_is_as_large_as_the_settings_say(tmp_path: Path) -> None:
    import cv2

    from hardware.camera import CameraSettings

    blue: NDArray[np.uint8] = np.zeros((48, 64, 3), np.uint8)
    blue[..., 0] = 200
    cv2.imwrite(str(tmp_path / "one.png"), blue)
    settings = CameraSettings(source=str(tmp_path), width=320, height=200, realtime=False)
    adapter = CameraInput("eye", settings)
    with pytest.raises(AdapterError, match="not open"):
        adapter.picture()
    adapter.open()
    shown = adapter.picture()
    adapter.close()
    assert shown.shape == (200, 320, 3)
