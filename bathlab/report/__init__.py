"""What a person opens: a store or a record as one page that needs no network.

Store -> :class:`Report`, frozen plain data -> HTML.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
