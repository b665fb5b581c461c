"""How a clinic is asked is sealed: an address that messages go to may let whoever reads it send some."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "clinic_setup"


def upgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        table.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        table.add_column(
            sa.Column(
                "key_id",
                sa.String(),
                sa.ForeignKey("data_key.id", name="clinic_setup_key_id_fkey"),
                nullable=True,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        table.drop_column("key_id")
        table.drop_column("sealed")
