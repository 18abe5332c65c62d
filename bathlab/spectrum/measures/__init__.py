"""One file per way to a spectral measure; :mod:`bathlab.spectrum.measure` chooses."""
