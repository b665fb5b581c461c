"""Accounts with several roles and their clinics, links for a first password, service tokens, OpenID Connect.

An account that was an admin gets every role; who was there before goes on seeing every clinic.
"""

import sqlalchemy as sa
from alembic import op

from abstractor.store.columns import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ROLES = ("viewer", "auditor", "adjudicator", "qi-lead", "it-admin")


def upgrade() -> None:
    _tables()
    for role in _ROLES:
        op.execute(
            f"INSERT INTO account_role (account_id, role) SELECT id, '{role}' FROM account "  # noqa: S608 - ours
            f"WHERE role IN ('admin', '{role}')"
        )
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("all_sites", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("service", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ("oidc_name", "oidc_issuer", "oidc_subject"):
            table.add_column(sa.Column(name, sa.String(), nullable=True))
        table.add_column(sa.Column("disabled_at", Moment(), nullable=True))
        table.alter_column("password_hash", existing_type=sa.String(), nullable=True)
        table.drop_column("role")
        table.create_unique_constraint("uq_account_oidc", ["oidc_issuer", "oidc_subject"])
        table.create_unique_constraint("uq_account_oidc_name", ["oidc_name"])
    with op.batch_alter_table("account") as table:
        table.alter_column("all_sites", existing_type=sa.Boolean(), server_default=None)
        table.alter_column("service", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """An account that could do all is an admin again, every other one an auditor without a new password."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("role", sa.String(), nullable=False, server_default="auditor"))
        table.drop_constraint("uq_account_oidc", type_="unique")
        table.drop_constraint("uq_account_oidc_name", type_="unique")
    op.execute(
        "UPDATE account SET role = 'admin' WHERE id IN "
        "(SELECT account_id FROM account_role WHERE role = 'it-admin')"
    )
    op.execute("UPDATE account SET password_hash = '' WHERE password_hash IS NULL OR disabled_at IS NOT NULL")
    with op.batch_alter_table("account") as table:
        table.alter_column("password_hash", existing_type=sa.String(), nullable=False)
        table.alter_column("role", existing_type=sa.String(), server_default=None)
        for name in ("disabled_at", "oidc_subject", "oidc_issuer", "oidc_name", "service", "all_sites"):
            table.drop_column(name)
    for name in ("service_token", "account_link", "account_site", "account_role"):
        op.drop_table(name)


def _tables() -> None:
    op.create_table("account_role", _account(key=True), sa.Column("role", sa.String(), primary_key=True))
    op.create_table(
        "account_site",
        _account(key=True),
        sa.Column("clinic_id", sa.Integer(), sa.ForeignKey("clinic.id"), primary_key=True),
    )
    op.create_table(
        "account_link",
        _account(key=True),
        sa.Column("token_hash", sa.String(), nullable=False, unique=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
    )
    op.create_table(
        "service_token",
        sa.Column("id", sa.Integer(), primary_key=True),
        _account(),
        sa.Column("token_hash", sa.String(), nullable=False, unique=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
    )
    op.create_index("ix_service_token_account_id", "service_token", ["account_id"])


def _account(*, key: bool = False) -> "sa.Column[int]":
    return sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=key, nullable=False)
