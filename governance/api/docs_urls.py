"""Routes of the documentation, and the last word on every other path below ``/api/``."""

from django.urls import path, re_path

from governance.api.reference.pages import docs, openapi, problems
from governance.api.routes import api_missing

app_name = "docs"

urlpatterns = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("docs/", docs, name="docs"),
    path("docs/problems/", problems, name="problems"),
    path("", api_missing, name="root"),
    # With line breaks too, which no converter takes.
    re_path(r"^(?P<rest>[\s\S]+)$", api_missing, name="missing"),
]
