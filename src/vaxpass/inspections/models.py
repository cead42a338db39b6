"""Rows of inspections: samples, checklists, findings, answers."""
