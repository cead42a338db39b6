"""The addresses of these pages at a desk; its own list of reports stands at `reports/` beside them."""

from django.urls import URLPattern, path

from vaxpass.desks._shared.guard import needs
from vaxpass.desks._shared.reports import deciding, forwarding, groups, one, photo
from vaxpass.offices.roles import Permission


def report_paths() -> list[URLPattern]:
    """Give the addresses: reading for whoever sees reports, answering for whoever answers them."""
    see, answer = needs(Permission.REPORT_SEE), needs(Permission.REPORT_ANSWER)
    decide = needs(Permission.OBJECTION_DECIDE, Permission.REPORT_ANSWER)
    return [
        path("reports/<int:report_id>/", see(one.report), name="report"),
        path("reports/<int:report_id>/photos/<int:n>.jpg", see(photo.photo), name="report_photo"),
        path("reports/<int:report_id>/accept", answer(deciding.accept), name="report_accept"),
        path("reports/<int:report_id>/more", answer(deciding.more), name="report_more"),
        path("reports/<int:report_id>/refuse", answer(deciding.refuse), name="report_refuse"),
        path("reports/<int:report_id>/forward", answer(forwarding.forward), name="report_forward"),
        path("reports/<int:report_id>/overturn", decide(deciding.overturn), name="report_overturn"),
        path("reports/<int:report_id>/uphold", decide(deciding.uphold), name="report_uphold"),
        path("reports/<int:report_id>/send-back", decide(deciding.send_back), name="report_send_back"),
        path("reports/groups/<str:key>/", answer(groups.group), name="report_group"),
        path("reports/groups/<str:key>/accept", answer(groups.group_accept), name="report_group_accept"),
        path("reports/groups/<str:key>/refuse", answer(groups.group_refuse), name="report_group_refuse"),
    ]
