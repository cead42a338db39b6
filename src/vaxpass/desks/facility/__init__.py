"""The facility desk: faces, no rules."""
