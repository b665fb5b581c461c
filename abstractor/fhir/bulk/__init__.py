"""Bulk export: asked for, waited for, downloaded by line, and told by chart. Nothing is kept here."""
