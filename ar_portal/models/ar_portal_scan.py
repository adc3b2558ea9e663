import logging
from dataclasses import replace

from odoo import api, models

from ..clients import clamd
from ..engine.upload_check import Rejected, check
from ..engine.upload_kinds import Refusal

_logger = logging.getLogger(__name__)


class ArPortalScan(models.AbstractModel):
    """The one gate of files from outside: checked, then looked at for viruses."""

    _name = "ar.portal.scan"
    _description = "Check of files from outside"

    @api.model
    def _ar_check(self, data):
        """Check one file, and have an antivirus look at it where one is set up.

        What would be kept is scanned, after the cheap checks and the drawing again.

        :param bytes data: the whole file
        :return: :class:`~..engine.upload_check.Checked`
        :raise Rejected: with one of :class:`~..engine.upload_kinds.Refusal`
        """
        checked = check(data)
        parameters = self.env["ir.config_parameter"].sudo()
        written = (parameters.get_param("ar_portal.clamd") or "").strip()
        if not written:
            return checked
        scanned = self._ar_scan(checked.data, written)
        if scanned is None:
            if parameters.get_param("ar_portal.clamd_policy") != "best_effort":
                raise Rejected(Refusal.UNAVAILABLE)
            return checked
        if not scanned.clean:
            _logger.warning("A customer's file was refused: %s", scanned.signature)
            raise Rejected(Refusal.INFECTED)
        return replace(checked, scanned=True)

    @api.model
    def _ar_scan(self, data, written):
        """The verdict of the daemon, None when it gave none."""
        try:
            return clamd.scan(data, clamd.parse_address(written))
        except (clamd.ClamdError, ValueError) as error:
            _logger.error("The antivirus gave no verdict: %s", error)
            return None
