"""Pure functions of eigen-data: no random numbers, no files, no knowledge of a model."""
