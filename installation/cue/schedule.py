"""Commands at times of the day: by the clock, or by the sun of the venue's place."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, get_args

from installation.commands import COMMANDS, By, arguments
from installation.cue.find import find
from installation.errors import CommandError, PhotophoreError
from installation.nature import SUN_EVENTS, SunEvent, sun_events
from installation.parameter.tree import Tree
from installation.show.model import CueSpec, Day, ScheduleSpec
from installation.show.venue_model import Place
from installation.values import Command, Finding, Scalar, Seconds

__all__ = ["Moment", "Schedule", "check_schedule", "read_moment"]

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_SUN: Final = re.compile(rf"({'|'.join(SUN_EVENTS)})(?:\s*([+-])\s*(\d{{1,2}}):([0-5]\d))?")
_DAYS: Final[tuple[str, ...]] = get_args(Day)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the day.

    Attributes:
        sun: The sun's event that it goes by; empty for the clock.
        seconds: After that event, or after midnight by the clock.
    """

    sun: SunEvent | Literal[""]
    seconds: Seconds


def read_moment(text: str) -> Moment:
    """Read ``19:30``, ``sunset`` or ``sunset - 0:20``.

    Raises:
        CommandError: It is none of these.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return Moment("", 3600.0 * hours + 60.0 * minutes + seconds)
    sun = _SUN.fullmatch(text.strip())
    if sun is None:
        message = f'"{text[:40]}" is not a time of the day'
        raise CommandError(f'{message}; write "19:30", "sunset" or "sunset - 0:20" ({", ".join(SUN_EVENTS)})')
    event = next(one for one in SUN_EVENTS if one == sun[1])
    sign, hours_text, minutes_text = sun[2], sun[3], sun[4]
    apart = 3600.0 * int(hours_text or 0) + 60.0 * int(minutes_text or 0)
    return Moment(event, -apart if sign == "-" else apart)


def _command(text: str) -> Command:
    """Return the command that ``do`` states. Raises CommandError."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        message = f'"{text[:40]}" is no command ({error})'
        raise CommandError(f'{message}; write e.g. "cue 12"') from error
    if not words:
        raise CommandError('it is empty; write e.g. "cue 12"')
    verb, *given = words
    values = [_number(one) for one in given[1:]] if verb == "set" else given[1:]
    command = Command(verb, (*given[:1], *values), 0.0, "schedule")
    spec = COMMANDS.get(verb)
    if spec is not None and (spec.by is not By.PLAYER or spec.outside):
        message = f"a schedule may not give {verb}"
        raise CommandError(f'{message}; write e.g. "cue 12" or "score 0:00"')
    if verb in ("panic", "blackout"):  # people begin and end these
        message = f"{verb} is for people"
        raise CommandError(f"{message}; play a dark cue instead")
    arguments(command)
    return command


def check_schedule(
    schedule: Sequence[ScheduleSpec], cues: Sequence[CueSpec], tree: Tree, *, scored: bool
) -> list[Finding]:
    """Return what is wrong with a schedule: times, commands, and what these name.

    Args:
        schedule: The entries.
        cues: The cue list.
        tree: Parameters that ``set`` may name.
        scored: Whether the show has a score.
    """
    findings = []

    def note(spec: ScheduleSpec, key: str, error: PhotophoreError) -> None:
        message, _, hint = str(error).partition("; ")
        findings.append(Finding(spec.places.get(key, spec.where), f"{key}: {message}", hint))

    for spec in schedule:
        for key, text in (("at", spec.at), ("otherwise", spec.otherwise)):
            try:
                moment = read_moment(text) if text or key == "at" else None
                if key == "otherwise" and moment is not None and moment.sun:
                    raise CommandError('it goes by the sun as well; write a time such as "22:00"')
            except CommandError as error:
                note(spec, key, error)
        try:
            command = _command(spec.do)
            _look_up(command, cues, tree, scored=scored)
        except PhotophoreError as error:
            note(spec, "do", error)
    return findings


def _look_up(command: Command, cues: Sequence[CueSpec], tree: Tree, *, scored: bool) -> None:
    """Raise AddressError or CommandError if the show lacks what a command names."""
    given = command.arguments
    if command.verb == "cue":
        find(cues, str(given[0]))
    elif command.verb == "set":
        tree.natural(str(given[0]), given[1:])
    elif command.verb == "score" and not scored:
        raise CommandError("the show has no score; add [score], or play a cue")


def _number(text: Scalar) -> Scalar:
    try:
        return float(text)
    except ValueError:
        return text


class Schedule:
    """Says which commands are due.

    Args:
        specs: The schedule, checked.
        place: Of the venue, for the sun.
        zone: Of the clock; None is the machine's.
    """

    def __init__(self, specs: Sequence[ScheduleSpec], place: Place, zone: tzinfo | None) -> None:
        self.specs = tuple(specs)
        self._place = place
        self._zone = zone
        self._days: dict[date, list[tuple[float, ScheduleSpec]]] = {}

    def due(self, after: float, until: float) -> list[tuple[float, ScheduleSpec]]:
        """Return the entries with ``after`` < moment <= ``until`` in order, with their moments.

        Args:
            after: Unix seconds.
            until: Unix seconds.
        """
        last = self.local(until).date()
        count = min((last - self.local(after).date()).days, 2) + 1
        # A moment by the sun may fall on the day before or after the day it belongs to.
        days = [last + timedelta(days=ahead) for ahead in range(-count, 2)]
        return sorted(
            (one for day in days for one in self._on(day) if after < one[0] <= until), key=lambda one: one[0]
        )

    def next(self, after: float) -> tuple[float, ScheduleSpec] | None:
        """Return the next entry after a moment in Unix seconds, within eight days; None if there is none."""
        today = self.local(after).date()
        ahead = [one for days in range(-1, 9) for one in self._on(today + timedelta(days=days))]
        return min((one for one in ahead if one[0] > after), key=lambda one: one[0], default=None)

    def command(self, spec: ScheduleSpec, now: Seconds) -> Command:
        """Return an entry's command; ``now`` is monotonic seconds."""
        made = _command(spec.do)
        return Command(made.verb, made.arguments, now, made.source)

    def _on(self, day: date) -> list[tuple[float, ScheduleSpec]]:
        """Return the entries of one day, in order."""
        if day not in self._days:
            self._days = {one: known for one, known in self._days.items() if abs((day - one).days) < 10}
            midnight = self._unix(day, 0.0)
            today = [one for one in self.specs if not one.days or _DAYS[day.weekday()] in one.days]
            sun: Mapping[SunEvent, float] = {}
            if any(read_moment(one.at).sun for one in today):  # a tenth of a second for the days of a start
                sun = sun_events(midnight, self._place.latitude, self._place.longitude)
            found = [(self._at(spec, day, sun), spec) for spec in today]
            self._days[day] = sorted(
                ((at, spec) for at, spec in found if at is not None), key=lambda one: one[0]
            )
        return self._days[day]

    def _at(self, spec: ScheduleSpec, day: date, sun: Mapping[SunEvent, float]) -> float | None:
        moment = read_moment(spec.at)
        if not moment.sun:
            return self._unix(day, moment.seconds)
        if moment.sun in sun:
            return sun[moment.sun] + moment.seconds
        return self._unix(day, read_moment(spec.otherwise).seconds) if spec.otherwise else None

    def local(self, unix: float) -> datetime:
        """Return a moment in Unix seconds by the clock of the place."""
        here = datetime.fromtimestamp(unix, self._zone)
        return here if self._zone else here.astimezone()

    def _unix(self, day: date, seconds: Seconds) -> float:
        """Return the Unix seconds of a time by the clock; one that summer time skips is an hour later."""
        hours, rest = divmod(int(seconds), 3600)
        local = datetime.combine(day, time(hours, rest // 60, rest % 60), self._zone)
        return local.timestamp()
