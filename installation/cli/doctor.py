"""``photophore doctor``: checks this machine part by part, and suggests fixes."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from installation import paths
from installation.errors import GraphicsError, to_install
from installation.values import OSC_PORT, PANEL_PORT

__all__ = ["Check", "doctor", "examine"]

EXIT_GOOD, EXIT_FAILURE = 0, 1
LEAST_DISK = 200 * 1024 * 1024
"""Bytes that should be free on the disk for logs, recordings and state."""

TOOLS = {
    "ffmpeg": "ffmpeg",
    "jackd": "jackd2",
    "ola_dev_info": "ola",
    "parec": "pulseaudio-utils",
    "pulseaudio": "pulseaudio",
    "oscsend": "liblo-tools",
    "tshark": "tshark",
    "Xvfb": "xvfb",
}
"""Programs that only the tests need, with their Debian packages."""


Port: TypeAlias = tuple[str, int, str]
"""What it is, its number, ``udp`` or ``tcp``."""
PORTS: Sequence[Port] = (("osc port", OSC_PORT, "udp"), ("panel port", PANEL_PORT, "tcp"))
"""Ports of a show without a venue file."""
_LISTENING = {
    "osc": (("port", OSC_PORT, "udp"), ("tcp_port", 0, "tcp")),
    "tuio": (("port", 3333, "udp"),),
}
"""Ports that adapters open, by kind: the key of their settings, its default, and the protocol."""


@dataclass(frozen=True, slots=True)
class Check:
    """The result for one part of the machine."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    fix: str = ""
    """Suggested fix; empty for none."""


def doctor(as_json: bool = False, venue: str | None = None) -> int:
    """Check the machine and print the results; with a venue also the site that it is part of.

    Returns:
        0, or 1 if something that a show needs is missing.
    """
    checks = []
    for check in (*examine(ports=_ports_of(venue)), *_site(venue)) if venue else examine():
        checks.append(check)
        if not as_json:
            print(f"{check.state:4}  {check.name}: {check.detail}")
            if check.fix:
                print(f"      -> {check.fix}")
    if as_json:
        print(
            msgspec.json.format(msgspec.json.encode([asdict(check) for check in checks]), indent=2).decode()
        )
    return EXIT_FAILURE if any(check.state == "fail" for check in checks) else EXIT_GOOD


def examine(
    parts: Sequence[Callable[[], Iterator[Check]]] | None = None, *, ports: Sequence[Port] = PORTS
) -> Iterator[Check]:
    """Yield the result of every check.

    Args:
        parts: The checks; all, if not stated.
        ports: What a show on this machine will open.
    """
    for part in parts or (
        _python,
        _graphics,
        _display,
        _operator,
        _sound,
        _midi,
        _controllers,
        _sensors,
        partial(_ports, ports),
        _discovery,
        _state,
        _scheduling,
        _fonts,
        _tools,
    ):
        yield from part()


def _site(venue: str) -> Iterator[Check]:
    from installation.cli.site.examine import site_checks

    for name, state, detail, fix in site_checks(venue):
        yield Check(name, state, detail, fix)


def _python() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Check("python", "ok" if good else "fail", version, "" if good else "install Python 3.11 or newer")


def _graphics() -> Iterator[Check]:
    try:
        from installation.render import Context

        context = Context.create((64, 64))
    except (GraphicsError, ImportError, OSError) as error:
        said = str(error).partition("; `photophore doctor`")[0]  # which this is
        yield Check("graphics", "fail", said, _apt("libegl1", "libgl1", "libgl1-mesa-dri"))
        return
    try:
        info = context.info
        words = f"{info.renderer} ({info.vendor}), OpenGL {info.code / 100:.1f}"
        hint = "rendering on the CPU; a graphics card allows larger pictures and higher rates"
        yield Check("graphics", "warn" if info.software else "ok", words, hint if info.software else "")
    finally:
        context.release()


def _display() -> Iterator[Check]:
    if sys.platform in ("win32", "darwin"):
        return
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    if name:
        from installation.render.sdl import looked_up

        found = [f"screen {at} {one.name!r} {one.width}x{one.height}" for at, one in enumerate(looked_up())]
        yield Check("display", "ok", ", ".join((name, *found)))
    else:
        yield Check("display", "warn", "none; preview runs headless with its picture on the panel")


def _operator() -> Iterator[Check]:
    """Check the one package that the operator's screen needs."""
    from installation.cli.play import OPERATOR_EXTRA

    try:
        found = version("imgui-bundle")
    except PackageNotFoundError:
        fix = f"{OPERATOR_EXTRA}  # if you want it; the HUD works without"
        yield Check("operator's screen", "ok", "not installed; it is optional", fix)
    else:
        yield Check("operator's screen", "ok", f"imgui-bundle {found}")


def _sound() -> Iterator[Check]:
    """Check the libraries of sound, the sound server and the devices."""
    from installation.cli.audio import sound_checks

    for name, state, detail, fix in sound_checks():
        yield Check(name, state, detail, fix)


def _midi() -> Iterator[Check]:
    """Return which MIDI service ``api = "auto"`` selects, through which library, and why not the others."""
    from hardware.midi.backend import services

    known = list(services())
    good = [service for service in known if not service.missing]
    missing = "; ".join(f"{service.api}: {service.missing}" for service in known if service.missing)
    if good:
        words = ", else ".join(f"{service.api} through {service.library}" for service in good)
        yield Check("midi", "ok", words + (f" ({missing})" if missing else ""))
    else:
        fix = next((service.fix for service in known if service.fix), "start JACK or PipeWire")
        yield Check("midi", "warn", f"unavailable: {missing}", fix)


def _controllers() -> Iterator[Check]:
    """Return which controllers are plugged in, which ports no file knows, and files that cannot be used."""
    from hardware.midi.backend import port_names
    from hardware.monome.look import device_kinds
    from installation.surface import load_controllers

    known = load_controllers()
    for finding in known.findings:
        yield Check("controllers", "warn", f"left out: {finding}", f"photophore check {finding.where.file}")
    names, kinds = port_names()[0], device_kinds()
    if names is None and kinds is None:
        yield Check("controllers", "warn", "cannot be looked for without MIDI or serialosc")
        return
    found = {name: known.recognise(name) for name in names or ()}
    found |= {kind: known.recognise(kind, (), "monome") for kind in kinds or ()}
    titles = sorted({f"{one.title} ({one.prefix})" for one in found.values() if one is not None})
    others = [name for name, one in found.items() if one is None]
    words = [", ".join(titles) or "none is plugged in"]
    words += [f"ports without a file: {', '.join(others)}"] if others else []
    yield Check("controllers", "ok", "; ".join(words))


def _sensors() -> Iterator[Check]:
    """Check what adapters of sensors need that is no part of the core: which extras are there."""
    from installation.devices.installed import kinds, lacking

    made = {kind: point.load() for kind, point in kinds().items() if point.value.startswith("hardware.")}
    needy = {kind: one for kind, one in sorted(made.items()) if one.modules}
    there = [kind for kind, one in needy.items() if not lacking(one)]
    missing = [kind for kind, one in needy.items() if lacking(one)]
    words = [f"can be used: {', '.join(there) or 'none of the optional ones'}"]
    words += [f"not installed: {', '.join(missing)}"] if missing else []
    extras = ",".join(dict.fromkeys(needy[kind].extra for kind in missing))
    fix = f"{to_install(f'photophore[{extras}]')}  # name those that you want" if missing else ""
    yield Check("adapters with extras", "ok", "; ".join(words), fix)


def _ports_of(venue: str) -> Sequence[Port]:
    """Return the ports that a show in a venue opens. Raises ShowError if the venue has errors."""
    from installation.show import load_venue

    found = load_venue(venue)
    ports = []
    for one in found.adapters:
        for key, default, protocol in _LISTENING.get(one.kind, ()):
            said = one.settings.get(key, default)
            if isinstance(said, int) and said:
                ports.append((f"{one.kind} {key} of {one.name}", said, protocol))
    ports.append(("panel port", PANEL_PORT, "tcp"))
    return (
        [*ports, ("port of the visitors' page", found.visitors.port, "tcp")] if found.visitors.open else ports
    )


def _ports(wanted: Sequence[Port]) -> Iterator[Check]:
    """Check whether our ports are free, from the system's tables, without opening them."""
    for name, port, protocol in wanted:
        tables = (protocol, f"{protocol}6")
        if not Path("/proc/net").is_dir():
            return
        if any(_bound(Path("/proc/net", table), port) for table in tables):
            fix = "another show, or another program; preview takes the next free one, run and perform stop"
            yield Check(name, "warn", f"{port} is in use", fix)
        else:
            yield Check(name, "ok", f"{port} is free")


def _discovery() -> Iterator[Check]:
    """Check whether OSCQuery clients on the network can find a panel that listens there."""
    try:
        found = version("zeroconf")
    except PackageNotFoundError:
        words = "nothing is announced on the network; OSCQuery clients have to be told the panel's address"
        yield Check("discovery", "warn", words, to_install("photophore[discovery]"))
    else:
        words = f"zeroconf {found} announces OSCQuery where the panel listens on the network"
        yield Check("discovery", "ok", words)


def _bound(table: Path, port: int) -> bool:
    """Return whether a port is bound: in proc(5) column 2 is ``address:port`` in hex, 4 the state."""
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return False
    listening = {"07", "0A"}  # unconnected UDP, listening TCP
    return any(len(row) > 3 and row[1].endswith(f":{port:04X}") and row[3] in listening for row in rows)


def _state() -> Iterator[Check]:
    try:
        folder = paths.state_folder()
        probe = folder / ".doctor"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        fix = "nothing would be stored; set PHOTOPHORE_STATE to a writable folder"
        yield Check("state folder", "warn", f"cannot be written: {error}", fix)
        return
    yield Check("state folder", "ok", str(folder))
    free = shutil.disk_usage(folder).free
    state: Literal["ok", "warn"] = "ok" if free >= LEAST_DISK else "warn"
    yield Check(
        "disk", state, f"{free / 1e9:.1f} GB free", "" if state == "ok" else "free disk space for the logs"
    )


def _scheduling() -> Iterator[Check]:
    """Check whether the wire loop may use real-time scheduling, so that rendering does not delay it."""
    if sys.platform != "linux":
        return
    import resource

    most = resource.getrlimit(resource.RLIMIT_RTPRIO)[1]
    if os.geteuid() == 0 or most != 0:
        yield Check("real-time lamps", "ok", "allowed")
    else:
        fix = "echo '@audio - rtprio 50' | sudo tee /etc/security/limits.d/photophore.conf"
        fix += '; sudo adduser "$USER" audio  # then log in again'
        yield Check("real-time lamps", "warn", "not allowed: packets may be some ms late under load", fix)


def _fonts() -> Iterator[Check]:
    """Check which scripts visitors' stories can be written in."""
    from installation.stories import Fonts, lacks

    found = list(lacks(Fonts()))
    if found:
        told = f"none for {', '.join(name for name, _ in found)}: a card stands in place of such stories"
        yield Check("fonts of stories", "warn", told, _apt(*(package for _, package in found)))
    else:
        yield Check("fonts of stories", "ok", "every script of many visitors can be written")


def _tools() -> Iterator[Check]:
    missing = [package for program, package in TOOLS.items() if shutil.which(program) is None]
    if missing:
        yield Check("test tools", "warn", f"missing: {', '.join(missing)} (tests only)", _apt(*missing))
    else:
        yield Check("test tools", "ok", "all installed")


def _apt(*packages: str) -> str:
    """Return the command that installs Debian packages."""
    return f"sudo apt-get install -y {' '.join(sorted(set(packages)))}"
