"""Rows of trust. No verbs here: actions.py is the only writer."""
