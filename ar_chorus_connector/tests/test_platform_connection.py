import logging
from base64 import b64encode

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import CREDENTIALS, ChorusCase

LOGGERS = "odoo.addons.ar_chorus_connector"


@tagged("post_install", "-at_install")
class TestPlatformConnection(ChorusCase):
    def tell(self, **values):
        """What the connection test says after a change."""
        self.platform.write(values)
        params = self.platform.action_test_connection()["params"]
        return params["ok"], params["message"]

    def test_everything_right_is_said(self):
        self.story(structures=[{"id": 7, "siret": "12345678900011", "name": "Us"}])
        ok, message = self.tell(structure_siret="123 456 789 00011")
        self.assertTrue(ok, message)
        self.assertEqual(self.platform.structure_ref, "7")

    def test_a_wrong_secret_is_told_from_a_wrong_account(self):
        ok, message = self.tell(client_secret="not-the-secret")
        self.assertFalse(ok)
        self.assertIn("refuses the application", message)
        ok, message = self.tell(
            client_secret=CREDENTIALS["client_secret"], tech_password="expired"
        )
        self.assertFalse(ok)
        self.assertIn("technical account is not", message)

    def test_a_missing_subscription_names_the_api(self):
        self.story(unsubscribed=["factures/"])
        ok, message = self.tell()
        self.assertFalse(ok)
        self.assertIn("“Factures”", message)

    def test_an_unknown_structure_is_named(self):
        ok, message = self.tell(structure_siret="99999999900099")
        self.assertFalse(ok)
        self.assertIn("99999999900099", message)

    def test_nobody_there(self):
        ok, message = self.tell(api_url="http://127.0.0.1:9")
        self.assertFalse(ok)
        self.assertIn("No usable answer", message)

    def test_secrets_only_travel_over_https(self):
        for url in ("http://api.example.com", "http://127.0.0.1.example.com", "x"):
            with self.assertRaises(ValidationError):
                self.platform.api_url = url
        with self.assertRaises(ValidationError):
            self.platform.environment = "production"
            self.platform.api_url = self.url

    def test_each_environment_proposes_its_hosts(self):
        platform = self.env["ar.platform"].new({"environment": "qualification"})
        self.assertEqual(platform.api_url, "https://sandbox-api.piste.gouv.fr")

    def test_activation_asks_for_what_is_missing(self):
        draft = self.env["ar.platform"].create({"name": "New"})
        with self.assertRaisesRegex(UserError, "Technical password"):
            draft.action_activate()
        self.assertEqual(draft.state, "draft")

    def test_a_copied_database_reads_nothing(self):
        self.story(self.told("FAC/1", ("DEPOSEE", "2026-06-01 10:00")))
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("database.uuid", "another-database")
        self.platform.invalidate_recordset(["held"])
        self.assertTrue(self.platform.held)
        self.assertIn("copy", self.sync()["error"])
        self.assertEqual(self.control("calls"), [])
        self.platform.action_activate()
        self.assertEqual(self.sync()["moved"], 1)

    def test_neutralised_means_off_and_without_secrets(self):
        with file_open("ar_chorus_connector/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.platform.invalidate_recordset()
        self.assertEqual(self.platform.state, "off")
        for name in CREDENTIALS:
            self.assertFalse(self.platform[name])

    @mute_logger(f"{LOGGERS}.models.ar_platform_sync")
    def test_refused_credentials_alert_once(self):
        self.platform.tech_password = "expired"
        for _round in range(2):
            self.assertIn("technical account", self.sync()["error"])
        self.assertEqual(self.platform.last_error_kind, "account")
        self.assertEqual(len(self.platform.activity_ids), 1)
        self.assertFalse(self.platform.mark)

    def test_a_new_password_starts_its_424_days(self):
        self.platform.tech_password_date = "2020-01-01"
        self.platform.tech_password = "another-one"
        left = self.platform.tech_password_end - self.platform.tech_password_date
        self.assertEqual(left.days, 424)
        self.assertNotEqual(str(self.platform.tech_password_date), "2020-01-01")

    def test_no_secret_reaches_the_log(self):
        login, password = CREDENTIALS["tech_login"], CREDENTIALS["tech_password"]
        header = b64encode(f"{login}:{password}".encode()).decode()
        self.control("faults", [{"route": "rechercher", "kind": "html", "times": 9}])
        with self.assertLogs(level=logging.DEBUG) as caught:
            self.sync()
            self.platform.action_test_connection()
        text = "\n".join(caught.output)
        self.assertIn("transport", text)
        for secret in (CREDENTIALS["client_secret"], password, header):
            self.assertNotIn(secret, text)
