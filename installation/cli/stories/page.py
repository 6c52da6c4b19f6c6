"""The visitors' page from the command line: what starts it, and the address in its code."""

import sys
from pathlib import Path
from typing import Literal

import msgspec

from installation import guestbook, paths
from installation.errors import PhotophoreError
from installation.ipc.ports import check_host, free_port
from installation.show.venue_model import Venue, VisitorSettings
from installation.visitors.address import page_address
from installation.visitors.options import VisitorOptions

__all__ = ["page_address", "settings_kept", "visitors_command"]


def visitors_command(mode: Literal["preview", "perform", "run"], venue: Venue) -> list[str] | None:
    """Return the command that starts the visitors' page; None where the venue has none.

    A preview takes the next free port if the venue's is in use.

    Raises:
        PhotophoreError: The address is not this machine's, the port is in use, or there is no such word list.
    """
    said = venue.visitors
    if not said.open:
        return None
    try:
        check_host(said.host)
    except OSError as error:
        message = f"[visitors] host {said.host}: {error.strerror or error}"
        raise PhotophoreError(message) from error
    port = free_port(said.host, said.port)
    if port != said.port and mode != "preview":
        message = f"port {said.port} of {said.host} is in use (`ss -ltnp`); change `port` of [visitors]"
        raise PhotophoreError(message)
    options = _options(said, port, venue)
    _keep(options)
    print(f"visitors leave stories at {page_address(options)}", file=sys.stderr)
    return [sys.executable, "-m", "installation.visitors", msgspec.json.encode(options).decode()]


def settings_kept() -> VisitorOptions:
    """Return the settings of the page that was started last. Raises PhotophoreError if none was."""
    path = guestbook.folder() / guestbook.NOTE
    try:
        return msgspec.json.decode(paths.read_bytes(path, 1 << 16), type=VisitorOptions)
    except (OSError, msgspec.DecodeError) as error:
        message = f"{path} cannot be read ({error}); start a show first, in a venue with `[visitors]`"
        raise PhotophoreError(message) from None


def _options(said: VisitorSettings, port: int, venue: Venue) -> VisitorOptions:
    words = ""
    if said.words:
        path = Path(said.words).expanduser()
        path = path if path.is_absolute() else venue.files[0].parent / path
        if not paths.is_file(path):
            message = f"[visitors] words: there is no file {path}"
            raise PhotophoreError(message)
        words = str(path.resolve())
    return VisitorOptions(
        host=said.host, port=port, address=said.address, hub=said.hub or venue.site.hub, code=said.code,
        keep_days=said.keep_days, backups=said.backups, burst=said.burst, words=words, contact=said.contact,
    )  # fmt: skip


def _keep(options: VisitorOptions) -> None:
    folder = guestbook.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / guestbook.NOTE).write_bytes(msgspec.json.encode(options))
    except OSError as error:
        message = f"the guest book needs {folder}, which cannot be written: {error.strerror or error}"
        raise PhotophoreError(message) from error
