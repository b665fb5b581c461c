# The service's image: the locked packages and the project, run as a user without rights. See docs/deploy.md.
# This image was not built where it was written: no Docker engine was at hand there.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements/runtime.txt requirements/runtime.txt
RUN python -m venv /opt/abstractor \
    && /opt/abstractor/bin/python -m pip install --no-cache-dir --require-hashes --requirement requirements/runtime.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY abstractor abstractor
COPY worker worker
COPY fixtures fixtures
RUN /opt/abstractor/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
COPY --from=build /opt/abstractor /opt/abstractor
RUN useradd --system --uid 10001 --home-dir /var/lib/abstractor --create-home abstractor
USER abstractor
WORKDIR /var/lib/abstractor
ENV PATH=/opt/abstractor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ABSTRACTOR_DATA_DIR=/var/lib/abstractor/data
EXPOSE 8080
CMD ["abstractor", "serve"]
