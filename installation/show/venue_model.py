"""The contents of a venue file as frozen values: the room in which a show is played."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from installation.show.budget import BudgetSettings
from installation.show.mapping import NO_MAPPING, DisplayMapping
from installation.show.schema import HOUR, key
from installation.show.site.model import SiteSettings
from installation.show.speakers import PAIR, SoundSettings, SpeakerSpec
from installation.values import (
    CANVAS_HEIGHT,
    CANVAS_WIDTH,
    CHANNELS,
    FRAME_RATE,
    HOST,
    LARGEST_PICTURE,
    LAST_UNIVERSE,
    LIGHT_RATE,
    LONGEST_LIGHT_DELAY,
    SMALLEST_PICTURE,
    VISITORS_PORT,
    Places,
    Seconds,
    Where,
)

__all__ = [
    "AdapterSpec",
    "Canvas",
    "Display",
    "FixtureSpec",
    "GroupSpec",
    "GuardSettings",
    "HubSpec",
    "LightSettings",
    "PanelSettings",
    "PixelSpec",
    "Place",
    "Venue",
    "VisitorSettings",
]


@dataclass(frozen=True, slots=True)
class Canvas:
    """``[canvas]``: the picture and its size in pixels. It always exists, also without a display."""

    width: Annotated[
        int, key("width of the picture in pixels", low=SMALLEST_PICTURE, high=LARGEST_PICTURE)
    ] = CANVAS_WIDTH
    height: Annotated[
        int, key("height of the picture in pixels", low=SMALLEST_PICTURE, high=LARGEST_PICTURE)
    ] = CANVAS_HEIGHT
    metres_per_height: Annotated[
        float, key("height of the picture on the wall in metres", low=0.01, high=1000.0)
    ] = 2.0
    world_metres_per_height: Annotated[
        float,
        key(
            "metres of the piece that the picture's height stands for: scales bodies and distances",
            low=0.1,
            high=100.0,
        ),
    ] = 2.25
    rate: Annotated[
        float,
        key("frames per second that are aimed at; scenes are drawn smaller to hold it", low=5.0, high=240.0),
    ] = FRAME_RATE
    exposure: Annotated[
        float, key("gain on the light of all scenes; a lit room asks for more", low=0.1, high=16.0)
    ] = 1.0


@dataclass(frozen=True, slots=True)
class Display:
    """``[[display]]``: a projector or a screen: one window."""

    name: Annotated[str, key("a title")]
    screen: Annotated[int, key("index of the screen, from 0", low=0, high=63, otherwise=0)]
    fullscreen: Annotated[bool, key("full screen with `run`; `perform` always uses it", otherwise=False)]
    where: Where
    screen_name: Annotated[
        str,
        key("instead of `screen`: part of the screen's name, in any case; `photophore doctor` lists them"),
    ] = ""
    area: Annotated[
        tuple[float, float, float, float],
        key("part of the canvas that it shows: left, bottom, right, top, 0..1", low=0.0, high=1.0),
    ] = (0.0, 0.0, 1.0, 1.0)
    rotate: Annotated[
        int, key("degrees by which the picture is turned clockwise on it: 0, 90, 180, 270", low=0, high=270)
    ] = 0
    flip: Annotated[
        Literal["none", "horizontal", "vertical", "both"],
        key("how it is mirrored after that, e.g. `horizontal` behind a screen"),
    ] = "none"
    mapping: DisplayMapping = NO_MAPPING
    places: Places = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class AdapterSpec:
    """``[adapter.NAME]``: a device, input or output. Settings are checked by the adapter's class."""

    name: str
    kind: Annotated[str, key("kind of adapter, see below; the other keys are its settings")]
    settings: Mapping[str, object]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FixtureSpec:
    """``[[fixture]]``: one lamp of a profile at a DMX address, which samples the picture at its position."""

    name: Annotated[str, key("a unique title")]
    profile: Annotated[str, key("fixture profile, see below")]
    universe: Annotated[int, key("DMX universe", low=1, high=LAST_UNIVERSE)]
    channel: Annotated[int, key("its first DMX channel", low=1, high=CHANNELS)]
    position: Annotated[
        tuple[float, float],
        key("centre of the sampled area: x to the right, y up, 0..1", low=0.0, high=1.0),
    ]
    size: Annotated[
        tuple[float, float],
        key("width and height of the sampled area, 0..1", low=0.0, high=1.0, otherwise=(0.1, 0.1)),
    ]
    where: Where
    places: Places = field(default_factory=dict)
    mode: Annotated[str, key("mode, for a profile with several")] = ""
    watts: Annotated[
        float,
        key("measured power at full white, standby included; 0: as its profile says", low=0.0, high=1e5),
    ] = 0.0


@dataclass(frozen=True, slots=True)
class PixelSpec:
    """``[[pixels]]``: a strip or a matrix that samples the picture."""

    name: Annotated[str, key("a unique title")]
    universe: Annotated[
        int,
        key(
            "DMX universe of the first pixel; pixels that do not fit continue in the next one",
            low=1,
            high=LAST_UNIVERSE,
        ),
    ]
    channel: Annotated[int, key("DMX channel of the first pixel", low=1, high=CHANNELS, otherwise=1)]
    columns: Annotated[int, key("pixels per row", low=1, high=LARGEST_PICTURE)]
    rows: Annotated[int, key("rows; the first is at the top", low=1, high=LARGEST_PICTURE, otherwise=1)]
    area: Annotated[
        tuple[float, float, float, float],
        key(
            "area that the whole item samples: left, bottom, right, top, 0..1",
            low=0.0,
            high=1.0,
            otherwise=(0.0, 0.0, 1.0, 1.0),
        ),
    ]
    where: Where
    format: Annotated[Literal["rgb", "grb", "rgbw", "w"], key("channels of a pixel, in order")] = "rgb"
    layout: Annotated[
        Literal["rows", "snake"],
        key("`rows`: each row from the left; `snake`: every other row from the right"),
    ] = "rows"
    curve: Annotated[Literal["linear", "square", "s"], key("relation of light to level")] = "linear"
    watts: Annotated[float, key("measured power of one pixel at full white; 0: 0.5 W", low=0.0, high=1e3)] = (
        0.0
    )
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """``[[group]]``: fixtures and pixel items that are controlled together, by name."""

    name: Annotated[str, key("a title that no fixture or pixel item has")]
    members: Annotated[tuple[str, ...], key("names of fixtures and pixel items")]
    where: Where
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """``[guard]``: the venue's flash law. No setting can switch it off."""

    profile: Annotated[Literal["standard", "strict"], key("flash law, see below")] = "standard"
    viewing_distance: Annotated[
        float, key("metres from the nearest viewer to the picture", low=0.1, high=1000.0)
    ] = 3.0
    """Determines the size of a 10-degree window."""


@dataclass(frozen=True, slots=True)
class LightSettings:
    """``[light]``: how the keeper drives the lamps."""

    rate: Annotated[float, key("frames per second on the wire", low=1.0, high=LIGHT_RATE)] = LIGHT_RATE
    hold_s: Annotated[
        Seconds,
        key("seconds for which lamps hold their look after the stage is lost", low=0.0, high=HOUR),
    ] = 10.0
    fade_s: Annotated[
        Seconds, key("fade time to the safe look after that, in seconds", low=0.1, high=HOUR)
    ] = 4.0
    safe: Annotated[
        float,
        key("level of the safe look on every lamp without hazard, 0..1 of linear light", low=0.0, high=1.0),
    ] = 0.0
    on_stop: Annotated[Literal["blackout", "hold"], key("final output when the program is stopped")] = (
        "blackout"
    )
    delay: Annotated[
        Seconds,
        key(
            "seconds by which lamps follow later, to coincide with a late projector; an operator's blackout "
            "and panic are never delayed",
            low=0.0,
            high=LONGEST_LIGHT_DELAY,
        ),
    ] = 0.0


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """``[panel]``: network access to the panel."""

    host: Annotated[
        str,
        key("IP address that the panel listens on; `0.0.0.0` is every IPv4 address of this machine"),
    ] = HOST
    name: Annotated[str, key("additional host name for requests, besides the machine's own")] = ""


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """``[visitors]``: the page on which visitors leave stories."""

    open: Annotated[bool, key("whether there is such a page")] = False
    host: Annotated[
        str, key("IP address that the page listens on; `0.0.0.0` is every IPv4 address of this machine")
    ] = HOST
    port: Annotated[int, key("TCP port of the page", low=1, high=65535)] = VISITORS_PORT
    address: Annotated[
        str,
        key("what phones open, e.g. `http://stories.example`", default="the machine's address and the port"),
    ] = ""
    hub: Annotated[
        str,
        key("name of the `[[hub]]` where the code hangs", kind="name", default="`hub` of `[site]`"),
    ] = ""
    code: Annotated[
        Literal["printed", "daily", "none"],
        key("how the code at the wall changes: never if `printed`, each day, or `none` is needed"),
    ] = "printed"
    keep_days: Annotated[int, key("days after which a story is deleted", low=1, high=3650)] = 365
    backups: Annotated[int, key("days that the daily backup is kept; 0 makes none", low=0, high=60)] = 7
    burst: Annotated[
        int, key("stories that one address may send at once; then one every 30 s", low=1, high=1000)
    ] = 10
    words: Annotated[str, key("file with words that staff want to be told of, beside this file")] = ""
    contact: Annotated[str, key("who is responsible for what is kept, for the page on privacy")] = ""


@dataclass(frozen=True, slots=True)
class Place:
    """``[place]``: where on earth the venue is, for sun, moon, tide, season and weather."""

    latitude: Annotated[float, key("degrees, north is positive", low=-90.0, high=90.0)] = 51.48
    longitude: Annotated[float, key("degrees, east is positive", low=-180.0, high=180.0)] = 0.0
    timezone: Annotated[
        str, key('IANA name such as `"Europe/Berlin"`; without it the clock follows the mean sun')
    ] = ""
    tide: Annotated[
        tuple[tuple[float, float, float], ...],
        key(
            "the tide's waves; without it one is imagined",
            kind="list of [hours, amplitude, degrees]",
        ),
    ] = ()
    weather: Annotated[
        str,
        key("file beside this one that a weather station writes, CSV or TOML; else weather is imagined"),
    ] = ""
    weather_stale: Annotated[
        float, key("hours after which that file counts no more", low=0.01, high=1000.0)
    ] = 2.0
    places: Places = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class HubSpec:
    """``[[hub]]``: a station of light."""

    name: Annotated[str, key("part of its addresses; every hub has its own", kind="name")]
    position: Annotated[
        tuple[float, float], key("where it stands in the picture: x to the right, y up", low=0.0, high=1.0)
    ]
    where: Where
    fixtures: Annotated[
        tuple[str, ...],
        key("names of its fixtures, pixel items and groups; without it another machine drives them"),
    ] = ()
    places: Places = field(default_factory=dict)
    pad: Annotated[str, key("signal that is 1 while its pad is held", kind="address")] = ""
    privilege: Annotated[
        float, key("its weight where the budget goes by privilege (`/site/reform`)", low=0.01, high=100.0)
    ] = 1.0
    floor: Annotated[
        float,
        key(
            "watts that it always has, if all floors fit into the budget; not less than the default",
            low=0.0,
            high=1e6,
            default="standby and the safe look",
        ),
    ] = -1.0
    voice: Annotated[
        Literal["show", "small"],
        key("what its machine plays: the sound of the show, or a small voice of the hub: a drone and bells"),
    ] = "show"


@dataclass(frozen=True, slots=True)
class Venue:
    """A room: ``venues/NAME.toml``. A show opens in any venue without edits."""

    name: str
    title: Annotated[str, key("a title", default="the file's name")]
    canvas: Canvas
    displays: tuple[Display, ...]
    adapters: tuple[AdapterSpec, ...]
    fixtures: tuple[FixtureSpec, ...]
    pixels: tuple[PixelSpec, ...]
    guard: GuardSettings
    light: LightSettings
    panel: PanelSettings = PanelSettings()
    visitors: VisitorSettings = VisitorSettings()
    site: SiteSettings = field(default_factory=SiteSettings)
    ambient_lux: Annotated[
        float,
        key("ambient light on the wall in lux; dim light is raised above it", low=0.0, high=100_000.0),
    ] = 0.5
    reflectance: Annotated[
        float, key("share of light that the wall gives back; of a screen about 0.04", low=0.01, high=1.0)
    ] = 1.0
    projector_white: Annotated[
        float, key("luminance of white on the wall in cd/m2", low=1.0, high=100_000.0)
    ] = 50.0
    files: tuple[Path, ...] = ()
    groups: tuple[GroupSpec, ...] = ()
    hubs: tuple[HubSpec, ...] = ()
    place: Place = Place()
    sound: SoundSettings = field(default_factory=SoundSettings)
    speakers: tuple[SpeakerSpec, ...] = PAIR
    budget: BudgetSettings = field(default_factory=BudgetSettings)
