"""The summary of what was entered wrong: a label that is a question or a sentence takes no colon."""

import pytest
from django.forms import CharField, Form
from django.template.loader import render_to_string


class _Asked(Form):
    question = CharField(label="Vì sao thu hồi?")
    name = CharField(label="Họ và tên")


@pytest.mark.django_db
def test_a_question_keeps_its_mark_and_other_labels_get_a_colon() -> None:
    shown = render_to_string("parts/errors.html", {"form": _Asked({})})
    assert "Vì sao thu hồi? " in shown
    assert "thu hồi?:" not in shown
    assert "Họ và tên: " in shown
