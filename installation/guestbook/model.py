"""Stories, what was decided about them, and what follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from installation.guestbook.versions import order

__all__ = ["ACTS", "ON_THE_WALL", "Act", "Event", "Standing", "State", "Story", "on_the_wall", "standing"]

ON_THE_WALL: Final = 64
"""Most stories that scenes are given: as many as the atlas of their ink has cells."""


class Act(StrEnum):
    """What staff decide about a story."""

    APPROVED = "approved"
    HIDDEN = "hidden"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    THEMED = "themed"
    UNDONE = "undone"


ACTS: Final = {
    "approve": Act.APPROVED, "hide": Act.HIDDEN, "pin": Act.PINNED, "unpin": Act.UNPINNED,
    "theme": Act.THEMED,
}  # fmt: skip
"""What staff ask for, and the event that it becomes."""


class State(StrEnum):
    """Where a story stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Story:
    """What a visitor has left. Nothing in it says who that was.

    Attributes:
        id: UUID.
        hub: Name of the station where it was left; empty where there is one only.
        hour: Unix seconds of the hour in which it came.
        language: BCP 47 tag; empty for a drawing.
        text: The sentence; empty for a drawing.
        strokes: The drawing as ``strokes.stored`` returns it; empty for a sentence.
        expires: Unix seconds after which it is deleted.
        digest: Of the withdrawal code.
    """

    id: str
    hub: str
    hour: int
    language: str
    text: str
    strokes: str
    expires: int
    digest: str


@dataclass(frozen=True, slots=True)
class Event:
    """One decision about one story.

    Attributes:
        id: UUID.
        story: Id of the story.
        act: What was decided.
        value: The theme of ``THEMED``; the id of the event that ``UNDONE`` takes back.
        at: Its date (``versions``), about Unix milliseconds; two of one machine are never equal.
    """

    id: str
    story: str
    act: Act
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A story and what its events have made of it.

    Attributes:
        story: The story.
        state: Where it stands.
        pinned: Whether it stays on the wall while others come and go.
        theme: Its theme; empty for none.
        since: Unix milliseconds of the event that the state comes from; 0 while it waits.
    """

    story: Story
    state: State = State.WAITING
    pinned: bool = False
    theme: str = ""
    since: int = 0


def standing(story: Story, events: Iterable[Event]) -> Standing:
    """Return what a story's events make of it, in whatever order they are given: the latest counts."""
    ordered = sorted(events, key=lambda one: order(one.at, one.id))
    undone = {one.value for one in ordered if one.act is Act.UNDONE}
    state, pinned, theme, since = State.WAITING, False, "", 0
    for one in ordered:
        if one.id in undone:
            continue
        match one.act:
            case Act.APPROVED | Act.HIDDEN:
                state, since = State(one.act.value), one.at
            case Act.PINNED | Act.UNPINNED:
                pinned = one.act is Act.PINNED
            case Act.THEMED:
                theme = one.value
            case Act.UNDONE:
                pass
    return Standing(story, state, pinned, theme, since)


def on_the_wall(stories: Iterable[Standing], most: int = ON_THE_WALL) -> Sequence[Standing]:
    """Return what scenes are to tell: approved stories, pinned ones first, then the newest."""
    told = [one for one in stories if one.state is State.APPROVED]
    told.sort(key=lambda one: (not one.pinned, -one.since, one.story.id))
    return told[:most]
