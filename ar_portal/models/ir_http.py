from odoo import models
from odoo.http import request

from ..engine.tokens import is_customer_path


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        """On the customer's pages, an error too is a page a customer understands.

        A body that is too large and a session that expired stop before any
        controller runs, so they can only be caught here.
        """
        response = super()._handle_error(exception)
        code = getattr(response, "code", None) or getattr(response, "status_code", 0)
        if code < 400 or not is_customer_path(request.httprequest.path):
            return response
        # Late import: controllers register routes and need the registry's class.
        from ..controllers.pages import error_page

        request.env.cr.rollback()
        return error_page(code)
