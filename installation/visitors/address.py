"""The address of the visitors' form, as it stands in its code."""

from pathlib import Path
from time import time

from installation import guestbook
from installation.guestbook.tokens import Tokens
from installation.ipc.ports import own_address
from installation.visitors.options import VisitorOptions

__all__ = ["page_address"]


def page_address(options: VisitorOptions, folder: Path | None = None) -> str:
    """Return the address of the form as it stands in its code now.

    Args:
        options: What the venue says.
        folder: Of the guest book; that of the state folder when None.

    Raises OSError without a key for tokens.
    """
    base = options.address
    if not base:
        shown = own_address(options.host)
        base = f"http://{f'[{shown}]' if ':' in shown else shown}:{options.port}"
    token = Tokens(folder or guestbook.folder(), options.code, options.hub).now(time())
    return f"{base.rstrip('/')}/{token}"
