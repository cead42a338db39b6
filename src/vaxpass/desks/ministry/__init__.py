"""The ministry desk: faces, no rules."""
