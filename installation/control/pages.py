"""Pages: several layers of bindings on the same controls of a device."""

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["FIRST", "Pages"]

FIRST = "1"
"""Name of the first page of a device whose profile names none."""


class Pages:
    """The page of each device. A binding without a page holds on all of them.

    Attributes:
        turned: Counts turns.
    """

    def __init__(self) -> None:
        self.turned = 0
        self._names: dict[str, tuple[str, ...]] = {}
        self._now: dict[str, str] = {}

    def follow(self, named: Mapping[str, Sequence[str]], bound: Iterable[tuple[str, str]]) -> None:
        """Take over an edited map; a device stays on its page if that still exists.

        Args:
            named: Pages of each device by its profile, the first at the start.
            bound: Device and page of each binding; pages that the profile does not name come last, in order.
        """
        names = {device: list(pages) or [FIRST] for device, pages in named.items()}
        for device, page in bound:
            known = names.setdefault(device, [FIRST])
            if page and page not in known:
                known.append(page)
        self._names = {device: tuple(pages) for device, pages in names.items()}
        self._now = {d: page for d, page in self._now.items() if page in self._names.get(d, ())}

    def names(self, device: str) -> tuple[str, ...]:
        """Return the pages of a device, in order."""
        return self._names.get(device, (FIRST,))

    def of(self, device: str) -> str:
        """Return the page of a device."""
        return self._now.get(device) or self.names(device)[0]

    def shows(self, device: str, page: str) -> bool:
        """Whether a binding of this page is in use now."""
        return not page or page == self.of(device)

    def turn(self, by: int, device: str = "") -> tuple[str, ...]:
        """Turn pages, round and round.

        Args:
            by: How many pages forwards; negative is backwards.
            device: Which one; empty for all.

        Returns:
            The devices that are on another page now.
        """
        turned = []
        self.turned += 1
        for one, names in self._names.items():
            if device in ("", one) and by % len(names):
                self._now[one] = names[(names.index(self.of(one)) + by) % len(names)]
                turned.append(one)
        return tuple(turned)
