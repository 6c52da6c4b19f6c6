"""The light of the lamps: the look, its guard and curves, the patch, and the loop that sends it."""
