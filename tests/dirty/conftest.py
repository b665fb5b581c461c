"""The real databases of the integration tests, for dirty records that go through a clinic and a database."""

from tests.integration.conftest import (
    database_url,
    migrated_postgres,
    migrated_sqlite,
    postgres_server,
)

__all__ = ["database_url", "migrated_postgres", "migrated_sqlite", "postgres_server"]
