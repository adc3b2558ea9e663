import hashlib
import hmac
from ipaddress import ip_address, ip_network

from odoo import api, fields, models
from odoo.tools import SQL


class ArPortalHit(models.TransientModel):
    """One visit that counts against a limit; forgotten after a day.

    Addresses and tokens are never stored: the key is a keyed hash of them.
    """

    _name = "ar.portal.hit"
    _description = "Visit of a customer's page"
    # The longest window is a day; the vacuum may run a little before its end.
    _transient_max_hours = 26.0
    _transient_max_count = 0

    key = fields.Char(required=True)

    _key_date = models.Index("(key, create_date)")

    @api.model
    def _ar_allow(self, limits):
        """Count one visit and say whether it stays within every limit.

        A visit beyond a limit is not counted, so a page opens again as soon as the
        window has moved on, however often it is asked for meanwhile.

        :param limits: ``[(purpose, identity, count, seconds)]``
        :return: False when one limit is reached
        """
        keys = [self._ar_key(purpose, identity) for purpose, identity, *_ in limits]
        for key, (_purpose, _identity, count, seconds) in zip(
            keys, limits, strict=True
        ):
            self.env.cr.execute(
                SQL(
                    "SELECT count(*) FROM (SELECT 1 FROM ar_portal_hit WHERE key = %s"
                    " AND create_date > now() at time zone 'UTC'"
                    " - make_interval(secs => %s) LIMIT %s) AS recent",
                    key,
                    seconds,
                    count,
                )
            )
            if self.env.cr.fetchone()[0] >= count:
                return False
        self.env.cr.execute(
            SQL(
                "INSERT INTO ar_portal_hit (key, create_date, write_date)"
                " SELECT key, now() at time zone 'UTC', now() at time zone 'UTC'"
                " FROM unnest(%s) AS key",
                keys,
            )
        )
        return True

    @api.model
    def _ar_key(self, purpose, identity):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return hmac.new(
            (secret or "").encode(), f"{purpose}\n{identity}".encode(), hashlib.sha256
        ).hexdigest()

    @api.model
    def _ar_network(self, address):
        """The part of an address that stands for one visitor.

        A household or a host owns a whole IPv6 /64, so its last half is ignored.
        """
        try:
            parsed = ip_address(address or "")
        except ValueError:
            return "unknown"
        if parsed.version == 6:
            return str(ip_network((parsed, 64), strict=False).network_address)
        return str(parsed)
