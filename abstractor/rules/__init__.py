"""The engine, which knows no guideline by name: how a chart is decided, never what is known."""
