"""Where are we: figures, times, reports, campaigns, inspections, and the health of the system.

In: what oversight, campaigns and inspections tell. Out: pages, sheets, pictures. Here work: heads, provinces, ministry.
"""
