"""Lines of therapy: from drug facts to exposures, lines, their ends, phases and names, by a data policy."""
