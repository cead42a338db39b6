"""The passport by e-mail: to the address confirmed earlier, or to a new one once a code has shown whose it is."""

from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from vaxpass.citizens.actions import confirm_email
from vaxpass.citizens.codes import check_code
from vaxpass.citizens.own import own_live_passport
from vaxpass.citizens.queries import contacts_of
from vaxpass.citizens.rules import Purpose
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen.guard import CitizenRequest, citizen_only
from vaxpass.jobs.citizens import begin_code
from vaxpass.jobs.passport_mail import send_passport
from vaxpass.notices.facts import Recipient
from vaxpass.offices.scope import Refused
from vaxpass.rights.actions import consent
from vaxpass.rights.rules import Purpose as Consented

_WAITING: Final = "passport_mail"
"""In the session while a code is awaited: its token, the passport, whether the address is to be kept. No address."""


class MailForm(forms.Form):
    """Where to, and the consents; neither is ticked beforehand."""

    email = forms.CharField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    agrees = forms.BooleanField(
        label=_("Send my passport to this address"),
        help_text=_("E-mail can be read on the way and by whoever opens the mailbox."),
        error_messages={"required": _("Tick this if you want the passport sent; without it nothing is sent.")},
    )
    keeps = forms.BooleanField(
        label=_("Keep this address for next time"),
        help_text=_("You are told there what happens to your record, and can open it by a code sent there."),
        required=False,
    )

    def clean_email(self) -> Recipient:
        """Bring the address into our form; EMAIL_ILL_FORMED in words."""
        try:
            return Recipient(email=self.cleaned_data["email"])
        except Refused as refused:
            raise forms.ValidationError(sentence(refused.code, refused.facts)) from None


class CodeForm(forms.Form):
    """The code from the mailbox."""

    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@citizen_only
@require_http_methods(["GET", "POST"])
def mail(request: CitizenRequest, passport_id: int) -> HttpResponseBase:
    """Ask where to send it and for consent; an address that nobody confirmed yet must answer a code first."""
    own_live_passport(request.citizen, passport_id, request.now)
    form = MailForm(request.POST or None, initial={"email": _known_address(request)})
    if request.method == "GET" or not form.is_valid():
        return _page(request, "citizen/passport_mail.html", form, passport_id)
    to: Recipient = form.cleaned_data["email"]
    if to.email in {contact.email for contact in contacts_of(request.citizen.person_ids)}:
        return _sent(request, passport_id, to)
    try:
        token = begin_code(Purpose.CONTACT, to, request.now, visitor=visitor_of(request), language=_language())
    except Refused as refused:
        form.add_error("email", sentence(refused.code, refused.facts))
        return _page(request, "citizen/passport_mail.html", form, passport_id)
    request.session[_WAITING] = {"token": token, "passport": passport_id, "keeps": form.cleaned_data["keeps"]}
    return redirect("citizen:passport_mail_code", passport_id)


@citizen_only
@require_http_methods(["GET", "POST"])
def mail_code(request: CitizenRequest, passport_id: int) -> HttpResponseBase:
    """Take the code; the right one sends the passport, and keeps the address where that was asked for."""
    own_live_passport(request.citizen, passport_id, request.now)
    waiting: dict[str, Any] = request.session.get(_WAITING) or {}
    if waiting.get("passport") != passport_id:
        return redirect("citizen:passport_mail", passport_id)
    form = CodeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, "citizen/passport_mail_code.html", form, passport_id)
    try:
        proven = check_code(
            cast("str", waiting["token"]),
            form.cleaned_data["code"],
            request.now,
            purpose=Purpose.CONTACT,
            visitor=visitor_of(request),
        )
    except Refused as refused:
        form.add_error("code", sentence(refused.code, refused.facts))
        return _page(request, "citizen/passport_mail_code.html", form, passport_id)
    del request.session[_WAITING]
    if waiting["keeps"]:
        with transaction.atomic():
            confirm_email(request.citizen.person_ids, proven, request.now)
            consent(request.citizen.person_ids, Consented.EMAIL, given=True, now=request.now)
    return _sent(request, passport_id, proven.to)


def _sent(request: CitizenRequest, passport_id: int, to: Recipient) -> HttpResponseBase:
    is_new = send_passport(request.citizen, passport_id, to, language=_language(), now=request.now)
    said = _("The passport is on its way to your mailbox.") if is_new else _("This address had the passport today.")
    messages.success(request, said)
    return redirect("citizen:passport_one", passport_id)


def _page(request: CitizenRequest, template: str, form: forms.Form, passport_id: int) -> HttpResponse:
    context = {"form": form, "passport_id": passport_id, "title": gettext("The passport by e-mail")}
    return render(request, template, context, status=422 if form.errors else 200)


def _known_address(request: CitizenRequest) -> str:
    contacts = contacts_of(request.citizen.person_ids)
    return contacts[0].email if contacts else ""


def _language() -> str:
    return "en" if get_language() == "en" else "vi"
