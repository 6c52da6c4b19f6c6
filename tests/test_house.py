"""The rules of the house, checked on the code itself: who may import whom, how large, how named."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = (
    {"values", "errors", "clock", "paths", "portable", "logs", "osc", "isf"},
    {"contract", "bus", "show", "parameter"},
    {"safety"},
    {"light", "signal", "render", "neuro"},
    {"cue", "health"},
    {"keeper", "panel"},
    {"loop"},
    {"app"},
    {"cli"},
)
"""A room may import rooms of lower floors, and itself; on its own floor only what ``BESIDE`` allows."""

BESIDE = {
    ("errors", "values"),
    ("clock", "values"),
    ("logs", "values"),
    ("keeper", "adapters"),  # every light protocol lives in the keeper, supervised
    ("isf", "values"),
    ("isf", "errors"),
    ("osc", "values"),
    ("osc", "errors"),
    ("isf", "paths"),
    ("osc", "values"),
}
"""Neighbours that know each other. Values and errors are the ground that even the ground floor stands on."""

ROOTS = {
    "keeper": {
        "values", "errors", "clock", "paths", "logs", "contract", "show", "light", "safety",
        "parameter", "osc",
    },
    "panel": {"values", "errors", "clock", "paths", "logs", "parameter", "show", "bus", "osc"},
}  # fmt: skip
"""Processes of their own: they import these rooms and no others, so that they stay small."""


DRAWING = ("installation/render/", "installation/bench/")
OPENGL = {"moderngl", "glcontext", "pygame"}
WIRES = {"socket", "socketserver", "serial", "rtmidi", "mido", "aiohttp", "zenoh", "asyncio"}
WIRED = ("hardware/", "installation/ipc/bus.py", "installation/keeper/", "installation/panel/")
HEAVY_FOR_THE_KEEPER = {"moderngl", "pygame", "zenoh", "aiohttp", "rich", "typer", "av", "PIL"}

CATCH_ALL = (
    "installation/stage/main.py",
    "installation/devices/adapters.py",
    "installation/containment.py",
    "installation/stage/requests.py",
    "installation/stage/hot_reload.py",
    "installation/player/player.py",
    "installation/stage/stage.py",
    "installation/ipc/bus.py",  # a panic of its native code is no Exception
    "installation/ipc/control.py",
    "installation/keeper/keeper.py",
    "installation/keeper/wire.py",
    "installation/render/gl/context.py",  # glcontext raises Exception itself where there is no driver
)
"""The boundaries where any exception is caught."""

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff", "manager", "handler"}
TOP = {
    ".ci", ".github", "docs", "hardware", "installation", "presets", "shaders", "tests",
}  # fmt: skip
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


@cache
def tracked() -> tuple[str, ...]:
    """Files that belong to the tree: what git knows and what it would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is not a git checkout")
    return tuple(sorted(name for name in set(done.stdout.splitlines()) if (ROOT / name).is_file()))


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def modules(*folders: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.startswith(folders)]


def ours() -> list[str]:
    return modules("installation/", "hardware/")


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, at the top or inside functions."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: relative import"
            module = node.module or ""
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def room(name: str) -> str:
    """The room of a file: ``installation/show/load.py`` is in ``show``."""
    return Path(name).parts[1].removesuffix(".py")


def between(room_: str) -> bool:
    """A module of the composition: a file beside ``app`` that is no room of its own."""
    return floor(room_) is None and (ROOT / "installation" / f"{room_}.py").is_file()


def room_of_import(full: str) -> str | None:
    parts = full.split(".")
    return parts[1] if parts[0] == "installation" and len(parts) > 1 else None


def floor(room_: str) -> int | None:
    return next((index for index, floor_ in enumerate(FLOORS) if room_ in floor_), None)


def allowed(mine: str, other: str) -> bool:
    if mine == other:
        return True
    if between(other):
        return mine == "loop" or (mine, other) in BESIDE
    if other in ("bench", "__main__"):
        return False
    if mine in ROOTS:
        return other in ROOTS[mine]
    here, there = floor(mine), floor(other)
    assert here is not None, f"installation/{mine} has no floor: give it one here, or a better place"
    assert there is not None, f"installation/{other} has no floor: give it one here, or a better place"
    return there < here or (mine, other) in BESIDE


def test_rooms_import_only_what_stands_below_them() -> None:
    wrong = []
    for name in modules("installation/"):
        mine = room(name)
        if mine in ("__init__", "__main__", "cli", "app", "bench") or between(mine):
            continue
        for line, full in imports(name):
            other = room_of_import(full)
            if other is not None and not allowed(mine, other):
                wrong.append(f"{name}:{line}: {mine} imports {other}")
    assert wrong == []


def test_nobody_imports_the_composition_root_or_the_benchmarks() -> None:
    wrong = []
    for name in modules("installation/"):
        for line, full in imports(name):
            other = room_of_import(full)
            if other == "bench" and room(name) not in ("bench", "cli"):
                wrong.append(f"{name}:{line}: imports bench")
            if other == "app" and room(name) not in ("cli", "bench", "notebook", "__init__", "__main__"):
                wrong.append(f"{name}:{line}: imports app")
            if other == "cli" and room(name) not in ("cli", "__main__", "bench"):
                wrong.append(f"{name}:{line}: imports cli")
    assert wrong == []


def test_hardware_knows_the_contract_only() -> None:
    wrong = [
        f"{name}:{line}: imports {full}"
        for name in modules("hardware/")
        for line, full in imports(name)
        if full.startswith("installation") and not full.startswith("installation.contract.")
    ]
    assert wrong == []


def test_opengl_is_touched_under_render_only() -> None:
    wrong = [
        f"{name}:{line}: imports {full}"
        for name in ours()
        for line, full in imports(name)
        if full.split(".")[0] in OPENGL and not name.startswith(DRAWING)
    ]  # fmt: skip
    assert wrong == []


def test_wires_are_touched_at_the_doors_only() -> None:
    wrong = [
        f"{name}:{line}: imports {full}"
        for name in ours()
        for line, full in imports(name)
        if full.split(".")[0] in WIRES and not name.startswith((*WIRED, "installation/bench/"))
    ]
    assert wrong == []


def test_the_keeper_stays_light() -> None:
    wrong = [
        f"{name}:{line}: imports {full}"
        for name in modules("installation/keeper/")
        for line, full in imports(name)
        if full.split(".")[0] in HEAVY_FOR_THE_KEEPER
    ]
    assert wrong == []


def test_anything_is_caught_at_the_named_boundaries_only() -> None:
    wrong = []
    for name in ours():
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = {
                part.id
                for part in ast.walk(node.type or ast.Name("BaseException"))
                if isinstance(part, ast.Name)
            }
            again = any(isinstance(part, ast.Raise) and part.exc is None for part in ast.walk(node))
            if caught & {"Exception", "BaseException"} and not again and name not in CATCH_ALL:
                wrong.append(f"{name}:{node.lineno}: catches anything")
    assert wrong == []


def test_modules_and_functions_stay_short() -> None:
    wrong = []
    for name in ours():
        lines = (ROOT / name).read_text(encoding="utf-8").count("\n")
        if lines > LONGEST_MODULE:
            wrong.append(f"{name}: {lines} lines")
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    wrong.append(f"{name}:{node.lineno}: {node.name} has {length} lines")
    assert wrong == []


def test_the_top_of_the_tree_is_what_the_design_says() -> None:
    folders = {Path(name).parts[0] for name in tracked() if len(Path(name).parts) > 1}

    assert folders <= TOP


def test_nothing_is_called_a_drawer() -> None:
    wrong = []
    for name in tracked():
        stems = {part.lower() for part in Path(name).with_suffix("").parts}
        wrong += [f"{name}: named {stem}" for stem in stems & DRAWERS]
        if not name.endswith(".py") or not name.startswith(("installation/", "hardware/")):
            continue
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?|Handler)$", node.name):
                bases = [ast.unparse(base) for base in node.bases]
                if not any("Handler" in base for base in bases):
                    wrong.append(f"{name}:{node.lineno}: class {node.name}")
    assert wrong == []


def test_each_module_says_what_it_offers() -> None:
    wrong = []
    for name in ours():
        body = tree(name)
        listed = [
            node.value
            for node in body.body
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
        ]
        if not ast.get_docstring(body):
            wrong.append(f"{name}: no docstring")
        if listed:
            names = (
                [ast.literal_eval(item) for item in listed[0].elts] if isinstance(listed[0], ast.List) else []
            )
            constants = [one for one in names if one.isupper()]
            classes = [one for one in names if not one.isupper() and one[:1].isupper()]
            rest = [one for one in names if one not in constants and one not in classes]
            if names not in (sorted(names), sorted(constants) + sorted(classes) + sorted(rest)):
                wrong.append(f"{name}: __all__ is not sorted")
        elif name.endswith("__init__.py") and any(not isinstance(node, ast.Expr) for node in body.body):
            wrong.append(f"{name}: no __all__")
    assert wrong == []


MACHINE = re.compile(r"(?<![\w.])(/home/\w+|/root\b|/Users/\w+|C:\\Users)")
TEXT = (
    ".py",
    ".toml",
    ".md",
    ".fs",
    ".vs",
    ".glsl",
    ".txt",
    ".yml",
    ".service",
    ".rules",
    ".html",
    ".js",
    ".css",
)


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    wrong = []
    for name in tracked():
        if name == "tests/test_house.py" or not (name.endswith(TEXT) or name in ("Makefile", ".ci/run")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        wrong += [f"{name}: {match[0]}" for match in MACHINE.finditer(text)]
    assert wrong == []
