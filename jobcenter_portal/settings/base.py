# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that is the same everywhere, in themed blocks."""

from pathlib import Path

from django.conf.locale import LANG_INFO

from jobcenter_portal.settings import environment, logs

BASE_DIR = Path(__file__).resolve().parents[2]

# --- Secrets and addresses -------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = environment.needed("SECRET_KEY")
FIELD_KEYS = environment.needed("FIELD_KEYS")
"""Key ring that seals personal text in the database."""
LINK_KEYS = environment.needed("LINK_KEYS")
"""Key ring from which links to appointments are made again at send time."""
PUBLIC_URL = environment.needed("PUBLIC_URL").rstrip("/")
SHORT_URL = environment.short_address("SHORT_URL", default=PUBLIC_URL)
"""Begins the links of SMS. Set, every text of the portal is one SMS (tests/notifications/test_texts.py)."""
PORTAL_HOSTS = environment.words("PORTAL_HOSTS", "127.0.0.1,localhost")
"""Hosts that serve all Jobcenters; a Jobcenter's own hosts stand in the database."""
ALLOWED_HOSTS = ["*"]  # TenantMiddleware decides, and refuses every host that nobody owns
CLIENT_ADDRESS_HEADER = environment.optional("CLIENT_ADDRESS_HEADER", "REMOTE_ADDR")
"""WSGI variable with the caller's network address; behind a proxy the one that the proxy sets itself."""
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

# --- Applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "jobcenter_portal.tenancy",
    "jobcenter_portal.accounts",
    "jobcenter_portal.audit",
    "jobcenter_portal.web",
    "jobcenter_portal.rest",
    "jobcenter_portal.signin",
    "jobcenter_portal.operator",
    "notifications",
    "appointments",
    "jobcenter_portal.about",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "drf_spectacular",
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "jobcenter_portal.urls"
WSGI_APPLICATION = "jobcenter_portal.wsgi.application"

MIDDLEWARE = [
    "jobcenter_portal.web.access_log.AccessLogMiddleware",
    "jobcenter_portal.web.security.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "jobcenter_portal.rest.middleware.ProblemMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jobcenter_portal.web.guards.RequestGuardMiddleware",
    "jobcenter_portal.tenancy.middleware.TenantMiddleware",
    "jobcenter_portal.tenancy.cookies.TenantCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jobcenter_portal.signin.middleware.StaffSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jobcenter_portal.accounts.middleware.ActorMiddleware",
    "jobcenter_portal.web.errors.RefusalMiddleware",
]

# --- Database: default is the application's role, owner migrates -----------------------------------------------------
DATABASES = {"default": environment.database(environment.needed("DATABASE_URL"), name="DATABASE_URL")}
if environment.optional("DATABASE_OWNER_URL"):
    DATABASES["owner"] = environment.database(environment.needed("DATABASE_OWNER_URL"), name="DATABASE_OWNER_URL")

# --- Sessions and cookies: names and paths are the tenant's, see tenancy.cookies -------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # a session cookie: shared computers forget it
CSRF_FAILURE_VIEW = "jobcenter_portal.web.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")

# --- Configuration kept for a second ---------------------------------------------------------------------------------
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "configuration": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 1},
}

# --- Pages -----------------------------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "jobcenter_portal.web.context.page",
                "jobcenter_portal.about.context.face",
            ],
        },
    }
]
FORM_RENDERER = "jobcenter_portal.web.renderer.KernRenderer"
DEFAULT_EXCEPTION_REPORTER_FILTER = "jobcenter_portal.web.error_reports.PlacesOnly"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "build" / "static"]
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 60
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# --- Interface: JSON alone, no cookies, no sessions, no pages (docs/rest.md) ------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_PARSER_CLASSES": ["jobcenter_portal.rest.parsing.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],  # each route declares who may come, as pages do
    "DEFAULT_THROTTLE_CLASSES": ["jobcenter_portal.rest.throttle.NetworkThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "jobcenter_portal.rest.errors.answer_to",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
REST_READS_PER_MINUTE = int(environment.optional("REST_READS_PER_MINUTE", "600"))
REST_WRITES_PER_MINUTE = int(environment.optional("REST_WRITES_PER_MINUTE", "120"))
"""What one network may ask of one Jobcenter's interface."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Jobcenter portal",
    "DESCRIPTION": "Appointments at a Jobcenter: find a time, keep it, book, move, cancel. Guide: docs/rest.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "EUPL-1.2"},
    "SCHEMA_PATH_PREFIX": r"/[^/]+/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# --- Languages: German is the source, codes and their rules live in jobcenter_portal.web.languages -------------------
LANG_INFO["de-simple"] = {"bidi": False, "code": "de-simple", "name": "German (easy)", "name_local": "Leichte Sprache"}
LANGUAGE_CODE = "de"
LANGUAGES = [
    ("de", "Deutsch"),
    ("de-simple", "Leichte Sprache"),
    ("en", "English"),
    ("uk", "Українська"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("tr", "Türkçe"),
]
LOCALE_PATHS = [BASE_DIR / "jobcenter_portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# --- Delivery --------------------------------------------------------------------------------------------------------
SMTP_URL = environment.needed("SMTP_URL")
BOUNCE_DOMAIN = environment.optional("BOUNCE_DOMAIN").strip().lower()
"""Domain whose mail reaches `manage.py receive_bounces`; empty: bounces go to the office's own address."""
SMS_GATEWAY_URL = environment.optional("SMS_GATEWAY_URL")
SMS_GATEWAY_KEY = environment.optional("SMS_GATEWAY_KEY")
# A Jobcenter types the address of its provider itself: only public ones, or the portal is a way into our own network.
ALLOW_LOCAL_PROVIDERS = environment.optional("ALLOW_LOCAL_PROVIDERS") == "yes"
VAPID_PRIVATE_KEY = environment.optional("VAPID_PRIVATE_KEY")
"""By which push services know the portal (32 bytes as base64url); empty: no push. A new one ends every subscription."""
VAPID_CONTACT = environment.optional("VAPID_CONTACT", PUBLIC_URL)
PUSH_HOSTS = environment.words("PUSH_HOSTS")
"""Push services that may be knocked at; empty: those of the known browsers (channels/push/endpoints.py)."""

# --- Celery: a hint, never the truth (docs/delivery-guarantees.md) ---------------------------------------------------
REDIS_URL = environment.needed("REDIS_URL")
WORKER_SILENCE_LIMIT_S = float(environment.optional("WORKER_SILENCE_LIMIT_S", "60"))
"""A worker that has taken no hint for so long, though some lie there, ends itself (notifications/watchdog.py)."""

# --- Day lists for an outage (docs/operations.md) ---------------------------------------------------------------------
EMERGENCY_LIST_DIR = environment.optional("EMERGENCY_LIST_DIR")
"""A folder on an encrypted volume of its own; empty: none are written, and /readyz warns."""

# --- The operator's doors; not there while empty ----------------------------------------------------------------------
OPERATOR_PASSWORD = environment.secret("OPERATOR_PASSWORD")
METRICS_TOKEN = environment.secret("METRICS_TOKEN")

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = logs.LOGGING
logs.configure_structlog()
