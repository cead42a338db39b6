"""The tests: the embedded PostgreSQL unless DATABASE_URL names another, and fixed keys that protect nothing."""

import os

os.environ.setdefault("DATABASE_URL", "postgresql://postgres@/postgres")

from vaxpass.settings.base import *  # noqa: F403 -- the address above must be set first

SECRET_KEY = "tests-only"  # noqa: S105 -- protects nothing but test sessions
SEALING_KEYS = ["11" * 32]
LOOKUP_KEY = "22" * 32
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; production's hasher has its own test
SECOND_FACTOR_MAY_BE_WAIVED = True
DEMO = False
SOFTWARE_KEYS_ALLOWED = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("VAXPASS_TEST_DATABASE", "test_vaxpass")}  # noqa: F405 -- from base
