"""The verbs of ``photophore stories``; what carries them out is imported when it is called."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["stories_verbs"]

stories_verbs = typer.Typer(
    help="Read, approve, hide and delete what visitors leave. Works with and without a running show.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Off = Annotated[bool, typer.Option("--off", help="Let them come and go as others again.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or how they begin.")]


@stories_verbs.command("list")
def list_(
    state: Annotated[
        str | None, typer.Argument(metavar="WHICH", help="waiting, approved or hidden; all if left out.")
    ] = None,
    as_json: Json = False,
) -> int:
    """List stories, the newest first, with hints from the venue's word list."""
    from installation.cli.stories.acts import show

    return show(state, as_json=as_json)


@stories_verbs.command("approve")
def approve(ids: Ids, as_json: Json = False) -> int:
    """Put stories on the wall."""
    from installation.cli.stories.acts import decide

    return decide("approve", ids, as_json=as_json)


@stories_verbs.command("hide")
def hide(ids: Ids, as_json: Json = False) -> int:
    """Take stories off the wall, or keep them from it."""
    from installation.cli.stories.acts import decide

    return decide("hide", ids, as_json=as_json)


@stories_verbs.command("pin")
def pin(ids: Ids, off: Off = False, as_json: Json = False) -> int:
    """Keep stories on the wall while others come and go."""
    from installation.cli.stories.acts import decide

    return decide("unpin" if off else "pin", ids, as_json=as_json)


@stories_verbs.command("theme")
def theme(
    ids: Ids,
    name: Annotated[str, typer.Option("--as", metavar="THEME", help="Its name; empty for none.")],
    as_json: Json = False,
) -> int:
    """Say what stories are about."""
    from installation.cli.stories.acts import decide

    return decide("theme", ids, name, as_json=as_json)


@stories_verbs.command("undo")
def undo(
    story: Annotated[
        str | None, typer.Argument(metavar="ID", help="Of one story; the last decision of all if left out.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Take the last decision back."""
    from installation.cli.stories.acts import undo as act

    return act(story, as_json=as_json)


@stories_verbs.command("withdraw")
def withdraw(
    what: Annotated[
        str, typer.Argument(metavar="CODE|ID", help="A visitor's code, or the whole id of a story.")
    ],
    as_json: Json = False,
) -> int:
    """Delete a story for good: from the wall, the guest book and its backups."""
    from installation.cli.stories.acts import withdraw as act

    return act(what, as_json=as_json)


@stories_verbs.command("export")
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT.json", help="The file to write.")],
    approved: Annotated[bool, typer.Option("--approved", help="Only those on the wall.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
) -> int:
    """Write stories to a file, e.g. for an archive. What is deleted later is not deleted there."""
    from installation.cli.stories.acts import export as act

    return act(out, approved=approved, replace=replace)


@stories_verbs.command("purge")
def purge(
    everything: Annotated[
        bool, typer.Option("--everything", help="All stories, e.g. at the end of an exhibition.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> int:
    """Delete what has expired, from the backups too; a running page does so every hour."""
    from installation.cli.stories.acts import purge as act

    return act(everything=everything, yes=yes, as_json=as_json)


@stories_verbs.command("qr")
def qr(
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT.svg|OUT.png", help="The file; the terminal if left out.")
    ] = None,
) -> int:
    """Draw the code that visitors scan."""
    from installation.cli.stories.acts import qr as act

    return act(out)
