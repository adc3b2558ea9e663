import logging

from . import controllers
from . import models
from . import wizards
from .engine.tokens import TokenFilter

# Every logger that may write the path of a request; a filter of a parent logger
# does not see the records of its children.
for _name in ("werkzeug", "odoo.http", "odoo.service.server"):
    _logger = logging.getLogger(_name)
    if not any(isinstance(f, TokenFilter) for f in _logger.filters):
        _logger.addFilter(TokenFilter())
