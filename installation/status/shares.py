"""The fair share of a budget, as the status tells it."""

from typing import Annotated

import msgspec

__all__ = ["DecisionStatus", "ShareStatus", "StationShare", "sharing"]


def _means(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class StationShare(msgspec.Struct, frozen=True, kw_only=True):
    """One station of light."""

    name: Annotated[str, _means("Of the hub; empty for the lamps of no hub")]
    state: Annotated[str, _means("here, away (what it has stays reserved), left, or unheard")] = "here"
    demand: Annotated[float, _means("Watts that its lamps would take as they are driven")] = 0.0
    floor: Annotated[float, _means("Watts that it always has")] = 0.0
    cap: Annotated[float, _means("Watts that its lamps take at most")] = 0.0
    share: Annotated[float, _means("Watts that it may take now")] = 0.0
    level: Annotated[float, _means("What it may take of what it asks for, 0..1")] = 1.0
    credit: Annotated[
        float, _means("Seconds of an equal part that it has missed; negative if it has had more")
    ] = 0.0
    privilege: Annotated[float, _means("Its weight where the budget goes by privilege")] = 1.0


class DecisionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger."""

    at: Annotated[float, _means("When, Unix seconds")]
    text: Annotated[str, _means("Who was dimmed or rose, and why")]


class ShareStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The budget that stations of light share."""

    watts: Annotated[float, _means("The budget; 0 if power is not limited")] = 0.0
    taken: Annotated[float, _means("Watts that the lamps of this machine take now, by the power model")] = 0.0
    reserved: Annotated[float, _means("Watts of hubs that are not reached")] = 0.0
    lumens: Annotated[float, _means("The budget of light in quiet hours; 0 if there is none")] = 0.0
    quiet: Annotated[bool, _means("Whether the quiet hours are on")] = False
    reform: Annotated[float, _means("0 by privilege .. 1 fairly")] = 1.0
    alpha: Annotated[float, _means("Of alpha-fairness; 32 is max-min fair")] = 32.0
    gini: Annotated[float, _means("Inequality of what stations get of what they ask for; 0 all alike")] = 0.0
    jain: Annotated[float, _means("Jain's index of the same; 1 all alike")] = 1.0
    stations: Annotated[tuple[StationShare, ...], _means("All stations")] = ()
    decisions: Annotated[tuple[DecisionStatus, ...], _means("The ledger, the newest first")] = ()
    guessed: Annotated[tuple[str, ...], _means("Lamps whose power nothing states")] = ()
    trouble: Annotated[str, _means("What is wrong; empty if nothing is")] = ""


def sharing(said: ShareStatus) -> list[str]:
    """Return the shares in words, a line each: the same on the HUD and in the terminal."""
    whole = f"{said.watts:.0f} W" if said.watts else f"{said.lumens:.0f} lm"
    unit = "W" if said.watts else "lm"
    kept = f", {said.reserved:.0f} {unit} reserved" if said.reserved >= 0.5 else ""
    quiet = ", quiet hours" if said.quiet and said.lumens else ""
    rule = f"reform {said.reform:.2f}, Gini {said.gini:.2f}, Jain {said.jain:.2f}"
    lines = [f"budget {whole}, lamps here take {said.taken:.0f} W{kept}{quiet}; {rule}"]
    for one in said.stations:
        state = "" if one.state == "here" else f" ({one.state})"
        amounts = f"{one.share:.0f} {unit} of {one.demand:.0f} asked, at most {one.cap:.0f}"
        lines.append(f"station {one.name or 'the room'}{state}: {amounts}")
    return lines + ([f"share: {said.trouble}"] if said.trouble else [])
