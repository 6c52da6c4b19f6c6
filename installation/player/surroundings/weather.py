"""The file of a weather station, read in a thread of its own whenever it was saved."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Final

from installation import paths
from installation.logs import Refusals
from installation.nature import Weather, parse_weather
from installation.nature.weather import LONGEST_FILE
from installation.values import Seconds

__all__ = ["Report", "WeatherFile"]

log = logging.getLogger(__name__)

_LOOK: Final[Seconds] = 2.0
"""How often the file is looked at."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the file says.

    Attributes:
        weather: As it was read.
        time: Unix seconds of which it speaks.
    """

    weather: Weather
    time: float


class WeatherFile:
    """Follows the file.

    Args:
        path: Of the file; it may come later.
        zone: Of times in it that name none.

    Attributes:
        report: The last that could be read; None before.
        refusals: What is wrong in it.
    """

    def __init__(self, path: Path, zone: tzinfo | None = None) -> None:
        self.report: Report | None = None
        self._path = path
        self._zone = zone or UTC
        self.refusals = Refusals("weather")
        self._saved: tuple[float, int] | None = None
        self._missing = False
        self._closed = threading.Event()

    def follow(self) -> None:
        """Look at the file in a thread from now on, which ends with the process or ``close``."""
        threading.Thread(target=self._run, name="weather", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def look(self) -> None:
        """Read the file if it was saved since."""
        try:
            stat = self._path.stat()
            if self._saved == (stat.st_mtime, stat.st_size):
                return
            text = paths.read_bytes(self._path, LONGEST_FILE).decode("utf-8", "replace")
        except OSError as error:
            if not self._missing:
                self._missing = True
                log.warning("%s: cannot be read: %s; the weather is imagined", self._path, error.strerror)
            return
        self._missing = False
        self._saved = stat.st_mtime, stat.st_size
        weather, findings = parse_weather(text, str(self._path), self._zone)
        for one in findings:
            self.refusals.note("not usable in the weather file", f"{one.where}: {one.message}", one.hint)
        if weather != Weather() and weather != Weather(time=weather.time):
            self.report = Report(weather, stat.st_mtime if weather.time is None else weather.time)

    def _run(self) -> None:
        self.look()
        while not self._closed.wait(_LOOK):
            self.look()
