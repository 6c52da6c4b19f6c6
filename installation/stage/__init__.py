"""The stage process: the player with its window, its adapters, its files and its keeper."""
