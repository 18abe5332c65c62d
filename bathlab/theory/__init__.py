"""Closed forms of the theories that the numerics are held against."""
