"""What is kept: raw resources as received, work, abstracts, accounts and the audit trail, in SQLite or
PostgreSQL.

Functions take a session and give frozen values (`values`); no table row leaves this room. Times are UTC and
passed in.
"""
