"""The domain of Hiroba: what people do in a deliberation, and what is kept of it. Knows nothing of HTTP or HTML."""
