"""Citizens' reports as officers see them: the same pages at the facility, province and ministry desks."""
