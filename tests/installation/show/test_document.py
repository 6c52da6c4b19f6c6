import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.show.document import MAX_BYTES, MAX_KEYS, Document, Node, Table, parse, read

FILE = Path("show.toml")


def at(document: Document, *path: str | int) -> Node:
    node = Node(document.root, document.root.where)
    for step in path:
        if isinstance(step, str):
            assert isinstance(node.value, Table)
            node = node.value.members[step].node
        else:
            assert isinstance(node.value, tuple)
            node = node.value[step]
    return node


def place(document: Document, *path: str | int) -> tuple[int, int]:
    where = at(document, *path).where
    return where.line, where.column


def name_place(document: Document, *path: str | int) -> tuple[int, int]:
    table = at(document, *path[:-1]).value
    assert isinstance(table, Table)
    where = table.members[str(path[-1])].name_where
    return where.line, where.column


TEXT = """\
format = 1
"quoted name" . inner = [1, [2, 3],
  { x = 1.5, deep.er = "s" }]

[scene.sea]
shader = 'x.fs'
inputs.hand = [0, 1]
  [scene.sea.more]
  z = true

# a comment with [[route]] in it
[[route]]
from = "/a"
shape = [ { gate = { on = 0.6 } },
          { smooth = 0.3 } ]
text = '''
[[route]]
'''
[[route]]
[[route]]
[route.inner]
a = 1
  [[ route ]]
  from = "/b"
"""


def test_values_stand_where_they_were_written() -> None:
    document = parse(TEXT, FILE)

    assert place(document, "format") == (1, 10)
    assert place(document, "quoted name", "inner") == (2, 25)
    assert place(document, "quoted name", "inner", 1) == (2, 29)
    assert place(document, "quoted name", "inner", 1, 1) == (2, 33)
    assert place(document, "quoted name", "inner", 2) == (3, 3)
    assert place(document, "quoted name", "inner", 2, "x") == (3, 9)
    assert place(document, "quoted name", "inner", 2, "deep", "er") == (3, 24)
    assert place(document, "scene", "sea", "inputs", "hand") == (7, 15)
    assert place(document, "scene", "sea", "more", "z") == (9, 7)
    assert place(document, "route", 0, "shape", 0, "gate") == (14, 20)
    assert place(document, "route", 0, "shape", 0, "gate", "on") == (14, 27)


def test_names_stand_where_they_were_written() -> None:
    document = parse(TEXT, FILE)

    assert name_place(document, "quoted name") == (2, 1)
    assert name_place(document, "quoted name", "inner") == (2, 17)
    assert name_place(document, "quoted name", "inner", 2, "deep") == (3, 14)
    assert name_place(document, "quoted name", "inner", 2, "deep", "er") == (3, 19)
    assert name_place(document, "scene", "sea") == (5, 8)
    assert name_place(document, "route", 0, "shape", 1, "smooth") == (15, 13)


def test_elements_of_arrays_of_tables_stand_at_their_brackets() -> None:
    document = parse(TEXT, FILE)

    expected = [(12, 1), (19, 1), (20, 1), (23, 3)]
    assert expected == [place(document, "route", index) for index in range(4)]


def test_positions_survive_windows_line_ends_and_a_byte_order_mark() -> None:
    document = parse("\ufeff" + TEXT.replace("\n", "\r\n"), FILE)

    assert place(document, "route", 0, "shape", 0, "gate", "on") == (14, 27)
    assert place(document, "format") == (1, 10)


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a = 1\nb = half\n", 2, 5, "value"),
        ("a = 1\na = 2\n", 2, 6, "overwrite"),
        ("[a]\n[a]\n", 2, 3, "`a` twice"),
        ('a = "x\nb = 1\n', 1, 7, "character"),
        ("a = [1, 2\n", 1, 10, "ends in the middle"),
        ("just words\n", 1, 6, "expected '='"),
        ("a = " + "9" * 5000 + "\n", 1, 1, "longer"),
        ("a = 1\nb = " + "9" * 3990 + "\n", 2, 5, "does not fit into 64 bits"),
        ("a = 9223372036854775808\n", 1, 5, "does not fit into 64 bits"),
        ("a = [1.0, 1e39]\n", 1, 11, "does not fit into a 32-bit"),
    ],
)
def test_text_that_is_not_toml_is_one_finding_at_its_place(
    text: str, line: int, column: int, word: str
) -> None:
    with pytest.raises(ShowError) as caught:
        parse(text, FILE)

    (finding,) = caught.value.findings
    assert word in finding.message
    assert (line, column) == (finding.where.line, finding.where.column)
    assert finding.hint
    assert "Spanned" not in finding.message


@pytest.mark.parametrize("text", ["a = " + "[" * 3000, "a = " + "{a=" * 1200, "[" + "a." * 1900 + "a]"])
def test_deep_nesting_is_a_finding_or_a_value_but_never_a_crash(text: str) -> None:
    try:
        findings = len(parse(text, FILE).root.members)
    except ShowError as error:
        findings = len(error.findings)
    assert findings == 1


def test_work_is_bounded_before_the_parser_sees_the_text() -> None:
    many = "\n".join(f"k{index} = 1" for index in range(MAX_KEYS + 1))
    for text in ("#" * (MAX_BYTES + 1), many, "a = '" + "x" * 5000 + "'"):
        with pytest.raises(ShowError):
            parse(text, FILE)


def test_the_largest_table_that_is_accepted_costs_little_processor_time() -> None:
    many = "\n".join(f"k{index} = 1" for index in range(MAX_KEYS))

    start = time.process_time()
    parse(many, FILE)

    assert time.process_time() - start < 20


def test_a_missing_file_and_a_file_of_other_bytes_are_findings(tmp_path: Path) -> None:
    with pytest.raises(ShowError, match="cannot be read"):
        read(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"format = 1\nname = '\xff'\n")
    with pytest.raises(ShowError, match=r"bytes\.toml:2:1: is not UTF-8"):
        read(tmp_path / "bytes.toml")


toml_like = st.text(st.sampled_from(list("ab=.[]{}\"'#,\n\r\t 01e-+:T\\ux")), max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), toml_like))
def test_any_text_is_a_document_or_one_show_error(text: str) -> None:
    try:
        document = parse(text, FILE)
    except ShowError as error:
        places = [finding.where for finding in error.findings]
    else:
        places = [document.root.where]
        assert set(tomllib.loads(text.removeprefix("\ufeff"))) == set(document.root.members)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    assert places
    assert all(1 <= where.line <= len(lines) + 1 and where.column >= 1 for where in places)


keys = st.text(st.sampled_from("abcdef-_09"), min_size=1, max_size=6)
scalars = st.one_of(st.integers(-999, 999), st.booleans(), st.sampled_from(['"x"', "'y'", "1.5"]))


@given(st.lists(st.tuples(keys, scalars), max_size=8, unique_by=lambda pair: pair[0]), st.integers(0, 3))
def test_the_text_at_every_position_is_what_the_position_names(
    pairs: list[tuple[str, object]], blanks: int
) -> None:
    written = [(key, str(value).lower() if isinstance(value, bool) else str(value)) for key, value in pairs]
    lines = [f"{' ' * blanks}{key} ={' ' * blanks}{value}" for key, value in written]
    document = parse("[[t]]\n[[t]]\n" + "\n".join(lines), FILE)

    table = at(document, "t", 1).value
    assert isinstance(table, Table)
    assert {key for key, _ in pairs} == set(table.members)
    for index, (key, value) in enumerate(written):
        member, line = table.members[key], lines[index]
        assert member.name_where.line == member.node.where.line == index + 3
        assert line[member.name_where.column - 1 :].startswith(key)
        assert value == line[member.node.where.column - 1 :]
