"""Keys that are declared once: what derives from the declaration agrees with what reads the files."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docs.build.json_schema import schemas
from docs.build.settings import TABLES
from installation.show.document import parse
from installation.show.fields import Fields
from installation.show.model import CueSpec
from installation.show.schema import keys, read
from installation.show.venue_model import FixtureSpec
from installation.values import Finding

ROOT = Path(__file__).resolve().parents[3]
FILES = {
    "soundscape": "presets/soundscape.toml",
    "show": "presets/shows/*/show.toml",
    "cues": "presets/shows/*/cues.toml",
    "states": "presets/shows/*/states.toml",
    "preset": "presets/shows/*/presets/*.toml",
    "venue": "presets/venues/*.toml",
}


def fields_of(text: str) -> tuple[Fields, list[Finding]]:
    findings: list[Finding] = []
    return Fields(parse(text, Path("x.toml")).root, findings, "a cue"), findings


def test_a_table_is_read_by_its_declaration() -> None:
    fields, findings = fields_of('id = "3"\nfade = 4\nintended = ["still"]\nset = { "/master" = 0.5 }')

    cue = read(CueSpec, fields, defaults={"name": "three"})

    assert findings == []
    assert (cue.id, cue.name, cue.fade, cue.intended) == ("3", "three", 4.0, frozenset({"still"}))
    assert cue.places["set./master"].line == 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fade = -1", "fade: expected a number 0..3600, got -1"),
        ("fde = 1", "a cue has no key `fde`"),
        ('follow = "auto"', 'follow: "auto" is not an allowed value'),
        ('intended = ["dark"]', 'intended: "dark" is not an allowed word'),
    ],
)
def test_what_is_wrong_stands_at_its_place(line: str, said: str) -> None:
    fields, findings = fields_of(f'id = "3"\n{line}')

    read(CueSpec, fields, defaults={"name": "three"})

    assert [(one.where.line, one.message) for one in findings] == [(2, said)]


def test_what_must_be_there_is_asked_for() -> None:
    fields, findings = fields_of('name = "left"')

    read(FixtureSpec, fields)

    missing = {one.message.split("`")[1] for one in findings}
    assert missing == {"profile", "universe", "channel", "position"}


def test_every_key_has_a_meaning() -> None:
    assert [(name, one.name) for name, spec in TABLES.items() for one in keys(spec) if not one.meaning] == []


@pytest.mark.parametrize("kind", FILES)
def test_shipped_files_fit_the_schema_for_editors(kind: str) -> None:
    schema = schemas()[kind]
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)

    for file in sorted(ROOT.glob(FILES[kind])):
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        assert [error.message for error in check.iter_errors(said)] == [], file


def test_the_schema_refuses_what_reading_refuses() -> None:
    check = jsonschema.Draft202012Validator(schemas()["venue"])
    wrong: dict[str, Any] = {"format": 1, "canvas": {"width": 4}, "lamps": 3, "guard": {"profile": "off"}}

    where = {"/".join(str(part) for part in error.path) for error in check.iter_errors(wrong)}

    assert where == {"canvas/width", "", "guard/profile"}


def test_the_written_schemas_are_those_of_the_code() -> None:
    for name, schema in schemas().items():
        written = json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert written == json.loads(json.dumps(schema)), "run `make docs`"
