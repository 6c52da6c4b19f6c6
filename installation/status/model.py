"""Every field of the status, with its meaning; see ``installation.status``."""

from typing import Annotated, Final

import msgspec

from installation.status.shares import ShareStatus
from installation.status.site import SiteStatus
from installation.values import Seconds

__all__ = [
    "MOST_UNIVERSES",
    "AdapterStatus",
    "ContainedStatus",
    "ControlStatus",
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
    "SoundStatus",
    "StageStatus",
    "Status",
    "TargetStatus",
    "TempoStatus",
    "UniverseStatus",
]


def _means(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class FrameStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the frames go."""

    index: Annotated[int, _means("Number of the last frame; counts from 0")] = 0
    fps: Annotated[float, _means("Frames a second, mean of the last ten seconds")] = 0.0
    p50_ms: Annotated[float, _means("Half of the frames came within so many milliseconds of the last")] = 0.0
    p99_ms: Annotated[float, _means("99 % of them did")] = 0.0
    late: Annotated[int, _means("Frames that took more than one and a half periods, since the start")] = 0
    scale: Annotated[float, _means("Share of the picture's size at which scenes are drawn, 0..1")] = 1.0


class InterventionStatus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time that a guard stepped in."""

    seconds: Annotated[Seconds, _means("How long it lasted")]
    cause: Annotated[str, _means("Why, in one word")]
    reason: Annotated[str, _means("Why, for people")]
    reduction: Annotated[float, _means("Greatest share of the light that was taken away, 0..1")]
    cut: Annotated[float, _means("Greatest share of the lit points that were cut, 0..1")] = 0.0
    deepest: Annotated[float, _means("Greatest share of its light that one of them lost, 0..1")] = 0.0
    moved: Annotated[float, _means("Greatest share of R + G + B moved out of saturated red, 0..1")] = 0.0
    contrast: Annotated[float, _means("Least that was left of the contrast of stripes, 0..1")] = 1.0
    where: Annotated[str, _means("Part of the picture, or fixture")] = ""
    during: Annotated[str, _means("What was playing")] = ""
    causes: Annotated[dict[str, Seconds], _means("Seconds of each cause where there were several")] = {}


class GuardStatus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a guard does."""

    active: Annotated[bool, _means("It darkens now")] = False
    reduction: Annotated[float, _means("Share of the light that it takes away now, 0..1")] = 0.0
    cut: Annotated[float, _means("Share of the lit points that it cuts now, 0..1; of the picture's")] = 0.0
    deepest: Annotated[float, _means("Share of its light that the one cut deepest loses, 0..1")] = 0.0
    softened: Annotated[float, _means("Share of the area that is darkened around cuts, for soft edges")] = 0.0
    moved: Annotated[float, _means("Share of R + G + B that it moves out of saturated red now, 0..1")] = 0.0
    contrast: Annotated[float, _means("What it leaves of the contrast of stripes now, 0..1")] = 1.0
    cause: Annotated[str, _means("Why, in one word; empty while it does nothing")] = ""
    mean: Annotated[float | None, _means("The room's light, 0..1; of the lamps' guard only")] = None
    interventions: Annotated[int, _means("How often it has stepped in since the start")] = 0
    last: Annotated[InterventionStatus | None, _means("The last time that it did")] = None


class RefusalStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for which something was refused."""

    source: Annotated[str, _means("Which part of the program refused it")]
    reason: Annotated[str, _means("Why")]
    example: Annotated[str, _means("The last of them: address, value or sender; nothing private")] = ""
    remedy: Annotated[str, _means("What a person can do about it")] = ""
    count: Annotated[int, _means("How often, since the start")] = 0


class InvitationStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to breathe, and what comes of it; of five or more people or of simulated ones only."""

    breaths: Annotated[
        float | None, _means("Breaths a minute to which the light invites; null while it follows few people")
    ] = None
    step: Annotated[
        float | None, _means("Squared phase locking of the breaths to it, 0..1; null until it is known")
    ] = None
    before: Annotated[float | None, _means("The same among the breaths before it began")] = None
    now: Annotated[float | None, _means("And now")] = None


class InterfaceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The interface of a show with a ``states.toml``."""

    state: Annotated[str, _means("The state it stands in")]
    since: Annotated[Seconds, _means("For how long")]
    refused: Annotated[str, _means("Why a state that was asked for did not begin")] = ""
    people: Annotated[int, _means("People that are there, those whom an adapter simulates included")] = 0
    sensed: Annotated[int, _means("Those of them whose heart or breath is known")] = 0
    stand_ins: Annotated[int, _means("Those of these whom an adapter simulates")] = 0
    simulated: Annotated[int, _means("Missing places that simulated presence takes")] = 0
    told: Annotated[
        str, _means("Of whom the values are that leave the room: people, simulated, mixed or nobody")
    ] = "nobody"
    told_of: Annotated[
        dict[str, str], _means("The same of each: coherence, arousal, calm; mixed while it changes over")
    ] = {}
    coherence: Annotated[float, _means("How much together they breathe, 0..1, as it may be told")] = 0.0
    arousal: Annotated[float, _means("How far hearts are above their rest, 0..1, as it may be told")] = 0.0
    calm: Annotated[float, _means("How calm they are, 0..1, as it may be told")] = 0.0
    invitation: Annotated[InvitationStatus | None, _means("To breathe; empty while there is none")] = None


class NatureStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Nature at the venue's place."""

    tide: Annotated[str, _means("imagined, or constants: those that the venue gives")] = "imagined"
    weather: Annotated[
        str, _means("imagined, file, stale (it is too old: imagined again) or missing (not readable yet)")
    ] = "imagined"
    weather_age_s: Annotated[Seconds | None, _means("How old what the file says is; null without")] = None


class ScoreStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a show that has one."""

    time: Annotated[Seconds, _means("Since the cycle began")]
    length: Annotated[Seconds, _means("Of a cycle")]
    running: Annotated[bool, _means("Whether its clock runs")]
    cycle: Annotated[int, _means("Number of the cycle, from 0")]
    act: Annotated[int, _means("Number of the act; 0 before the first")]
    speed: Annotated[float, _means("Factor on the cue clock")] = 1.0


class LoopStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The feedback loops of a show that has some."""

    gain: Annotated[float, _means("Loop gain; above 1 the loops go by themselves")]
    exponent: Annotated[float, _means("Largest Lyapunov exponent in 1/s; positive is chaos")]
    reseed: Annotated[float, _means("How strongly the loops are stirred, 0..1")]
    reason: Annotated[str, _means("Against what they are stirred")]


class TempoStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The beat clock, and what waits for it."""

    bpm: Annotated[float, _means("Beats a minute")] = 120.0
    meter: Annotated[int, _means("Beats of a bar")] = 4
    bar: Annotated[int, _means("Number of the bar, from 1")] = 1
    beat: Annotated[int, _means("Number of the beat in its bar, from 1")] = 1
    source: Annotated[str, _means("Who sets it: default, set, tap, midi PORT or free (lost)")] = "default"
    time_code: Annotated[float, _means("Frames a second of MIDI time code that comes in; or 0")] = 0.0
    waiting: Annotated[str, _means("Id of the cue that waits for its beat; empty if none does")] = ""
    waiting_beats: Annotated[float, _means("Beats until then")] = 0.0
    loops: Annotated[dict[str, str], _means("Gesture loops that hold something, by slot")] = {}


class InboxStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What came in to the stage."""

    taken: Annotated[int, _means("Readings and commands taken in")] = 0
    dropped: Annotated[int, _means("Those that came too fast and were dropped")] = 0


class TargetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One target of an adapter that sends messages."""

    name: Annotated[str, _means("Its name in shows")]
    address: Annotated[str, _means("Where it is: protocol, host and port; a MIDI port")]
    state: Annotated[str, _means("up, resolving, connecting, refused, slow, or why it is down")]
    sent: Annotated[int, _means("Messages sent")] = 0
    merged: Annotated[int, _means("Values of streams that a newer one replaced before they were sent")] = 0
    dropped: Annotated[int, _means("Messages that could not be sent in time")] = 0
    refused: Annotated[int, _means("How often its host said that nobody listens there")] = 0


class AdapterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One adapter: a device, a network protocol."""

    name: Annotated[str, _means("Its name in the venue file")]
    kind: Annotated[str, _means("artnet, sacn, osc, midi, ...")]
    state: Annotated[str, _means("up, down or closed")]
    detail: Annotated[str, _means("Where it is connected; while it is down, why")] = ""
    rx: Annotated[int, _means("Messages received")] = 0
    tx: Annotated[int, _means("Messages sent")] = 0
    dropped: Annotated[int, _means("Messages that were refused or lost")] = 0
    targets: Annotated[tuple[TargetStatus, ...], _means("Those to which it sends messages")] = ()


class MediaStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What an image input of the show gets: a picture, a video, a camera or a stream."""

    input: Annotated[str, _means("Address of the input")]
    source: Annotated[str, _means("File as the show names it, device or address")]
    kind: Annotated[str, _means("image, video, camera or stream")]
    state: Annotated[str, _means("opening, playing, paused, ended, resting (not shown) or lost")]
    reason: Annotated[str, _means("Why it is lost; empty normally. The input is black then")] = ""
    width: Annotated[int, _means("Pixels")] = 0
    height: Annotated[int, _means("Pixels")] = 0
    position_s: Annotated[Seconds, _means("Where a video stands")] = 0.0
    length_s: Annotated[Seconds, _means("How long it is; 0 for live pictures")] = 0.0
    late: Annotated[int, _means("Frames that were left out because they were late")] = 0


class SoundStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The sound process: what it plays, and what it listens to."""

    state: Annotated[
        str,
        _means("Of the output: opening, up, down, silent (there is no device), off (none is wanted), away"),
    ] = "opening"
    reason: Annotated[str, _means("Why it is not up; empty normally")] = ""
    output: Annotated[str, _means("Device that plays")] = ""
    channels: Annotated[int, _means("Channels of it that are used")] = 0
    latency_ms: Annotated[float, _means("Milliseconds of sound that wait in its buffer")] = 0.0
    input_state: Annotated[str, _means("Of the input; the same words")] = "opening"
    input_reason: Annotated[str, _means("Why it is not up; empty normally")] = ""
    input: Annotated[str, _means("Device that listens")] = ""
    muted: Annotated[str, _means("What silences it: mute, blackout, panic, cue; empty for nothing")] = ""
    level_db: Annotated[float, _means("Master fader in decibels")] = 0.0
    momentary: Annotated[
        float, _means("Loudness of our output in LUFS, over 0.4 s; -120 in silence")
    ] = -120.0
    short_term: Annotated[float, _means("Loudness of our output in LUFS, over 3 s")] = -120.0
    true_peak: Annotated[float, _means("True peak of our output in dBTP, the most of the last 3 s")] = -120.0
    reduction_db: Annotated[float, _means("Decibels by which the limiter lowers it now")] = 0.0
    dba: Annotated[
        float | None, _means("dB(A) at the listeners, LAeq of 1 s; null if it was not measured")
    ] = None
    dbc: Annotated[float | None, _means("dB(C) there, over 1 s; likewise")] = None
    voices: Annotated[int, _means("Voices of the soundscape that sound")] = 0
    load: Annotated[float, _means("Share of real time that making the sound takes, 0..1")] = 0.0
    underruns: Annotated[int, _means("Gaps in the output since the start, because sound came too late")] = 0
    removed_db: Annotated[float, _means("Decibels by which our own output is removed from the input")] = 0.0
    overruns: Annotated[int, _means("Gaps in the input since the start")] = 0
    refused: Annotated[int, _means("Blocks of the soundscape that were no numbers, and were silent")] = 0
    scrubbed: Annotated[
        int, _means("Samples before the limiter that were no numbers or absurdly large, and were silent")
    ] = 0
    input_scrubbed: Annotated[
        int, _means("Samples of the input that were no numbers or far beyond full scale, and were silent")
    ] = 0
    reopened: Annotated[int, _means("How often a device was opened again after it was lost")] = 0
    lost: Annotated[dict[str, str], _means("Sound files that cannot be played, by name, and why")] = {}


class ProcessStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the program."""

    name: Annotated[str, _means("keeper, stage, panel, operator or sound")]
    pid: Annotated[int | None, _means("Its process id; null while there is none")]
    state: Annotated[str, _means("running or stopped")]
    restarts: Annotated[int, _means("How often it was started again")] = 0
    trouble: Annotated[str, _means("The last error that it logged since its start; empty for none")] = ""


class UniverseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One universe as it was put on the wire in the last 5 to 10 s; the moment would tell a pulse."""

    number: Annotated[int, _means("Its number in the venue file")]
    lit: Annotated[int, _means("Channels that are above 0, of 512")]
    peak: Annotated[float, _means("Highest channel, 0..1")]


class QuarantineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One shader in quarantine."""

    path: Annotated[str, _means("Its file")]
    reason: Annotated[str, _means("How it took the stage down")]


class ContainedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a frame that has failed while the show went on."""

    part: Annotated[str, _means("Which part, e.g. the bus, or a frame")]
    count: Annotated[int, _means("How often, since the start")]
    last: Annotated[str, _means("The last reason")]


class ControlStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The control socket."""

    clients: Annotated[int, _means("Clients that are connected now")] = 0
    refused: Annotated[int, _means("Requests that were refused, since the start")] = 0
    crowded_out: Annotated[int, _means("Clients that had to make room for others")] = 0
    failed: Annotated[int, _means("Requests at which the keeper itself failed")] = 0


class KeeperStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The process that owns the lamps."""

    rate: Annotated[float, _means("Frames a second that go to the lamps")] = 0.0
    frames: Annotated[int, _means("Frames sent to the lamps")] = 0
    received: Annotated[int, _means("Frames of light that came from the stage")] = 0
    rejected: Annotated[int, _means("Frames of the stage that were refused")] = 0
    failed: Annotated[int, _means("Frames to the lamps that could not be made: the last one stood")] = 0
    late: Annotated[int, _means("Frames to the lamps that were late by a period or more")] = 0
    p99_ms: Annotated[float, _means("99 % of the frames to the lamps were late by less than this")] = 0.0
    scheduling: Annotated[str, _means("How the lamps' thread is scheduled")] = ""
    look: Annotated[str, _means("What the lamps show: dark, live, held, fading, safe or panic")] = ""
    blackout: Annotated[bool, _means("The lamps are blacked out")] = False
    panic: Annotated[bool, _means("The lamps fade to the safe look, because the stage did not")] = False
    guard: Annotated[GuardStatus | None, _means("The lamps' guard")] = None
    universes: Annotated[tuple[UniverseStatus, ...], _means("The first 64 universes on the wire")] = ()
    safe_mode: Annotated[str, _means("Why the inputs are off; empty normally")] = ""
    safe_mode_left_s: Annotated[Seconds, _means("Until inputs are tried again, in safe mode")] = 0.0
    last_death: Annotated[str, _means("How the stage ended last; empty if it never did")] = ""
    quarantine: Annotated[
        tuple[QuarantineStatus, ...], _means("Shaders that are not loaded, of this show and of others")
    ] = ()
    folder: Annotated[tuple[str, ...], _means("What cannot be kept in the state folder, and why")] = ()
    control: Annotated[ControlStatus | None, _means("The control socket")] = None
    failures: Annotated[int, _means("Failures that the keeper's loop has survived")] = 0


class StageStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The stage's part: what is played."""

    show: Annotated[str, _means("Name of the show")] = ""
    cue: Annotated[str, _means("Id of the cue that runs; empty before the first")] = ""
    cue_name: Annotated[str, _means("Its name")] = ""
    standby: Annotated[str, _means("Id of the cue that the next GO plays; empty at the list's end")] = ""
    scene: Annotated[str, _means("Id of the scene")] = ""
    blackout: Annotated[bool, _means("A blackout holds, on the picture or the lamps")] = False
    held_by: Annotated[str, _means("Signals whose routes hold the blackout, which no switch ends")] = ""
    asked_by: Annotated[str, _means("Cue that asks for the blackout, and whose next one ends it")] = ""
    panic: Annotated[bool, _means("A panic holds, on the picture or the lamps")] = False
    recording: Annotated[str, _means("File that all input is recorded to; empty for none")] = ""
    interface: Annotated[InterfaceStatus | None, _means("The interface's state")] = None
    nature: Annotated[NatureStatus | None, _means("Nature at the venue's place")] = None
    score: Annotated[ScoreStatus | None, _means("Where the score stands")] = None
    schedule: Annotated[str, _means("What the schedule gives next, and when; empty without one")] = ""
    loop: Annotated[LoopStatus | None, _means("The feedback loops")] = None
    tempo: Annotated[TempoStatus | None, _means("The beat")] = None
    macros: Annotated[dict[str, float], _means("Macros and trims off neutral, by name: fader, 0..1")] = {}
    frame: Annotated[FrameStatus | None, _means("How the frames go")] = None
    guard: Annotated[GuardStatus | None, _means("The picture's guard")] = None
    inbox: Annotated[InboxStatus | None, _means("What came in to the stage")] = None
    errors: Annotated[tuple[str, ...], _means("What is wrong in the show's files; the last good plays")] = ()
    notices: Annotated[tuple[str, ...], _means("What people should know of an edit that was taken over")] = ()
    media: Annotated[tuple[MediaStatus, ...], _means("Pictures and videos that the show's inputs get")] = ()
    sound: Annotated[SoundStatus | None, _means("Sound, where its process runs")] = None
    shares: Annotated[ShareStatus | None, _means("The budget that stations share, where there is one")] = None
    adapters: Annotated[tuple[AdapterStatus, ...], _means("Devices: the keeper's, then the stage's")] = ()
    refused: Annotated[tuple[RefusalStatus, ...], _means("What could not be used, and why")] = ()
    safe_mode: Annotated[str, _means("Why the inputs are off; empty normally")] = ""
    quarantine: Annotated[tuple[QuarantineStatus, ...], _means("Shaders that took the stage down")] = ()
    contained: Annotated[tuple[ContainedStatus, ...], _means("What has failed while the show went on")] = ()


class Status(StageStatus, frozen=True, kw_only=True):
    """Everything."""

    uptime_s: Annotated[Seconds, _means("Since the program was started")] = 0.0
    keeper: Annotated[KeeperStatus | None, _means("The keeper, with the lamps")] = None
    site: Annotated[SiteStatus | None, _means("The site, where this machine is one hub of several")] = None
    processes: Annotated[tuple[ProcessStatus, ...], _means("The program's processes")] = ()


class PairingNote(msgspec.Struct, frozen=True, kw_only=True):
    """Where the panel is, and what pairs a browser with it.

    Told to who sits at the machine, on the control socket and the HUD; it is no part of ``Status``, which the
    panel tells further.

    Attributes:
        address: URL of the page.
        network: Whether others than this machine can reach it.
        codes: Pairing code by role.
    """

    address: str = ""
    network: bool = False
    codes: dict[str, str] = {}

    def hint(self) -> str:
        """The HUD's line: the least code, since an audience may read it. Empty where nobody has to pair."""
        code = self.codes.get("viewer", "")
        return f"page {self.address}   pairing code to look in: {code}" if self.network and code else ""


MOST_UNIVERSES: Final = 64  # that are told of one by one
