"""Django settings; every value from outside comes through ``config.env``."""

from datetime import timedelta
from pathlib import Path

from config.env import environment_read
from config.log_lines import logging_settings
from config.providers import sign_in_providers
from escalations.domain.reset_text import GOOD_FOR_MIN

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environment_read()

SECRET_KEY = ENV.secret_key
# The first signs new seals of the log, the others are known from before.
SEAL_KEYS = (ENV.seal.key, *ENV.seal.before)
DEBUG = ENV.debug
TESTING = ENV.testing
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.trusted_origins)
LIVE_ORIGIN = ENV.live_origin

INSTALLED_APPS = [
    "config",
    "dashboard",
    "escalations",
    "governance",
    "channels",
    "csp",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "config.observing.RouteFacts",
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.outage.DatabaseOutage",
    "config.sessions.SessionSeen",
    "config.sessions.SecondFactorFirst",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": ENV.database.name,
        "USER": ENV.database.user,
        "PASSWORD": ENV.database.password,
        "HOST": ENV.database.host,
        "PORT": ENV.database.port,
        # A pool under ASGI, where each request has its own thread; a kept connection elsewhere.
        "CONN_MAX_AGE": 0 if ENV.database_pool_max else None,
        "CONN_HEALTH_CHECKS": not ENV.database_pool_max,
        "OPTIONS": {
            # Sent apart from their values, statements are planned once a connection.
            "server_side_binding": True,
            "prepare_threshold": 2,
            # Whoever waits longer for a row is told to ask again, not left to wait.
            **({"options": "-c lock_timeout=5000"} if ENV.database_pool_max else {}),
            **(
                {"pool": {"min_size": 2, "max_size": ENV.database_pool_max, "timeout": 5}}
                if ENV.database_pool_max
                else {}
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where the links of messages lead; its host also names the messages.
CONSOLE_URL = ENV.console_url
# Where the auditor's runs are told of; empty for nobody.
WATCH_URL = ENV.watch_url
# Without a host no mail is sent, and nobody is offered it.
EMAIL_HOST = ENV.mail.host
EMAIL_PORT = ENV.mail.port
EMAIL_HOST_USER = ENV.mail.user
EMAIL_HOST_PASSWORD = ENV.mail.password
EMAIL_USE_TLS = ENV.mail.starttls
EMAIL_USE_SSL = ENV.mail.tls
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = ENV.mail.sender

LIVE_BROKER_URL = ENV.broker.redis_url
CELERY_BROKER_URL = ENV.broker.celery_url
CLOCK_OFFSET_FILE = ENV.clock_offset_file

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
BEHIND_TLS = ENV.behind_tls
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# How many wrong passwords and codes are taken (governance/domain/guesses.py). django-axes asks and
# tells our handler; what it would say itself, the views say.
SIGN_IN_FAILURES = ENV.sign_in.failures_most
SIGN_IN_NAME_FAILURES = ENV.sign_in.name_failures_most
SIGN_IN_PAUSE = timedelta(minutes=ENV.sign_in.lock_min)
AXES_HANDLER = "governance.services.guesses.GuessHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "governance.services.guesses.answer_kept"
AXES_CLIENT_IP_CALLABLE = "governance.selectors.sessions.request_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# People are invited: nobody signs up, and mail addresses are not ours to verify.
ACCOUNT_ADAPTER = "dashboard.services.sign_in_adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
# Guesses are counted in the database, for all processes together.
ACCOUNT_RATE_LIMITS = False
OIDC_NAME = ENV.sign_in.provider.name if ENV.sign_in.provider else ""
# Names the issuer: who was linked to another one is linked to nobody here.
OIDC_PROVIDER_ID = ENV.sign_in.provider_id
SOCIALACCOUNT_ADAPTER = "dashboard.services.provider_adapter.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = sign_in_providers(ENV.sign_in)
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "dashboard.services.sign_in_adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Countersign"
MFA_RECOVERY_CODE_DIGITS = 10
SECOND_FACTOR_REQUIRED = ENV.sign_in.second_factor_required
PASSWORD_RESET_TIMEOUT = GOOD_FOR_MIN * 60
CSRF_FAILURE_VIEW = "dashboard.views.errors.form_too_old"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/queue/"
LOGOUT_REDIRECT_URL = "/sign-in/"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_root or BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only our own files: no page uses what the installed packages bring along.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.fingerprints.FingerprintedStorage"},
}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENV.behind_tls
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ENV.behind_tls
SECURE_SSL_REDIRECT = ENV.behind_tls
# Health checks come from beside the process, not through the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if ENV.behind_tls else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.behind_tls else None
SECURE_REFERRER_POLICY = "same-origin"
# Each of these binds names that are not Countersign's: whether everything below the console's host
# speaks TLS (W005), and whether browsers ship its domain as TLS only, for years (W021), is for
# whoever owns the domain, whose proxy may add both to the header.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *([LIVE_ORIGIN] if LIVE_ORIGIN else [])],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
# A body may hold 1,000 batch items or a 64 KiB state; each call has its own tighter limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

# Whether each request has a line, and how lines look.
ACCESS_LOG = ENV.metrics.logs_access
LOGGING = logging_settings(is_json=ENV.metrics.log_is_json)
# Who may read GET /metrics; empty for nobody.
METRICS_TOKEN = ENV.metrics.token
