"""The jobs, each thin: read the settings' adapters from wiring, call one action.

Every module below registers its tasks when imported.
"""

from vaxpass.jobs import (  # noqa: F401 -- importing registers
    campaigns,
    citizens,
    health,
    identity,
    inspections,
    intake,
    ministry_signing,
    monitoring,
    notices,
    oversight,
    publication,
    reports,
    revocations,
    sessions,
    support,
    units,
    weekly,
)
