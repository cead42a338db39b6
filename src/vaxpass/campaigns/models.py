"""Rows of campaigns: directives, steps, whom they address, who acknowledged."""
