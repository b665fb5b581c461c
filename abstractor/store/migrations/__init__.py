"""The database's history, revision by revision; a released revision is never edited."""
