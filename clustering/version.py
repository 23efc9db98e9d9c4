"""The version that every result names."""

ENGINE_VERSION = "0.1.0"
