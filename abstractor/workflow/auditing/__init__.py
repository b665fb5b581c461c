"""Audits: defining and drawing one, handing out its charts, reading them, settling what was read."""
