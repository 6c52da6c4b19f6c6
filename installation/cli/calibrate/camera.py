"""``photophore calibrate camera``: four points of the floor, clicked in the picture or given as options.

Pictures of the camera are only shown, never stored.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec

from hardware.camera import EXTRA, CameraInput, CameraSettings, Floor, Point, has_opencv, mirrored, trouble
from installation import paths
from installation.devices.adapters import check_settings
from installation.errors import GraphicsError, ShowError
from installation.parameter.preset import write_atomically
from installation.show import load_venue
from installation.show.document import MAX_BYTES, parse
from installation.show.venue_model import AdapterSpec
from installation.values import Finding, Where

__all__ = ["Wish", "calibrate", "read_points", "with_floor"]

EXIT_GOOD, EXIT_FAILURE, EXIT_USAGE = 0, 1, 2

CORNERS: Final = ("near left", "near right", "far right", "far left")
"""Order in which the corners of the rectangle are clicked, as the camera sees them."""

_POINT = re.compile(r"\s*([^,=]+),([^,=]+)=([^,=]+),([^,=]+)")
_RECTANGLE = re.compile(r"([\d.]+)x([\d.]+)")
_LARGEST: Final = 1000.0
_BODY: Final = 0.4
"""Width of a person in metres."""
_LEAST: Final = 3.0
"""Least width of a person in pixels of the analysed picture."""
_LOOKED_AT: Final = 160.0


@dataclass(frozen=True, slots=True)
class Wish:
    """Options of the command line.

    Attributes:
        venue: Name or file of a venue; None uses default settings.
        adapter: Name of the adapter in it; None for the only camera.
        source: Camera instead of the venue's.
        rectangle: Size ``WxD``, in metres, of the rectangle whose corners are clicked.
        turned: Whether the camera looks from the picture at the people, so that the near left corner of the
            camera is the far right one of the people.
        points: ``u,v=x,y``, four or none.
        write: Whether to write the venue file.
    """

    venue: str | None = None
    adapter: str | None = None
    source: str | None = None
    rectangle: str = "6x4"
    turned: bool = False
    points: tuple[str, ...] = ()
    write: bool = False


def calibrate(wish: Wish) -> int:
    """Find the four points, check them, and print or write ``floor``.

    Returns:
        0; 1 if the points are not a usable floor or nothing was clicked; 2 for wrong usage.

    Raises:
        ShowError: The venue cannot be read, or its camera's settings are wrong.
        AdapterError: The camera cannot be opened or was lost.
    """
    if wish.write and wish.venue is None:
        return _say("--write needs --venue, the file to write to", EXIT_USAGE)
    spec = _spec(wish)
    settings = _settings(spec, wish.source)
    try:
        points = read_points(wish.points) if wish.points else None
        corners = _corners(wish.rectangle, turned=wish.turned)
    except ValueError as error:
        return _say(str(error), EXIT_USAGE)
    if points is None:
        if not has_opencv():
            return _say(f"a camera needs OpenCV, which is not installed; {EXTRA}", EXIT_FAILURE)
        points = _clicked(settings, corners)
        if points is None:
            return _say("nothing was chosen", EXIT_FAILURE)
    size = settings.width, settings.height
    wrong = trouble(points, size)
    if wrong:
        return _say(wrong, EXIT_FAILURE)
    for line in _advice(points, size):
        print(line, file=sys.stderr)
    if wish.write and spec is not None:
        _write(Path(spec.where.file), spec.name, points)
        return _say(f"{spec.where.file}: floor of [adapter.{spec.name}] is written", EXIT_GOOD)
    print(f"floor = {_toml(points)}")
    return EXIT_GOOD


def read_points(texts: Sequence[str]) -> tuple[Point, ...]:
    """Parse points as given on the command line, ``u,v=x,y``. Raises ValueError."""
    points: list[Point] = []
    for text in texts:
        found = _POINT.fullmatch(text)
        try:
            u, v, x, y = (float(one) for one in (found.groups() if found else ("none",)))
        except ValueError:
            message = f"--point {text}: expected pixel and metres as u,v=x,y, e.g. 112,455=0,0"
            raise ValueError(message) from None
        points.append((u, v, x, y))
    if len(points) != 4:
        message = f"--point is given {len(points)} times; it takes four, the corners of a rectangle in order"
        raise ValueError(message)
    return tuple(points)


def with_floor(text: str, name: str, points: Sequence[Point]) -> str:
    """Return a venue file's text with other points in ``[adapter.NAME]``; everything else is preserved.

    Raises:
        KeyError: There is no such adapter.
    """
    import tomlkit

    document: Any = tomlkit.parse(text)
    document["adapter"][name]["floor"] = tomlkit.value(_toml(points))
    return tomlkit.dumps(document)


# ---- Venue -------------------------------------------------------------------------------------------------


def _spec(wish: Wish) -> AdapterSpec | None:
    """Return the camera of the venue. Raises ShowError unless exactly one matches."""
    if wish.venue is None:
        return None
    venue = load_venue(wish.venue)
    file = venue.files[0]
    cameras = {one.name: one for one in venue.adapters if one.kind == CameraInput.kind}
    if wish.adapter is not None and wish.adapter in cameras:
        return cameras[wish.adapter]
    if wish.adapter is None and len(cameras) == 1:
        return next(iter(cameras.values()))
    named = f"no camera {wish.adapter!r}" if wish.adapter is not None else "no camera"
    what, hint = named, 'add [adapter.camera] with kind = "camera"'
    if cameras:
        what = named if wish.adapter is not None else "several cameras"
        hint = f"say --adapter, one of {', '.join(cameras)}"
    raise ShowError([Finding(Where(str(file)), what, hint)])


def _settings(spec: AdapterSpec | None, source: str | None) -> CameraSettings:
    """Return the camera's settings without its floor, which is to be found. Raises ShowError."""
    given: Mapping[str, Any] = {} if spec is None else spec.settings
    given = {key: value for key, value in given.items() if key != "floor"}
    if spec is not None:
        findings = check_settings(replace(spec, settings=given), CameraInput)
        if findings:
            raise ShowError(findings)
    if source is not None:
        given["source"] = source
    return msgspec.convert(given, CameraSettings)


def _write(file: Path, name: str, points: Sequence[Point]) -> None:
    """Write the points into the file. Raises ShowError."""
    where = Where(str(file))
    if file.is_relative_to(paths.presets()):
        hint = f"copy it, then --venue my-{file.name}"
        raise ShowError([Finding(where, "this venue is part of the program", hint)])
    text = paths.read_bytes(file, MAX_BYTES).decode("utf-8")
    changed = with_floor(text, name, points)
    parse(changed, file)  # a file is never replaced by one that cannot be read
    mode = file.stat().st_mode
    write_atomically(file, changed.encode())
    file.chmod(mode & 0o7777)


# ---- Points ------------------------------------------------------------------------------------------------


def _corners(rectangle: str, *, turned: bool) -> tuple[tuple[float, float], ...]:
    """Return the corners of the rectangle in metres. Raises ValueError."""
    found = _RECTANGLE.fullmatch(rectangle)
    try:
        width, depth = (float(one) for one in found.groups()) if found else (0.0, 0.0)
    except ValueError:
        width = depth = 0.0
    if not (0.1 <= width <= _LARGEST and 0.1 <= depth <= _LARGEST):
        message = f"--rectangle {rectangle}: expected width and depth in metres, e.g. 6x4"
        raise ValueError(message)
    corners = (0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)
    return corners[2:] + corners[:2] if turned else corners


def _clicked(settings: CameraSettings, corners: Sequence[tuple[float, float]]) -> tuple[Point, ...] | None:
    """Let the user click four points in the camera's picture; None if cancelled."""
    from installation.render.picker import pick

    size = settings.width, settings.height

    def points(marks: Sequence[tuple[float, float]]) -> tuple[Point, ...]:
        """Pair the marks clicked so far, pixels, with the corners of the rectangle, metres."""
        return tuple((*mark, *corner) for mark, corner in zip(marks, corners, strict=False))

    def title(marks: Sequence[tuple[float, float]]) -> str:
        """The window's title: which corner to click next, or whether the points form a usable floor."""
        if len(marks) < len(corners):
            x, y = corners[len(marks)]
            return f"Click the {CORNERS[len(marks)]} corner ({x:g} m, {y:g} m). Backspace: back, Esc: cancel"
        return trouble(points(marks), size) or "Lines are 1 m apart. Enter: accept, Backspace: back"

    adapter = CameraInput("camera", msgspec.structs.replace(settings, floor=()))
    adapter.open()
    try:
        marks = pick(
            adapter.picture, len(corners), title, lambda marks: _grid(points(marks), size),
            lambda marks: not trouble(points(marks), size),
        )  # fmt: skip
    except GraphicsError as error:
        reason = str(error).partition(";")[0]
        message = f"{reason}; without a display give --point u,v=x,y four times"
        raise GraphicsError(message) from error
    finally:
        adapter.close()
    return None if marks is None else tuple((round(p[0], 1), round(p[1], 1), *p[2:]) for p in points(marks))


def _grid(points: Sequence[Point], size: tuple[int, int]) -> list[tuple[float, float, float, float]]:
    """Return lines to draw: between the marks, and once they form a floor, one for each metre."""
    if len(points) < 4 or trouble(points, size):
        return [(*a[:2], *b[:2]) for a, b in pairwise(points)]
    plane = Floor(points, None, size)
    left, near, right, far = plane.area
    apart = max(1.0, (right - left) / 40.0, (far - near) / 40.0)
    across = [*(left + apart * index for index in range(int((right - left) / apart) + 1)), right]
    deep = [*(near + apart * index for index in range(int((far - near) / apart) + 1)), far]
    ends = [((x, near), (x, far)) for x in across] + [((left, y), (right, y)) for y in deep]
    return [(*plane.pixel(*start), *plane.pixel(*end)) for start, end in ends]


def _advice(points: Sequence[Point], size: tuple[int, int]) -> list[str]:
    """Return remarks on the points: the size of a pixel, and expected problems."""
    plane = Floor(points, None, size)
    scales = [plane.scale(point[0], point[1]) for point in points]
    near, far = min(scales) * 100.0, max(scales) * 100.0
    lines = [f"a pixel is {near:.1f} cm wide at the nearest corner, {far:.1f} cm at the farthest"]
    seen = _BODY / max(scales) * _LOOKED_AT / size[0]
    if seen < _LEAST:
        lines.append(
            "a person at the farthest corner is too small to be followed: "
            f"a pixel may be {far * seen / _LEAST:.1f} cm wide; bring the camera nearer"
        )
    if mirrored(points):
        lines.append("left and right are exchanged, as in a mirror; is that what the camera sees?")
    return lines


def _toml(points: Sequence[Point]) -> str:
    """Return ``floor`` as written in the venue file."""
    return "[" + ", ".join("[" + ", ".join(f"{one:.6g}" for one in point) + "]" for point in points) + "]"


def _say(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code
