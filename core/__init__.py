"""GLAN Studio's engine: everything but the screen. See ARCHITECTURE.md for the layers."""
