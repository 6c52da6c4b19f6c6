"""``photophore list``: lists of shows, scenes, cues, venues, parameters, signals, adapters and fixtures."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from installation.commands import CONTROLS, CUES, PARAMETERS
from installation.cue.find import row_of
from installation.errors import ShowError, nearest
from installation.parameter import Parameter
from installation.show import DEFAULT_SHOW, DEFAULT_VENUE, list_shows, list_venues, load_show, load_venue
from installation.values import FileValue

__all__ = ["KINDS", "listing"]

EXIT_GOOD, EXIT_USAGE = 0, 2

Row: TypeAlias = dict[str, Any]


def listing(what: str, *, show: str | None = None, venue: str | None = None, as_json: bool = False) -> int:
    """Print one list.

    Args:
        what: A name in ``KINDS``.
        show: The show of scenes, cues, parameters and signals; default: for parameters and cues the running
            show, else the shipped one.
        venue: Limits adapters to those of a venue, and adds its fixture profiles; the venue of the parameters
            of lamps, by default the default venue.
        as_json: Print JSON instead of a table.

    Returns:
        0, or 2 for a list that does not exist.

    Raises:
        FilesError: The show, the venue or a shader cannot be read.
    """
    if what not in KINDS:
        print(f"there is no list {what!r}; {nearest(what, KINDS)}", file=sys.stderr)
        return EXIT_USAGE
    rows = None if show else _running(what)
    if rows is None:
        rows = list(KINDS[what](show or DEFAULT_SHOW, venue))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
    else:
        _table(rows)
    return EXIT_GOOD


def _running(what: str) -> list[Row] | None:
    """Return the live parameters or cues of the running show; None if they are to be read from files."""
    from installation.errors import NotRunningError
    from installation.ipc.control import request

    if what not in (PARAMETERS, CUES, CONTROLS):
        return None
    try:
        return list(request(what))
    except NotRunningError:
        return None


def _scenes(show: str, _venue: str | None) -> Iterable[Row]:
    for scene in load_show(show).scenes.values():
        yield {"name": scene.id, "shader": str(scene.shader), "description": _description(scene.shader)}


def _cues(show: str, _venue: str | None) -> Iterable[Row]:
    """Cues in order; only a running show has `stands`."""
    return [row_of(cue) for cue in load_show(show).cues]


def _controls(show: str, venue: str | None) -> Iterable[Row]:
    """What controls move; where they stand is known of a running show only."""
    from installation.player.controls.report import rows_of
    from installation.show.load import find_venue
    from installation.surface import load_controllers

    return rows_of(load_show(show), load_controllers(find_venue(venue or DEFAULT_VENUE)))


def _effects(show: str, _venue: str | None) -> Iterable[Row]:
    """Effects in the order in which they are rendered."""
    for effect in load_show(show).effects.values():
        yield {"name": effect.name, "shader": str(effect.shader), "description": _description(effect.shader)}


def _description(shader: Path) -> str:
    from installation.errors import ShaderError
    from installation.isf import parse

    try:
        return parse(shader).description
    except ShaderError as error:
        return f"cannot be used: {error.findings[0]}"


def _inputs(show: str, _venue: str | None) -> Iterable[Row]:
    """Numbers among the inputs of scenes and effects: the signal they are made for, and what moves them."""
    from installation.player.authored import tree_of
    from installation.player.inputs import movers_of
    from installation.player.production import read_shaders

    opened = load_show(show)
    scenes, effects = read_shaders(opened)
    parameters = tree_of(opened, scenes, effects).parameters()
    movers = movers_of(opened, parameters)
    made = {f"/scene/{name}/{one.name}": one for name, shader in scenes.items() for one in shader.inputs}
    made |= {f"/effect/{name}/{one.name}": one for name, shader in effects.items() for one in shader.inputs}
    for address, one in made.items():
        if address in parameters and one.components:
            value = _plain(parameters[address].default)
            moved = ", ".join(map(str, movers.get(address, ())))
            yield {"address": address, "value": value, "made for": one.signal, "moved by": moved}


def _shows(_show: str, _venue: str | None) -> Iterable[Row]:
    for folder in list_shows():
        opened = load_show(folder)
        counts = f"{len(opened.scenes)} scenes, {len(opened.cues)} cues"
        yield {"name": opened.name, "title": opened.title, "holds": counts, "path": str(folder)}


def _venues(_show: str, _venue: str | None) -> Iterable[Row]:
    for file in list_venues():
        opened = load_venue(file)
        lamps = f"{len(opened.fixtures)} lamps, {sum(one.columns * one.rows for one in opened.pixels)} pixels"
        lamps += f", {len(opened.hubs)} hubs" if opened.hubs else ""
        canvas = f"{opened.canvas.width}x{opened.canvas.height}"
        yield {
            "name": opened.name,
            "title": opened.title,
            "canvas": canvas,
            "holds": lamps,
            "path": str(file),
        }


def _parameters(show: str, venue: str | None) -> Iterable[Row]:
    """Parameters of shaders, loops, interface, commons, lamps and hubs, with the values of the show."""
    from installation.isf import parse
    from installation.light import Rig, load_profiles
    from installation.neuro.parameters import parameters as interface_parameters
    from installation.player.authored import lamp_parameters
    from installation.player.room.commons import PARAMETERS as COMMONS
    from installation.player.sound.parameters import PARAMETERS as SOUND
    from installation.player.surroundings import hub_parameters
    from installation.player.surroundings.fireflies import PARAMETERS as FIREFLIES
    from installation.render.isf_host.inputs import parameters
    from installation.signal.feedback.controls import feedback_parameters

    opened = load_show(show)
    given = [(f"/scene/{one.id}", one.shader, one.inputs) for one in opened.scenes.values()]
    given += [(f"/effect/{one.name}", one.shader, one.inputs) for one in opened.effects.values()]
    for prefix, shader, inputs in given:
        for one in parameters(parse(shader), prefix):
            yield _parameter(one, inputs.get(one.address.rpartition("/")[2]))
    own = (*interface_parameters(opened.interface), *COMMONS, *FIREFLIES, *SOUND)
    for one in (*feedback_parameters(opened.feedback), *own):
        yield _parameter(one, None)
    room = load_venue(venue or DEFAULT_VENUE)
    lamps = lamp_parameters(opened, Rig(room, load_profiles(room)).turned)
    for one in (*lamps, *hub_parameters(opened, room.hubs)):
        yield _parameter(one, None)


def _parameter(one: Parameter, authored: FileValue | None) -> Row:
    return {
        "address": one.address,
        "type": one.kind.value,
        "min": _plain(one.minimum),
        "max": _plain(one.maximum),
        "default": _plain(one.default),
        "unit": one.unit,
        "value": _plain(one.default) if authored is None else authored,
    }


def _signals(show: str, venue: str | None) -> Iterable[Row]:
    """Signals that the show uses and makes; more appear as messages arrive (`photophore watch`)."""
    from installation.nature import SIGNALS as NATURE
    from installation.nature import WEATHER
    from installation.neuro.parameters import SIGNALS
    from installation.player.sound.readings import EARS
    from installation.player.surroundings import pad_address
    from installation.share import SIGNALS as STRATA
    from installation.signal.check import BUILT_IN, OPEN
    from installation.signal.feedback.watch import LOOP_GAIN, LYAPUNOV, RESEED

    opened = load_show(show)
    made = {f"/signal/{one.name}": one.kind for one in opened.signals}
    if opened.interface is not None:
        heard_of = (source for route in opened.routes for source in route.sources)
        answers = [source for source in heard_of if source.startswith("/answer/")]
        made |= dict.fromkeys((*SIGNALS, *answers), "the interface")
    if opened.feedback:
        made |= dict.fromkeys((LOOP_GAIN, LYAPUNOV, RESEED), "the loops")
    made |= dict.fromkeys(EARS, "the ears")
    signals = ("/signal/", *EARS, *BUILT_IN, *SIGNALS, *OPEN)  # the source of an edge may also be a parameter
    ends = [(source, route.target) for route in opened.routes for source in route.sources]
    ends += [(one.source, one.target) for one in opened.feedback if one.source.startswith(signals)]
    heard = dict.fromkeys(source for source, _ in ends)
    made |= dict.fromkeys(STRATA, "the commons") | dict.fromkeys((*NATURE, *WEATHER), "the venue's place")
    made |= {pad_address(one.name): "a hub" for one in load_venue(venue or DEFAULT_VENUE).hubs}
    own = ("/picture/", "/lamps/", "/sound/")
    made |= {one: f"the {one.split('/')[1]}" for one in heard if one.startswith(own)}
    for address in sorted({**made, **heard}):
        targets = [target for source, target in ends if source == address]
        yield {"address": address, "made by": made.get(address, "what arrives"), "moves": ", ".join(targets)}


def _adapters(_show: str, venue: str | None) -> Iterable[Row]:
    from installation.devices.installed import kinds, lacking

    if venue is not None:
        for one in load_venue(venue).adapters:
            words = ", ".join(f"{key} = {value}" for key, value in one.settings.items())
            point = kinds().get(one.kind)
            lacks = lacking(point.load()) if point is not None else ""
            yield {"name": one.name, "kind": one.kind, "settings": words, "lacks": lacks}
        return
    for kind, point in sorted(kinds().items()):
        made = point.load()
        first = (made.__doc__ or "").strip().partition("\n")[0]
        row = {"kind": kind, "home": made.home, "what": first, "settings": ", ".join(_fields(made.Settings))}
        yield row | {"lacks": lacking(made)}


def _fields(settings: type[msgspec.Struct]) -> list[str]:
    return [
        field.name + (" (required)" if field.required else "") for field in msgspec.structs.fields(settings)
    ]


def _controllers(_show: str, venue: str | None) -> Iterable[Row]:
    """Controllers that a file describes: beside the venue, in the user's folder, and those that ship."""
    from hardware.midi.backend import port_names
    from hardware.monome.look import device_kinds
    from installation.surface import load_controllers

    known = load_controllers(load_venue(venue).files[0] if venue else None)
    asked = {"midi": port_names()[0], "monome": device_kinds()}
    there = {
        found.address
        for protocol, names in asked.items()
        for name in names or ()
        if (found := known.recognise(name, (), protocol)) is not None
    }
    for finding in known.findings:
        print(f"left out: {finding}", file=sys.stderr)
    for address, one in sorted(known.items()):
        plugged = "unknown" if asked[one.protocol] is None else "yes" if address in there else "no"
        row = {"name": address, "title": one.title, "plugged": plugged, "controls": len(one.controls)}
        yield row | {"from": known.sources[address], "path": str(one.path)}


def _fixtures(_show: str, venue: str | None) -> Iterable[Row]:
    """Fixture profiles: beside the venue file, in the user's folder, and those that ship."""
    from installation.light import load_profiles

    found = load_profiles(load_venue(venue) if venue else None)
    for name in sorted(found):
        entry = found.entry(name)
        try:
            title, modes = found.title(name), ", ".join(found.modes(name))
        except ShowError as error:
            title, modes = f"cannot be used: {error.findings[0].message}", ""
        row = {"name": name, "from": entry.source, "title": title, "modes": modes, "path": str(entry.path)}
        yield row | {"hides": ", ".join(str(one.path) for one in found.hidden if one.name == name)}


def _audio(show: str, venue: str | None) -> Iterable[Row]:
    from installation.cli.audio import audio_devices

    return audio_devices(show, venue)


KINDS: Mapping[str, Callable[[str, str | None], Iterable[Row]]] = {
    "adapters": _adapters,
    "audio": _audio,
    "controllers": _controllers,
    "controls": _controls,
    "cues": _cues,
    "effects": _effects,
    "fixtures": _fixtures,
    "inputs": _inputs,
    "parameters": _parameters,
    "scenes": _scenes,
    "shows": _shows,
    "signals": _signals,
    "venues": _venues,
}
"""Function of each list, by its name: rows from a show and a venue."""


def _plain(values: tuple[float, ...]) -> float | list[float]:
    return values[0] if len(values) == 1 else list(values)


def _table(rows: list[Row]) -> None:
    """Print columns as wide as their longest entry, except the last one."""
    if not rows:
        print("none")
        return
    heads = list(rows[0])
    cells = [heads, *([_word(row[head]) for head in heads] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(heads))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _word(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_word(item) for item in value)
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
