"""Where log lines go: short ones to people on stderr, all of them to a file that cannot fill a disk.

A line that repeats is written once and then counted, because a lost device says the same thing every
frame. What a part of the program refuses is counted by reason, and told seldom (``Refusals``). Nothing here
may stop a show: a full disk loses lines, never frames.
"""

import logging
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, TextIO

from installation.status import RefusalStatus
from installation.values import Finding, Seconds

__all__ = [
    "BURST_BYTES", "CAP_BYTES", "FOLD_S", "HOUR_BYTES", "Folding", "Refusals", "set_up", "tell_findings",
]  # fmt: skip

CAP_BYTES = 4 * 1024 * 1024
"""Most bytes that the log files take on disk, the current and the previous one together."""

BURST_BYTES = 1024 * 1024
"""Bytes that go to stderr at once: a file that somebody leads it into must not fill a disk in months."""

HOUR_BYTES = 64 * 1024
"""Bytes that may go to stderr each hour after that."""

FOLD_S: Seconds = 30.0
"""The same line is written at most once in this time; the others are counted."""

MOST_REMEMBERED = 256
"""Different lines that are remembered for folding; the oldest is forgotten first."""

TOLD_AGAIN_S: Seconds = 60.0
"""What goes on being refused for one reason is written at most once in this time."""

MOST_LINES = 6
"""Lines about refusals of one part of the program within ``TOLD_AGAIN_S``, over all reasons."""

MOST_REASONS = 16
"""Reasons that one part of the program remembers; the one that was silent longest is forgotten first."""

log = logging.getLogger(__name__)

_CHATTY: Final = ("asyncio", "bleak")
"""Libraries whose notes for their own developers nobody here reads: several lines for each try."""

_LONGEST = 160  # characters of an example: it comes from outside, and a status has to stay small

FILE_FORMAT = "%(asctime)s %(levelname)-7s %(processName)s %(name)s: %(message)s"
PEOPLE_FORMAT = "%(levelname)s: %(message)s"


def tell_findings(logger: logging.Logger, findings: Iterable[Finding]) -> None:
    """Log a line for each finding: errors as errors, warnings as warnings."""
    for one in findings:
        logger.log(logging.WARNING if one.severity == "warning" else logging.ERROR, "%s", one)


class Refusals:
    """What one part of the program refused: counted by reason, with the last example of each.

    The first of a reason is written to the log at once, later ones at most once in ``TOLD_AGAIN_S`` with
    their number, and all reasons together at most ``MOST_LINES`` times in that time: a hostile sender fills
    neither log nor memory. ``report`` always tells everything. May be called from any thread.

    Args:
        source: Name of the part, as ``status`` shows it.
        now: Monotonic seconds.

    Attributes:
        total: How much was refused, over all reasons, the forgotten ones too.
    """

    def __init__(self, source: str, now: Callable[[], Seconds] = time.monotonic) -> None:
        self.source = source
        self.total = 0
        self._last: Seconds = 0.0
        self._now = now
        self._lock = threading.Lock()
        self._reasons: OrderedDict[str, _Refused] = OrderedDict()
        self._lines: deque[Seconds] = deque(maxlen=MOST_LINES)

    def note(
        self, reason: str, example: str = "", remedy: str | Callable[[], str] = "", count: int = 1
    ) -> None:
        """Count a refusal.

        Args:
            reason: Why, in words that do not change from one example to the next.
            example: What it was this time: the address, the value, the sender. Nothing private.
            remedy: What a person can do about it; a function that finds it out is called only for what is
                written to the log, and such a reason keeps the example that was written.
            count: How many there were since the last call, at least 1.
        """
        now = self._now()
        with self._lock:
            self.total += count
            self._last = now
            one = self._reasons.get(reason)
            if one is None:
                one = self._reasons[reason] = _Refused()
                if len(self._reasons) > MOST_REASONS:
                    self._reasons.popitem(last=False)
            self._reasons.move_to_end(reason)
            one.count += count
            if not callable(remedy):
                one.example, one.remedy = _short(example), remedy
            spent = len(self._lines) == MOST_LINES and now - self._lines[0] < TOLD_AGAIN_S
            if spent or (one.told_at is not None and now - one.told_at < TOLD_AGAIN_S):
                return
            self._lines.append(now)
            if callable(remedy):
                one.example, one.remedy = _short(example), remedy()
            new, one.told, one.told_at = one.count - one.told, one.count, now
            line = one.line(reason)
        log.warning("%s refused %s%s", self.source, line, f" ({new} times)" if new > 1 else "")

    def report(self) -> tuple[RefusalStatus, ...]:
        """One entry for each reason, the newest last."""
        with self._lock:
            return tuple(
                RefusalStatus(
                    source=self.source, reason=reason, example=one.example, remedy=one.remedy, count=one.count
                )
                for reason, one in self._reasons.items()
            )

    @property
    def latest(self) -> str:
        """The newest refusal in one line, and how many there were; empty ``TOLD_AGAIN_S`` after the last."""
        with self._lock:
            if not self._reasons or self._now() - self._last >= TOLD_AGAIN_S:
                return ""
            reason = next(reversed(self._reasons))
            return f"refused {self.total}, last: {self._reasons[reason].line(reason)}"


@dataclass(slots=True)
class _Refused:
    """One reason: how often, the last example, and what was told of it when."""

    count: int = 0
    example: str = ""
    remedy: str = ""
    told: int = 0
    told_at: Seconds | None = None

    def line(self, reason: str) -> str:
        """The last example, the reason and the remedy in one line of text."""
        return f"{self.example}: {reason}; {self.remedy}".removeprefix(": ").removesuffix("; ")


def _short(text: str) -> str:
    """One line, cut to what a status can hold."""
    return _printable(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")


class Folding(logging.Handler):
    """Passes each line on once per ``FOLD_S``, and says how often it came meanwhile.

    Args:
        targets: Handlers that write.
        now: Monotonic seconds.
    """

    def __init__(
        self, targets: Sequence[logging.Handler], now: Callable[[], Seconds] = time.monotonic
    ) -> None:
        super().__init__()
        self._targets = targets
        self._now = now
        self._seen: OrderedDict[tuple[str, int, str], list[float]] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it."""
        key = (record.name, record.levelno, record.getMessage())
        now = self._now()
        seen = self._seen.get(key)
        if seen is not None and now - seen[0] < FOLD_S:
            seen[1] += 1
            return
        more = int(seen[1]) if seen else 0
        self._seen[key] = [now, 0]
        self._seen.move_to_end(key)
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        self._pass_on(record, more)

    def _pass_on(self, record: logging.LogRecord, more: int) -> None:
        if more:
            record = logging.makeLogRecord(record.__dict__)
            record.msg, record.args = f"{record.getMessage()} ({more} more since the last such line)", None
        for target in self._targets:
            if record.levelno >= target.level:
                target.handle(record)

    def close(self) -> None:
        """Close the handlers that write."""
        for target in self._targets:
            target.close()
        super().close()


class _Line(logging.Formatter):
    """One record is one line: line ends inside a message, perhaps from the network, are shown as such."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one record, its level in lower case; a traceback keeps its line ends."""
        record.levelname = record.levelname.lower()
        text = super().format(record)
        trace = bool(record.exc_info or record.exc_text or record.stack_info)
        first, separator, rest = text.partition("\nTraceback")
        if not trace:
            return _printable(text)
        return _printable(first) + separator + rest

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """Wall clock in UTC, and the monotonic clock, because the first may be wrong for weeks."""
        wall = time.strftime(datefmt or "%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{wall}.{int(record.msecs):03d}Z {time.monotonic():.3f}"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


class _Bounded(logging.StreamHandler[TextIO]):
    """Lines to people, of which a file behind stderr holds all: so many bytes at once, then some each hour.

    Args:
        stream: Where to.
        now: Monotonic seconds.
    """

    def __init__(self, stream: TextIO, now: Callable[[], Seconds] = time.monotonic) -> None:
        super().__init__(stream)
        self._now = now
        self._left = float(BURST_BYTES)
        self._at = now()
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it."""
        now = self._now()
        self._left = min(BURST_BYTES, self._left + (now - self._at) * HOUR_BYTES / 3600.0)
        self._at = now
        size = len(self.format(record)) + 1
        if size > self._left:
            self._lost += 1
            return
        self._left -= size
        if self._lost:
            self.stream.write(f"warning: {self._lost} lines were left out here; the log file has them\n")
            self._lost = 0
        super().emit(record)


class _Capped(RotatingFileHandler):
    """A log file in two halves; a disk that is full loses lines and says nothing."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Lose the line."""


def set_up(
    folder: Path | None = None,
    *,
    verbose: bool = False,
    stream: TextIO | None = None,
    cap_bytes: int = CAP_BYTES,
    name: str = "photophore",
) -> Folding:
    """Send all logging to stderr and, if a folder is given, to ``folder/NAME.log``.

    Args:
        folder: Where the file goes; a folder that cannot be written leaves stderr alone.
        verbose: Show people everything, not only warnings and errors.
        stream: Instead of stderr.
        cap_bytes: Most bytes of the file and its predecessor together.
        name: Stem of the file; each process has its own, because they cannot rotate one together.

    Returns:
        The handler, already installed on the root logger in place of any other.
    """
    people = _Bounded(stream or sys.stderr)
    people.setLevel(logging.DEBUG if verbose else logging.WARNING)
    people.setFormatter(_Line(PEOPLE_FORMAT))
    targets: list[logging.Handler] = [people]
    problem: OSError | None = None
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = _Capped(folder / f"{name}.log", maxBytes=cap_bytes // 2, backupCount=1, encoding="utf-8")
            file.setFormatter(_Line(FILE_FORMAT))
            targets.append(file)
        except OSError as error:
            problem = error
    folding = Folding(targets)
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(folding)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.INFO)
    if problem is not None:
        root.warning("no log file is written: %s", problem)
    return folding
