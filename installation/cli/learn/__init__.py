"""The verb ``photophore learn``."""

from typing import Annotated

import typer

__all__ = ["learn_verb"]

EXIT_USAGE = 2


def learn_verb(
    target: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="A parameter's address, or a command in quotes.")
    ] = None,
    component: Annotated[
        str | None, typer.Option("--component", help="Of a point or colour: x, y, red, ...")
    ] = None,
    how: Annotated[
        str | None, typer.Option("--how", help="absolute, relative, momentary, toggle or hold.")
    ] = None,
    move: Annotated[bool, typer.Option("--move", help="Take a control that is in use away.")] = False,
    share: Annotated[bool, typer.Option("--share", help="Let a control that is in use do both.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was learned last.")] = False,
) -> int:
    """Learn the control that is moved next, in the running show, and write it down."""
    from installation.cli.learn.ask import learn
    from installation.cli.learn.ask import undo as take_back

    if undo == (target is not None) or (move and share):
        typer.echo("learn needs ADDRESS or --undo, and at most one of --move and --share", err=True)
        return EXIT_USAGE
    if undo:
        return take_back()
    return learn(str(target), component, how, "move" if move else "share" if share else None)
