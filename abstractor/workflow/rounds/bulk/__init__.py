"""A round that is pulled by bulk export: asked for, waited for, loaded, and kept chart by chart."""
