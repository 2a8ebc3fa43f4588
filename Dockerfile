# Slim, non-root, with a health check; pictures and the SQLite file live in the volume /app/output.
FROM python:3.13-slim-bookworm AS gesso

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    OUTPUT_DIR=/app/output

WORKDIR /app

# Fonts for the words in an SVG and in the demo provider's pictures.
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt ./
RUN pip install -r requirements.txt

COPY pyproject.toml README.md LICENSE streamlit_app.py ./
COPY core ./core
COPY app ./app
COPY pages ./pages
COPY .streamlit/config.toml ./.streamlit/config.toml
RUN pip install --no-deps -e . \
    && useradd --create-home --uid 10001 gesso \
    && mkdir -p output \
    && chown -R gesso:gesso output

USER gesso
VOLUME /app/output
EXPOSE 8501
STOPSIGNAL SIGTERM

# The process answers; whether it can take work (database, disk) is asked at /ready by who sends it some.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["env", "-u", "http_proxy", "-u", "HTTP_PROXY", "python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/health', timeout=4)"]

# Pages and API; for the API alone: docker run ... gesso gesso serve --host 0.0.0.0 --api-only
CMD ["gesso", "serve", "--host", "0.0.0.0", "--port", "8501"]

# Only for `docker compose --profile scale`: Celery's own monitor.
FROM gesso AS flower
USER root
RUN pip install flower==2.2.0
USER gesso

FROM gesso
