"""Which controller a port belongs to: data files in ``hardware/controllers``.

Systems call the port of one device by many names, and a show must not care.
"""

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hardware.midi.messages import slug
from installation.contract import AdapterError

__all__ = ["FOLDER", "Controller", "address", "read"]

FOLDER = Path(__file__).parent.parent / "controllers"
"""Where the files are."""


class Controller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        title: A line for people.
        address: The device's part of an address.
        ports: How names of its ports begin, in any case.
    """

    format: Literal[1]
    title: Annotated[str, msgspec.Meta(min_length=1)]
    address: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
    ports: Annotated[list[Annotated[str, msgspec.Meta(min_length=3)]], msgspec.Meta(min_length=1)]


def read(folder: Path = FOLDER) -> Mapping[str, str]:
    """Beginnings of port names, in small letters, to addresses.

    Raises:
        AdapterError: A file says something else than a controller; the message names it.
    """
    known: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            found = msgspec.convert(tomllib.loads(path.read_text()), Controller)
        except (OSError, ValueError) as error:  # both TOML's and msgspec's errors are ValueErrors
            raise AdapterError(f"{path.name}: {error}", "see hardware/controllers/README.md") from error
        known |= {beginning.casefold(): found.address for beginning in found.ports}
    return known


_shipped = functools.cache(read)


def address(port: str, known: Mapping[str, str] | None = None) -> str:
    """A port's part of an address: its controller's, or its own name's if no file knows it.

    Args:
        port: Name as a backend gives it, without numbers that change.
        known: What ``read`` returned; the shipped files if not given.

    Raises:
        AdapterError: A shipped file is wrong.
    """
    beginnings = _shipped() if known is None else known
    client, _, own = port.casefold().partition(":")
    for beginning in sorted(beginnings, key=len, reverse=True):
        if own.startswith(beginning) or client.startswith(beginning):
            return beginnings[beginning]
    return slug(port)
