# With PostgreSQL's programs of the version that docker-compose.yml runs, for back-ups.
FROM python:3.11-slim AS packages
COPY requirements.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement /requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin countersign
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PROMETHEUS_MULTIPROC_DIR=/tmp/countersign-metrics
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
RUN python -m compileall -q config governance escalations dashboard
# Gathering files needs settings but neither a database nor a secret that anybody keeps.
RUN DATABASE_URL=postgresql://nobody@localhost/none \
    SECRET_KEY=$(python -c "import secrets; print(secrets.token_hex(32))") \
    SEAL_KEY=$(python -c "import secrets; print(secrets.token_hex(32))") \
    python manage.py collectstatic --noinput
USER countersign
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--workers", "2", "--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "5"]
