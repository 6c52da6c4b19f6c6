"""Builds the adapters of a venue and supervises them: on an error close, then reopen with back-off.

Any exception is caught here: a device or a third-party adapter must never stop the show. A failure is logged
once when the adapter goes down, and once when it is up again.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import EntryPoint
from time import monotonic
from typing import Final, Literal, Protocol, TypeAlias

import msgspec

from installation.contract import (
    Adapter,
    AdapterError,
    InputAdapter,
    LightFrame,
    LightOutput,
    MessageOutput,
    Reading,
)
from installation.devices.installed import kinds
from installation.errors import ShowError, nearest
from installation.show.venue_model import AdapterSpec
from installation.status import AdapterStatus, RefusalStatus
from installation.values import Finding, Seconds, Where

__all__ = [
    "AdapterHealth",
    "Backoff",
    "InputSupervisor",
    "OutputSupervisor",
    "Put",
    "Supervisor",
    "adapter_report",
    "load_adapters",
    "refusals",
    "reports",
]

Put: TypeAlias = Callable[[Sequence[Reading]], None]
"""Takes the readings of an input; called in the input's thread."""

_FIRST_WAIT: Final[Seconds] = 1.0
_LONGEST_WAIT: Final[Seconds] = 30.0
_RECEIVE: Final[Seconds] = 0.25

log = logging.getLogger(__name__)


def load_adapters(specs: Iterable[AdapterSpec], home: Literal["keeper", "stage"]) -> list[Adapter]:
    """Build the adapters of a venue that run in one process. Nothing is opened.

    Args:
        specs: Adapters of the venue; those that run in the other process are skipped.
        home: The process.

    Raises:
        ShowError: A kind is unknown or a setting is wrong; all findings at once.
    """
    installed = kinds()
    findings: list[Finding] = []
    adapters: list[Adapter] = []
    for spec in specs:
        point = installed.get(spec.kind)
        if point is None:
            findings.append(_unknown_kind(spec, installed))
            continue
        adapter = _build(spec, point, home, findings)
        if adapter is not None:
            adapters.append(adapter)
    if findings:
        raise ShowError(findings)
    return adapters


def _unknown_kind(spec: AdapterSpec, installed: dict[str, EntryPoint]) -> Finding:
    hint = nearest(spec.kind, installed, f"installed are {', '.join(sorted(installed)) or 'none'}")
    return Finding(spec.places.get("kind", spec.where), f"no adapter of kind {spec.kind!r}", hint)


def _build(spec: AdapterSpec, point: EntryPoint, home: str, findings: list[Finding]) -> Adapter | None:
    try:
        made: type[Adapter] = point.load()
        if made.home != home:
            return None
    except Exception as error:
        log.exception("adapter %s (%s) cannot be imported", spec.kind, point.value)
        where = spec.places.get("kind", spec.where)
        findings.append(Finding(where, f"adapter {spec.kind!r} cannot be imported: {error}", "reinstall it"))
        return None
    before = len(findings)
    findings += check_settings(spec, made)
    if len(findings) > before:
        return None
    return made(spec.name, msgspec.convert(dict(spec.settings), made.Settings))


def check_settings(spec: AdapterSpec, made: type[Adapter]) -> list[Finding]:
    """Return the findings about the settings of one adapter, each at the position of its key."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(made.Settings)}
    findings: list[Finding] = []
    for key, value in spec.settings.items():
        where = spec.places.get(key, spec.where)
        if key not in fields:
            hint = nearest(key, fields, f"its settings are {', '.join(sorted(fields))}")
            findings.append(Finding(where, f"{spec.kind} has no setting {key!r}", hint))
            continue
        try:
            msgspec.convert(value, fields[key].type)
        except msgspec.ValidationError as error:
            findings.append(Finding(where, f"{key}: {_in_words(error)}", f"see {_page(made)}"))
    for name, field in fields.items():
        if field.required and name not in spec.settings:
            findings.append(Finding(spec.where, f"{spec.kind} needs the setting {name!r}", "add it"))
    if not findings:
        try:
            msgspec.convert(dict(spec.settings), made.Settings)
        except msgspec.ValidationError as error:
            findings.append(Finding(_place(error, spec), _in_words(error), f"see {_page(made)}"))
    return findings


def _page(made: type[Adapter]) -> str:
    """Return where the settings of an adapter are described."""
    package = made.__module__.rpartition(".")[0] or made.__module__
    own = package.startswith("hardware.")
    return f"{package.replace('.', '/')}/README.md" if own else f"the pages of {package.partition('.')[0]}"


def _in_words(error: msgspec.ValidationError) -> str:
    return re.sub(r" - at `\$\.?", " at `", str(error)).removesuffix(" at ``")


def _place(error: msgspec.ValidationError, spec: AdapterSpec) -> Where:
    """Return the position of the setting named by an error: by its path, or the first word of the message."""
    _, _, path = str(error).partition("`$.")
    key = re.split(r"[^\w-]", path or str(error), maxsplit=1)[0]
    return spec.places.get(key, spec.where)


class Backoff:
    """Waits of 1, 2, 4, 8, 16, 30, 30 ... seconds; ``reset`` after a success."""

    def __init__(self) -> None:
        self._wait = _FIRST_WAIT

    def next(self) -> Seconds:
        """Return the wait before the next try."""
        wait = self._wait
        self._wait = min(_LONGEST_WAIT, wait * 2)
        return wait

    def reset(self) -> None:
        """Return to the shortest wait."""
        self._wait = _FIRST_WAIT


def adapter_report(adapter: Adapter, state: str, reason: str) -> AdapterStatus:
    """Return the status of an adapter; while it is down, the reason replaces the detail."""
    counters = adapter.counters
    return AdapterStatus(
        name=adapter.name,
        kind=adapter.kind,
        state=state,
        detail=reason or "; ".join(filter(None, (adapter.detail, adapter.refusals.latest))),
        rx=counters.received,
        tx=counters.sent,
        dropped=counters.dropped,
        targets=adapter.health if isinstance(adapter, MessageOutput) else (),
    )


class AdapterHealth:
    """The state of an adapter, with one log line for each change.

    Attributes:
        adapter: The adapter.
        state: ``up``, ``down`` or ``closed``.
        reason: Why it is down; empty otherwise.
    """

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.state: Literal["down", "up", "closed"] = "closed"
        self.reason = ""
        self._announced = ""

    def up(self) -> None:
        """Record that it was opened."""
        self.state, self.reason = "up", ""
        if self._announced != "up":
            log.info("adapter %s is up: %s", self.adapter.name, self.adapter.detail)
        self._announced = "up"

    def down(self, error: Exception) -> None:
        """Record a failure and close the adapter."""
        self.state, self.reason = "down", str(error) or type(error).__name__
        self.adapter.counters.errors += 1
        if self._announced != "down":
            foreign = None if isinstance(error, AdapterError) else error
            log.warning("adapter %s is down: %s", self.adapter.name, self.reason, exc_info=foreign)
        self._announced = "down"
        self.close()

    def close(self) -> None:
        """Close the adapter; an exception is logged."""
        try:
            self.adapter.close()
        except Exception:
            log.exception("adapter %s failed to close", self.adapter.name)


class OutputSupervisor:
    """Supervises one output adapter. Called from the wire loop, which it never blocks.

    The first ``open`` runs in the caller, every later one in a thread of its own, since opening a device that
    has gone away may take long to fail.
    """

    def __init__(self, adapter: LightOutput) -> None:
        self.adapter = adapter
        self._health = AdapterHealth(adapter)
        self._backoff = Backoff()
        self._retry_at: Seconds = 0.0
        self._opening: threading.Thread | None = None
        self._opened: Exception | Literal[True] | None = None

    def open(self, now: Seconds) -> None:
        """Open the adapter and wait for the result; ``now`` is monotonic seconds."""
        self._open()
        self._settle(now)

    def send(self, frame: LightFrame, now: Seconds) -> None:
        """Send one frame, or continue trying to open the adapter; ``now`` is monotonic seconds."""
        if self._health.state == "up":
            try:
                self.adapter.send(frame, now)
            except Exception as error:  # noqa: BLE001 - the boundary; logged by AdapterHealth
                self._fail(error, now)
            return
        if self._opening is not None:
            if not self._opening.is_alive():
                self._opening = None
                self._settle(now)
        elif self._health.state == "down" and now >= self._retry_at:
            self._opening = threading.Thread(target=self._open, name=f"open {self.adapter.name}", daemon=True)
            self._opening.start()

    def finish(self, frame: LightFrame, now: Seconds, only: frozenset[str] | None = None) -> None:
        """Terminate the stream according to the protocol, and close the adapter.

        Args:
            frame: The last frame.
            now: Monotonic seconds.
            only: Destinations to terminate; None means all.
        """
        if self._opening is not None:
            self._opening.join(0.5)
        if self._health.state == "up":
            try:
                if only is None:
                    self.adapter.finish(frame, now)
                else:
                    self.adapter.finish(frame, now, only)
            except Exception as error:  # noqa: BLE001 - the boundary; logged by AdapterHealth
                self._fail(error, now)
        self._health.close()
        self._health.state = "closed"

    def report(self) -> AdapterStatus:
        """Return the adapter's entry of ``status``."""
        return adapter_report(self.adapter, self._health.state, self._health.reason)

    def _open(self) -> None:
        try:
            self.adapter.open()
        except Exception as error:  # noqa: BLE001 - the boundary; logged by AdapterHealth
            self._opened = error
        else:
            self._opened = True

    def _settle(self, now: Seconds) -> None:
        outcome, self._opened = self._opened, None
        if outcome is True:
            self._backoff.reset()
            self._health.up()
        elif outcome is not None:
            self._fail(outcome, now)

    def _fail(self, error: Exception, now: Seconds) -> None:
        self._health.down(error)
        self._retry_at = now + self._backoff.next()


class InputSupervisor:
    """Supervises one input adapter in a thread of its own, which only delivers readings.

    Args:
        adapter: The input.
        put: Takes readings; called from the thread.
    """

    def __init__(self, adapter: InputAdapter, put: Put) -> None:
        self.adapter = adapter
        self._put = put
        self._health = AdapterHealth(adapter)
        self._backoff = Backoff()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"input {adapter.name}", daemon=True)

    def start(self) -> None:
        """Start the thread that opens the adapter and receives."""
        self._thread.start()

    def stop(self, timeout: Seconds = 1.0) -> None:
        """Stop the thread and close the adapter, waiting at most ``timeout`` seconds."""
        self._stop.set()
        if not self._thread.is_alive():
            return
        self._wake()
        self._thread.join(timeout)
        if self._thread.is_alive():
            log.warning("adapter %s did not stop within %.1f s", self.adapter.name, timeout)

    def report(self) -> AdapterStatus:
        """Return the adapter's entry of ``status``."""
        return adapter_report(self.adapter, self._health.state, self._health.reason)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.adapter.open()
                self._health.up()
                self._opened()
                self._receive()
            except Exception as error:  # noqa: BLE001 - the boundary; logged by AdapterHealth
                self._health.down(error)
                self._stop.wait(self._backoff.next())
        self._health.close()
        self._health.state = "closed"

    def _receive(self) -> None:
        opened = monotonic()
        while not self._stop.is_set():
            self._between()
            readings = self.adapter.receive(_RECEIVE)
            if readings:
                self._put(readings)
            if monotonic() - opened > _LONGEST_WAIT:  # not for a device that fails soon after opening
                self._backoff.reset()

    def _wake(self) -> None:
        try:
            self.adapter.wake()
        except Exception:
            log.exception("adapter %s failed to wake", self.adapter.name)

    def _opened(self) -> None:
        """Called in the thread after the device was opened."""

    def _between(self) -> None:
        """Called in the thread between two calls of ``receive``. An exception closes the device."""


class Supervisor(Protocol):
    """A supervisor of an adapter, of any direction."""

    @property
    def adapter(self) -> Adapter:
        """The supervised adapter."""
        ...

    def report(self) -> AdapterStatus:
        """Return the adapter's entry of ``status``."""
        ...


def reports(supervisors: Iterable[Supervisor]) -> tuple[AdapterStatus, ...]:
    """Return the ``adapters`` of ``status``."""
    return tuple(supervisor.report() for supervisor in supervisors)


def refusals(supervisors: Iterable[Supervisor]) -> tuple[RefusalStatus, ...]:
    """Return what the adapters refused: their part of the ``refused`` of ``status``."""
    return tuple(one for supervisor in supervisors for one in supervisor.adapter.refusals.report())
