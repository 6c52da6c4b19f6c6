"""The tables of the reference pages, made from the code that they describe.

``python -m docs.build.reference`` writes them into ``docs/*.md``, between ``<!-- generated: NAME -->``
and ``<!-- end -->``. A test fails when a page is stale.
"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docs.build import json_schema, twins
from docs.build.panel_tables import panel_tables
from docs.build.settings import adapter_tables, key_tables, macro_tables, table
from installation import paths
from installation.bench.malfunction.plot import draw
from installation.commands import CANCEL, COMMANDS, DOUBLE_PRESS, HOLD_TO_QUIT, By
from installation.errors import PhotophoreError

__all__ = ["BLOCK", "block_names", "main", "rewrite", "tables"]

BLOCK = re.compile(r"<!-- generated: ([a-z0-9-]+) -->\n.*?<!-- end -->", re.DOTALL)
"""A marked block of a page."""

Rows = list[tuple[str, ...]]


def tables() -> dict[str, str]:
    """Every generated table by name, as Markdown."""
    made = {name: make() for name, make in _MAKERS.items()}
    return made | key_tables() | macro_tables() | adapter_tables() | panel_tables()


def block_names(text: str) -> list[str]:
    """Names of the marked blocks of a page, in order."""
    return [found[1] for found in BLOCK.finditer(text)]


def rewrite(text: str, made: Mapping[str, str]) -> str:
    """A page with its marked blocks filled.

    Raises:
        PhotophoreError: A block names no table.
    """

    def fill(found: re.Match[str]) -> str:
        if found[1] not in made:
            message = f"no table {found[1]}; there are {', '.join(sorted(made))}"
            raise PhotophoreError(message)
        return f"<!-- generated: {found[1]} -->\n{made[found[1]]}\n<!-- end -->"

    return BLOCK.sub(fill, text)


def main() -> int:
    """Rewrite the pages of this checkout and draw its plots; prints those that changed."""
    made = tables()
    for plot in draw(_measured(), paths.assets() / "docs" / "pictures"):
        print(plot)
    for changed in twins.write(paths.assets() / "docs" / "pictures" / "controllers"):
        print(changed)
    for changed in json_schema.write(paths.assets() / "docs" / "schema"):
        print(changed)
    for page in sorted((paths.assets() / "docs").glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = rewrite(before, made)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(page)
    return 0


# ---- The interface -----------------------------------------------------------------------------------------


def _transitions() -> str:
    from installation.show import load_show

    states = load_show().states

    rows = []
    for state in states:
        follows = ", ".join(o.name for o in states if o is not state and o.name not in state.refuses)
        refused = "; ".join(f"{name}: {why}" for name, why in state.refuses.items())
        rows.append((f"`{state.name}`", follows, refused))
    return table(("from", "follow", "are refused"), rows)


# ---- The command line --------------------------------------------------------------------------------------


def _verbs() -> str:
    import typer.main

    from installation.cli import application

    group: Any = typer.main.get_command(application)
    return "\n\n".join(_verb(name, command) for name, command in _walk("", group))


_WORDS: Mapping[type, str] = {float: "NUMBER", int: "NUMBER", str: "NAME", Path: "FILE"}


def _walk(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _walk(f"{prefix}{name} ", command)
        else:
            yield f"{prefix}{name}", command


def _verb(name: str, command: Any) -> str:
    places = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    given = " ".join([_argument(one) for one in places] + (["[OPTIONS]"] if options else []))
    rows: Rows = [(f"`{_argument(one)}`", one.help or "") for one in places if one.help]
    rows += [(f"`{_option(one)}`", _help(one)) for one in options]
    text = f"### photophore {name}\n\n{command.help}\n\n```\n{f'photophore {name} {given}'.strip()}\n```"
    return text + ("\n\n" + table(("option", "meaning"), rows) if rows else "")


def _argument(one: Any) -> str:
    word = str(one.metavar or one.name).upper() if not one.metavar else str(one.metavar)
    return word if one.required else f"[{word}]"


def _option(one: Any) -> str:
    if one.is_flag:
        return str(one.opts[0])
    return f"{one.opts[0]} {one.metavar or _WORDS[one.type_descriptor.annotation]}"


def _help(one: Any) -> str:
    default = one.default
    shown = "" if one.is_flag or default is None or callable(default) else f" Default: {default}."
    if one.multiple:
        shown = " May be given several times."
    return f"{one.help or ''}{shown}".strip()


def _lists() -> str:
    from installation.cli.listing import KINDS

    return ", ".join(f"`{name}`" for name in KINDS)


def _benchmarks() -> str:
    from installation import bench

    rows = []
    for name in bench.names():
        spec = find_spec(f"{bench.__name__}.{name}")
        source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
        said = ast.get_docstring(ast.parse(source)) or ""
        rows.append((f"`{name}`", " ".join(said.partition("\n\n")[0].replace("``", "`").split())))
    return table(("name", "what is measured"), rows)


def _keys() -> str:
    rows = []
    for one in COMMANDS.values():
        for key in one.keys:
            if one.name == "cue-number":
                continue
            how = {
                "press": f"`{key.name}`",
                "shift": f"Shift+`{key.name}`",
                "twice": f"`{key.name}` twice within {DOUBLE_PRESS:g} s",
                "hold": f"hold `{key.name}` for {HOLD_TO_QUIT:g} s",
            }[key.how]
            rows.append((how, f"`{' '.join((one.name, *map(str, key.arguments)))}`"))
    rows.append(("`1` to `9`", "`cue-number`: that one of the list"))
    return table(("key", "verb"), rows)


def _commands() -> str:
    rows = []
    for one in COMMANDS.values():
        if one.name == CANCEL:
            continue
        given = " ".join(f"[{part.name}]" if part.optional else part.name for part in one.arguments)
        by = "keeper" if one.by is By.KEEPER else "keeper, then stage" if one.keeper else "stage"
        reached = [f"OSC `{one.address.replace('{', '<').replace('}', '>')}`"] if one.osc else []
        reached += ["routes (MIDI)"] if one.midi else []
        reached += [f"`photophore {one.cli}`"] if one.cli else []
        reached += ["keys"] if one.keys else []
        words = f"`{one.name}`", given, one.help, by, one.role.name.lower()
        rows.append((*words, ", ".join(reached), "yes" if one.recorded else "no"))
    heads = "verb", "arguments", "what it does", "done by", "least role", "reached by", "recorded"
    return table(heads, rows)


# ---- Shows -------------------------------------------------------------------------------------------------


def _specs(kinds: Mapping[str, Any]) -> str:
    rows = []
    for kind, made in kinds.items():
        spec = made.spec
        settings = [_setting(one) for one in spec.settings]
        settings += [f"`sync`: a length, in place of `{spec.sync}`"] if spec.sync else []
        rows.append((f"`{kind}`", spec.description, "; ".join(settings) or "none"))
    return table(("name", "what it does", "settings, in order"), rows)


def _setting(one: Any) -> str:
    unit = f" {one.unit}" if one.unit else ""
    if one.address:
        return f"`{one.name}`: address of a signal, required"
    if one.choices:
        words = ", ".join(one.choices)
        return f"`{one.name}`: {words}" + (
            "" if one.default is None else f" = {one.choices[int(one.default)]}"
        )
    low, high = (f"{edge:.12g}" for edge in (one.minimum, one.maximum))
    area = "" if one.minimum <= -1e9 and one.maximum >= 1e9 else f" {low}..{high}"
    if one.default is None:
        return f"`{one.name}`{area}{unit}, required"
    follows = one.default != one.default  # NaN: the default is another setting's value
    return f"`{one.name}`{area}{unit} = {'as the one before' if follows else f'{one.default:g}'}"


def _modulators() -> str:
    from installation.signal.modulators.table import MODULATORS

    return _specs(MODULATORS)


def _sources() -> str:
    from installation.signal.sources import SOURCES

    return _specs(SOURCES)


def _shipped_shaders(folder: str) -> str:
    from installation import isf

    files = sorted((paths.shaders() / folder).glob("*.fs"))
    rows = [(f"`{path.stem}`", isf.parse(path).description) for path in files]
    return table(("name", "what it shows"), rows)


# ---- The malfunction ---------------------------------------------------------------------------------------


def _measured() -> dict[str, Any]:
    """What ``python -m installation.bench.malfunction`` found the last time."""
    file = paths.assets() / "docs" / "malfunction.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _exponents() -> str:
    rows = [
        (f"`{state}`", f"{one['told']:+.2f}", f"{one['offline']:+.2f}")
        for state, one in _measured()["states"].items()
    ]
    return table(("state", "as the show tells it, 1/s", "by two players, offline, 1/s"), rows)


def _recoveries() -> str:
    found = _measured()
    times = found["recovery"]
    rows = [
        ("random malfunctions", f"{len(times)}"),
        ("calm after, median", f"{times[len(times) // 2]:.1f} s"),
        ("calm after, the slowest", f"{times[-1]:.1f} s"),
        ("stated bound", f"{found['bound']:g} s"),
        ("trace equal over two runs and without wide vectors", "yes" if found["trace_equal"] else "no"),
    ]
    return table(("what", "found"), rows)


def _edges() -> str:
    from installation.show import load_show

    rows = []
    for edge in load_show().feedback:
        target = edge.target + ("" if edge.component is None else f" ({'xy'[edge.component]})")
        delay = f"{edge.delay:g} s" if edge.delay_frames is None else f"{edge.delay_frames} frames"
        rows.append(
            (f"`{edge.name}`", f"`{edge.source}`", f"`{target}`", delay, f"{edge.depth:g}", edge.saturation)
        )
    return table(("edge", "hears", "moves", "delay", "depth", "saturation"), rows)


# ---- Venues ------------------------------------------------------------------------------------------------


def _fixtures() -> str:
    from installation.light.profiles.profile import profile_folder

    rows = []
    for path in sorted(profile_folder().glob("*.toml")):
        with path.open("rb") as stream:
            said = tomllib.load(stream)
        roles = ", ".join(one["role"] + (" (fine)" if one.get("fine") else "") for one in said["channel"])
        rows.append((f"`{path.stem}`", str(said.get("title", "")), roles))
    return table(("profile", "what it is", "channels"), rows)


def _roles() -> str:
    from installation.light.profiles.profile import EMITTERS

    rows = [(f"`{role}`", " ".join(f"{part:g}" for part in color)) for role, color in EMITTERS.items()]
    return table(("role", "linear red, green, blue"), rows)


def _laws() -> str:
    from installation.safety.law import LAWS

    rows = []
    for name, law in LAWS.items():
        figures = (law.step, law.window_step, law.red)
        rows.append(
            (f"`{name}`", *(f"{one:g}" for one in figures), f"{law.refractory:g} s", f"{law.ramp:g} s")
        )
    head = (
        "profile",
        "step of a point or lamp",
        "step of a window or room",
        "most red",
        "between two rises",
        "start",
    )
    return table(head, rows)


# ---- Shaders -----------------------------------------------------------------------------------------------


def _input_types() -> str:
    from installation.isf import Input, header
    from installation.render.isf_host import inputs

    spoken: Mapping[str, Any] = vars(inputs)["_KINDS"]
    types: Mapping[str, Any] = vars(header)["_TYPES"]
    glsl = {"event": "bool", "long": "int", "point2D": "vec2", "color": "vec4"}
    rows = []
    for kind in dict.fromkeys(types.values()):
        count = Input("x", kind).components
        code = glsl.get(kind, kind) if count else "sampler2D"
        rows.append((f"`{kind}`", f"`{code}`", f"`{spoken[kind].value}`" if count else "none: a texture"))
    return table(("TYPE", "in GLSL", "parameter"), rows)


def _expressions() -> str:
    from installation.isf import expression

    known: Mapping[str, tuple[int, Callable[..., float]]] = vars(expression)["_FUNCTIONS"]
    by_count: dict[int, list[str]] = {}
    for name, (count, _) in known.items():
        by_count.setdefault(count, []).append(f"`{name}`")
    numbers = ("one number", "two numbers", "three numbers")
    rows = [(numbers[count - 1], ", ".join(names)) for count, names in sorted(by_count.items())]
    return table(("takes", "functions"), rows)


_SIGNATURE = re.compile(r"^((?:vec[234]|float|uint|int) \w+\([^)]*\)) *\{", re.MULTILINE)


def _library() -> str:
    rows = []
    for path in sorted((paths.shaders() / "lib").glob("*.glsl")):
        found = _SIGNATURE.findall(path.read_text(encoding="utf-8"))
        rows.append((f"`lib/{path.name}`", ", ".join(f"`{one}`" for one in found)))
    return table(("file", "functions"), rows)


def _controllers() -> str:
    from installation.surface import load_controllers

    made: Rows = []
    for address, one in sorted(load_controllers().items()):
        lights = ", ".join(sorted({light.kind for light in (one.lights or {}).values()}))
        picture = f"[drawing](pictures/controllers/{address}.svg)"
        made.append((one.title, f"`{one.prefix}`", str(len(one.controls)), lights, picture))
    return table(("controller", "address", "controls", "lights", ""), made)


def _ears() -> str:
    """The table of ``ipc/feeds/ears.py``; bands of one division in one row."""
    from installation.ipc.feeds.ears import NAMES

    rows: list[tuple[str, ...]] = []
    for one in NAMES:
        group, _, number = one.name.partition("/")
        if group.startswith("band"):
            if number != "1":
                continue
            count = sum(other.name.startswith(f"{group}/") for other in NAMES)
            address = f"`/ears/{group}/1` to `/ears/{group}/{count}`"
        else:
            address = f"`/ears/{one.name}`"
        values = f"{one.low:g}..{one.high:g}" + (f" {one.unit}" if one.unit else "")
        rows.append((address, one.meaning, values))
    return table(("signal", "what it says", "values"), rows)


def _patches() -> str:
    """The table of patches and their inputs."""
    from installation.show.soundscape import PATCHES

    rows = []
    for one in PATCHES.values():
        inputs = "; ".join(
            f"`{name}` {spec.low:g}..{spec.high:g}: {spec.meaning}" for name, spec in one.inputs.items()
        )
        trims = ", ".join(f"`/voice/{one.name}/{trim}`" for trim in ("level", *one.trims))
        rows.append((f"`{one.name}`", one.meaning, inputs, trims))
    return table(("patch", "what is heard", "inputs, beside `level`", "parameters"), rows)


_MAKERS: Mapping[str, Callable[[], str]] = {
    "benchmarks": _benchmarks,
    "commands": _commands,
    "controllers": _controllers,
    "ears": _ears,
    "expressions": _expressions,
    "malfunction-edges": _edges,
    "malfunction-exponents": _exponents,
    "malfunction-recovery": _recoveries,
    "fixtures": _fixtures,
    "input-types": _input_types,
    "keys": _keys,
    "laws": _laws,
    "library": _library,
    "lists": _lists,
    "modulators": _modulators,
    "patches": _patches,
    "roles": _roles,
    "sources": _sources,
    "states": _transitions,
    "transitions": lambda: _shipped_shaders("transitions"),
    "verbs": _verbs,
}

if __name__ == "__main__":
    sys.exit(main())
