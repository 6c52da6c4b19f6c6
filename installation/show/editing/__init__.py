"""Edits of files that people wrote, made by the program."""
