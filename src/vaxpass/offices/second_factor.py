"""What sign-in asks of an officer."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from vaxpass.offices.models import Officer


def needs_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Say whether this officer must first set up a second factor; only the demo may waive it, and shows it."""
    if not isinstance(user, Officer):
        return True
    if settings.SECOND_FACTOR_MAY_BE_WAIVED and user.second_factor_waived:
        return False
    return not Authenticator.objects.filter(user=user).exists()
