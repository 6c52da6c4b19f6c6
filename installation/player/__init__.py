"""The player: one frame of a show, from the inbox to the lamp levels, without windows or processes."""
