# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /source
RUN python -m venv /opt/hiroba
COPY constraints-run.txt .
RUN /opt/hiroba/bin/pip install --no-cache-dir --require-hashes -r constraints-run.txt
COPY . .
RUN /opt/hiroba/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# Posters and sheets are set in these.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-core fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home hiroba && install --directory --owner=hiroba /data
COPY --from=build /opt/hiroba /opt/hiroba
ENV PATH=/opt/hiroba/bin:$PATH HIROBA_DATA_DIR=/data PYTHONUNBUFFERED=1
USER hiroba
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
# `migrate` changes nothing when the schema is up to date.
CMD ["sh", "-c", "hiroba migrate && exec hiroba serve --host 0.0.0.0"]
