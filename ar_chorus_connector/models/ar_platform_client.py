from datetime import timedelta, timezone

from odoo import fields, models

from ..clients import errors
from ..clients.chorus_pro import ChorusPro
from ..clients.masking import get_logger, remember_credentials
from ..clients.piste import PisteToken
from ..clients.transport import Transport
from .ar_platform import HOSTS

_logger = get_logger(__name__)

#: Names, on the PISTE site, of the APIs behind the routes.
API_NAMES = {"factures": "Factures", "structures": "Structures"}


class ArPlatformClient(models.Model):
    """The HTTP side of a connection: credentials in, typed errors in words out."""

    _inherit = "ar.platform"

    def _client(self):
        """A client of this connection alone; its token dies with it.

        A new type of platform adds ``_client_<kind>``.
        """
        self.ensure_one()
        return getattr(self.sudo(), f"_client_{self.kind}")()

    def _credentials_chorus_pro(self):
        return ("client_id", "client_secret", "tech_login", "tech_password")

    def _hosts_chorus_pro(self):
        return HOSTS

    def _client_chorus_pro(self):
        self._check_credentials()
        remember_credentials(
            self.tech_login, self.tech_password, self.client_secret, self.client_id
        )
        transport = self._transport()
        token = PisteToken(
            transport, self.token_url, self.client_id, self.client_secret
        )
        return ChorusPro(
            transport,
            token,
            self.api_url,
            self.tech_login,
            self.tech_password,
            self._pace(),
        )

    def _transport(self):
        """How to call; a hook for tests and for proxies."""
        return Transport()

    def action_test_connection(self):
        """Try each part of the connection and say in words which one is wrong.

        :return: a notification; its ``params["ok"]`` tells the result
        """
        self.ensure_one()
        self.check_access("write")
        ok, message = self.sudo()._test_connection()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if ok else "danger",
                "title": self.env._("Connection test"),
                "message": message,
                "sticky": not ok,
                "ok": ok,
            },
        }

    def _test_connection(self):
        """``(ok, words)``: each part of the connection, the first wrong one named."""
        client = self._client()
        try:
            getattr(self, f"_probe_{self.kind}")(client)
        except errors.PlatformError as error:
            return False, self._words(error)
        finally:
            client.close()
        return True, self.env._(
            "Everything answers: application, technical account and subscriptions."
        )

    def _probe_chorus_pro(self, client):
        """Try token, technical account, subscriptions and structure in turn."""
        client.health()
        client.check_account()
        self.structure_ref = self._find_structure(client)
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        pages = client.moved_pages(
            now - timedelta(days=1), now, self.structure_ref or "", page_size=1
        )
        next(pages)

    def _find_structure(self, client):
        """Id of the structure set on this connection; False when none is set."""
        siret = (self.structure_siret or "").replace(" ", "")
        if not siret:
            return False
        found = client.find_structures(siret)
        if not found:
            raise errors.StructureUnknown("no such structure", "structures")
        return found[0].structure_id

    def _words(self, error):
        """What went wrong and what to do, for the person who reads it."""
        _ = self.env._
        if isinstance(error, errors.TokenRefused):
            return _(
                "PISTE refuses the application: its id or its secret is wrong, or "
                "they belong to another environment (PISTE does not say which)."
            )
        if isinstance(error, errors.AccountRefused):
            return _(
                "The application is accepted, the technical account is not: check "
                "its login and its password, which ends %(days)s days after its "
                "last change.",
                days=424,
            )
        if isinstance(error, errors.NotSubscribed):
            api = API_NAMES.get(error.route.split("/")[0], "Transverses")
            return _(
                "The application is not subscribed to the API “%(api)s” (route "
                "%(route)s): add it to the application on the PISTE site.",
                api=api,
                route=error.route,
            )
        if isinstance(error, errors.StructureUnknown):
            return _(
                "The structure %(siret)s is unknown to Chorus Pro, or the technical "
                "account is not attached to it.",
                siret=self.structure_siret,
            )
        if isinstance(error, errors.UnknownRoute):
            return _("Nothing answers at this address: check the service address.")
        if isinstance(error, errors.RateLimited):
            return _("The platform asks for fewer calls; the next round goes on.")
        if isinstance(error, errors.BusinessError):
            return _(
                "The platform refuses (code %(code)s): %(label)s",
                code=error.code,
                label=error.label or _("no text"),
            )
        return _("No usable answer from the platform: %(problem)s.", problem=error)
