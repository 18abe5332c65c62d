"""What is simulated: baths, LIOMs and the coupled system, as frozen specs and their samples."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
