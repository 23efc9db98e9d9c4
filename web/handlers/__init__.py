"""Handlers: parse, call one action or query, respond. One module per noun."""
