"""Addresses of inspections and the search of acts."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.oversight import acts, complaints, findings, inspections, sampled

urlpatterns: list[URLPattern | URLResolver] = [
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/new/", inspections.inspection_new, name="inspection_new"),
    path("inspections/<int:inspection_id>/", inspections.inspection, name="inspection"),
    path("inspections/<int:inspection_id>/rows/<int:place>/", sampled.sampled, name="sampled"),
    path("inspections/<int:inspection_id>/finding/", findings.finding_new, name="finding_new"),
    path("inspections/<int:inspection_id>/close", inspections.inspection_close, name="inspection_close"),
    path("findings/", findings.findings, name="findings"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    path("findings/<int:finding_id>/answer", findings.finding_answer, name="finding_answer"),
    path("findings/<int:finding_id>/send-back", findings.finding_send_back, name="finding_send_back"),
    path("findings/<int:finding_id>/close", findings.finding_close, name="finding_close"),
    path("findings/<int:finding_id>/withdraw", findings.finding_withdraw, name="finding_withdraw"),
    path("risks/", complaints.risks, name="risks"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/<int:complaint_id>/", complaints.complaint, name="complaint"),
    path("complaints/<int:complaint_id>/take-up", complaints.complaint_take_up, name="complaint_take_up"),
    path("complaints/<int:complaint_id>/close", complaints.complaint_close, name="complaint_close"),
    path("acts/", acts.acts, name="acts"),
]
