"""The province desk: faces, no rules."""
