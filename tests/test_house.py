"""The rules of the house, checked on the code itself: who may import whom, how large, how named."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LEVELS = (
    {"values"},
    {"errors"},
    {"paths", "portable_math", "status"},
    {"clock", "commands", "logs"},
    {"osc", "isf", "media", "nature", "tempo", "guestbook"},
    {"parameter", "show"},
    {"surface"},
    {"contract"},
    {"safety", "share"},
    {"light", "signal", "render", "bodies", "neuro", "stories"},
    {"control", "cue", "site"},
    {"ipc", "devices"},
    {"web"},
    {"player"},
    {"stage", "keeper", "panel", "operator", "sound", "hub", "visitors"},
    {"bench"},
    {"cli"},
    {"__init__", "__main__"},
)
"""A package may import packages of lower levels, and itself: siblings do not import each other, and what must
pass between them passes through the player as values."""

MOST_MODULES_AT_THE_TOP = 10
MOST_MODULES_IN_A_PACKAGE = 16

PROCESSES = {
    "keeper": {
        "values", "errors", "clock", "paths", "logs", "contract", "show", "light", "safety", "parameter",
        "osc", "commands", "status", "ipc", "devices",
    },
    "panel": {
        "values", "errors", "clock", "paths", "logs", "commands", "status", "parameter", "show", "osc", "ipc",
        "web", "guestbook",
    },
    "visitors": {
        "values", "errors", "clock", "paths", "logs", "guestbook", "ipc", "web",
    },
    "sound": {
        "values", "errors", "clock", "paths", "logs", "status", "show", "ipc", "devices",
    },
    "hub": {
        "values", "errors", "clock", "paths", "logs", "commands", "status", "portable_math", "share",
        "guestbook", "site", "ipc",
    },
    "operator": {
        "values", "errors", "clock", "paths", "logs", "commands", "status", "surface", "render", "ipc",
    },
}  # fmt: skip
"""Processes that import these packages and no others, so that they stay small."""


DRAWING = ("installation/render/", "installation/bench/")
OPENGL = {"moderngl", "glcontext", "pygame"}
WIRES = {"socket", "socketserver", "serial", "rtmidi", "mido", "aiohttp", "zenoh", "asyncio"}
WIRED = (
    "hardware/", "installation/ipc/", "installation/keeper/", "installation/panel/", "installation/visitors/",
    "installation/web/", "installation/hub/",
)  # fmt: skip
HEAVY_FOR_THE_KEEPER = {"moderngl", "pygame", "zenoh", "aiohttp", "rich", "typer", "av", "PIL"}

CATCH_ALL = (
    "hardware/ble_heart/adapter.py",  # bleak lets errors of D-Bus and of its own through; none ends a seat
    "installation/devices/adapters.py",
    "installation/devices/worker.py",
    "installation/panel/server.py",  # no request ends the panel
    "installation/stage/containment.py",
    "installation/stage/clients/requests.py",
    "installation/stage/edits/hot_reload.py",
    "installation/player/step.py",  # no command ends a frame
    "installation/player/surroundings/stories.py",  # a story that cannot be written leaves the others
    "installation/stage/stage.py",
    "installation/ipc/bus.py",  # a panic of its native code is no Exception
    "installation/ipc/control/control.py",
    "installation/hub/containment.py",  # a part that fails leaves the others
    "installation/hub/stories.py",  # no message of another hub ends the thread
    "installation/keeper/keeper.py",
    "installation/keeper/light/wire.py",
    "installation/operator/screen.py",  # a part that cannot be drawn leaves the others
    "installation/sound/__main__.py",  # threads that still run must not keep a process that has failed
    "installation/sound/threads/listening.py",  # a fault of the ears leaves the voice, and vice versa
    "installation/sound/threads/playout.py",
    "installation/sound/voice/sounds/library.py",  # a sound that cannot be made leaves the others
    "installation/render/gl/context.py",  # glcontext raises Exception itself where there is no driver
)
"""The boundaries where any exception is caught."""

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff", "manager", "handler"}
TOP = {
    ".ci", ".github", "docs", "hardware", "installation", "presets", "shaders", "tests",
}  # fmt: skip
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LONGEST_CLASS = 260
LONG_CLASSES = {
    "installation/player/controls/learning.py": "Learning",
    "installation/player/player.py": "Player",
    "installation/render/isf_host/buffers.py": "Buffers",
    "installation/render/isf_host/scene.py": "SceneRenderer",
    "installation/render/mapping/editor.py": "Editor",
    "installation/render/picture.py": "Picture",
    "installation/show/fields.py": "Fields",
    "installation/signal/feedback/edges.py": "Feedback",
    "installation/site/fair/agreement.py": "Agreement",
    "installation/stage/stage.py": "Stage",
}
"""Classes that are longer than that; there are to be fewer."""


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


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """All of a module's syntax; walked through once for all tests."""
    return tuple(ast.walk(tree(name)))


def modules(*folders: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.startswith(folders)]


def ours() -> list[str]:
    return modules("installation/", "hardware/")


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, at the top or inside functions."""
    for node in nodes(name):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: relative import"
            module = node.module or ""
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def package(name: str) -> str:
    """The package of a file: ``installation/show/load.py`` is in ``show``."""
    return Path(name).parts[1].removesuffix(".py")


def imported_packages(full: str) -> str | None:
    parts = full.split(".")
    return parts[1] if parts[0] == "installation" and len(parts) > 1 else None


def level(package_: str) -> int:
    found = [index for index, names in enumerate(LEVELS) if package_ in names]
    assert found, f"installation/{package_} has no level: give it one here, or a better place"
    return found[0]


def test_packages_import_only_lower_levels() -> None:
    wrong = []
    for name in modules("installation/"):
        mine = package(name)
        for line, full in imports(name):
            other = imported_packages(full)
            if other in (None, mine) or mine in ("__init__", "__main__"):
                continue
            if other in ("Player", "load_show"):  # what the package itself offers
                continue
            if level(other) >= level(mine) or other not in PROCESSES.get(mine, {other}):
                wrong.append(f"{name}:{line}: {mine} imports {other}")
    assert wrong == []


def test_the_top_of_the_package_and_each_package_stay_small() -> None:
    here: dict[str, int] = {}
    for name in modules("installation/"):
        folder = str(Path(name).parent)
        here[folder] = here.get(folder, 0) + 1
    assert here.pop("installation") <= MOST_MODULES_AT_THE_TOP
    assert {folder: count for folder, count in here.items() if count > MOST_MODULES_IN_A_PACKAGE} == {}


def test_the_wheel_imports_nothing_that_is_not_in_it() -> None:
    wrong = [
        f"{name}:{line}: imports {full}"
        for name in ours()
        for line, full in imports(name)
        if full.split(".")[0] in ("docs", "tests")
    ]
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


def test_the_operators_toolkit_is_touched_in_its_process_only() -> None:
    wrong = [
        f"{name}:{line}: imports {full}"
        for name in ours()
        for line, full in imports(name)
        if full.split(".")[0] == "imgui_bundle" and not name.startswith("installation/operator/")
    ]
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
        for node in nodes(name):
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
        for node in nodes(name):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    wrong.append(f"{name}:{node.lineno}: {node.name} has {length} lines")
    assert wrong == []


def test_classes_stay_short_and_no_long_one_is_new() -> None:
    long = {
        (name, node.name)
        for name in ours()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_CLASS
    }

    assert long == set(LONG_CLASSES.items())


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
        for node in nodes(name):
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


ONCE = re.compile(r"\b(9137|8137|8138|127\.0\.0\.1|eco-symbiotic-collective)\b")
"""Defaults that stand in ``values`` and nowhere else in the code."""


def test_a_default_that_several_know_is_written_once() -> None:
    wrong = []
    for name in ours():
        if name == "installation/values.py" or name.startswith("installation/bench/"):
            continue
        docs = {id(node.value) for node in nodes(name) if isinstance(node, ast.Expr)}
        wrong += [
            f"{name}:{node.lineno}: {node.value!r}"
            for node in nodes(name)
            if isinstance(node, ast.Constant) and id(node) not in docs and ONCE.search(str(node.value))
        ]
    assert wrong == []


def test_what_processes_must_spell_alike_is_one_constant_and_each_process_one_row() -> None:
    alike = {"PHOTOPHORE_ALIVE": "installation/", "0.0.0.0": "installation/web/"}
    for spelled, where in alike.items():
        found = [
            name
            for name in ours()
            if name.startswith(where)
            for node in nodes(name)
            if isinstance(node, ast.Constant) and node.value == spelled
        ]
        assert len(found) == 1, found
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.partition("## Processes and threads")[2].partition("\n\n|")[2].partition("\n\n")[0]
    rows = [line.strip("| ").partition(" |")[0] for line in table.splitlines()]
    assert len(rows) == len(set(rows)) > 4


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
