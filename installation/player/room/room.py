"""The room as the player knows it: who is in it, what they did, what stands outside, frame by frame."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from installation.bodies import Laws
from installation.cue.score import Score
from installation.light import Rig
from installation.logs import Refusals
from installation.parameter.tree import Tree
from installation.player.inbox import Entry
from installation.player.interface import Interface
from installation.player.macros.parameters import SEASON
from installation.player.room.bodies import BodyTracks
from installation.player.room.choice import BoundChoice
from installation.player.room.commons import BoundCommons
from installation.player.room.gestures import FLOW, FLOW_ABOVE, BoundGestures
from installation.player.room.marks import BoundMarks
from installation.player.room.people import PeopleSignals
from installation.player.surroundings import HOLDING, BoundFireflies, Hubs, Nature, nature_of
from installation.player.surroundings.fireflies import SEEN
from installation.render.passes.medium import Tables
from installation.show.model import Show
from installation.signal import Signals
from installation.values import Address, Frame, Reading, Seconds

__all__ = ["Room"]

_PEOPLE = "/person"
"""Where people's readings are in a show without an interface."""


class Room:
    """People, their bodies and gestures, the commons, the hubs, the choice and its marks, and nature.

    Args:
        tree, signals: Of the player.
        show: Says where people's readings are.
        rig: Of the venue, with its hubs.
        laws: Aspect of the picture and scale of the piece.
        seed: Of the show.
        refusals: Where gestures that cannot be used are counted.
        nature: Of the venue's place; that of the default place by the wall clock when None.

    Attributes:
        people: Readings of people, by person.
        tracks: The people as bodies.
        gestures: What arms do, by place.
        commons: Territories and their shares.
        hubs: Light stations.
        fireflies: Lights of the stations, which fall into step.
        choice: What the room decides.
        marks: What cycles have left.
        nature: Sun, moon, tide and season.
    """

    def __init__(
        self,
        tree: Tree,
        signals: Signals,
        show: Show,
        rig: Rig,
        laws: Laws,
        seed: int,
        refusals: Refusals,
        nature: Nature | None,
    ) -> None:
        self._tree = tree
        self.people = PeopleSignals(signals, _people_of(show))
        self.tracks = BodyTracks(tree, signals, laws)
        self.gestures = BoundGestures(refusals)
        self.commons = BoundCommons(tree, signals, seed)
        self.choice, self.marks = BoundChoice(tree, signals), BoundMarks(tree, signals)
        self.hubs, self.nature = Hubs(rig.hubs, signals, tree), nature or nature_of()
        self.fireflies = BoundFireflies(tree, signals, seed, laws.aspect)
        self.fireflies.follow(rig.hubs, rig.hub, looks=rig.seen)

    def advance(self, frame: Frame, interface: Interface, rate: float, score: Score, section: float) -> None:
        """Process one frame, the interface of the room's people included.

        Args:
            frame: The frame.
            interface: Answers the people.
            rate: Seconds of the cue clock in one second: the time in which the room decides.
            score: Its cycle, and how often somebody has moved it.
            section: What the scene on show is: 0 = plan .. 1 = section.
        """
        people = self.people.read(frame.time)
        interface.advance(frame, people, self.tracks.delays)
        attribution = interface.attribution
        sources = None if attribution is None else attribution.source
        self.tracks.advance(frame, people, interface.answers, sources, section)
        self.gestures.advance(frame, self.tracks, attribution)
        self.commons.advance(frame)
        self.hubs.advance(frame)
        self.fireflies.advance(frame)
        self.choice.advance(
            frame, self.tracks.bodies, self.tracks.laws, self.hubs.held, rate, score.manual_moves
        )
        self.marks.advance(frame, self.choice.healed, score.cycle)

    @property
    def fields(self) -> Mapping[Address, Callable[[Reading, Seconds], None]]:
        """Who takes readings that are no signals, by address."""
        return {
            FLOW: self.gestures.hear,
            FLOW_ABOVE: self.gestures.hear,
            HOLDING: self.hubs.hear,
            SEEN: self.fireflies.see,
        }

    def readings(self, frame: Frame, now: Seconds) -> list[Entry]:
        """Return what the room and nature tell the next frame."""
        # Everybody is told the season, so no private signal shifts it.
        shift = self._tree.get_shown(SEASON)[0]
        return [*self.nature.readings(frame, now, shift), *self.choice.readings(now)]

    def lift(
        self, rig: Rig, other: NDArray[np.float32] | None, master: float = 1.0
    ) -> NDArray[np.float32] | None:
        """Return the light that is added to lamps: that of ``other``, pilots and fireflies of their hubs.

        Args:
            rig: The venue's lamps.
            other: ``(lamps, 3)`` linear light; None for none.
            master: Factor on the light, where that of the lamps is not applied later.
        """
        return self.fireflies.lift(rig, self.hubs.lift(rig, other, master), master)

    def tables(self, stories: NDArray[np.float32], ink: Sequence[NDArray[np.float16]]) -> Tables:
        """Return what the medium and scenes draw of the room, with what the stories give."""
        bodies, gestures = self.tracks.bodies.table, self.gestures.table
        hubs = self.fireflies.table()
        return Tables(bodies, self.commons.table(), self.tracks.reform, stories, ink, gestures, hubs)

    def follow(self, show: Show) -> None:
        """Go on with an edited show."""
        self.people.follow(_people_of(show))

    def repatch(self, rig: Rig) -> None:
        """Go on with the hubs of an edited venue."""
        self.hubs.follow(rig.hubs)
        self.fireflies.follow(rig.hubs, rig.hub, looks=rig.seen)


def _people_of(show: Show) -> Address:
    return show.interface.people if show.interface else _PEOPLE
