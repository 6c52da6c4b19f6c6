"""Edited files: who reads them when, beside the show, and how they are taken over."""
