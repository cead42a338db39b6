"""Rows of support: difficulties, answers, known problems, help."""
