"""What a matrix is: every form of an operator, its memory, its fast product."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
