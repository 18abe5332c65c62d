"""Pure functions of eigen-data: no random numbers, no files, no knowledge of a model."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
