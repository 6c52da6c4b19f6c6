"""Clients of the running show: what they ask, order and watch."""
