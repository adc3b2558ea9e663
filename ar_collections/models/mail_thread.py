from odoo import api, models

from ..engine.inbound import is_auto_reply, is_delivery_report


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell the account whether a person or a machine wrote the mail."""
        if any(route[0] == "ar.debtor" for route in routes or ()):
            self = self.with_context(ar_auto_reply=is_auto_reply(message))  # noqa: PLW0642
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Give the account the message that came back.

        An absence notice sent to the bounce address is taken for a bounce by the
        gateway: it is none, the address works.
        """
        absent = is_auto_reply(email_message) and not is_delivery_report(email_message)
        bounced = message_dict.get("bounced_message")
        self = self.with_context(  # noqa: PLW0642
            ar_bounced_message_id=bounced.id if bounced else False,
            ar_bounced_text=message_dict.get("body"),
            ar_auto_reply=absent,
        )
        return super()._routing_handle_bounce(email_message, message_dict)
