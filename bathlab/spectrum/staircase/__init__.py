"""One file per way to all levels; :mod:`bathlab.spectrum.every_level` chooses."""
