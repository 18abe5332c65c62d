"""One file per way to find eigenstates; :mod:`bathlab.spectrum.eigenstates` chooses."""
