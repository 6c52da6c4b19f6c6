"""Stories of one site in the books of all its hubs: what each has, what to ask for, and what to send.

Every hub tells the others digests of what it has (``Have``): one for each of 256 parts, by the first byte of
a story's id. Where those of another hub differ, it asks for the list of that part (``Look``, ``Listing``),
deletes what was withdrawn there, and asks for what it lacks (``Ask``, ``Give``). What is new is also sent to
all at once (``Give``), so that as a rule nobody has to ask. Any message may be lost, doubled or late: nothing
is remembered of one that was sent but when to ask again. Sizes are bounded: a message has at most
``MOST_BYTES`` of stories, and what is left is asked for again.

A book takes in by union (``guestbook.inventory``), each hub for itself, so that after any partition all books
become equal as soon as hubs can talk in pairs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, Protocol

from installation.guestbook import GONE, Event, Story
from installation.site.story_messages import (
    Ask,
    EventRow,
    Give,
    Have,
    Listing,
    Look,
    Message,
    StoryRow,
    is_id,
    taken,
)
from installation.values import Seconds

__all__ = ["ALL", "MOST_BYTES", "Outgoing", "Shelf", "StoryExchange"]

ALL: Final = ""
"""Receiver of what goes to every hub."""
MOST_BYTES: Final = 131_072
"""Of the stories in one message; a single one has up to 37 KiB."""
_PARTS: Final = 256
_LOOKED_AT: Final = 16
"""Most parts whose lists are asked for at once."""
_LISTED: Final = 4000
"""Most stories in a list: a site's 256 parts hold a million."""
_ASKED: Final = 64
"""Most stories that are asked for at once."""
_TRIES: Final = 8
"""Times that a story is asked for without an answer before it is forgotten; a later list brings it again."""
_WANTED: Final = _LISTED
"""Most stories, and decisions, that are wanted from one hub; what is beyond is found again later."""
_PEERS: Final = 256
"""Most other hubs that are remembered."""
_PUSHED: Final = 256
"""Most new stories that are sent to all unasked."""
_OVERHEAD: Final = 256
_DECISIONS: Final = 256
"""Most decisions about one story in a message; the story counts as answered with the last of them."""
_TOLD_EVERY: Final[Seconds] = 3.0
_TOLD_AT_MOST_EVERY: Final[Seconds] = 0.1
_CALM: Final[Seconds] = 0.15
"""How long a difference lasts before it is looked into: what is new comes by itself."""
_PATIENCE: Final[Seconds] = 0.8
"""How long an answer is waited for."""
_SETTLED: Final[Seconds] = 20.0
"""How long a part that differs is left alone once it was looked into, if neither side of it changes."""
_CLOCKS_APART: Final[Seconds] = 86_400.0
"""How far the times of day of two hubs may be apart before it is told."""
_LONG_AGO: Final[Seconds] = -1.0e9


class Shelf(Protocol):
    """A guest book with its inventory. Every method raises GuestbookError if the book fails."""

    @property
    def states(self) -> Mapping[str, int]:
        """State of each story (``guestbook.Inventory``)."""
        ...

    def now(self) -> Seconds:
        """Return the time of day, Unix seconds; 0 while it is in doubt."""
        ...

    def refresh(self) -> Mapping[str, int | None]:
        """Return what has changed since the last call: the new state; None for one that is known no more."""
        ...

    def read(self, stories: Iterable[str], decided: Iterable[str]) -> tuple[list[Story], list[Event]]:
        """Return stories, and the decisions about others."""
        ...

    def merge(
        self, stories: Sequence[Story], events: Sequence[Event], gone: Sequence[str]
    ) -> Mapping[str, str]:
        """Take in; return what was refused, with reasons, by id."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to one hub, or to ``ALL``."""

    to: str
    message: Message


@dataclass(slots=True)
class _Peer:
    """Another hub: what it has, and what is wanted from it.

    Attributes:
        digests: Of each part, as it said last.
        clock: Its time of day minus ours when it said so, seconds.
        differs: Monotonic seconds since when a part differs that is not looked into; None if none does.
        parts: Whose lists are asked for.
        stories, decided: Ids that are wanted, whole stories and decisions about others, and how often they
            were asked for.
        asked: When something was last asked for.
        waits: Whether an answer is waited for.
        settled: Digests of each part that was looked into, ours and theirs, and until when that counts.
    """

    digests: tuple[int, ...]
    clock: Seconds = 0.0
    differs: Seconds | None = None
    parts: set[int] = field(default_factory=set)
    stories: dict[str, int] = field(default_factory=dict)
    decided: dict[str, int] = field(default_factory=dict)
    asked: Seconds = _LONG_AGO
    waits: bool = False
    settled: dict[int, tuple[int, int, Seconds]] = field(default_factory=dict)


class StoryExchange:
    """Brings the book of one hub and those of others together.

    Args:
        shelf: The book of this hub.

    Attributes:
        refused: What others sent and this book does not take, with reasons; whoever tells it empties it.

    Raises GuestbookError if the book fails.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.refused: dict[str, str] = {}
        self._shelf = shelf
        self._peers: dict[str, _Peer] = {}
        self._mine = [0] * _PARTS
        self._marks: dict[str, int] = {}
        self._news: dict[str, int | None] = {}
        self._now, self._unix = _LONG_AGO, 0.0
        self._told = _LONG_AGO
        self._changed = True
        shelf.refresh()
        self._note(dict(shelf.states))

    @property
    def count(self) -> int:
        """Number of stories that are here."""
        return sum(1 for state in self._shelf.states.values() if state != GONE)

    @property
    def trouble(self) -> str:
        """What is wrong, for people; empty if nothing is."""
        for name, peer in sorted(self._peers.items()):
            if abs(peer.clock) > _CLOCKS_APART:
                days = abs(peer.clock) / 86_400.0
                return f"our clock and that of hub {name} are {days:.0f} days apart; stories expire by them"
        return ""

    def equal_to(self, name: str) -> bool:
        """Return whether another hub has what this one has, as far as it has said."""
        peer = self._peers.get(name)
        return peer is not None and list(peer.digests) == self._mine

    def advance(self, now: Seconds, unix: float, members: Collection[str] | None = None) -> list[Outgoing]:
        """Return what is to be sent.

        Args:
            now: Monotonic seconds.
            unix: Time of day, Unix seconds.
            members: Hubs that can be reached; None for all that were heard.

        Raises GuestbookError if the book fails.
        """
        self._now, self._unix = now, unix
        made = [Outgoing(ALL, one) for one in self._written()]
        if now - self._told >= (_TOLD_AT_MOST_EVERY if self._changed else _TOLD_EVERY):
            self._told, self._changed = now, False
            digests = b"".join(one.to_bytes(8, "big") for one in self._mine)
            made.append(Outgoing(ALL, Have(unix, self.count, digests)))
        for name, peer in sorted(self._peers.items()):
            if members is None or name in members:
                made += [Outgoing(name, one) for one in self._asked_of(peer, now)]
        return made

    def take(self, sender: str, message: Message) -> list[Outgoing]:
        """Take a message of another hub, and return the answers.

        Raises GuestbookError if the book fails.
        """
        match message:
            case Have():
                self._hear(sender, message)
            case Look(parts):
                wanted = [one for one in parts[:_LOOKED_AT] if 0 <= one < _PARTS]
                return [Outgoing(sender, self._listing(one)) for one in wanted]
            case Listing():
                self._compare(sender, message)
            case Ask(stories, decided):
                made = self._given(stories[:_ASKED], decided[:_ASKED])
                last = next(
                    (i for i, one in enumerate(made) if one.answers), 0
                )  # the rest is asked for again
                return [Outgoing(sender, one) for one in made[: last + 1]]
            case Give():
                self._take_in(sender, message)
                self._strike_out(sender, message)
        return []

    # What is here.

    def _note(self, changed: Mapping[str, int | None]) -> None:
        for one, state in changed.items():
            part = _part(one)
            self._mine[part] ^= self._marks.pop(one, 0)
            if state is not None:
                self._marks[one] = _mark(one, state)
                self._mine[part] ^= self._marks[one]
        self._changed = self._changed or bool(changed)

    def _written(self) -> list[Give]:
        """What people at this hub have written into the book since the last call, for all at once."""
        changed = {**self._news, **self._shelf.refresh()}
        self._news = {}
        new = {one for one in changed if one not in self._marks}
        self._note(changed)
        here = [one for one, state in changed.items() if state is not None and state != GONE][:_PUSHED]
        gone = [one for one, state in changed.items() if state == GONE]
        made = [Give(gone=tuple(gone[at : at + _LISTED])) for at in range(0, len(gone), _LISTED)]
        return made + (self._given([one for one in here if one in new], here, asked=False) if here else [])

    def _listing(self, part: int) -> Listing:
        mine = sorted(one for one in self._marks if _part(one) == part)
        return Listing(part, {one: self._shelf.states[one] for one in mine[:_LISTED]})

    def _given(self, stories: Sequence[str], decided: Sequence[str], *, asked: bool = True) -> list[Give]:
        """Stories, and decisions about them and others, in messages of bounded size; one at least."""
        found, events = self._shelf.read(stories, dict.fromkeys((*stories, *decided)))
        whole = {one.id: one for one in found}
        about: dict[str, list[EventRow]] = {}
        for event in events:
            row = EventRow(event.id, event.story, event.act, event.value, event.at)
            about.setdefault(event.story, []).append(row)
        made: list[Give] = []
        rows: list[StoryRow] = []
        acts: list[EventRow] = []
        ids: list[str] = []
        size = 0
        for one in dict.fromkeys((*stories, *decided)):
            story, mine = whole.get(one), about.get(one, [])
            for at in range(0, max(1, len(mine)), _DECISIONS):
                some = mine[at : at + _DECISIONS]
                more = _OVERHEAD * (1 + len(some))
                more += 4 * len(story.text) + len(story.strokes) if story and not at else 0
                if size and size + more > MOST_BYTES:
                    made.append(Give(tuple(rows), tuple(acts), (), tuple(ids) if asked else ()))
                    size, rows, acts, ids = 0, [], [], []
                size += more
                acts += some
                rows += [_row(story)] if story and not at else []
                ids += [one] if at + _DECISIONS >= len(mine) else []
        return [*made, Give(tuple(rows), tuple(acts), (), tuple(ids) if asked else ())]

    def _take_in(self, sender: str, message: Give) -> None:
        if len(message.gone) > _LISTED:
            self.refused[sender] = f"{sender}: {len(message.gone)} withdrawals, more than {_LISTED}"
            return
        stories, events, gone, refused = taken(message, self._shelf.now())
        refused |= self._shelf.merge(stories, events, gone)
        self.refused |= {one: f"{sender}: {why}" for one, why in refused.items()}
        changed = self._shelf.refresh()
        theirs = {one.id for one in stories} | {one.story for one in events} | set(gone)
        # What somebody here has written meanwhile is told to all, as ever.
        self._news |= {one: state for one, state in changed.items() if one not in theirs}
        self._note({one: state for one, state in changed.items() if one in theirs})

    # What others have.

    def _hear(self, sender: str, message: Have) -> None:
        raw = message.digests
        if len(raw) != 8 * _PARTS:
            self.refused[sender] = f"{sender}: digests of {len(raw)} bytes"
            return
        digests = tuple(int.from_bytes(raw[at : at + 8], "big") for at in range(0, len(raw), 8))
        if sender not in self._peers and len(self._peers) >= _PEERS:
            self.refused[sender] = f"{sender}: {_PEERS} other hubs are known already"
            return
        peer = self._peers.setdefault(sender, _Peer(digests))
        peer.digests, peer.clock = digests, message.at - self._unix if self._unix else 0.0

    def _asked_of(self, peer: _Peer, now: Seconds) -> list[Message]:
        """What is asked of a hub now: stories that are wanted, else lists of parts that differ."""
        if peer.waits and now - peer.asked < _PATIENCE:
            return []
        peer.waits = False
        half = _ASKED // 2
        stories, decided = tuple(peer.stories)[:half], tuple(peer.decided)[:half]
        if stories or decided:
            for wanted, some in ((peer.stories, stories), (peer.decided, decided)):
                for one in some:  # the others first, if no answer comes
                    tries = wanted.pop(one) + 1
                    if tries < _TRIES:
                        wanted[one] = tries
            peer.asked, peer.waits = now, True
            return [Ask(stories, decided)]
        parts = [
            i
            for i, (mine, theirs) in enumerate(zip(self._mine, peer.digests, strict=True))
            if mine != theirs and not _settled(peer.settled.get(i), mine, theirs, now)
        ]
        if not parts:
            peer.differs = None
            return []
        if peer.differs is None:
            peer.differs = now
        if now - peer.differs < _CALM:
            return []
        peer.parts = set(parts[:_LOOKED_AT])
        peer.asked, peer.waits = now, True
        return [Look(tuple(parts[:_LOOKED_AT]))]

    def _compare(self, sender: str, message: Listing) -> None:
        """Find what to delete and what to ask for."""
        peer = self._peers.get(sender)
        if peer is None or not 0 <= message.part < _PARTS:
            return
        wrong = next((one for one in message.states if not is_id(one) or _part(one) != message.part), None)
        if wrong is not None:
            self.refused[sender] = f"{sender}: a list with {wrong[:40]!r} in it"
            return
        if len(message.states) > _LISTED:
            self.refused[sender] = f"{sender}: a list of {len(message.states)} stories, more than {_LISTED}"
            return
        gone, full = [], False
        for one, state in message.states.items():
            mine = self._shelf.states.get(one)
            if mine in (state, GONE):
                continue
            if state == GONE:
                gone.append(one)
            else:
                wanted = peer.stories if mine is None else peer.decided
                if len(wanted) < _WANTED:
                    wanted.setdefault(one, 0)
                full = full or len(wanted) >= _WANTED
        if gone:
            self._take_in(sender, Give(gone=tuple(gone)))
        theirs = 0
        for one, state in message.states.items():
            theirs ^= _mark(one, state)
        if not full:
            peer.settled[message.part] = (self._mine[message.part], theirs, self._now + _SETTLED)
        peer.parts.discard(message.part)
        if not peer.parts:
            peer.waits, peer.differs = False, None

    def _strike_out(self, sender: str, message: Give) -> None:
        peer = self._peers.get(sender)
        if peer is None or not message.answers:
            return
        for one in message.answers:
            peer.stories.pop(one, None)
            peer.decided.pop(one, None)
        peer.waits = False


def _settled(found: tuple[int, int, Seconds] | None, mine: int, theirs: int, now: Seconds) -> bool:
    return found is not None and found[:2] == (mine, theirs) and now < found[2]


def _part(story: str) -> int:
    return int(story[:2], 16)


def _mark(story: str, state: int) -> int:
    """The share of one story in the digest of its part."""
    text = f"{story} {state}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def _row(one: Story) -> StoryRow:
    return StoryRow(one.id, one.hub, one.hour, one.language, one.text, one.strokes, one.expires, one.digest)
