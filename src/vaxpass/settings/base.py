"""What every run of vaxpass shares. Secrets and addresses come from the environment."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF

from vaxpass.settings.logs import LOGGING as LOGGING  # noqa: PLC0414 -- a setting

ROOT = Path(__file__).resolve().parents[3]
STATE_DIR = Path(os.environ.get("VAXPASS_STATE", ROOT / ".state"))


def database(url: str) -> dict[str, object]:
    """Django's DATABASES entry of a `postgresql://user:password@host:port/name?host=/socket/folder` address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///vaxpass"))}

INSTALLED_APPS = [
    "vaxpass.desks._shared",  # before allauth, so that our pages stand in for its own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its field templates, for FORM_RENDERER
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "vaxpass.offices",
    "vaxpass.campaigns",
    "vaxpass.records",
    "vaxpass.notices",
    "vaxpass.intake",
    "vaxpass.identity",
    "vaxpass.corrections",
    "vaxpass.reports",
    "vaxpass.facility_signing",
    "vaxpass.ministry_signing",
    "vaxpass.passports",
    "vaxpass.citizens",
    "vaxpass.rights",
    "vaxpass.trust",
    "vaxpass.validity_rules",
    "vaxpass.publication",
    "vaxpass.oversight",
    "vaxpass.support",
    "vaxpass.inspections",
    "vaxpass.console",
    "vaxpass.desks.verifier",
    "vaxpass.desks.ministry",
    "vaxpass.desks.province",
    "vaxpass.desks.citizen",
    "vaxpass.desks.integrators",
    "vaxpass.desks.facility",
    "vaxpass.desks.administration",
    "vaxpass.desks.oversight",
    "vaxpass.desks.support",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "vaxpass.desks._shared.privacy.PrivacyMiddleware",
    "vaxpass.desks._shared.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

DEBUG = False  # never True anywhere: its error pages show what was posted

ROOT_URLCONF = "vaxpass.urls"
WSGI_APPLICATION = "vaxpass.wsgi.application"
AUTH_USER_MODEL = "offices.Officer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "vaxpass.desks._shared.sign_in.OfficerAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key"}  # an office shares one address
MFA_ADAPTER = "vaxpass.desks._shared.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "vaxpass"
SECOND_FACTOR_MAY_BE_WAIVED = False  # only the demo says True, and then every page shows it

# Proxies of our own before the web server: without them a header could pretend to be another address each time.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("VAXPASS_TRUSTED_PROXIES", "0"))

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "ip_address"]  # masked in logs
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the log of acts tells of sign-ins

# Shared by all web processes, so that a one-time code is used once and attempts are counted once.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "vaxpass_cache"}}

SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "vaxpass.desks._shared.views.form_stale"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" browsers send "Origin: null" and CSRF refuses every form
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vaxpass.desks._shared.context.desk",
            ],
        },
    }
]

FORM_RENDERER = "vaxpass.desks._shared.forms.DeskRenderer"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = sorted(str(folder) for folder in (ROOT / "locale").glob("*") if folder.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
UPLOAD_MAX_BYTES = 40_000_000  # 100,000 rows of a facility's file stay far below
UPLOAD_MAX_ROWS = 100_000

# Sealing: 32-byte keys in hex, newest first, so that older values still open after a rotation.
SEALING_KEYS = [key for key in os.environ.get("VAXPASS_SEALING_KEYS", "").split(",") if key]
LOOKUP_KEY = os.environ.get("VAXPASS_LOOKUP_KEY", "")
SECRET_KEY = os.environ.get("VAXPASS_SECRET_KEY", "")

# The outside world; wiring.py turns these into adapters.
POPULATION_DATABASE = {
    "url": os.environ.get("VAXPASS_POPULATION_URL", ""),
    "token": os.environ.get("VAXPASS_POPULATION_TOKEN", ""),
    "office": os.environ.get("VAXPASS_POPULATION_OFFICE", ""),
    "procedure": os.environ.get("VAXPASS_POPULATION_PROCEDURE", "1.000000"),  # MaDVC, given by the operator
    "integration": os.environ.get("VAXPASS_POPULATION_INTEGRATION", "037"),  # MaTichHop
    "officer_key": os.environ.get("VAXPASS_POPULATION_OFFICER_KEY", ""),  # makes the AuthHash of an officer
}
# The electronic identity (VNeID) by OpenID Connect; without an issuer its button is not shown. docs/runbooks/vneid.md
EID = {
    "issuer": os.environ.get("VAXPASS_EID_ISSUER", ""),
    "client_id": os.environ.get("VAXPASS_EID_CLIENT_ID", ""),
    "client_secret": os.environ.get("VAXPASS_EID_CLIENT_SECRET", ""),
    "scope": os.environ.get("VAXPASS_EID_SCOPE", "openid profile"),
    "claims": json.loads(os.environ.get("VAXPASS_EID_CLAIMS", "{}")),  # {"number": "its name", …} where names differ
}
IDENTITY_CONFIRMATION_DAYS = 180  # a declaration confirmed since then need not be asked about for its next dose
RIGHTS_LIMITS = json.loads(os.environ.get("VAXPASS_RIGHTS_LIMITS", "{}"))  # days by name: rights/rules.py, Limits
REPORTS = {
    # Days that the government made free or working at short notice, ISO dates with commas between them; the public
    # holidays themselves are known (offices/workdays.py).
    "free_days": os.environ.get("VAXPASS_FREE_DAYS", ""),
    "working_days": os.environ.get("VAXPASS_WORKING_DAYS", ""),
    # Longer than the 90 days in which a citizen may object; then the photos are wiped.
    "photos_kept_days": int(os.environ.get("VAXPASS_REPORT_PHOTOS_KEPT_DAYS", "120")),
}
SUPPORT = {
    # Working hours until the first answer / the solution of a difficulty, `STOPPED=1/8,HINDERED=4/16,QUESTION=8/24`;
    # what is not named is as in support/rules.py, PROMISES.
    "promises": os.environ.get("VAXPASS_SUPPORT_PROMISES", ""),
}
KEY_DIR = Path(os.environ.get("VAXPASS_KEY_DIR", STATE_DIR / "keys"))
PUBLISH_DIR = Path(os.environ.get("VAXPASS_PUBLISH_DIR", STATE_DIR / "published"))
VECTORS_DIR = ROOT / "packages" / "vaxproof" / "vectors"  # published too, where the platform runs from a checkout
VERIFIER_PUBLISHERS = os.environ.get("VAXPASS_VERIFIER_PUBLISHERS", "")  # PEM; empty: publisher.pem below PUBLISH_DIR
MINISTRY_SIGNING_KEY = {
    "kind": os.environ.get("VAXPASS_MINISTRY_KEY", "software"),  # software (demo), pkcs12, pkcs11
    "reference": os.environ.get("VAXPASS_MINISTRY_KEY_REFERENCE", "ministry"),
    "pin": os.environ.get("VAXPASS_MINISTRY_KEY_PIN", ""),
    "module": os.environ.get("VAXPASS_PKCS11_MODULE", ""),
}
# Signs what is published; verifiers pin its certificate, and the next one, which lies in KEY_DIR as publisher*.crt.pem.
PUBLISHER_KEY = {
    "kind": os.environ.get("VAXPASS_PUBLISHER_KEY", "software"),  # software (demo), pkcs12, pkcs11
    "reference": os.environ.get("VAXPASS_PUBLISHER_KEY_REFERENCE", "publisher"),
    "pin": os.environ.get("VAXPASS_PUBLISHER_KEY_PIN", ""),
    "module": os.environ.get("VAXPASS_PKCS11_MODULE", ""),
}
PUBLIC_HOST = os.environ.get("VAXPASS_PUBLIC_HOST", "vaxpass.invalid")  # under which the world reaches /published/
LOG_KEY = {  # Ed25519: signs the checkpoints of the public log
    "kind": os.environ.get("VAXPASS_LOG_KEY", "software"),  # software (demo), pkcs12, pkcs11
    "reference": os.environ.get("VAXPASS_LOG_KEY_REFERENCE", "log"),
    "vkey": os.environ.get("VAXPASS_LOG_VKEY", ""),  # its public half; without it the key is opened to tell it
    "pin": os.environ.get("VAXPASS_LOG_KEY_PIN", ""),
    "module": os.environ.get("VAXPASS_PKCS11_MODULE", ""),
}
LOG_ORIGIN = os.environ.get("VAXPASS_LOG_ORIGIN", "vaxpass.invalid/log")  # the log's name for ever; never another log's
LOG_WITNESSES = json.loads(os.environ.get("VAXPASS_LOG_WITNESSES", "[]"))  # [{"vkey": "…", "url": "https://…"}]
LOG_QUORUM = int(os.environ.get("VAXPASS_LOG_QUORUM", "0"))  # so many witnesses cosign before a checkpoint is published
MESSAGES_FOLDER = os.environ.get("VAXPASS_MESSAGES_FOLDER", "")  # instead of both below: the demo alone
MESSAGES_SITE = os.environ.get("VAXPASS_MESSAGES_SITE", "") or PUBLIC_HOST  # the host that messages send people to
SMS_GATEWAY = {  # docs/runbooks/messages.md
    "url": os.environ.get("VAXPASS_SMS_URL", ""),
    "token": os.environ.get("VAXPASS_SMS_TOKEN", ""),
    "sender": os.environ.get("VAXPASS_SMS_SENDER", ""),  # the registered brand name that phones show
}
MAIL_SERVER = {
    "host": os.environ.get("VAXPASS_SMTP_HOST", ""),
    "port": os.environ.get("VAXPASS_SMTP_PORT", ""),  # empty: 465 for tls, 587 for starttls
    "security": os.environ.get("VAXPASS_SMTP_SECURITY", "tls"),  # tls, starttls, none (this machine alone)
    "user": os.environ.get("VAXPASS_SMTP_USER", ""),
    "password": os.environ.get("VAXPASS_SMTP_PASSWORD", ""),
    "sender": os.environ.get("VAXPASS_SMTP_SENDER", ""),
    "bounces_to": os.environ.get("VAXPASS_SMTP_BOUNCES_TO", ""),  # the mailbox whose Maildir is the next
    "bounces": os.environ.get("VAXPASS_SMTP_BOUNCES", ""),
    "authorities": os.environ.get("VAXPASS_SMTP_AUTHORITIES", ""),  # a PEM file; empty: the machine's own
}
DUTY_CONTACTS = [  # phones and e-mail addresses of who is told alarms of the system's health; docs/runbooks/health.md
    contact.strip() for contact in os.environ.get("VAXPASS_DUTY_CONTACTS", "").split(",") if contact.strip()
]
METRICS_TOKEN = os.environ.get("VAXPASS_METRICS_TOKEN", "")  # empty: /metrics answers this machine alone
WORKERS_WANTED = int(os.environ.get("VAXPASS_WORKERS", "1"))  # fewer alive workers of the jobs raise an alarm
SOFTWARE_KEYS_ALLOWED = False  # encrypted key files: the demo and the tests alone
APPLE_WALLET = {  # a Pass Type ID certificate: PKCS#12 below KEY_DIR; without it there is no button
    "reference": os.environ.get("VAXPASS_APPLE_WALLET", ""),
    "pin": os.environ.get("VAXPASS_APPLE_WALLET_PIN", ""),
}
GOOGLE_WALLET = {  # a service account's file (JSON) below KEY_DIR, and the issuer's number; without both, no button
    "reference": os.environ.get("VAXPASS_GOOGLE_WALLET", ""),
    "issuer": os.environ.get("VAXPASS_GOOGLE_WALLET_ISSUER", ""),
}
FACILITY_PKCS11_MODULE = os.environ.get("VAXPASS_FACILITY_PKCS11_MODULE", "")
FACILITY_ANCHOR_DIR = os.environ.get("VAXPASS_FACILITY_ANCHORS", "")  # empty: facility-anchors below KEY_DIR
ISSUER_NAME = "Bộ Y tế"

PROCRASTINATE_ON_APP_READY = "vaxpass.jobs.app.on_ready"
PROCRASTINATE_IMPORT_PATHS = ["vaxpass.jobs.tasks"]
