"""Data read back from the picture: the lamps' colours and features."""
