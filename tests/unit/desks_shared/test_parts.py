"""Words, chips, steps and forms as pages show them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override

from vaxpass.desks._shared import way
from vaxpass.desks._shared.chips import STATE_WORDS, TURN_WORDS, state_chip
from vaxpass.desks._shared.confirm import Question, confirm_page
from vaxpass.desks._shared.navigation import Desk, NavItem, items_shown
from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi, moment_vi, number
from vaxpass.records.states import State, Turn


def test_days_and_moments_are_vietnamese() -> None:
    late = datetime(2022, 4, 14, 18, 30, tzinfo=UTC)
    assert date_vi(date(2022, 4, 5)) == "05/04/2022"
    assert date_vi(late) == "15/04/2022"
    assert moment_vi(late) == "01:30 15/04/2022"
    assert [birth_date(text) for text in ("1990", "1990-05", "1990-05-17", "")] == ["1990", "05/1990", "17/05/1990", ""]
    assert number(1234567) == "1.234.567"
    with override("en"):
        assert number(1234567) == "1,234,567"


def test_every_state_has_a_word_a_tone_and_a_turn() -> None:
    assert set(STATE_WORDS) == set(State)
    assert set(TURN_WORDS) == set(Turn)
    assert {state_chip(state).tone for state in State} == {"wait", "turn", "ready", "done", "ended", "refused"}


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        (State.RECEIVED, "done current to-come to-come to-come"),
        (State.MISMATCHED, "done stuck to-come to-come to-come"),
        (State.ATTESTED, "done done done current to-come"),
        (State.CERTIFIED, "done done done done done"),
        (State.WITHDRAWN, ""),
    ],
)
def test_the_way_shows_how_far_a_record_is(state: State, marks: str) -> None:
    assert " ".join(step.status for step in way.steps_of(state)) == marks


def test_a_progress_asks_again_until_it_is_done() -> None:
    page = Template("{% load desk %}{% progress done 10 'Reading' '/poll' %}")
    assert "hx-get" in page.render(Context({"done": 3}))
    assert "hx-get" not in page.render(Context({"done": 10}))


class Typed(forms.Form):
    code = forms.IntegerField(label="Code", help_text="Digits")
    kind = forms.ChoiceField(label="Kind", choices=(("a", "A"), ("b", "B")), widget=forms.RadioSelect)


def test_a_form_explains_its_errors_beside_the_field_and_keeps_what_was_typed() -> None:
    html = Typed({"code": "<x>"}).render()
    assert 'href="#id_code"' in html
    assert 'value="&lt;x&gt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'id="id_code_error"' in html
    assert "<legend>" in html


def test_a_question_posts_its_answer_with_what_it_carries() -> None:
    request = RequestFactory().get("/")
    answer = confirm_page(request, Question("Sure?", "It ends.", "End", "/end", "/back", hidden={"role": "x"}))
    assert 'action="/end"' in answer.text
    assert 'name="role" value="x"' in answer.text
    assert 'name="confirmed" value="yes"' in answer.text


class Somebody:
    permissions = frozenset({"record.see"})


def test_navigation_shows_what_may_be_opened() -> None:
    request = RequestFactory().get("/")
    desk = Desk(
        "x",
        "X",
        (
            NavItem("Start", "start"),
            NavItem("Records", "my_account", ("record.see",), count=lambda actor: len(actor.permissions)),
            NavItem("Runs", "desk", ("run.prepare",)),
        ),
    )
    assert [item.label for item in items_shown(desk, request)] == ["Start"]
    request.actor = Somebody()  # type: ignore[attr-defined]  # the guard does this
    assert [(item.label, item.current, item.count) for item in items_shown(desk, request)] == [
        ("Start", "page", None),
        ("Records", "", 1),
    ]


def test_a_page_below_an_item_is_marked_as_part_of_it() -> None:
    desk = Desk("x", "X", (NavItem("Start", "start"), NavItem("Account", "my_account")))
    below = items_shown(desk, RequestFactory().get("/account/password/"))
    assert [item.current for item in below] == ["", "true"]


@pytest.mark.django_db
def test_pages_allow_no_inline_script_or_style(client: Client) -> None:
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert " onclick" not in answer.text
