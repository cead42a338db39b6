"""Rows of validity_rules. No verbs here: actions.py is the only writer."""
