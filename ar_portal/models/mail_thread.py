import logging

from odoo import api, models

from odoo.addons.ar_collections.engine.inbound import is_auto_reply, is_delivery_report

_logger = logging.getLogger(__name__)

MODEL = "ar.request.mail"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """No machine asks for a recovery: absence notices and bounces are dropped."""
        machine = is_auto_reply(message) or is_delivery_report(message)
        if machine and any(route[0] == MODEL for route in routes or ()):
            _logger.info(
                "Mail %s is an automatic one: no request is made of it",
                message_dict.get("message_id"),
            )
            routes = [route for route in routes if route[0] != MODEL]
        return super()._message_route_process(message, message_dict, routes)
