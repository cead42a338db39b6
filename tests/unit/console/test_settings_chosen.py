"""A forgotten variable must not turn a ministry's machine into the demo."""

from vaxpass.console.__main__ import settings_for


def test_a_machine_with_host_names_is_never_the_demo() -> None:
    assert settings_for({"VAXPASS_HOSTS": "hochieu.example.org"}) == "vaxpass.settings.production"


def test_a_newcomers_machine_is() -> None:
    assert settings_for({}) == "vaxpass.settings.local"
