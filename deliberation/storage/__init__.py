"""Where the domain is kept: tables, the engine, the writer, queries by noun."""
