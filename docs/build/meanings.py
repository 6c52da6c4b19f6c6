"""What each key of a show and a venue means, in one line: the words of the reference pages.

Types, ranges and defaults are read from the code that reads the files (see ``settings``); a key that is
missing here, or here and not in the code, stops the reference from being written.
"""

from collections.abc import Mapping

__all__ = ["MEANINGS"]

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "ShowHead": {
        "title": "a line for people",
        "seed": "seed of everything random in the show",
        "start": "the scene that stands before the first cue",
    },
    "_scene": {
        "shader": "an ISF file, looked for beside `show.toml` first, then in `shaders/`",
        "inputs": "`[scene.ID.inputs]`: values that replace the shader's defaults",
    },
    "_effect": {
        "shader": "an ISF filter, looked for beside `show.toml` first, then in `shaders/`",
        "inputs": "`[effect.NAME.inputs]`: values that replace the shader's defaults",
    },
    "_signal": {"kind": "what makes it, see below; the other keys are its settings"},
    "_route": {
        "from": "the signal, or several as a point: `/mouse/{x,y}`",
        "to": "the parameter, `/scene/*/glow` for those of all scenes, or a command",
        "component": "which part of a point or colour: a name or 0..3; without it all parts",
        "mode": "how it combines with what is there",
        "shape": "list of modulators, in order",
        "stale": "seconds of silence after which `fallback` counts",
        "fallback": 'a number that replaces a silent signal, or `"release"`: the route then says nothing; '
        "without it the last value stays",
    },
    "_feedback": {
        "name": "its name: its gain, delay and coupling are the parameters `/feedback/NAME/...`",
        "from": "a parameter or a signal that the program makes of its own output",
        "to": "the parameter that hears it, a frame later at the soonest",
        "component": "which part of a point or colour hears it; without it all parts",
        "from_component": "which part of the parameter in `from` it hears; a point or a colour needs it",
        "mode": "how it combines with what is there",
        "gain": "factor on the source, which counts from -1 to 1 over its range",
        "depth": "how far it may move the parameter whatever its gain: share of half the range, each way",
        "delay": "seconds beyond the one frame that every edge has",
        "delay_frames": "instead of `delay`: whole frames",
        "coupling": "share of the other edges' mean in what this one hears",
        "saturation": "what holds it in bounds",
        "shape": "list of modulators, in order: the edge's filter",
    },
    "_cue": {
        "id": "its name in commands and files; numbers in quotes are usual",
        "name": "a line for people",
        "set": 'bases by address, e.g. `{ "/scene/sea/glow" = 0.5 }`',
        "scene": "the scene to change to; without it the scene stays",
        "state": "the state of the interface to enter",
        "fade": "seconds of the fade and of the scene change",
        "transition": "how the scene changes: a name in `shaders/transitions`",
        "pre_wait": "seconds from GO to the begin of the fade",
        "post_wait": "seconds until the next cue with `auto-continue`",
        "hold": "seconds that it lasts after its fade, with `auto-follow`",
        "follow": "`auto-continue`: the next cue starts `post_wait` after this one began; "
        "`auto-follow`: after `fade` + `hold`",
        "intended": "states that are meant and must not be taken for a fault",
    },
    "read_states": {"first": "the state that the interface begins in"},
    "_people": {
        "from": "below it stand the readings of each person: `FROM/1/x` and so on",
        "brake": "share of every loop gain that is taken away while everybody stands still",
        "brake_time": "seconds until that is felt, and until it is gone",
    },
    "_drivers": {
        "arousal": "a signal, 0..1, that stands in for how excited people are",
        "coherence": "one that stands in for how much together they breathe",
        "stillness": "one that stands in for how many stand still",
    },
    "_state": {
        "set": "where parameters are to stand, by address; what only other states name stands as authored",
        "times": "for some of `set`, other seconds than `onset`, by address",
        "onset": "seconds that `set` takes to arrive",
        "decay": "seconds that it takes to go back when a state follows that does not name it",
        "longest": "seconds after which `then` begins by itself",
        "then": "the state that follows after `longest`",
        "shock": "`[state.NAME.shock]`: shockwaves that go out when the state begins",
    },
    "_phase": {
        "at": "seconds since the state began",
        "fade": "seconds until what this phase says stands",
        "like": "a state whose values stand during this phase, instead of this state's own",
        "set": "values on top of those, by address",
    },
    "_shock": {
        "energy": "of each front, one after the other",
        "apart": "seconds between two fronts",
        "speed": "picture heights a second",
    },
    "_trigger": {
        "signal": "what is listened to",
        "above": "the level that it must be above",
        "below": "instead of `above`: the level that it must be below",
        "release": "the signal must have come back to here before the trigger acts, and each time again",
        "dwell": "seconds that the signal must stay beyond the level without a break",
        "after": "the states after which it acts; without it all that this one may follow",
    },
    "read_venue": {
        "title": "a line for people",
        "ambient_lux": "light of the room without the show, in lux; read and checked, not used yet",
    },
    "_canvas": {
        "width": "of the picture, in pixels",
        "height": "of the picture, in pixels",
        "metres_per_height": "metres of wall that the picture's height covers",
    },
    "_display": {
        "name": "a line for people",
        "screen": "which screen, from 0",
        "fullscreen": "cover it with `run`; `perform` always does",
    },
    "_adapter": {"kind": "which adapter, see below; the other keys are its settings"},
    "_fixtures": {
        "name": "a line for people; every lamp has its own",
        "profile": "what the lamp is, see below",
        "mode": "which mode of it, for a profile of several",
        "universe": "DMX universe",
        "channel": "its first DMX channel",
        "position": "centre of what it samples: x to the right, y up, 0..1",
        "size": "width and height of what it samples, 0..1",
    },
    "_pixels": {
        "name": "a line for people; every item has its own",
        "universe": "DMX universe of the first pixel; what does not fit goes on in the next one",
        "channel": "DMX channel of the first pixel",
        "columns": "pixels in a row",
        "rows": "rows; the first is at the top",
        "area": "what the whole item samples: left, bottom, right, top, 0..1",
        "format": "channels of a pixel, in order",
        "layout": "`rows`: each row from the left; `snake`: every other row from the right",
        "curve": "how its light answers to a level",
    },
    "_group": {
        "name": "a line for people; no fixture and no pixel item has it",
        "members": "names of fixtures and pixel items",
    },
    "_guard": {
        "profile": "which flash law, see below",
        "viewing_distance": "metres from the nearest viewer to the picture",
    },
    "_light": {
        "rate": "frames a second on the wire",
        "hold_s": "seconds that lamps hold their look when the stage is gone",
        "fade_s": "seconds of the fade to the safe look after that",
        "safe": "level of the safe look on every lamp that is no hazard, 0..1 of linear light",
        "on_stop": "what is sent last when the program is stopped",
    },
}
"""Reading function -> key -> meaning."""
