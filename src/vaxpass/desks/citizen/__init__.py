"""The citizen desk: faces, no rules."""
