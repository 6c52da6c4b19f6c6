"""Tables of the command line: verbs, commands, keys, benchmarks."""

import ast
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docs.build.settings import table
from installation.commands import CANCEL, COMMANDS, DOUBLE_PRESS, HOLD_TO_QUIT, By

__all__ = ["command_tables"]

Rows = list[tuple[str, ...]]

_WORDS: Mapping[type, str] = {float: "NUMBER", int: "NUMBER", str: "NAME", Path: "FILE", datetime: "TIME"}


def command_tables() -> dict[str, str]:
    """Tables of what is typed, pressed and sent, by name."""
    return {
        "benchmarks": _benchmarks(),
        "commands": _commands(),
        "keys": _keys(),
        "lists": _lists(),
        "verbs": _verbs(),
    }


def _verbs() -> str:
    import typer.main

    from installation.cli import application

    group: Any = typer.main.get_command(application)
    return "\n\n".join(_verb(name, command) for name, command in _walk("", group))


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
