"""Which targets a show names, and which a venue has."""

from collections.abc import Iterable, Iterator

from installation.errors import nearest
from installation.show.outgoing.model import CueSend, SendSpec
from installation.show.venue_model import Venue
from installation.values import Finding, Where

__all__ = ["bound_targets", "duplicates", "unbound"]


def bound_targets(venue: Venue) -> frozenset[str]:
    """Return every name that the venue's adapters answer to.

    An adapter that sends to one place answers to its own name; one with ``targets`` to theirs.
    """
    single = {one.name for one in venue.adapters if not isinstance(one.settings.get("targets"), list)}
    return frozenset(single | {name for name, _ in _listed(venue)})


def duplicates(venue: Venue) -> Iterator[Finding]:
    """Yield targets that have the name of another one: a message goes to one of them only."""
    first: dict[str, Where] = {}
    for name, where in _listed(venue):
        if name in first:
            yield Finding(where, f'there are two targets named "{name}"', f"the first is at {first[name]}")
        first.setdefault(name, where)


def unbound(sends: Iterable[CueSend | SendSpec], venue: Venue) -> Iterator[Finding]:
    """Yield a warning for each target that a show names and the venue lacks: shows open in any venue."""
    known = bound_targets(venue)
    told: set[str] = set()
    for send in sends:
        if send.to and send.to not in known and send.to not in told:
            told.add(send.to)
            where = send.places.get("to", send.where)
            hint = f"add an adapter with a target of that name to {venue.name}.toml"
            message = f'to: this venue has no target "{send.to}"; what the show sends there is left out'
            yield Finding(where, message, nearest(send.to, known, hint), "warning")


def _listed(venue: Venue) -> Iterator[tuple[str, Where]]:
    """Yield the ``targets`` of all adapters, each with its place."""
    for adapter in venue.adapters:
        targets = adapter.settings.get("targets")
        for index, target in enumerate(targets if isinstance(targets, list) else ()):
            if isinstance(target, dict) and isinstance(target.get("name"), str):
                where = adapter.places.get(f"targets[{index}].name", adapter.where)
                yield target["name"], where
