"""Verbs that speak to a running show: get, set, watch, go, status and the like."""

import json
import signal
import sys
from collections.abc import Mapping
from typing import Any

from installation.ipc.control import request, stream
from installation.values import Scalar

__all__ = ["get", "quarantine", "set_value", "status", "tell", "watch"]


def get(address: str, base: bool, as_json: bool) -> int:
    """Print a value, one number a component."""
    values = request("get", address, base)
    print(
        json.dumps({"address": address, "values": values})
        if as_json
        else " ".join(f"{v:.6g}" for v in values)
    )
    return 0


def set_value(address: str, values: list[str]) -> int:
    """Set a base; numbers as numbers, everything else as text (labels of a choice).

    Says on stderr what became of a number that the parameter cannot take.
    """
    _tell_note(request("set", address, *[_scalar(value) for value in values]))
    return 0


def tell(verb: str, *arguments: Scalar) -> int:
    """Give an order."""
    request(verb, *arguments)
    return 0


def watch(address: str, seconds: float | None, as_json: bool) -> int:
    """Print what arrives until Ctrl+C, or for so long."""
    print(f"watching {address} (Ctrl+C ends)", file=sys.stderr)
    if seconds is not None:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        for answer in stream("watch", address):
            _tell_note(answer)
            for reading in answer.get("readings", ()):
                _print_reading(reading, as_json)
            if answer.get("left_out"):
                print(f"... and {answer['left_out']} more in this frame", file=sys.stderr)
            sys.stdout.flush()
    except KeyboardInterrupt:
        pass
    return 0


def _tell_note(answer: Mapping[str, Any]) -> None:
    if answer.get("note"):
        print(answer["note"], file=sys.stderr, flush=True)


def _print_reading(reading: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(reading))
        return
    values = " ".join(f"{v:.6g}" if isinstance(v, float) else str(v) for v in reading["values"])
    print(f"{reading['source']:<10} {reading['address']} {values}")


def status(as_json: bool) -> int:
    """Print how the show is."""
    said: dict[str, Any] = request("status")
    if as_json:
        print(json.dumps(said, indent=2))
        return 0
    frame, guard = said.get("frame", {}), said.get("guard", {})
    cue, scene = said["cue"] or "-", said["scene"] or "-"
    print(f"show {said['show']}, cue {cue}, scene {scene}, up {said['uptime_s']:.0f} s")
    if frame:
        pace = f"p50 {frame['p50_ms']:.1f} ms, p99 {frame['p99_ms']:.1f} ms, late {frame['late']}"
        print(f"frames {frame['fps']:.1f} fps, {pace}")
    if guard:
        print(f"guard {_guard_log(guard)}")
    for line in _room(said):
        print(line)
    for line in _troubles(said):
        print(line)
    keeper = said["keeper"]
    print(f"lamps {keeper['look']}, {keeper['frames']} frames, late {keeper['late']}")
    if keeper.get("guard"):
        print(f"lamps' guard {_guard_log(keeper['guard'])}")
    for adapter in said["adapters"]:
        print(f"adapter {adapter['name']} ({adapter['kind']}): {adapter['state']} {adapter['detail']}")
    for process in said["processes"]:
        state = f"{process['state']}, pid {process['pid']}, restarts {process['restarts']}"
        print(f"process {process['name']}: {state}")
    return 0


def quarantine(as_json: bool) -> int:
    """Print which shaders rest because they took the stage down, and why."""
    kept = request("quarantine")
    if as_json:
        print(json.dumps(kept, indent=2))
        return 0
    for one in kept:
        print(f"{one['path']}: {one['reason']}")
    if not kept:
        print("no shader is in quarantine", file=sys.stderr)
    return 0


def _troubles(said: Mapping[str, Any]) -> list[str]:
    """What is not as it should be: safe mode, shaders that rest, what cannot be kept, what has failed."""
    keeper = said["keeper"]
    lines = list(keeper.get("folder", ()))
    if keeper.get("safe_mode"):
        again = keeper.get("safe_mode_left_s", 0.0)
        lines.append(f"safe mode, inputs are off for {again:.0f} s more: {keeper['safe_mode']}")
    lines += [
        f"in quarantine {one['path']}: {one['reason']} (`photophore release` lifts it)"
        for one in said.get("quarantine", ())
    ]
    for one in said.get("contained", ()):
        times = "once" if one["count"] == 1 else f"{one['count']} times"
        lines.append(f"{one['part']} failed {times}, last: {one['last']}")
    if keeper.get("failed"):
        lines.append(f"frames of light that could not be made: {keeper['failed']}")
    return lines


def _guard_log(guard: Mapping[str, Any]) -> str:
    """What a guard does now, how often it stepped in, and what the last time was."""
    doing = f"active, takes {guard['reduction'] * 100:.1f} % of the light" if guard["active"] else "idle"
    last, count = guard.get("last"), guard.get("interventions", 0)
    if not last:
        return doing
    place = f" ({last['where']})" if last.get("where") else ""
    during = f" in {last['during']}" if last.get("during") else ""
    times = "once" if count == 1 else f"{count} times"
    took = f"took up to {last['reduction'] * 100:.0f} %{place}{during} for {last['seconds']:.1f} s"
    return f"{doing}; stepped in {times}, last it {took}: {last['reason']}"


def _room(said: Mapping[str, Any]) -> list[str]:
    """What state the interface is in and how its loops go; nothing of what a show does not have."""
    interface, loop = said.get("interface"), said.get("loop")
    lines = []
    if interface:
        lines.append(f"interface {interface['state']} for {interface['since']:.0f} s")
        if interface.get("refused"):
            lines.append(f"interface refused: {interface['refused']}")
    if loop:
        stirs = f", stirring because it is {loop['reason']}" if loop["reseed"] > 0 else ""
        lines.append(f"loop gain {loop['gain']:.2f}, exponent {loop['exponent']:+.2f} 1/s{stirs}")
    return lines


def _scalar(text: str) -> Scalar:
    lowered = text.lower()
    if lowered in {"true", "on"}:
        return True
    if lowered in {"false", "off"}:
        return False
    try:
        return float(text)
    except ValueError:
        return text
