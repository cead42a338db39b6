"""The population database inside the process, for tests and for a run without the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaxpass.adapters.population.faults import Fault, FaultRates, Faults
from vaxpass.identity.ports import IdentityAnswer, IdentityQuestion, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaxpass.adapters.population.register import Register


class FakePopulationDatabase:
    """`PopulationDatabase` over a register in memory. `is_out` makes it silent; `asked` counts questions."""

    def __init__(self, register: Register, *, rates: FaultRates | None = None, seed: int = 0) -> None:
        self._register = register
        self._faults = Faults(rates or FaultRates(), seed=seed)
        self.is_out = False
        self.asked = 0

    def compare(self, questions: Sequence[IdentityQuestion]) -> list[IdentityAnswer]:
        """Answer each question; one without any number can never be answered."""
        return [self._answer(question) for question in questions]

    def _answer(self, question: IdentityQuestion) -> IdentityAnswer:
        self.asked += 1
        if not (question.id_number or question.old_number):
            return IdentityAnswer(question.request_id, Outcome.NO_ANSWER, permanent_fault=True)
        fault = self._faults.draw(question.request_id)
        if self.is_out or fault not in {Fault.NONE, Fault.SLOW}:
            return IdentityAnswer(question.request_id, Outcome.NO_ANSWER)
        return IdentityAnswer(question.request_id, self._compare(question))

    def _compare(self, question: IdentityQuestion) -> Outcome:
        return self._register.compare(
            id_number=question.id_number,
            old_number=question.old_number,
            name=question.name,
            sex=question.sex,
            birth_date=question.birth_date,
        )
