"""What may be set from outside, by environment (`ABSTRACTOR_...`), an `.env` file or a secrets folder.

Read once, at an entry (command line, web, worker), and passed on as a value. Embedded defaults need
nothing: a data folder of the user's own, SQLite, and a Valkey of our own on a unix socket. Durations are
in seconds.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]


class Settings(BaseSettings):
    """`database_url` and `redis_url` empty: the embedded ones under `data_dir`."""

    model_config = SettingsConfigDict(
        env_prefix="ABSTRACTOR_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        ignored_types=(cached_property,),
    )

    data_dir: Path = Field(
        default=Path(".abstractor"), description="database, queue and sign-in of embedded mode"
    )
    database_url: SecretStr = Field(
        default=SecretStr(""), description="PostgreSQL; empty: SQLite in data_dir"
    )
    data_key: SecretStr = Field(
        default=SecretStr(""),
        description="keys that stored resources are sealed under, the current one first",
    )
    data_key_file: Path | None = Field(
        default=None, description="the same as a file, a key a line; none of both: data.key in data_dir"
    )
    redis_url: SecretStr = Field(default=SecretStr(""), description="Redis or Valkey; empty: one of our own")
    site: Path | None = Field(default=None, description="folder with what the site adds")
    timezone: str = Field(default="UTC", description="the clinic's time zone (IANA name)")

    host: str = "127.0.0.1"
    port: int = 8080
    behind_tls: bool = Field(
        default=False, description="a proxy in front ends TLS: allow a non-loopback host"
    )
    session_idle: int = Field(default=900, description="an unused sign-in ends after this long")
    session_life: int = Field(default=43_200, description="every sign-in ends after this long")
    public_url: str = Field(
        default="", description="where browsers find the pages (https://...); empty: at host and port"
    )
    oidc_issuer: str = Field(default="", description="the hospital's OpenID provider; empty: none")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scope: str = "openid email profile"
    oidc_name_claim: str = Field(
        default="email", description="by which an account is claimed; an e-mail must be verified"
    )
    oidc_groups_claim: str = "groups"
    oidc_roles: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description='groups and their roles ({"group": ["auditor"]}); none: accounts are made here alone',
    )
    oidc_sites: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description='groups and their clinics by name; ["*"]: every one'
    )
    launch_client_id: str = Field(
        default="", description="as what EHRs know the app that they open from a chart; empty: none"
    )
    launch_client_secret: SecretStr = SecretStr("")
    admin_password: SecretStr = Field(
        default=SecretStr(""), description="first account; empty: one is made up"
    )

    workers: int = Field(default=2, ge=1, description="worker processes of `demo` and `run`")
    charts_per_job: int = Field(default=25, ge=1)
    pulls_per_job: int = Field(default=200, ge=1)
    bulk_wait: float = Field(
        default=86_400, description="an export that is not ready by then is left to the next round"
    )
    lease: float = Field(default=120, description="work not finished by then is given to another worker")
    max_attempts: int = Field(default=4, ge=1)
    retry_delays: tuple[int, ...] = (10, 60, 300)
    reconcile_every: float = 30
    worker_ttl: int = 60
    maintenance_interval: int = 30
    job_monitoring_interval: int = 15

    schedule: bool = Field(default=True, description="this worker begins nightly pulls and tells of trouble")
    pull_grace: float = Field(default=21_600, description="a nightly pull is overdue so long after its time")
    smtp_host: str = Field(default="", description="the mail server for what is told by e-mail")
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = Field(default="", description="whom such an e-mail is from")
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="the bearer token of /metrics; empty: signed-in users only",
    )

    http_connect_timeout: float = 10
    http_read_timeout: float = 60
    http_tries: int = Field(default=4, ge=1)
    http_backoff: float = Field(default=1.0, description="first wait before trying again; doubled each time")
    http_retry_after_cap: float = 300
    page_size: int = 200
    max_pages: int = Field(default=1000, ge=1, description="pages of one search before it is called a loop")

    @property
    def pages_url(self) -> str:
        """Without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"
