"""What the lamps are shown: the look, its guard and curves, the patch, and the loop that sends it."""
