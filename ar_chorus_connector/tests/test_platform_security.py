from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CREDENTIALS, ChorusCase


@tagged("post_install", "-at_install")
class TestPlatformSecurity(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }

        def user(login, groups):
            return new_test_user(cls.env, login, groups, **companies)

        cls.collector = user("plat_collector", "ar_collections.group_user")
        cls.manager = user("plat_manager", "ar_collections.group_manager")
        cls.nobody = user("plat_nobody", "base.group_user")

    def test_credentials_are_for_system_administrators(self):
        platform = self.platform.with_user(self.manager)
        self.assertEqual(platform.name, "Chorus Pro")
        for name in CREDENTIALS:
            with self.assertRaises(AccessError):
                platform.read([name])
            with self.assertRaises(AccessError):
                platform.write({name: "x"})
        self.assertNotIn("tech_password", platform.fields_get())
        with self.assertRaises(UserError):
            platform.export_data(["name", "client_secret"])
        with self.assertRaises(AccessError):
            self.env["ar.platform"].with_user(self.manager).search(
                [("client_secret", "=like", "s%")]
            )

    def test_only_administrators_say_where_secrets_go(self):
        platform = self.platform.with_user(self.manager)
        other = self.setup_other_company()["company"]
        self.manager.company_ids |= other
        before = self.platform.read(["environment", "token_url", "api_url"])
        for values in (
            {"environment": "qualification"},
            {"token_url": "https://evil.example/token"},
            {"api_url": "https://evil.example"},
            {"company_id": other.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                platform.write(values)
        self.assertEqual(
            self.platform.read(["environment", "token_url", "api_url"]), before
        )
        platform.write({"silence_days": 9})
        self.assertEqual(platform.silence_days, 9)
        self.assertTrue(platform.action_test_connection()["params"]["ok"])

    def test_the_form_works_for_managers_and_administrators(self):
        with Form(self.platform.with_user(self.manager)) as form:
            self.assertNotIn("api_url", form._view["fields"])
            form.silence_days = 11
        with Form(self.platform) as form:
            form.api_url = "https://api.example"
        self.assertEqual(self.platform.silence_days, 11)
        self.assertEqual(self.platform.api_url, "https://api.example")

    def test_a_copied_connection_has_no_secret(self):
        copy = self.platform.copy()
        self.assertEqual(copy.state, "draft")
        for name in CREDENTIALS:
            self.assertFalse(copy[name])

    def test_a_credit_manager_syncs_without_seeing_any_secret(self):
        move = self.make_invoice()
        self.story(self.told(move, ("REJETEE", "2026-10-01 10:00")))
        self.platform.with_user(self.manager).action_sync()
        self.assertTrue(self.disputes(move))

    def test_collectors_read_and_others_see_nothing(self):
        move = self.make_invoice()
        self.story(self.told(move, ("REJETEE", "2026-10-01 10:00")))
        self.sync()
        link = self.link(move)
        self.assertEqual(link.with_user(self.collector).status_label, "Rejected")
        self.assertTrue(link.with_user(self.collector).event_ids.mapped("label"))
        with self.assertRaises(AccessError):
            link.with_user(self.collector).move_id = False
        with self.assertRaises(AccessError):
            self.platform.with_user(self.collector).action_sync()
        with self.assertRaises(AccessError):
            link.with_user(self.nobody).read(["number"])

    def test_another_company_s_platform_is_invisible(self):
        other = self.setup_other_company()["company"]
        second = self.make_platform(company_id=other.id)
        seen = self.env["ar.platform"].with_user(self.manager).search([])
        self.assertIn(self.platform, seen)
        self.assertNotIn(second, seen)
