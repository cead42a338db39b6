"""Addresses of campaigns."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.oversight import campaign_behind, campaign_issue, campaign_pages

_ONE = "directives/<int:directive_id>/"
_STEP = f"{_ONE}steps/<int:step_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("directives/", campaign_pages.directives, name="directives"),
    path("directives/new/", campaign_issue.new, name="directive_new"),
    path(_ONE, campaign_pages.directive, name="directive"),
    path(f"{_ONE}file/", campaign_pages.attachment, name="directive_attachment"),
    path(f"{_ONE}received/", campaign_pages.acknowledge, name="directive_acknowledge"),
    path(f"{_ONE}edit/", campaign_issue.edit, name="directive_edit"),
    path(f"{_ONE}attach/", campaign_issue.attach, name="directive_attach"),
    path(f"{_ONE}discard/", campaign_issue.discard, name="directive_discard"),
    path(f"{_ONE}publish/", campaign_issue.publish, name="directive_publish"),
    path(f"{_ONE}amend/", campaign_issue.amend, name="directive_amend"),
    path(f"{_ONE}withdraw/", campaign_issue.withdraw, name="directive_withdraw"),
    path(f"{_ONE}progress/", campaign_behind.progress, name="directive_progress"),
    path(f"{_ONE}steps/new/", campaign_issue.step, name="directive_step_new"),
    path(_STEP, campaign_issue.step, name="directive_step"),
    path(f"{_STEP}drop/", campaign_issue.drop_step, name="directive_step_drop"),
    path(f"{_STEP}withdraw/", campaign_issue.withdraw_step, name="directive_step_withdraw"),
    path(f"{_STEP}done/", campaign_pages.step_done, name="directive_step_done"),
    path("mailbox/", campaign_pages.mailbox, name="mailbox"),
    path("mailbox/<int:office_id>/", campaign_pages.mailbox, name="mailbox_of"),
]
