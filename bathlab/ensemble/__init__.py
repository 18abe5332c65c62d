"""Many realisations: the study, its runner, the store of its rows, estimates with errors."""
