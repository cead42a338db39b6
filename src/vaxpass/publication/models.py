"""Rows of publication. No verbs here: actions.py is the only writer."""
