"""Synthetic data: an invented nation, its vaccination files with the mistakes of reality, and its register.

In comes a `SynthPlan`; out go facility files, the population file of the simulator, and the truth.
Nobody works here, and no real person's data enters; it knows nothing of Django or of the other rooms.
"""

from vaxpass.synth.generation import SynthReport, generate
from vaxpass.synth.plan import DEMO_FACILITIES, FacilityPlan, SynthPlan

__all__ = ["DEMO_FACILITIES", "FacilityPlan", "SynthPlan", "SynthReport", "generate"]
