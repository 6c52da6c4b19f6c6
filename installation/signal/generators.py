"""All sources of a show, compiled: one object per kind, with the destinations of its values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.errors import ShowError
from installation.show.model import SignalSpec
from installation.signal.sources import SOURCES, Source
from installation.signal.spec import Row, parse, unknown
from installation.signal.store import Signals
from installation.values import Finding, Frame

__all__ = ["Generators", "parse_signal"]

_ZERO = np.array(0.0)


@dataclass(frozen=True, slots=True)
class _Kind:
    source: Source
    names: tuple[str, ...]
    to: NDArray[np.intp]
    inputs: NDArray[np.intp]
    """Index of each source's input signal; -1 for none."""
    nothing: NDArray[np.float64] | None
    """Inputs if none of them has an input signal."""


def parse_signal(signal: SignalSpec) -> tuple[Row, list[Finding]]:
    """Return the checked settings of one source, and the findings about them."""
    kind = SOURCES.get(signal.kind)
    if kind is None:
        return {}, [unknown("kind of signal", signal.kind, SOURCES, signal.places.get("kind", signal.where))]
    return parse(kind.spec, signal.settings, signal.where, signal.places)


class Generators:
    """The signals that a show generates.

    Args:
        specs: The sources, in file order.
        signals: Store of the values; every address used is declared, and released by ``close``.
        seed: The show's seed. Each signal's random numbers depend only on it and on the signal's name, so
        adding
            one does not change the others.

    Raises ShowError, before anything is declared, if a spec is invalid.
    """

    def __init__(self, specs: Sequence[SignalSpec], signals: Signals, seed: int) -> None:
        parsed = [parse_signal(spec) for spec in specs]
        findings = [finding for _, wrong in parsed for finding in wrong]
        if findings:
            raise ShowError(findings)
        self._signals = signals
        self._declared: list[str] = []
        self.kinds: dict[str, _Kind] = {}
        for kind, source in SOURCES.items():
            chosen = [(s, row) for s, (row, _) in zip(specs, parsed, strict=True) if s.kind == kind]
            if chosen:
                names = tuple(spec.name for spec, _ in chosen)
                rows = [row for _, row in chosen]
                seeds = np.array([portable_math.seed_of(seed, name) for name in names], np.uint64)
                to = np.array([self._declare(f"/signal/{name}") for name in names], np.intp)
                heard = np.array([self._listen(row) for row in rows], np.intp)
                signals.rises.listen(heard[heard >= 0].tolist())
                nothing = None if (heard >= 0).any() else np.full(len(heard), np.nan)
                self.kinds[kind] = _Kind(source(rows, seeds), names, to, heard, nothing)
        made = [kind.to for kind in self.kinds.values()]
        self._all = np.concatenate(made) if made else np.zeros(0, np.intp)

    def process(self, frame: Frame) -> None:
        """Write this frame's value of every signal."""
        if not self.kinds:
            return
        signals = self._signals
        for kind in self.kinds.values():
            heard = kind.nothing
            if heard is None:
                heard = np.where(kind.inputs >= 0, signals.values[kind.inputs], math.nan)
                for index, value in signals.rises.heard.items():
                    heard[kind.inputs == index] = value
                # Signals derived from a private signal are private.
                signals.private[kind.to] |= signals.private[kind.inputs] & (kind.inputs >= 0)
            signals.values[kind.to] = kind.source.process(frame, heard) + _ZERO
        signals.times[self._all] = frame.time

    def adopt(self, old: "Generators") -> None:
        """Take over the state of every signal with the same name and kind; settings may differ."""
        for name, kind in self.kinds.items():
            before = old.kinds.get(name)
            if before is not None:
                place = {own: position for position, own in enumerate(before.names)}
                same = [(i, place[own]) for i, own in enumerate(kind.names) if own in place]
                mine, theirs = np.array(same, np.intp).reshape(-1, 2).T
                kind.source.adopt(before.source, mine, theirs)

    def close(self) -> None:
        """Release the signals."""
        self._signals.release(self._declared)

    def _listen(self, row: Row) -> int:
        addresses = [value for value in row.values() if isinstance(value, str) and value]
        return self._declare(addresses[0]) if addresses else -1

    def _declare(self, address: str) -> int:
        self._declared.append(address)
        return self._signals.declare(address)
