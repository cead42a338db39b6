"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.ministry import alarms, approval, eligibility, home, passports, runs

app_name = "ministry"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("ready/", eligibility.eligibility, name="eligibility"),
    path("ready/count/", eligibility.count_again, name="count_again"),
    path("ready/<int:survey_id>/<str:code>/", eligibility.not_ready, name="not_ready"),
    path("runs/", runs.runs, name="runs"),
    path("runs/ask/", runs.ask, name="ask"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/<int:run_id>/resume/", runs.resume, name="resume"),
    path("runs/<int:run_id>/left/", runs.left, name="left"),
    path("runs/<int:run_id>/approval/", approval.approval, name="approval"),
    path("runs/<int:run_id>/holds/", approval.decide_holds, name="decide_holds"),
    path("runs/<int:run_id>/approve/", approval.approve, name="approve"),
    path("runs/<int:run_id>/refuse/", approval.refuse, name="refuse"),
    path("passports/", passports.passports, name="passports"),
    path("passports/find/", passports.find, name="find"),
    path("passports/<int:passport_id>/", passports.passport, name="passport"),
    path("passports/<int:passport_id>/print/", passports.passport_print, name="passport_print"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/<int:alarm_id>/", alarms.alarm, name="alarm"),
    path("alarms/<int:alarm_id>/seen/", alarms.see, name="see_alarm"),
    path("people/<int:person_id>/", passports.person, name="person"),
]
