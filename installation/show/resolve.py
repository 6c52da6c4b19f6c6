"""Checks references between files that can be checked from the files alone.

References to a shader's inputs, a fixture's profile or a modulator are checked where those are known.
"""

from collections.abc import Collection, Iterator, Sequence

from installation import paths
from installation.errors import nearest
from installation.show.mapping import EDGES, overlaps
from installation.show.model import EffectSpec, SceneSpec, Show
from installation.show.outgoing.targets import duplicates
from installation.show.site import site_findings
from installation.show.speakers import speaker_findings
from installation.show.venue_model import AdapterSpec, FixtureSpec, PixelSpec, Venue
from installation.values import CHANNELS, LAST_UNIVERSE, MOST_IN_SPAN, Finding, Where

__all__ = ["pixel_channels", "references", "show_references", "venue_references"]

_LEAST_SEAM = 0.002
"""Share of a display's area that its soft edge may be narrower than the overlap."""
PER_PIXEL = {"rgb": 3, "grb": 3, "rgbw": 4, "w": 1}


def references(show: Show, venue: Venue, kinds: Collection[str] = ()) -> list[Finding]:
    """Return findings about all invalid references of a show and a venue.

    Args:
        show: The show.
        venue: The venue.
        kinds: Installed kinds of adapter; empty skips that check.
    """
    return show_references(show) + venue_references(venue, kinds)


def show_references(show: Show) -> list[Finding]:
    """Return missing shader files, unknown scenes and signals, and duplicate cue ids.

    Presets are not checked: they may be older than the show, and unknown names in them are harmless.
    """
    findings = list(_shader_files(show))
    findings += _twice([(cue.id, cue.places.get("id", cue.where)) for cue in show.cues], "cue")
    for cue in show.cues:
        if cue.scene is not None and cue.scene not in show.scenes:
            where, hint = (
                cue.places.get("scene", cue.where),
                nearest(cue.scene, show.scenes),
            )
            findings.append(Finding(where, f'scene: there is no scene "{cue.scene}"', hint))
        findings += _scene_addresses(show, [(a, cue.places.get(f"set.{a}", cue.where)) for a in cue.set])
        if cue.state is not None and cue.state not in {state.name for state in show.states}:
            names = [state.name for state in show.states]
            hint = nearest(cue.state, names) if names else "write a states.toml next to show.toml"
            where = cue.places.get("state", cue.where)
            findings.append(Finding(where, f'state: the interface has no state "{cue.state}"', hint))
        if not (paths.shaders() / "transitions" / f"{cue.transition}.fs").is_file():
            known = [file.stem for file in (paths.shaders() / "transitions").glob("*.fs")]
            where, hint = cue.places.get("transition", cue.where), nearest(cue.transition, known)
            findings.append(Finding(where, f'transition: there is no "{cue.transition}"', hint))
    findings += _score(show)
    for state in show.states:
        for item in state.looks:
            places = [(a, item.places.get(f"set.{a}", item.where)) for a in item.set]
            findings += _scene_addresses(show, places)
    signals = {f"/signal/{signal.name}" for signal in show.signals}
    for route in show.routes:
        if "*" not in route.target:
            findings += _scene_addresses(show, [(route.target, route.places.get("to", route.where))])
        for source in route.sources:
            if source.startswith("/signal/") and source not in signals:
                hint = nearest(source, signals, "[signal.NAME] in this show")
                where = route.places.get("from", route.where)
                findings.append(Finding(where, f"from: there is no signal {source}", hint))
    return findings


def _score(show: Show) -> list[Finding]:
    """Return what is wrong with places in the score, and branches that do not say what stands in them."""
    findings = []
    placed = [cue for cue in show.cues if cue.at is not None]
    length = show.score.length if show.score else 0.0
    for cue in placed:
        if cue.at is not None and cue.at >= length:
            hint = "make [score] longer" if show.score else 'add [score] with length = "30:00"'
            findings.append(Finding(cue.places["at"], "at: this is not within the score", hint))
    if show.score and not placed:
        hint = 'give a cue its place, e.g. at = "0:00"'
        findings.append(Finding(show.score.where, "the score has no cue", hint))
    if show.score and show.score.empty and show.score.empty not in {cue.id for cue in show.cues}:
        where, hint = show.score.places["empty"], nearest(show.score.empty, [cue.id for cue in show.cues])
        findings.append(Finding(where, f'empty: there is no cue "{show.score.empty}"', hint))
    latest = 0.0
    stated = any(cue.state for cue in show.cues)
    for before, cue in zip((None, *show.cues), show.cues, strict=False):
        earlier = cue.at is not None and cue.at < latest  # it does not follow the one before it in the list
        latest = max(latest, cue.at or 0.0)
        branches = earlier or bool(cue.condition) or (before is not None and bool(before.condition))
        for name, said in (("scene", cue.scene), ("state", cue.state if stated else "-")):
            if branches and said is None:
                hint = f"a cue that stands on another path than the one before it names its {name}"
                findings.append(
                    Finding(
                        cue.where, f"cue {cue.id}: no `{name}` where the score can come by another way", hint
                    )
                )
    return findings


def venue_references(venue: Venue, kinds: Collection[str] = ()) -> list[Finding]:
    """Return displays that hide each other, unknown kinds, overlapping spans, and universes never sent.

    The patch itself (profiles, channels, duplicate lamps) is checked where profiles are known.
    """
    findings = list(_twice([(display.name, display.where) for display in venue.displays], "display"))
    findings += [*_covered(venue), *_brighter(venue)]
    for adapter in venue.adapters:
        where = adapter.places.get("kind", adapter.where)
        if kinds and adapter.kind not in kinds:
            hint = nearest(adapter.kind, kinds)
            findings.append(Finding(where, f'kind: no adapter of kind "{adapter.kind}" is installed', hint))
        findings += _spans(adapter)
    findings += [*_unsent(venue), *duplicates(venue), *speaker_findings(venue)]
    return [*findings, *_hubs(venue), *site_findings(venue)]


def _covered(venue: Venue) -> Iterator[Finding]:
    """Yield displays that hide each other: legal for windows that are moved, but almost always a mistake."""
    first: dict[object, str] = {}
    for display in venue.displays:
        screen = display.screen_name.casefold() or display.screen
        if screen in first and display.fullscreen:
            message = f'display "{display.name}" covers the screen of "{first[screen]}"'
            place = display.places.get("screen", display.where)
            yield Finding(place, message, "give each display its own `screen`", "warning")
        if display.fullscreen:
            first.setdefault(screen, display.name)


def _brighter(venue: Venue) -> Iterator[Finding]:
    """Yield displays whose areas overlap while their soft edges do not share the light there."""
    areas = [display.area for display in venue.displays]
    for index, display in enumerate(venue.displays):
        wanted = overlaps(areas, index)
        short = [
            f"{edge} {width:.3f}"
            for edge, width, own in zip(EDGES, wanted, display.mapping.blend, strict=True)
            if own < width - _LEAST_SEAM
        ]
        if short:
            message = f'display "{display.name}" overlaps another, and their light adds up there'
            hint = f"soft edges `blend` in [display.mapping]: {', '.join(short)}; by hand: F9, 3, O"
            yield Finding(display.places.get("area", display.where), message, hint, "warning")


def pixel_channels(spec: PixelSpec) -> Iterator[tuple[int, int, int]]:
    """Yield universe, first channel and channel count of each run of a strip, split between whole pixels."""
    size, left = PER_PIXEL[spec.format], spec.columns * spec.rows
    universe, channel = spec.universe, spec.channel
    while left > 0:
        run = min(left, (CHANNELS - channel + 1) // size)
        if run:
            yield universe, channel, run * size
        left -= run
        universe, channel = universe + 1, 1


def _shader_files(show: Show) -> Iterator[Finding]:
    shipped = [str(file.relative_to(paths.shaders())) for file in sorted(paths.shaders().rglob("*.fs"))]
    specs: list[SceneSpec | EffectSpec] = [*show.scenes.values(), *show.effects.values()]
    for spec in specs:
        if not paths.is_file(spec.shader):
            try:
                name = str(spec.shader.relative_to(show.folder))
            except ValueError:
                name = str(spec.shader)
            where = spec.places.get("shader", spec.where)
            yield Finding(where, f'shader: there is no file "{name}"', nearest(name, shipped))


def _twice(places: Sequence[tuple[str, Where]], noun: str) -> Iterator[Finding]:
    first: dict[str, Where] = {}
    for name, where in places:
        if name and name in first:
            hint = f"the first is in line {first[name].line}"
            yield Finding(where, f'there are two {noun}s named "{name}"', hint)
        first.setdefault(name, where)


def _hubs(venue: Venue) -> Iterator[Finding]:
    """Hubs named twice, and lamps of theirs that are not there."""
    yield from _twice([(hub.name, hub.places.get("name", hub.where)) for hub in venue.hubs], "hub")
    known = {one.name for one in venue.fixtures} | {one.name for one in venue.pixels}
    known |= {one.name for one in venue.groups}
    for hub in venue.hubs:
        for name in hub.fixtures:
            if name not in known:
                hint = nearest(name, known, "name fixtures, pixel items and groups of this file")
                where = hub.places.get("fixtures", hub.where)
                yield Finding(where, f'fixtures: there is no fixture "{name}"', hint)


def _scene_addresses(show: Show, addresses: Sequence[tuple[str, Where]]) -> Iterator[Finding]:
    """Yield addresses of unknown scenes and effects."""
    known = {"scene": show.scenes, "effect": show.effects}
    for address, where in addresses:
        parts = address.split("/")
        if len(parts) > 2 and parts[1] in known and parts[2] not in known[parts[1]]:
            kind, names = parts[1], known[parts[1]]
            hint = nearest(parts[2], names) if names else f"add [{kind}.{parts[2]}] to show.toml"
            yield Finding(where, f'{address}: there is no {kind} "{parts[2]}"', hint)


def _spans(adapter: AdapterSpec) -> Iterator[Finding]:
    """Yield spans of one adapter that write to the same universe on the wire."""
    taken: dict[int, int] = {}
    for index, (_, address, count) in enumerate(_sent(adapter)):
        clash = next((n for n in range(address, address + count) if n in taken), None)
        where = adapter.places.get(f"send[{index}]", adapter.places.get("send", adapter.where))
        if clash is not None:
            hint = "give each span its own addresses"
            message = f"send: two spans write to address {clash} on the wire"
            yield Finding(where, message, hint)
        taken.update(dict.fromkeys(range(address, address + count), index))


def _sent(adapter: AdapterSpec) -> list[tuple[int, int, int]]:
    """Return universe, address and count of each well-formed span."""
    spans = adapter.settings.get("send", ())
    found = []
    for span in spans if isinstance(spans, list) else ():
        numbers = (
            [span.get(key, 1) for key in ("universe", "address", "count")] if isinstance(span, dict) else []
        )
        if numbers and all(isinstance(number, int) and 0 <= number <= LAST_UNIVERSE for number in numbers):
            found.append((numbers[0], numbers[1], min(numbers[2], MOST_IN_SPAN)))
        else:
            found.append((0, 0, 0))
    return found


def _unsent(venue: Venue) -> Iterator[Finding]:
    """Yield universes with lamps that no adapter sends: legal, but almost always a mistake."""
    outputs = [adapter for adapter in venue.adapters if "send" in adapter.settings]
    if not outputs or any(adapter.kind == "virtual" for adapter in venue.adapters):
        return
    sent = {first + i for adapter in outputs for first, _, count in _sent(adapter) for i in range(count)}
    reported: set[int] = set()
    lamps: list[FixtureSpec | PixelSpec] = [*venue.fixtures, *venue.pixels]
    for lamp in lamps:
        runs = {lamp.universe} if not isinstance(lamp, PixelSpec) else {u for u, _, _ in pixel_channels(lamp)}
        for universe in sorted(runs - sent - reported):
            reported.add(universe)
            where = lamp.places.get("universe", lamp.where)
            message = f"{lamp.name} is on universe {universe}, which no adapter sends"
            yield Finding(where, message, "add it to an adapter's `send`", "warning")
