# Slim, non-root, with a health check; pictures and the SQLite file live in the volume /app/output.
FROM python:3.13-slim-bookworm

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

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["env", "-u", "http_proxy", "-u", "HTTP_PROXY", "python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

CMD ["streamlit", "run", "streamlit_app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true", "--server.fileWatcherType=none"]
