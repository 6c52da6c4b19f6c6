"""Edits of a running show: reading them, applying them, and the fallback to the last good version."""
