"""The stage process: the player with its window, adapters, files, and link to the keeper."""
