"""Decisions of support: whose turn a difficulty is, and by when. Pure."""
