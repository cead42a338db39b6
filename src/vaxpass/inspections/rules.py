"""Decisions of inspections: what is drawn, what counts as a risk, by when. Pure."""
