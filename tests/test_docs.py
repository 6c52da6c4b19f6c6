"""The pages tell the truth: their tables are the code's, their examples load, what they name exists.

A TOML example is preceded by a comment that says what it is: ``<!-- toml: show -->``, ``cues``, ``preset``,
``controller`` or ``venue`` for a whole file, ``part of a show`` or ``part of a venue`` for something to be
added to one. An ISF example begins with ``/*{``.
"""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main

from docs.build.panel_tables import panel_tables
from docs.build.reference import block_names, rewrite, tables
from hardware.artnet import codec as artnet
from hardware.muse import adapter as muse
from hardware.pulse import adapter as pulse
from hardware.sacn import codec as sacn
from installation import isf
from installation.cli import application
from installation.cli.new import FILES, new
from installation.clock import ManualClock
from installation.commands import CANCEL, COMMANDS
from installation.cue.check import check_cues
from installation.devices.adapters import load_adapters
from installation.light import Rig, load_profiles
from installation.player.player import Player
from installation.player.production import read_shaders
from installation.safety.law import LAWS
from installation.show import load_show, load_venue
from installation.show.model import Show
from installation.show.resolve import show_references, venue_references
from installation.signal.check import BUILT_IN
from installation.surface import parse_profile
from installation.values import OSC_PORT, PANEL_PORT, STREAM_PORT, VISITORS_PORT

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "ARCHITECTURE.md",
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("hardware/**/README.md"),
    ]
)
LIVE = [page for page in PAGES if page.name != "measured.md"]

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
MARK = re.compile(r"<!-- toml: ([a-z ]+) -->\s*$")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PLACEHOLDER = re.compile(r"[<>*{}]|\.\.\.|\b[A-Z]{2,}\b")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def each(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=name)


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Language, content without indentation, and the text before each fenced block."""
    for found in FENCE.finditer(text(page)):
        lines = [line.removeprefix(found[1]) for line in found[3].splitlines()]
        yield found[2], "\n".join(lines) + "\n", text(page)[: found.start()]


def spans(page: Path) -> Iterator[str]:
    """Code in the running text and the tables."""
    for found in SPAN.finditer(FENCE.sub("", text(page))):
        yield found[1].replace("\\|", "|")


# ---- Tables ------------------------------------------------------------------------------------------------


def test_every_table_is_what_the_code_says_now():
    made = tables()
    stale = [name(page) for page in PAGES if rewrite(text(page), made) != text(page)]
    assert not stale, "run `make docs`"


def test_every_table_stands_on_a_page():
    used = {block for page in PAGES for block in block_names(text(page))}
    assert used == set(tables())


# ---- Links and files ---------------------------------------------------------------------------------------


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each(PAGES)
def test_links_lead_somewhere(page):
    for target in LINK.findall(FENCE.sub("", text(page))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        goal = (page.parent / file).resolve() if file else page
        assert goal.exists(), target
        if anchor:
            assert anchor in {slug(one) for one in re.findall(r"^#+ (.+)$", text(goal), re.MULTILINE)}, target


TOP = ("installation/", "hardware/", "shaders/", "presets/", "tests/", "docs/")


@each(LIVE)
def test_files_that_are_named_exist(page):
    for span in spans(page):
        if PLACEHOLDER.search(span) or " " in span:
            continue
        if span.startswith(TOP) or re.fullmatch(r"[\w/-]+/[\w-]+\.py", span):
            assert any((root / span).exists() for root in (ROOT, ROOT / "installation", page.parent)), span


# ---- Commands ----------------------------------------------------------------------------------------------


GROUPS = ("preset", "service", "calibrate", "loop", "stories")
"""Verbs of two words."""


@cache
def verbs() -> dict[str, set[str]]:
    """Options by verb; ``preset save`` is one verb."""
    found: dict[str, set[str]] = {}
    group = typer.main.get_command(application)
    for verb, command in group.commands.items():
        inner = {f"{verb} {sub}": one for sub, one in getattr(command, "commands", {}).items()}
        for full, one in (inner or {verb: command}).items():
            found[full] = {option for parameter in one.params for option in parameter.opts} | {"--help"}
    return found


def command_lines(page: Path) -> Iterator[str]:
    """Everything on a page that begins with photophore and a word."""
    code = [*spans(page), *(line for _, block, _ in blocks(page) for line in block.splitlines())]
    for line in code:
        found = re.search(r"(?:^|[\s/])photophore (?P<rest>[^#]+)", line)
        if found and re.match(r"[a-z-]", found["rest"]):
            yield found["rest"].strip()


@each(LIVE)
def test_commands_and_their_options_exist(page):
    for line in command_lines(page):
        words = [word for word in shlex.split(line) if word]
        if words == ["--help"]:
            continue
        verb = " ".join(words[:2]) if words[0] in GROUPS else words[0]
        assert verb in verbs(), line
        options = {word.strip("[],") for word in words if word.strip("[").startswith("--")}
        assert options <= verbs()[verb], line


@each(LIVE)
def test_make_targets_exist(page):
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = list(spans(page)) + [block for language, block, _ in blocks(page) if not language]
    for target in re.findall(r"^make ([a-z-]+)", "\n".join(code), re.MULTILINE):
        assert target in known


def test_the_table_of_verbs_is_what_a_running_show_knows():
    page = text(ROOT / "docs" / "commands.md").partition("## Control socket")[2].partition("\n## ")[0]
    told = {verb for row in re.findall(r"^\| (`.+?) \|", page, re.MULTILINE) for verb in SPAN.findall(row)}
    assert told == COMMANDS.keys() - {CANCEL}


# ---- Addresses ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mine(tmp_path_factory) -> Path:
    """A starter show, as ``photophore new`` writes it."""
    folder: Path = tmp_path_factory.mktemp("docs") / "mine"
    new(folder)
    return folder


def played(show: Show) -> Player:
    """The show without a picture; raises what is wrong with it."""
    assert not show_references(show)
    scenes, effects = read_shaders(show)
    rig = Rig(load_venue("loopback"), load_profiles())
    return Player(show, scenes, rig, ManualClock(), effects=effects)


@each(LIVE)
def test_addresses_exist(page, mine):
    known = {*played(load_show(mine)).tree.parameters(), *played(load_show()).tree.parameters(), *BUILT_IN}
    known |= {"/go", "/back", "/panic", "/picture/mean", "/picture/red", "/picture/guard"}
    known |= {"/picture/motion", "/picture/centroid/x", "/picture/centroid/y"}
    code = " ".join([*spans(page), *(block for _, block, _ in blocks(page))])
    for found in re.findall(
        r"(?<![\w./~])/(?:scene|effect|mouse|picture|master|go|back|panic|blackout)[\w/.*<-]*", code
    ):
        address = found.rstrip(".")
        kinds = {"/scene", "/effect", "/picture"}
        if address in kinds or PLACEHOLDER.search(address) or "/scene/shader/" in address:
            continue
        if address.endswith("/") or address.startswith("/scene/mine"):
            continue
        assert address in known, address


def test_paths_of_the_panel_exist():
    page = text(ROOT / "docs" / "panel.md").partition("## Paths")[2].partition("\n## ")[0]
    told = {path.partition("?")[0] for path in re.findall(r"^\| `(/[^`]*)`", page, re.MULTILINE)}
    routes = set(re.findall(r" `(/[^`]*)`", panel_tables()["panel-routes"]))
    assert told == routes | {"/"}


# ---- Examples ----------------------------------------------------------------------------------------------


def examples(language: str) -> list[tuple[Path, int, str, str]]:
    """Page, number, content and mark of every block of a language."""
    found = []
    for page in LIVE:
        for number, (own, block, before) in enumerate(blocks(page)):
            if own == language:
                mark = MARK.search(before)
                found.append((page, number, block, mark[1] if mark else ""))
    return found


TOML = examples("toml")


@pytest.mark.parametrize("example", TOML, ids=[f"{name(one[0])}-{one[1]}" for one in TOML])
def test_toml_examples_are_read_and_checked(example, tmp_path, mine):
    _, _, block, kind = example
    if kind == "entry points":
        assert "photophore.adapters" in block
        return
    assert kind, "say above the block what it is: <!-- toml: show -->"
    if kind == "controller":
        parse_profile(block, tmp_path / "controller.toml")
        return
    if "venue" in kind:
        file = tmp_path / "venue.toml"
        file.write_text(("format = 1\n" if kind.startswith("part") else "") + block)
        venue = load_venue(file)
        assert not [one for one in venue_references(venue) if one.severity == "error"]
        assert len(Rig(venue, load_profiles())) == len(venue.fixtures) + sum(
            one.columns * one.rows for one in venue.pixels
        )
        for home in ("keeper", "stage"):
            load_adapters(venue.adapters, home)
        return
    folder = tmp_path / "mine"
    folder.mkdir()
    for file_name in FILES:
        (folder / file_name).write_text((mine / file_name).read_text())
    match kind:
        case "show":
            (folder / "show.toml").write_text(block)
            (folder / "cues.toml").unlink()
        case "part of a show":
            (folder / "show.toml").write_text((mine / "show.toml").read_text() + "\n" + block)
        case "controls":
            (folder / "controls.toml").write_text(block)
        case "stories":
            (folder / "stories.toml").write_text(block)
        case "cues":
            (folder / "cues.toml").write_text(block)
        case "states":
            (folder / "states.toml").write_text(block)
        case "soundscape":
            (folder / "soundscape.toml").write_text(block)
        case "preset":
            (folder / "presets").mkdir()
            (folder / "presets" / "one.toml").write_text(block)
        case _:
            pytest.fail(f"nothing is known of {kind!r}")
    show = load_show(folder)
    assert not check_cues(show.cues, played(show).tree, tuple(show.presets.values()))


SHADERS = [
    (page, number, block)
    for page in LIVE
    for number, (_, block, _) in enumerate(blocks(page))
    if block.startswith("/*{")
]


@pytest.mark.gl
@pytest.mark.parametrize("example", SHADERS, ids=[f"{name(one[0])}-{one[1]}" for one in SHADERS])
def test_shader_examples_compile_and_are_not_blank(example, tmp_path, context):
    from installation.render.isf_host.host import Host
    from installation.values import Frame

    file = tmp_path / "example.fs"
    file.write_text(example[2])
    host = Host(context)
    scene = host.load(isf.parse(file), (64, 36))
    for index in range(4):
        texture = scene.draw(Frame(index, index / 60, 1 / 60))
    assert any(texture.read())
    scene.release()


def test_header_keys_of_our_own_are_the_ones_that_the_page_explains():
    page = text(ROOT / "docs" / "shaders.md").partition("## Our extensions")[2].partition("\n## ")[0]
    told = {key.removeprefix("PHOTOPHORE.") for key in re.findall(r"^\| `([A-Z_.]+)`", page, re.MULTILINE)}
    source = (ROOT / "installation" / "isf" / "header.py").read_text()
    known = set(re.findall(r'own\.get\("([A-Z_]+)"', source))
    known |= set(re.findall(r'self\._signal\(name, kind, given\.get\("([A-Z_]+)"', source))
    source = (ROOT / "installation" / "isf" / "passes.py").read_text()
    start = source.index("    def _pass(")
    body = source[start : source.index("    def ", start + 10)]
    known |= set(re.findall(r'given(?:\.get\(|\[|, )"([A-Z_]+)"', body))
    assert told == known - {"TARGET", "PERSISTENT", "FLOAT", "WIDTH", "HEIGHT"}


# ---- Safety ------------------------------------------------------------------------------------------------

NEVER = re.compile(
    r"certified|certification|seizure[- ](?:proof|safe|free)|flash[- ]proof"
    r"|(?:epilepsy|photosensitiv\w*)[- ](?:safe|proof)"
    r"|(?:prevents?|preventing|stops?|avoids?|rules? out|eliminates?|no risk of)\s+(?:\w+\s+)?"
    r"(?:seizures?|epilep)"
    r"|(?:harding|wcag|ofcom|bt\.1702)[- ](?:compliant|approved|certified|safe|proof|tested)"
    r"|(?:complies|comply|in compliance)\s+with\s+(?:wcag|ofcom|itu|bt\.1702|iso)"
    r"|(?:completely|perfectly|absolutely|guaranteed|proven)\s+(?:safe|harmless)"
    r"|safe\s+for\s+(?:everyone|everybody|all\b|people\s+with\s+epilepsy)|guarantees?\s+(?:\w+\s+)?safety",
    re.IGNORECASE,
)
"""What nobody may say of this program: it is not known to be true."""

PROSE = {".md", ".py", ".toml", ".fs", ".glsl", ".frag", ".html", ".css", ".txt", ".yml"}


def everything_written() -> list[Path]:
    """Every text of the tree, but for this file and what was built or installed."""
    aside = {"build", "out", "node_modules"}
    found = [file for file in ROOT.rglob("*") if file.suffix in PROSE and file != Path(__file__)]
    inside = [file.relative_to(ROOT).parts for file in found]
    kept = [
        file
        for file, parts in zip(found, inside, strict=True)
        if parts[0] not in aside and not any(part.startswith(".") for part in parts[:-1])
    ]
    assert len(kept) > 100
    return kept


def test_nothing_claims_more_safety_than_is_known():
    said = []
    for file in everything_written():
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if NEVER.search(line):
                said.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not said


@pytest.mark.parametrize(
    "claim",
    [
        "Certified for public rooms.",
        "The guard prevents seizures.",
        "It prevents epileptic seizures.",
        "a seizure-proof strobe",
        "Harding-compliant output",
        "complies with WCAG 2.2",
        "proven safe for everyone",
    ],
)
def test_a_claim_that_is_too_large_is_noticed(claim):
    assert NEVER.search(claim)


def test_the_page_on_flash_safety_says_what_is_bounded_how_it_was_tested_and_what_is_not_covered():
    page = text(ROOT / "docs" / "flash-safety.md")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert {"What is not covered", "How it was tested", "What staff should do"} <= set(headings)
    for law in LAWS.values():
        assert f"{law.step:.2%}".rstrip("0%").rstrip(".") in page
        assert f"| {law.window_step:.0%} ".replace("%", " %") in page
        assert f"at most {law.red:.0%}".replace("%", " %") in page


BRIDGE = (5004, 5005)
"""Ports of the example of a bridge to SRT: the show names them itself."""


def test_the_ports_that_pages_and_presets_name_are_the_defaults() -> None:
    """Prose cannot derive them, so it is compared: another default is then said everywhere."""
    defaults = (
        OSC_PORT,
        PANEL_PORT,
        STREAM_PORT,
        VISITORS_PORT,
        artnet.PORT,
        muse.PORT,
        pulse.PORT,
        sacn.PORT,
    )
    known = {str(one) for one in (*defaults, *BRIDGE)}
    said = re.compile(
        r"(?:127\.0\.0\.1|localhost)[: ](\d{4,5})\b|\bport (8\d{3}|9\d{3})\b|^port = (\d+)", re.MULTILINE
    )
    wrong = []
    for path in (*PAGES, *(ROOT / "presets").rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        for found in said.finditer(text):
            port = next(group for group in found.groups() if group)
            if port not in known:
                wrong.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert wrong == []
