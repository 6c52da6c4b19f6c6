"""Verbs that control or query a running show: get, set, watch, go, status and so on."""

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from installation import paths
from installation.clock import time_text
from installation.ipc.control import PATIENCE, request, stream
from installation.ipc.folder import wait_until_free
from installation.status import (
    GuardStatus,
    KeeperStatus,
    PairingNote,
    RefusalStatus,
    SiteStatus,
    Status,
    TempoStatus,
    from_json,
    gathered,
    inviting,
    sharing,
    sounding,
    taken,
    working,
)
from installation.values import Scalar, Seconds

__all__ = ["get", "quarantine", "send", "set_value", "status", "tell", "watch"]


_CARRIED_OUT: Final = PATIENCE + 3.0
"""Longer than the keeper waits for a command that the stage has begun."""
_ENDED: Final[Seconds] = 15.0


def get(address: str, base: bool, as_json: bool) -> int:
    """Print a value, its components separated by spaces."""
    values = request("get", address, base)
    print(
        json.dumps({"address": address, "values": values})
        if as_json
        else " ".join(f"{v:.6g}" for v in values)
    )
    return 0


def set_value(address: str, values: list[str]) -> int:
    """Set a base; values are numbers, or labels of a choice.

    Reports on stderr how a value was changed that the parameter cannot take.
    """
    _tell_note(request("set", address, *[_scalar(value) for value in values], timeout=_CARRIED_OUT))
    return 0


def send(target: str, address: str, values: list[str]) -> int:
    """Send one message to a target; ``1`` is sent as a whole number, ``1.0`` as a float."""
    request("send", target, address, *[_exact(value) for value in values], timeout=_CARRIED_OUT)
    return 0


def tell(verb: str, *arguments: Scalar) -> int:
    """Send a command, and print on stderr what is told about it.

    ``stop`` returns when another show can start: its lamps fade, and devices are closed, after the answer.
    It returns 1 where that takes longer than 15 s.
    """
    answer = request(verb, *arguments, timeout=_CARRIED_OUT)
    if isinstance(answer, Mapping):
        _tell_note(answer)
    if verb == "stop" and not wait_until_free(paths.state_folder(), _ENDED):
        print(f"the show is still ending after {_ENDED:g} s", file=sys.stderr)
        return 1
    return 0


def watch(address: str, seconds: float | None, as_json: bool) -> int:
    """Print input and changes until Ctrl+C, or for a number of seconds."""
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
    """Print the status of the running show."""
    raw: dict[str, Any] = request("status")
    if as_json:
        print(json.dumps(raw, indent=2))
        return 0
    said = from_json(raw, Status)
    print(f"show {said.show}, cue {said.cue or '-'}, scene {said.scene or '-'}, up {said.uptime_s:.0f} s")
    for line in (*_held(said), *_troubles(said), *_played(said), *_lamps(said.keeper)):
        print(line)
    for line in _site(said.site):
        print(line)
    for line in (*said.errors, *said.notices):
        print(f"files: {line}")
    for adapter in said.adapters:
        print(f"adapter {adapter.name} ({adapter.kind}): {adapter.state} {adapter.detail}")
        for target in adapter.targets:
            lost = f"merged {target.merged}, dropped {target.dropped}, refused {target.refused}"
            print(f"target {target.name} ({target.address}): {target.state}, sent {target.sent}, {lost}")
    for one in said.refused:
        print(f"{one.source} refused {_times(one.count)}: {_refusal(one)}")
    for process in said.processes:
        print(f"process {process.name}: {process.state}, pid {process.pid}, restarts {process.restarts}")
    if said.keeper is not None and said.keeper.last_death:
        print(f"the stage ended last: {said.keeper.last_death}")
    for line in _panel(from_json(request("pairing"), PairingNote)):
        print(line)
    return 0


def _site(said: SiteStatus | None) -> Iterator[str]:
    """Return lines on the site, if this machine is part of one."""
    if said is None:
        return
    leader = f"{said.leader} leads, epoch {said.epoch}" if said.leader else "nobody leads"
    yield f"site {said.name}: hub {said.hub} ({said.role}), {leader}, here {', '.join(said.here) or '-'}"
    for state, names in (("away", said.away), ("refused", said.refused)):
        if names:
            yield f"site {said.name}: {state} {', '.join(names)} (`photophore site` says more)"
    if said.trouble:
        yield f"site {said.name}: {said.trouble}"


def quarantine(as_json: bool) -> int:
    """Print the shaders in quarantine, with the reasons."""
    kept = request("quarantine")
    if as_json:
        print(json.dumps(kept, indent=2))
        return 0
    for one in kept:
        print(f"{one['path']}: {one['reason']}")
    if not kept:
        print("no shader is in quarantine", file=sys.stderr)
    return 0


def _refusal(one: RefusalStatus) -> str:
    """Return one reason for refusals with its last example and the remedy."""
    example = f" (last: {one.example})" if one.example else ""
    return f"{one.reason}{example}" + (f"; {one.remedy}" if one.remedy else "")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _panel(note: PairingNote) -> Iterator[str]:
    if note.address:
        yield f"panel {note.address}" + (" on the network" if note.network else "")
    if note.codes:
        yield "pairing codes: " + ", ".join(f"{role} {code}" for role, code in note.codes.items())


def _held(said: Status) -> Iterator[str]:
    """Return lines on what keeps the light dark, what is recorded, and safe mode."""
    if said.held_by:
        yield f"blackout: a route from {said.held_by} holds it; `photophore blackout off` does not end it"
    elif said.asked_by:
        yield f"black, as cue {said.asked_by} asks: the next cue ends it"
    elif said.blackout:
        yield "blackout: `photophore blackout off` ends it"
    if said.panic:
        yield "panic: `photophore go` brings the light back"
    if said.recording:
        yield f"recording to {said.recording}"
    keeper = said.keeper or KeeperStatus()
    safe_mode = keeper.safe_mode or said.safe_mode
    if safe_mode:
        yield f"safe mode, inputs are off for {keeper.safe_mode_left_s:.0f} s more: {safe_mode}"


def _troubles(said: Status) -> Iterator[str]:
    """Return lines on problems: what cannot be stored, shaders in quarantine, failures."""
    keeper = said.keeper or KeeperStatus()
    yield from keeper.folder
    for shader in said.quarantine:
        yield f"in quarantine {shader.path}: {shader.reason} (`photophore release` lifts it)"
    for media in said.media:
        if media.state == "lost":
            yield f"input {media.input} lost {media.source}: {media.reason}"
    for one in said.contained:
        yield f"{one.part} failed {_times(one.count)}, last: {one.last}"
    if keeper.failed:
        yield f"frames of light that could not be made: {keeper.failed}"


def _played(said: Status) -> Iterator[str]:
    """Return lines on frames, guard, score, interface and loops, as far as the show has them."""
    frame, interface, loop = said.frame, said.interface, said.loop
    if frame:
        pace = f"p50 {frame.p50_ms:.1f} ms, p99 {frame.p99_ms:.1f} ms, late {frame.late}"
        yield f"frames {frame.fps:.1f} fps, {pace}"
    if said.guard:
        yield f"guard {_guard_log(said.guard)}"
    if said.score:
        score = said.score
        act = f", act {score.act}" if score.act else ""
        stands = "" if score.running else ", stopped"
        yield f"score {time_text(score.time)} of {time_text(score.length)}{act}{stands}"
    if said.schedule:
        yield f"schedule next: {said.schedule}"
    if said.macros:
        yield "off neutral: " + ", ".join(f"{name} {value:.2f}" for name, value in said.macros.items())
    if said.sound:
        yield f"sound {sounding(said.sound)}"
    if said.shares:
        yield from sharing(said.shares)
    if said.tempo:
        yield from _tempo(said.tempo)
    if interface:
        yield f"interface {interface.state} for {interface.since:.0f} s"
        yield f"people {gathered(interface)}"
        if interface.sensed:
            told = f"coherence {interface.coherence:.2f}, arousal {interface.arousal:.2f}"
            yield f"shared state {told}, calm {interface.calm:.2f}"
        if interface.invitation:
            yield f"invites to {inviting(interface.invitation)}"
        if interface.refused:
            yield f"interface refused: {interface.refused}"
    if said.nature:
        age = said.nature.weather_age_s
        old = f", {age / 60:.0f} min old" if age is not None else ""
        yield f"nature tide: {said.nature.tide}, weather: {said.nature.weather}{old}"
    if loop:
        stirs = f", stirring because it is {loop.reason}" if loop.reseed > 0 else ""
        yield f"loop gain {loop.gain:.2f}, exponent {loop.exponent:+.2f} 1/s{stirs}"


def _tempo(tempo: TempoStatus) -> Iterator[str]:
    yield f"tempo {tempo.bpm:g} bpm, bar {tempo.bar} beat {tempo.beat} of {tempo.meter}, {tempo.source}"
    if tempo.waiting:
        yield f"cue {tempo.waiting} waits {tempo.waiting_beats:g} beats; `photophore go` plays it now"
    for slot, words in tempo.loops.items():
        yield f"loop {slot} {words}"


def _lamps(keeper: KeeperStatus | None) -> Iterator[str]:
    if keeper is None:
        return
    yield f"lamps {keeper.look}, {keeper.frames} frames, late {keeper.late}"
    if keeper.guard:
        yield f"lamps' guard {_guard_log(keeper.guard)}"


def _guard_log(guard: GuardStatus) -> str:
    """Return what a guard does now, the number of its interventions, and the last one."""
    last, count = guard.last, guard.interventions
    if last is None:
        return working(guard)
    place = f" ({last.where})" if last.where else ""
    during = f" in {last.during}" if last.during else ""
    times = "once" if count == 1 else f"{count} times"
    took = f"{taken(last)}{place}{during} for {last.seconds:.1f} s"
    return f"{working(guard)}; stepped in {times}, last {took}: {last.reason}"


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


def _exact(text: str) -> Scalar:
    """Like ``_scalar``, but whole numbers stay whole: OSC has a type for them."""
    try:
        return int(text)
    except ValueError:
        return _scalar(text)
