import re
from typing import Any

import pytest
import typer.main

from installation import commands
from installation.commands import COMMANDS, By, CommandSpec, Role
from installation.errors import CommandError
from installation.values import Command


def read(verb: str, *given: float | str | bool) -> list[commands.Given]:
    return commands.arguments(Command(verb, given))


def test_what_loads_quits_or_writes_is_never_within_reach_of_osc_or_midi() -> None:
    outside = {name for name, one in COMMANDS.items() if one.outside}

    assert outside >= {"quit", "stop", "reload", "record", "screenshot", "preset-save", "preset-recall"}
    assert not [one.name for one in COMMANDS.values() if one.outside and (one.osc or one.midi)]
    with pytest.raises(ValueError, match="must not reach it"):
        CommandSpec(
            name="quit", help="", by=By.STAGE, role=Role.ADMIN, outside=True, address="/quit", osc=True
        )


def test_an_address_leads_to_its_command() -> None:
    found = commands.addressed("/cue/1.5/go")

    assert found is not None
    assert (found[0].name, found[1]) == ("cue", ("1.5",))
    assert commands.addressed("/cue//go") is None
    assert commands.addressed("/quit") is None
    found = commands.targets(["1", "storm"], ["light"])
    assert found[:7] == [
        "/go", "/back", "/cue/1/go", "/cue/storm/go", "/panic", "/neutral", "/neutral/light",
    ]  # fmt: skip
    assert [one for one in found if one.endswith("/record")] == [
        f"/loop/{slot}/record" for slot in range(1, 9)
    ]


def test_arguments_are_read_as_the_kinds_that_the_table_names() -> None:
    assert read("standby", "-2") == [-2]
    assert read("standby") == [None]
    assert read("blackout", "On") == read("blackout", 1.0) == read("blackout", True) == [True]
    assert read("blackout", 0.3) == [False]
    assert read("blackout", "toggle") == ["toggle"]
    assert read("panic", "hard") == ["hard"]
    assert read("set", "/master", 0.5) == ["/master", (0.5,)]
    assert read("preset-recall", "evening", "2.5") == ["evening", 2.5]


@pytest.mark.parametrize(
    ("verb", "given", "words"),
    [
        ("cue", (), "cue needs cue: a text"),
        ("go", (1.0,), "go takes none, not 1.0"),
        ("standby", (1.5,), "standby: by is a whole number, not 1.5"),
        ("cue-number", (0,), "a whole number from 1, not 0"),
        ("blackout", ("dark",), "blackout: state is on, off or toggle, not dark"),
        ("blackout", ("on", "on"), "blackout takes 1 argument, not on, on"),
        ("preset-save", ("../evil",), "letters, digits, - and _, not ../evil"),
        ("preset-recall", ("evening", float("nan")), "a number from 0 to 86400"),
        ("blackuot", (), "does not know the verb 'blackuot'; did you mean blackout?"),
    ],
)
def test_wrong_arguments_are_told_with_what_is_wanted(
    verb: str, given: tuple[float, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        commands.arguments(Command(verb, given))


def test_a_role_may_do_what_those_below_it_may_and_nobody_what_there_is_not() -> None:
    assert commands.may(Role.VIEWER, "status")
    assert not commands.may(Role.VIEWER, "go")
    assert commands.may(Role.OPERATOR, "go")
    assert commands.may(Role.ADMIN, "go")
    assert not commands.may(Role.MODERATOR, "stop")
    assert not commands.may(Role.ADMIN, "cancel")
    assert not commands.may(Role.ADMIN, "format-disk")


def test_a_command_without_code_or_code_without_a_command_is_refused() -> None:
    rows = [one for one in COMMANDS.values() if one.by is By.KEEPER]

    with pytest.raises(ValueError, match="differ in stop"):
        commands.bound(rows, {one.name: lambda: None for one in rows if one.name != "stop"})


def test_every_verb_of_the_table_is_on_the_command_line() -> None:
    from installation.cli import application

    group: Any = typer.main.get_command(application)
    for one in COMMANDS.values():
        found = group
        for word in one.cli.split():
            found = found.commands[word]
        assert one.cli == "" or found.help


def test_who_carries_a_command_out_is_called_by_its_name() -> None:
    assert {one.name.lower() for one in By} == {one.value for one in By}
