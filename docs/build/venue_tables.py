"""Tables of a venue: fixtures, colours of emitters, limits of the guard, controllers."""

import tomllib

from docs.build.settings import table

__all__ = ["venue_tables"]


def venue_tables() -> dict[str, str]:
    """Tables of lamps, their guard and controllers, by name."""
    return {
        "controllers": _controllers(),
        "fixtures": _fixtures(),
        "laws": _laws(),
        "roles": _roles(),
    }


def _fixtures() -> str:
    from installation.light.profiles.profile import profile_folder

    rows = []
    for path in sorted(profile_folder().glob("*.toml")):
        with path.open("rb") as stream:
            said = tomllib.load(stream)
        roles = ", ".join(one["role"] + (" (fine)" if one.get("fine") else "") for one in said["channel"])
        rows.append((f"`{path.stem}`", str(said.get("title", "")), roles))
    return table(("profile", "what it is", "channels"), rows)


def _roles() -> str:
    from installation.light.profiles.profile import EMITTERS

    rows = [(f"`{role}`", " ".join(f"{part:g}" for part in color)) for role, color in EMITTERS.items()]
    return table(("role", "linear red, green, blue"), rows)


def _laws() -> str:
    from installation.safety.law import LAWS

    rows = []
    for name, law in LAWS.items():
        figures = (law.step, law.window_step, law.red)
        rows.append(
            (f"`{name}`", *(f"{one:g}" for one in figures), f"{law.refractory:g} s", f"{law.ramp:g} s")
        )
    head = (
        "profile",
        "step of a point or lamp",
        "step of a window or room",
        "most red",
        "between two rises",
        "start",
    )
    return table(head, rows)


def _controllers() -> str:
    from installation.surface import load_controllers

    made: list[tuple[str, ...]] = []
    for address, one in sorted(load_controllers().items()):
        lights = ", ".join(sorted({light.kind for light in (one.lights or {}).values()}))
        picture = f"[drawing](pictures/controllers/{address}.svg)"
        made.append((one.title, f"`{one.prefix}`", str(len(one.controls)), lights, picture))
    return table(("controller", "address", "controls", "lights", ""), made)
