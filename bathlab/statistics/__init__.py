"""Estimates with errors, fits, collapse, crossing and stopping rules of measured tables."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
