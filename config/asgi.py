import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Under ASGI each request runs in a thread of its own: connections come from a pool.
os.environ.setdefault("DATABASE_POOL_MAX", "16")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
