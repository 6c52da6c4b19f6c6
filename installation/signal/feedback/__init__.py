"""Feedback edges, and what watches the loops that they close."""
