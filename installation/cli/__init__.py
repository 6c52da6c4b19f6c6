"""The ``photophore`` command: one function per verb, each importing what it needs when it is called.

Data goes to stdout, messages to stderr. Exit codes: 0 success, 1 findings or failure, 2 usage error, 3 no
show is running.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from installation.cli.align import align_verb
from installation.cli.calibrate import calibrate_verbs
from installation.cli.learn import learn_verb
from installation.cli.options import (
    Act,
    CueName,
    From,
    Headless,
    InputName,
    Json,
    Operator,
    PanelHost,
    PanelPort,
    Record,
    RunVenueName,
    SceneName,
    Seconds,
    Seed,
    ShaderFile,
    ShowName,
    Size,
    Sound,
    Speed,
    VenueName,
)
from installation.cli.render import render_verb
from installation.cli.service_verbs import service_verbs
from installation.cli.site import hub_verb, site_verb
from installation.cli.stories import stories_verbs
from installation.cli.verbs import add_verbs
from installation.errors import NotRunningError, PhotophoreError

__all__ = ["application", "main"]

EXIT_FAILURE, EXIT_USAGE, EXIT_NOT_RUNNING = 1, 2, 3

application = typer.Typer(
    name="photophore",
    help="Living light from the people in a room: shows, lamps and sound in one program.",
    no_args_is_help=True,
    rich_markup_mode=None,  # importing rich for help texts takes 0.2 s
    pretty_exceptions_enable=False,
    add_completion=False,
)
preset = typer.Typer(
    help="Save or recall a preset of the running show.", no_args_is_help=True, rich_markup_mode=None
)
loop = typer.Typer(help="Record and play gesture loops.", no_args_is_help=True, rich_markup_mode=None)
application.add_typer(preset, name="preset")
application.add_typer(loop, name="loop")
application.add_typer(service_verbs, name="service")
application.add_typer(calibrate_verbs, name="calibrate")
application.add_typer(stories_verbs, name="stories")


@application.command()
def preview(
    show: ShowName = None,
    venue: VenueName = None,
    scene: SceneName = None,
    cue: CueName = None,
    from_: From = None,
    act: Act = None,
    speed: Speed = 1.0,
    people: Annotated[
        int | None,
        typer.Option("--people", min=0, max=40, help="Number of simulated people; default: the venue's."),
    ] = None,
    shader: ShaderFile = None,
    input_: InputName = None,
    size: Size = None,
    seed: Seed = None,
    headless: Headless = False,
    seconds: Seconds = None,
    record: Record = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
    operator: Operator = None,
    sound: Sound = True,
) -> int:
    """Play in a window on this machine. Without a display: headless, with the picture on the panel."""
    from installation.cli.play import Choice, play, score_place

    choice = Choice(
        mode="preview", show=show, venue=venue, scene=scene, cue=cue, score=score_place(from_, act, cue),
        speed=speed, people=people, shader=shader, input=input_, size=size,
        seed=seed, headless=headless, seconds=seconds, record=record, panel_port=panel_port,
        panel_host=panel_host, operator=operator, sound=sound,
    )  # fmt: skip
    return play(choice)


@application.command()
def perform(
    show: ShowName = None,
    venue: VenueName = None,
    seed: Seed = None,
    seconds: Seconds = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
    operator: Operator = None,
    sound: Sound = True,
) -> int:
    """Play full screen, by hand: keys, MIDI controller, HUD."""
    from installation.cli.play import Choice, play

    choice = Choice(
        mode="perform", show=show, venue=venue, seed=seed, seconds=seconds, panel_port=panel_port,
        panel_host=panel_host, operator=operator, sound=sound,
    )  # fmt: skip
    return play(choice)


@application.command()
def run(
    show: ShowName = None,
    venue: RunVenueName = None,
    headless: Headless = False,
    seconds: Seconds = None,
    seed: Seed = None,
    record: Record = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
    sound: Sound = True,
) -> int:
    """Play unattended. The keeper restarts what fails; the lamps hold their look meanwhile."""
    from installation.cli.play import Choice, play

    if venue is None:
        typer.echo("run needs --venue NAME; `photophore list venues` lists them", err=True)
        return EXIT_USAGE
    choice = Choice(
        mode="run", show=show, venue=venue, headless=headless, seconds=seconds, seed=seed, record=record,
        panel_port=panel_port, panel_host=panel_host, sound=sound,
    )  # fmt: skip
    return play(choice)


application.command("render")(render_verb)


@application.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            help="Shows, venues, fixture profiles, shaders, folders of shaders; default: everything shipped.",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Check shows, venues, fixture profiles and shaders; shaders are compiled and rendered."""
    from installation.cli.check import check as run_check

    return run_check(paths or [], as_json=json)


@application.command("list")
def list_(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="scenes, cues, shows, venues, parameters, signals, controls, adapters, controllers, "
            "fixtures, audio",
        ),
    ],
    show: Annotated[
        str | None, typer.Option("--show", help="The show of scenes, cues, parameters and signals.")
    ] = None,
    venue: Annotated[
        str | None, typer.Option("--venue", help="Only the adapters of this venue; of audio, what it uses.")
    ] = None,
    json: Json = False,
) -> int:
    """List scenes, cues, controls, shows, venues, parameters, signals, adapters, devices or fixtures."""
    from installation.cli.listing import listing

    return listing(what, show=show, venue=venue, as_json=json)


@application.command()
def new(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> int:
    """Write a small show to edit."""
    from installation.cli.new import new as write_new

    return write_new(folder)


@application.command()
def doctor(
    venue: Annotated[
        str | None, typer.Option("--venue", help="Also check the site that this venue is part of.")
    ] = None,
    json: Json = False,
) -> int:
    """Check this machine: graphics, MIDI, ports, disk; suggest fixes."""
    from installation.cli.doctor import doctor as examine

    return examine(as_json=json, venue=venue)


@application.command()
def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Which benchmarks; default: all.")
    ] = None,
    json: Json = False,
) -> int:
    """Run benchmarks, as ratios to named peers measured in the same run."""
    from installation.cli.bench import bench as measure

    return measure(names or [], as_json=json)


@application.command()
def flatten(shader: Annotated[Path, typer.Argument(metavar="FILE.fs")]) -> int:
    """Print a shader with its includes resolved, for other ISF hosts."""
    from installation.cli.flatten import flatten as print_flat

    return print_flat(shader)


@application.command()
def get(
    address: str,
    base: Annotated[bool, typer.Option("--base", help="The base instead of the effective value.")] = False,
    json: Json = False,
) -> int:
    """Print a parameter's effective value (or its base), or a signal's value."""
    from installation.cli.remote import get as ask

    return ask(address, base=base, as_json=json)


@application.command("set", context_settings={"ignore_unknown_options": True})
def set_value(address: str, values: Annotated[list[str], typer.Argument(metavar="VALUE...")]) -> int:
    """Set a parameter's base, in natural units; reports how a value out of range was changed."""
    from installation.cli.remote import set_value as tell

    return tell(address, values)


@application.command(context_settings={"ignore_unknown_options": True})
def send(
    target: Annotated[str, typer.Argument(help="Its name in the venue file.")],
    address: Annotated[str, typer.Argument(help="OSC address; `/cc/1/7`, `/msc/go` and so on for MIDI.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="VALUE...")] = None,
) -> int:
    """Send one message to a target of the venue, to try it."""
    from installation.cli.remote import send as tell

    return tell(target, address, values or [])


@application.command()
def watch(
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="The beginning of an address, or a pattern; default: all input."
        ),
    ] = "/",
    seconds: Seconds = None,
    json: Json = False,
) -> int:
    """Print input as it arrives (OSC, MIDI, keys, mouse), and changes of the named signals and parameters."""
    from installation.cli.remote import watch as look

    return look(address, seconds=seconds, as_json=json)


application.command("align")(align_verb)
application.command("hub")(hub_verb)
application.command("site")(site_verb)
application.command("learn")(learn_verb)
add_verbs(application, {"preset": preset, "loop": loop})


@application.command()
def status(json: Json = False) -> int:
    """Report on the running show."""
    from installation.cli.remote import status as ask

    return ask(as_json=json)


@application.command()
def quarantine(json: Json = False) -> int:
    """List the shaders in quarantine, with the reasons."""
    from installation.cli.remote import quarantine as ask

    return ask(as_json=json)


@application.command()
def replay(
    recording: Annotated[Path, typer.Argument(metavar="FILE.jsonl")],
    show: Annotated[str | None, typer.Option("--show", help="The show that was recorded.")] = None,
    venue: VenueName = None,
) -> int:
    """Play a recording of inputs, in a window. It contains no readings of people, which are private."""
    from installation.cli.play import Choice, play

    return play(Choice(mode="preview", show=show, venue=venue, replay=recording))


@application.command()
def moments(
    recording: Annotated[Path, typer.Argument(metavar="FILE.jsonl")],
    show: Annotated[str | None, typer.Option("--show", help="The show that was recorded.")] = None,
    json: Json = False,
) -> int:
    """List when which cue began in a recording, as a score has it."""
    from installation.cli.moments import tell

    return tell(recording, show, json)


def main() -> int:
    """Run the command line and return the exit code."""
    try:
        code = application(standalone_mode=False)
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return EXIT_NOT_RUNNING
    except PhotophoreError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILURE
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return EXIT_FAILURE
    except typer.Abort:
        return EXIT_FAILURE
    except typer.Exit as leaving:
        return leaving.exit_code
    except TyperException as error:
        print(error.format_message(), file=sys.stderr)
        return EXIT_USAGE
    return code if isinstance(code, int) else 0
