"""The camera as an adapter: frames in, places of people out, and nothing else of what it sees."""

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.people import MOST_PEOPLE
from hardware.camera.floor import Area, Floor, Point, trouble
from hardware.slots import Slots
from installation.contract import AdapterError, InputAdapter, Reading, Seconds, Settings, to_install

if TYPE_CHECKING:
    from hardware.camera.eye import Eye, Look
    from hardware.camera.sources import Picture, Source

__all__ = ["EXTRA", "CameraInput", "CameraSettings", "has_opencv"]

EXTRA: Final = to_install("opencv-python-headless")
"""What installs OpenCV."""

Pixels = Annotated[int, msgspec.Meta(ge=16, le=8192)]
SquareMetres = Annotated[float, msgspec.Meta(ge=0.001, le=100.0)]


class CameraSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about a camera.

    Attributes:
        source: Number of a camera, its path (``/dev/v4l/by-id/...``), a video file, or a folder of pictures.
        light: ``infrared``: the camera does not see what is projected (a filter, lamps of its own).
            ``visible``: it does.
        view: ``side``: a body stands where its lowest part is. ``overhead``: the camera looks down on heads.
        width, height: Of the camera's picture in pixels: asked of the camera, and what ``floor`` and
            ``ignore`` are stated in.
        fps: Frames a second: asked of the camera, the rate of a folder of pictures.
        floor: Four points of the floor, ``[pixel x, pixel y, metre x, metre y]``, in order around;
            `photophore calibrate camera` helps. Without: the camera looks straight down on ``area``.
        area: Left, near, right, far edge in metres of the floor that is the show's picture; without: what
            ``floor`` spans, else 6 by 4 m.
        ignore: Polygons, ``[x1, y1, x2, y2, ...]`` in pixels, in which nothing counts: our own picture,
            windows, mirrors.
        smallest: Square metres from which a shape is a body.
        largest: Square metres above which it is several.
        absorb: Seconds after which what does not move at all is furniture.
        realtime: Whether a file keeps its rate.
        first: Number of the first person, 1 to 40; another adapter may have those below.
        people: Most people that it tells of.
    """

    source: int | str = 0
    light: Literal["infrared", "visible"] = "infrared"
    view: Literal["side", "overhead"] = "side"
    width: Pixels = 640
    height: Pixels = 480
    fps: Annotated[float, msgspec.Meta(ge=1.0, le=240.0)] = 30.0
    floor: tuple[Point, ...] = ()
    area: Area | None = None
    ignore: tuple[tuple[float, ...], ...] = ()
    smallest: SquareMetres = 0.08
    largest: SquareMetres = 1.2
    absorb: Annotated[float, msgspec.Meta(ge=1.0, le=86400.0)] = 120.0
    realtime: bool = True
    first: Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)] = 1
    people: Annotated[int, msgspec.Meta(ge=1, le=MOST_PEOPLE)] = MOST_PEOPLE

    def __post_init__(self) -> None:
        """Refuse floors that are none. Raises ValueError."""
        wrong = trouble(self.floor, (self.width, self.height)) if self.floor else ""
        if self.area is not None:
            left, near, right, far = self.area
            if not (0.1 <= right - left <= 1000.0 and 0.1 <= far - near <= 1000.0):
                wrong = f"area {list(self.area)}: say left, near, right, far edge in metres"
        if any(len(polygon) < 6 or len(polygon) % 2 for polygon in self.ignore):
            wrong = "ignore: a polygon takes x and y of three corners or more"
        if isinstance(self.source, int) and self.source < 0:
            wrong = "source: a camera's number counts from 0"
        if self.smallest >= self.largest:
            wrong = "smallest must be less than largest"
        if wrong:
            raise ValueError(wrong)

    def plane(self) -> Floor:
        """The way from pixels to metres and to the picture."""
        return Floor(self.floor, self.area, (self.width, self.height))


class CameraInput(InputAdapter):
    """Sees bodies, and tells where they are.

    ``/person/N/x``, ``y`` (0..1, y up) and ``still`` are private, like all that is told of one person, and so
    are ``/camera/motion`` (how much moves, 0..1) and ``/camera/flow`` (where arms move, and which way; a grid
    of 9 rows of 16 cells from the bottom, two numbers each, in widths and heights of the picture a second),
    since there may be one person; ``/camera/people`` (how many) is not. Frames stay in this process, and are
    gone when the next ones come.
    """

    kind = "camera"
    home = "stage"
    extra = "camera"
    modules = ("cv2",)
    Settings = CameraSettings
    settings: CameraSettings

    def __init__(self, name: str, settings: CameraSettings) -> None:
        super().__init__(name, settings)
        self._floor = settings.plane()
        self._slots = Slots(settings.first, settings.people, self._floor.size)
        self._woken = threading.Event()
        self._source: Source | None = None
        self._eye: Eye | None = None
        self._ready = False
        self._stirs = False
        self._dropped = 0

    @property
    def detail(self) -> str:
        """What it looks at, and how many people it sees."""
        source = self._source
        words = source.words if source is not None else f"camera {self.settings.source}"
        state = f"{len(self._slots)} people" if self._ready else "learns the room"
        return f"{words}, {self.settings.light}" + (f", {state}" if source is not None else "")

    def open(self) -> None:
        """Open the camera. The room is learned in half a second. Raises AdapterError."""
        if self._source is not None:
            return
        if not has_opencv():
            raise AdapterError("a camera needs OpenCV, which is not installed", EXTRA)
        from hardware.camera.eye import Eye
        from hardware.camera.sources import open_source

        wanted = self.settings
        size = wanted.width, wanted.height
        eye = Eye(
            self._floor, size, overhead=wanted.view == "overhead", visible=wanted.light == "visible",
            ignore=wanted.ignore, smallest=wanted.smallest, largest=wanted.largest, absorb=wanted.absorb,
        )  # fmt: skip
        self._woken.clear()
        self._source = open_source(
            wanted.source, size, wanted.fps, realtime=wanted.realtime, refuse=self._refuse_picture
        )
        self._eye, self._ready, self._stirs, self._dropped = eye, False, False, 0

    def close(self) -> None:
        """Release the camera, and forget the room and everybody."""
        if self._source is not None:
            self._source.close()
        self._source = self._eye = None
        self._ready = False
        self._slots.clear()

    def wake(self) -> None:
        """Make a waiting ``receive`` return."""
        self._woken.set()

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """Who is where in the next frame. Raises AdapterError when the camera is lost."""
        source, eye = self._source, self._eye
        if source is None or eye is None:
            raise AdapterError("is not open", "call open first")
        picture = source.read(timeout, self._woken)
        self.counters.dropped += source.dropped - self._dropped
        self._dropped = source.dropped
        if picture is None:
            return []
        self.counters.received += 1
        look = eye.look(picture.pixels, picture.time)
        self._ready = look.ready
        return self._told(look, picture) if look.ready else []

    def picture(self, timeout: Seconds = 5.0) -> NDArray[np.uint8]:
        """The next picture, for whoever sets up the camera: it is shown to them, and never written.

        Args:
            timeout: Seconds to wait for one.

        Returns:
            ``(height, width, 3)`` of red, green, blue, as large as the settings say.

        Raises:
            AdapterError: The camera is not open, was lost, or sends nothing.
        """
        end = monotonic() + timeout
        while monotonic() < end:
            source = self._source
            if source is None:
                raise AdapterError("is not open", "call open first")
            picture = source.read(0.25, self._woken)
            if picture is not None:
                from hardware.camera.sources import in_colour

                return in_colour(picture.pixels, (self.settings.width, self.settings.height))
        raise AdapterError(f"{self.detail}: no frame in {timeout:g} s", "look at its cable")

    def _told(self, look: "Look", picture: "Picture") -> list[Reading]:
        """Readings of one frame."""
        now = picture.arrived
        here = {body.key for body in look.bodies}
        for key, _ in self._slots:
            if key not in here:
                self._slots.leave(key, picture.time)
        readings: list[Reading] = []
        for body in look.bodies:
            place = self._floor.picture(body.x, body.y)
            if place is None:
                continue
            person = self._slots.place(body.key, *place, picture.time)
            if person is None:
                self.counters.dropped += 1
                why = f"more than {self.settings.people} people"
                self.refusals.note(why, "", "raise `people`, or let the camera see less")
            else:
                readings += self._slots.readings(person, now, self.name)
        readings.append(Reading("/camera/people", (float(len(self._slots)),), now, self.name))
        readings.append(Reading("/camera/motion", (look.motion,), now, self.name, True))
        if look.gestures is not None:
            stirs = bool(look.gestures.any())
            if stirs or self._stirs:  # once more when it ends
                field = tuple(look.gestures.ravel().tolist())
                flow = "/camera/flow/above" if self.settings.view == "overhead" else "/camera/flow"
                readings.append(Reading(flow, field, now, self.name, True))
            self._stirs = stirs
        return readings

    def _refuse_picture(self, name: str) -> None:
        self.refusals.note("a picture that cannot be read", name, "replace or remove it")


def has_opencv() -> bool:
    """Whether OpenCV is installed; it is not imported for that."""
    return find_spec("cv2") is not None
