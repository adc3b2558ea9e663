from lxml import etree

from odoo import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ArCommon

ROLES = ("group_reader", "group_user", "group_manager")


@tagged("post_install", "-at_install")
class TestViews(ArCommon):
    """Every menu opens for whoever sees it, with data and without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(120.0, overdue=30)
        cls.debtor = cls.refresh()

    def menus(self, user):
        """The menus of the application that this person sees."""
        visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        root = self.env.ref("ar_collections.ar_menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        # A menu under one that is hidden cannot be reached.
        return menus.filtered(
            lambda menu: {int(i) for i in menu.parent_path.split("/") if i} <= visible
        )

    def open_action(self, action, user):
        """What the web client does: views, default filters, first page."""
        action = action.sudo()
        views = [(view, kind) for view, kind in action.views if kind != "search"]
        Model = self.env[action.res_model].with_user(user)
        Model.get_views([*views, (False, "search")])
        context = safe_eval(action.context or "{}", {"uid": user.id})
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        for _view, kind in views:
            arch = etree.fromstring(Model.get_view(view_type=kind)["arch"])
            spec = {
                name: {}
                for name in arch.xpath("//field[not(ancestor::field)]/@name")
                if Model._fields[name].type not in ("one2many", "many2many")
            }
            Model.with_context(**context).web_search_read(domain, spec, limit=40)

    def test_every_menu_opens_for_every_role(self):
        seen = {}
        for role in ROLES:
            user = new_test_user(
                self.env,
                f"ar_views_{role}",
                groups=f"ar_collections.{role}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            menus = self.menus(user).filtered("action")
            seen[role] = len(menus)
            for menu in menus:
                with self.subTest(role=role, menu=menu.complete_name):
                    self.open_action(menu.action, user)
        self.assertGreaterEqual(seen["group_reader"], 9)
        self.assertGreater(seen["group_user"], seen["group_reader"])
        self.assertGreater(seen["group_manager"], seen["group_user"])

    def test_nobody_else_sees_the_application(self):
        user = new_test_user(self.env, "ar_views_nobody", groups="base.group_user")
        self.assertFalse(self.menus(user))

    def test_every_action_helps_a_newcomer(self):
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "=like", "ar.%"), ("target", "!=", "new")]
        )
        own = actions.filtered(
            lambda a: a.get_external_id()[a.id].startswith("ar_collections.")
        )
        self.assertGreaterEqual(len(own), 15)
        for action in own:
            with self.subTest(action=action.name):
                self.assertIn("o_view_nocontent", action.help or "")

    def test_settings_open_and_save(self):
        user = new_test_user(
            self.env,
            "ar_views_admin",
            groups="base.group_system,ar_collections.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with Form(self.env["res.config.settings"].with_user(user)) as form:
            form.ar_reply_pause_days = 9
        form.record.execute()
        self.assertEqual(self.company.ar_reply_pause_days, 9)

    def test_invoice_form_opens_the_account_and_the_reasons(self):
        action = self.invoice.action_ar_account()
        self.assertEqual(action["res_id"], self.debtor.id)
        self.assertEqual([kind for _view, kind in action["views"]], ["form"])
        arch = self.env["account.move"].get_view(view_type="form")["arch"]
        self.assertIn("action_ar_why", arch)
        self.assertIn('name="ar_timeline"', arch)
