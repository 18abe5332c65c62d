"""Tidy tables drawn on axes. Reads, never solves."""
