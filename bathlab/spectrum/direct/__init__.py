"""Factorisations of H - E, and the levels nearest an energy from them."""
