"""What ``status --json``, the HUD, the panel's page, ``/health`` and ``/metrics`` tell: one typed value.

The stage fills ``StageStatus``; the keeper adds what it knows and answers with ``Status``. A field stands
in ``model``, with its meaning, and where it is filled in; JSON, the reference page and metrics follow.

As JSON, a part that does not exist (a show without an interface, a guard that has never stepped in) is an
empty object. Fields are added, and never removed or given another meaning.
"""

from installation.status.encoding import (
    from_json,
    gathered,
    inviting,
    meanings,
    sounding,
    taken,
    to_json,
    working,
)
from installation.status.model import (
    MOST_UNIVERSES,
    AdapterStatus,
    ContainedStatus,
    ControlStatus,
    FrameStatus,
    GuardStatus,
    InboxStatus,
    InterfaceStatus,
    InterventionStatus,
    InvitationStatus,
    KeeperStatus,
    LoopStatus,
    MediaStatus,
    NatureStatus,
    PairingNote,
    ProcessStatus,
    QuarantineStatus,
    RefusalStatus,
    ScoreStatus,
    SoundStatus,
    StageStatus,
    Status,
    TargetStatus,
    TempoStatus,
    UniverseStatus,
)
from installation.status.shares import DecisionStatus, ShareStatus, StationShare, sharing
from installation.status.site import SiteStatus

__all__ = [
    "MOST_UNIVERSES",
    "AdapterStatus",
    "ContainedStatus",
    "ControlStatus",
    "DecisionStatus",
    "FrameStatus",
    "GuardStatus",
    "InboxStatus",
    "InterfaceStatus",
    "InterventionStatus",
    "InvitationStatus",
    "KeeperStatus",
    "LoopStatus",
    "MediaStatus",
    "NatureStatus",
    "PairingNote",
    "ProcessStatus",
    "QuarantineStatus",
    "RefusalStatus",
    "ScoreStatus",
    "ShareStatus",
    "SiteStatus",
    "SoundStatus",
    "StageStatus",
    "StationShare",
    "Status",
    "TargetStatus",
    "TempoStatus",
    "UniverseStatus",
    "from_json",
    "gathered",
    "inviting",
    "meanings",
    "sharing",
    "sounding",
    "taken",
    "to_json",
    "working",
]
