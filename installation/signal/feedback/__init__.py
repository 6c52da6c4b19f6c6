"""Feedback edges, and measures of the loops that they form."""
