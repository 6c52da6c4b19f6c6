"""The code of the visitors' page on the picture, for staff with a phone: key Q."""

from dataclasses import dataclass
from typing import Final

from installation.errors import to_install

__all__ = ["PageCode", "modules"]

_NO_PAGE: Final = "no visitors' page is open: [visitors] of the venue file opens one (docs/stories.md)"
_EXTRA: Final = f"drawing the code needs one more package: {to_install('photophore[visitors]')}"
_BORDER: Final = 4
"""Modules around a code that ISO/IEC 18004 asks for."""


@dataclass(slots=True)
class PageCode:
    """What is shown of the visitors' page.

    Attributes:
        lines: Words beside the code: where it leads, or why there is none; none while it is hidden.
        modules: Rows of the code, 1 for dark, its border included; none if nothing is shown.
    """

    lines: tuple[str, ...] = ()
    modules: tuple[bytes, ...] = ()

    def toggle(self, address: str) -> None:
        """Show the code of an address, or why there is none; hide it if it is shown."""
        if self.lines:
            self.lines, self.modules = (), ()
            return
        self.modules = modules(address) if address else ()
        hide = "   ·   Q hides it"
        self.lines = (f"{address}{hide}",) if address else (f"{_NO_PAGE}{hide}",)
        if address and not self.modules:
            self.lines += (_EXTRA,)


def modules(address: str) -> tuple[bytes, ...]:
    """Return the rows of the code of an address, with its border; none without the package that draws it."""
    try:
        import segno
    except ImportError:
        return ()
    code = segno.make_qr(address, error="m")
    return tuple(bytes(row) for row in code.matrix_iter(border=_BORDER))
