import hashlib
import hmac
from ipaddress import ip_address, ip_network

from odoo import api, fields, models
from odoo.tools import SQL

#: A little over the longest window, which is a day.
KEEP_HOURS = 26


class ArPortalHit(models.Model):
    """One visit that counts against a limit; forgotten after a day.

    Addresses and tokens are never stored: the key is a keyed hash of them.
    """

    _name = "ar.portal.hit"
    _description = "Visit of a customer's page"
    _log_access = False
    key = fields.Char(required=True)
    seen_at = fields.Datetime(required=True, default=fields.Datetime.now)

    _key_seen = models.Index("(key, seen_at)")

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
                    " AND seen_at > now() at time zone 'UTC'"
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
                "INSERT INTO ar_portal_hit (key, seen_at)"
                " SELECT key, now() at time zone 'UTC' FROM unnest(%s) AS key",
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

    @api.autovacuum
    def _gc_ar_hits(self):
        """Forget visits that no limit looks at any more."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM ar_portal_hit WHERE seen_at <"
                " now() at time zone 'UTC' - make_interval(hours => %s)",
                KEEP_HOURS,
            )
        )
