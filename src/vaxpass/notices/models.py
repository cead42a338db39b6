"""Rows of this room. No verbs here: actions.py is the only writer."""
