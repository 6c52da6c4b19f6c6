"""``photophore stories``: staff at work on the guest book."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from installation import guestbook
from installation.cli.stories.page import page_address, settings_kept
from installation.errors import PhotophoreError, to_install
from installation.guestbook import ACTS, Guestbook, GuestbookError, Hints, Standing, State, clock, hints_of
from installation.parameter import write_atomically
from installation.stories import Fonts, needed

__all__ = ["decide", "export", "purge", "qr", "show", "undo", "withdraw"]

_FONTS = Fonts()
"""What the wall can write."""

QR_EXTRA = to_install("photophore[visitors]")


def show(state: str | None, *, as_json: bool) -> int:
    """List stories. Raises PhotophoreError."""
    if state is not None and state not in list(State):
        message = f"there is no {state!r}: give {', '.join(State)}, or nothing for all"
        raise PhotophoreError(message)
    book, hints = _open(), hints_of(guestbook.folder())
    if doubt := clock.noted(book.folder):
        print(
            f"NO STORY EXPIRES: {doubt}. Set the clock, or delete what has expired by it:"
            " photophore stories purge",
            file=sys.stderr,
        )
    found = [one for one in book.stories() if state is None or one.state == state]
    if as_json:
        print(json.dumps([_plain(one, hints) for one in found], ensure_ascii=False, indent=2))
        return 0
    for one in found:
        print(_line(one, hints))
    if not found:
        print("no stories" if state is None else f"no stories are {state}", file=sys.stderr)
    return 0


def decide(verb: str, ids: Sequence[str], value: str = "", *, as_json: bool) -> int:
    """Approve, hide, pin, unpin or theme stories. Raises PhotophoreError; none is changed then."""
    book = _open()
    names = [book.named(one) for one in ids]
    for one in names:
        book.decide(one, ACTS[verb], value)
    _report(book, names, as_json=as_json)
    for one in names if verb in ("pin", "theme") else ():
        if book.standing(one).state is not State.APPROVED:
            what = "pinned" if verb == "pin" else "themed"
            hint = f"{one[:8]} is {what}, and not on the wall: photophore stories approve {one[:8]}"
            print(hint, file=sys.stderr)
    return 0


def undo(story: str | None, *, as_json: bool) -> int:
    """Take the last decision back. Raises PhotophoreError."""
    book = _open()
    event = book.undo(book.named(story) if story else "")
    print(f"undone: {event.act} of {event.story[:8]}", file=sys.stderr)
    _report(book, [event.story], as_json=as_json)
    return 0


def withdraw(what: str, *, as_json: bool) -> int:
    """Delete a story by its code or its id. Raises PhotophoreError."""
    book = _open()
    found = book.withdraw(what)
    if found is None and len(what) == 36 and book.has(what):
        book.forget([what])
        found = what
    if found is None:
        raise GuestbookError("there is no story with this code; to delete one by its id, give the whole id")
    _settled(book)
    print(json.dumps({"deleted": found}) if as_json else f"deleted {found[:8]}")
    return 0


def export(out: Path, *, approved: bool, replace: bool) -> int:
    """Write stories to a file. Raises PhotophoreError, also for one that is there and may not be replaced."""
    plain = out.is_file() or not out.exists()  # else a pipe, a terminal
    if plain and out.exists() and not replace:
        message = f"{out} is there already, maybe with deleted stories: give another name, or --replace"
        raise PhotophoreError(message)
    if not out.absolute().parent.is_dir():
        message = f"{out} cannot be written: there is no folder {out.parent}"
        raise PhotophoreError(message)
    book, hints = _open(), Hints()
    found = [one for one in book.stories() if not approved or one.state is State.APPROVED]
    try:
        text = json.dumps([_plain(one, hints) for one in found], ensure_ascii=False, indent=1)
        if plain:
            write_atomically(out.resolve(), f"{text}\n".encode())
        else:
            out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror or error}"
        raise PhotophoreError(message) from error
    print(f"{len(found)} stories in {out}", file=sys.stderr)
    return 0


def purge(*, everything: bool, yes: bool, as_json: bool) -> int:
    """Delete what has expired, or everything. Raises PhotophoreError."""
    book = _open()
    if everything:
        ids = [one.story.id for one in book.stories()]
        if not yes and not _sure(
            f"delete all {len(ids)} stories, in backups and at all hubs of the site, too?"
        ):
            return 1
        book.forget(ids)
        count = len(ids)
    else:
        doubt = clock.noted(book.folder)
        if (
            doubt
            and not yes
            and not _sure(f"{doubt}; is it right, and is all to be deleted that has expired?")
        ):
            return 1
        count = book.purge()
        _believe(book)
    _settled(book)
    print(json.dumps({"deleted": count}) if as_json else f"{count} stories deleted")
    return 0


def qr(out: Path | None) -> int:
    """Draw the code of the page. Raises PhotophoreError."""
    try:
        import segno
    except ImportError:
        message = f"drawing the code needs one more package: {QR_EXTRA}"
        raise PhotophoreError(message) from None
    options = settings_kept()
    try:
        where = page_address(options)
        code = segno.make_qr(where, error="m")
        if out is None:
            code.terminal(border=2)
        else:
            code.save(str(out), scale=16, border=4)
    except (OSError, ValueError) as error:
        message = f"{out} cannot be written: {error}; give a file that ends in .svg, .png or .pdf"
        raise PhotophoreError(message) from error
    print(where, file=sys.stderr)
    if options.code == "daily":
        print("this code is for today: `code` of [visitors] is `daily`", file=sys.stderr)
    return 0


def _open() -> Guestbook:
    book = Guestbook(guestbook.folder())
    for note in book.notes:
        print(note, file=sys.stderr)
    return book


def _believe(book: Guestbook) -> None:
    try:
        clock.believe(book.folder, time.time())
    except OSError as error:
        message = f"{book.folder} cannot be written: {error.strerror or error}"
        raise PhotophoreError(message) from error


def _settled(book: Guestbook) -> None:
    """Tell if what was deleted may still be in the log. Raises GuestbookError."""
    book.settle()
    if book.unsettled:
        print("another process reads the book; the running page empties its log in a moment", file=sys.stderr)


def _report(book: Guestbook, ids: Sequence[str], *, as_json: bool) -> None:
    hints = hints_of(guestbook.folder())
    found = [book.standing(one) for one in ids]
    if as_json:
        print(json.dumps([_plain(one, hints) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        print(_line(one, hints))


def _line(one: Standing, hints: Hints) -> str:
    story = one.story
    hour = time.strftime("%Y-%m-%d %Hh", time.localtime(story.hour))
    what = story.text or f"(a drawing of {story.strokes.count('],[') + 1} strokes)"
    marks = [
        *(["pinned"] if one.pinned else []),
        *([f"theme {one.theme}"] if one.theme else []),
        *(f"hint: {word}" for word in hints.found(story.text)),
        *([_unwritten(missing)] if (missing := _FONTS.missing(story.text)) else []),
    ]
    told = f"  [{'; '.join(marks)}]" if marks else ""
    return f"{story.id[:8]}  {one.state:<8}  {hour}  {story.language or '-':<7} {what}{told}"


def _unwritten(missing: str) -> str:
    script, package = needed(missing)
    return f"no font for {missing} ({script}: install {package})"


def _plain(one: Standing, hints: Hints) -> dict[str, Any]:
    told = asdict(one.story)
    del told["digest"]
    told["strokes"] = json.loads(one.story.strokes) if one.story.strokes else []
    return {
        **told, "state": one.state.value, "pinned": one.pinned, "theme": one.theme, "since": one.since,
        "hints": list(hints.found(one.story.text)),
    }  # fmt: skip


def _sure(question: str) -> bool:
    print(f"{question} Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"
