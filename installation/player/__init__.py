"""The player: one frame of a show, from the inbox to the lamps' levels, without windows and processes."""
