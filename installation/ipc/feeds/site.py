"""What passes between the stage and the hub process over the bus of one machine.

==============  ==========================  ===========================================================
key             payload (msgpack)           when
==============  ==========================  ===========================================================
``site/own``    ``Own``; kept               from the stage, 20 Hz, and at once when a cue begins or a pad
                                            changes
``site/fired``  ``Fired``                   from the stage, when it carried out a command that others follow
``site/view``   ``View``; kept              from the hub process, 10 Hz
``site/said``   ``Said``                    from the hub process, at once: an event of another hub
``site/shares`` ``status.ShareStatus``; kept  from the hub process, 1 Hz: the fair share, for people
``site/release``  a name, UTF-8             from the stage: staff say that this hub will not return
==============  ==========================  ===========================================================

Times are of the monotonic clock of this machine. Nothing about single people is in them: a hub says how many
are there, and what its lamps and pads do. The stage takes what it hears as readings, so that a recording
holds them.
"""

from typing import Final

import msgspec

from installation.status import DecisionStatus
from installation.values import Address, Scalar, Seconds

__all__ = [
    "FIRED",
    "FLASH",
    "HUB",
    "OWN",
    "RELEASE",
    "SAID",
    "SHARES",
    "STANDING",
    "VIEW",
    "Fired",
    "Own",
    "Said",
    "Station",
    "View",
]

HUB: Final = "hub"
"""Name that is alive on the bus while the hub process runs."""
OWN: Final = "site/own"
FIRED: Final = "site/fired"
VIEW: Final = "site/view"
SHARES: Final = "site/shares"
RELEASE: Final = "site/release"
SAID: Final = "site/said"
STANDING: Final = "site-standing"
"""Name of what a stage plays, among ``Fired``; the same name is the command by which others follow it. Its
values: 1 if something has changed, else 0; then those of the command."""
FLASH: Final = "/site/flash"
"""Name of a flash of our firefly, among ``Fired``, and address of that of another, among ``Said``. Values:
name of the hub, its place x and y in the picture, and which flash of its burst it is, from 0."""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """This station as its stage knows it.

    Attributes:
        at: Monotonic seconds.
        show: Name of the show.
        cue: Id of the cue that stands; empty before the first.
        scene: Id of the scene.
        pad: Whether somebody holds a pad or button of the station.
        people: How many people are there.
        level: Its pilot light, linear, 0..1.
        demand: Power that its lamps would take as they are driven, before its share limits them, watts.
        floor: The least that it needs, watts.
        cap: The most that its lamps can take, watts.
        lumens: As ``demand``, in light for the neighbours' sake; 0 if unknown.
        lumens_cap: The most light that its lamps can give.
        limit: The most that its lamps may take at this moment, watts: a share that has just fallen counts
            once the wire has it. -1 if nothing limits them, or if they may still hold a look from before.
        lumens_limit: As ``limit``, in lumens.
        safe: Power of the lamps in the safe look, watts.
        safe_lumens: Light of the lamps in the safe look.
        reform: How the site is to divide its budget, 0 by privilege .. 1 fairly.
        alpha: Of alpha-fairness; 32 is max-min fair.
        flashing: Whether its firefly is lit.
        leaving: Whether a visitor's story is setting out from it.
        coming: Whether a story of another hub is coming to it.
        order: How far the fireflies of the site are in step, 0..1 (signal ``/site/order``).
        blackout: Whether it is dark on purpose, by blackout or panic.
        age: Of the values when they were told to another hub, seconds; grows while the stage hangs.
    """

    at: Seconds
    age: Seconds = 0.0
    show: str = ""
    cue: str = ""
    scene: str = ""
    pad: bool = False
    people: int = 0
    level: float = 0.0
    demand: float = 0.0
    floor: float = 0.0
    cap: float = 0.0
    lumens: float = 0.0
    lumens_cap: float = 0.0
    limit: float = -1.0
    lumens_limit: float = -1.0
    safe: float = 0.0
    safe_lumens: float = 0.0
    reform: float = 1.0
    alpha: float = 32.0
    flashing: bool = False
    leaving: bool = False
    coming: bool = False
    order: float = 0.0
    blackout: bool = False

    @property
    def events(self) -> tuple[object, ...]:
        """What is told at once when it changes."""
        light = self.flashing, self.leaving, self.coming, self.blackout
        return self.show, self.cue, self.scene, self.pad, *light


class Fired(msgspec.Struct, frozen=True):
    """A command that the stage has carried out.

    Attributes:
        name: Of the command: ``cue``, ``go``, ``panic``, ``blackout``, ...
        values: Its arguments, resolved: a GO is told as the cue that it began.
        at: Monotonic seconds of the frame.
        source: Who gave it; what came from the site is not sent round again.
    """

    name: str
    values: tuple[Scalar, ...]
    at: Seconds
    source: str = ""


class Said(msgspec.Struct, frozen=True):
    """Something that happened at another hub, for the inbox.

    Attributes:
        address: Of a reading below ``/hub/`` or ``/site/``, or ``command:NAME``.
        values: What it says.
        at: Monotonic seconds at which it is to take effect; in the past: at once.
    """

    address: Address
    values: tuple[Scalar, ...]
    at: Seconds


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One hub of the site, as this one knows it.

    Attributes:
        name: Of the hub.
        state: ``here``, ``away`` (was here, is not reached), ``left`` (said goodbye), ``refused``, or
            ``unheard`` (the venue lists it).
        note: Why it is refused or away.
        version: Of its program.
        cue, pad, people, level, demand, cap, flashing, leaving, coming: As in ``Own``.
        share: What it may take, watts; -1 if nothing is agreed.
        has: What it gets of what it asks for, 0..1; -1 if nothing is agreed.
        reserved: Whether it is not reached and keeps its share meanwhile.
        lag: Seconds since it was heard last.
        age: Seconds since its stage said what stands here; -1 if it never did.
        error: Bound of the error of its clock against the site's, seconds; -1 if unknown.
    """

    name: str
    state: str = "here"
    note: str = ""
    version: str = ""
    cue: str = ""
    pad: bool = False
    people: int = 0
    level: float = 0.0
    demand: float = 0.0
    cap: float = 0.0
    flashing: bool = False
    leaving: bool = False
    coming: bool = False
    share: float = -1.0
    has: float = -1.0
    reserved: bool = False
    lag: float = 0.0
    age: float = -1.0
    error: float = -1.0


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The site as this hub sees it.

    Attributes:
        at: Monotonic seconds.
        site: Name of the site.
        hub: Name of this station.
        role: ``leader``, ``standby`` or ``hub``.
        leader: Name of the leader; empty while there is none.
        epoch: Of the leader.
        stations: Every hub that is or was here, this one included, by name.
        offset: Site time minus our monotonic time, seconds.
        error: Bound of its error, seconds; -1 if unknown.
        budget: What the site may take, watts; -1 if nothing limits it.
        share: What this station may take, watts; -1 if nothing limits it.
        lumens: What light it may give in the quiet hours; -1 if nothing limits it.
        reserved: What hubs may take that are not reached, watts; nobody else uses it.
        ledger: The newest decisions on the shares, the newest first.
        gini, jain: Of the shares in relation to what each could use.
        order: How far the fireflies of the site are in step, 0..1.
        stories: Stories of the site that are here.
        trouble: What is wrong, for ``status``; empty if nothing is.
    """

    at: Seconds
    site: str = ""
    hub: str = ""
    role: str = "hub"
    leader: str = ""
    epoch: int = 0
    stations: tuple[Station, ...] = ()
    offset: Seconds = 0.0
    error: Seconds = -1.0
    budget: float = -1.0
    share: float = -1.0
    lumens: float = -1.0
    reserved: float = 0.0
    ledger: tuple[DecisionStatus, ...] = ()
    gini: float = 0.0
    jain: float = 1.0
    order: float = 0.0
    stories: int = 0
    trouble: str = ""
