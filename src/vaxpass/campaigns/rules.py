"""Decisions of campaigns: which steps are due, which functions are open. Pure."""
