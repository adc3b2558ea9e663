import inspect
import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortalCommon

#: Whichever of our add-ons are installed are looked at.
OURS = ("ar_collections", "ar_chorus_connector", "ar_lettering", "ar_portal")

#: Calls that say or change something for whoever makes them, and why they may.
#: ``{kind of user: {"model.method": reason}}``
CALLABLE = {"portal": {}, "public": {}, "employee": {}}
#: A value for a parameter without a default, by its name.
SAMPLES = {
    "vals": {"name": "x"},
    "vals_list": [{"name": "x", "plan_id": 1}],
    "fields_list": [],
    "names": [],
    "date_from": "2026-01-01",
    "date_to": "2026-01-02",
    "days_from": 0,
    "days_to": 30,
    "message_id": 1,
}


def added_by_us(cls):
    """Whether a class of a model's inheritance comes from one of our add-ons."""
    parts = cls.__module__.split(".")
    return parts[:2] == ["odoo", "addons"] and parts[2] in OURS


@tagged("post_install", "-at_install")
class TestRpcSurface(PortalCommon):
    """What a customer or an ordinary employee reaches by RPC: nothing but a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contact = cls.env["res.partner"].create(
            {
                "name": "Claire",
                "parent_id": cls.customer.id,
                "email": "c@bertin.example",
            }
        )
        cls.people = {
            "portal": cls._user("rpc.portal", "base.group_portal", partner=contact),
            "employee": cls._user("rpc.employee", "base.group_user"),
            "public": cls.env.ref("base.public_user"),
        }
        cls._open_records()
        cls.env.flush_all()
        moves = cls.invoice + cls.later + cls.foreign
        #: Words of the books that no answer may hold.
        cls.secrets = (
            *moves.mapped("name"),
            *(cls.customer + cls.stranger + cls.collector.partner_id).mapped("name"),
            *(cls.customer + cls.stranger).mapped("email"),
        )

    @classmethod
    def _user(cls, login, group, partner=None):
        values = {
            "login": login,
            "name": login,
            "company_ids": [Command.set(cls.company.ids)],
            "company_id": cls.company.id,
            "group_ids": [Command.set(cls.env.ref(group).ids)],
        }
        if partner:
            values["partner_id"] = partner.id
        return cls.env["res.users"].create(values)

    @classmethod
    def _open_records(cls):
        """One record of most kinds, so that a call has something to reach."""
        cls.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": cls.invoice.id,
                    "source": "portal",
                    "source_key": "surface",
                    "reason_code": "price",
                    "amount": 20.0,
                }
            ]
        )
        template = cls.env["ar.payment.plan.template"].create(
            {"name": "2 × 30 days", "count": 2, "every": 30, "unit": "days"}
        )
        cls.env["ar.payment.plan"]._ar_prepare(cls.later_item, template, cls.today, {})
        sender = {"email": "c@bertin.example", "partner": cls.customer, "link": None}
        item = cls.foreign_debtor._ar_portal_items()[0]
        cls.foreign_debtor._ar_portal_promise([item], cls.today, "", sender)

    def methods(self):
        """``(model, method)`` of everything public that our add-ons define."""
        found = set()
        for name, model in self.env.registry.items():
            for cls in filter(added_by_us, model.mro()):
                for attribute, value in vars(cls).items():
                    if attribute.startswith("_") or not inspect.isfunction(value):
                        continue
                    try:
                        get_public_method(self.env[name], attribute)
                    except AccessError:
                        continue
                    found.add((name, attribute))
        return sorted(found)

    def arguments(self, name, method):
        """Arguments of a call as a client would send them."""
        function = get_public_method(self.env[name], method)
        given = []
        if not getattr(function, "_api_model", False):
            record = self.env[name].sudo().with_context(active_test=False)
            ids = [1] if record._abstract else record.search([], limit=1).ids or [1]
            given.append(ids)
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.default is parameter.empty and parameter.kind in (
                parameter.POSITIONAL_ONLY,
                parameter.POSITIONAL_OR_KEYWORD,
            ):
                given.append(SAMPLES.get(parameter.name, 1))
        return given

    def outcome(self, user, name, method):
        """What a call came to: nothing, or what it said or changed.

        Opening a window says nothing: what it shows is read under the caller's own
        rights.
        """
        model = self.env[name].with_user(user)
        arguments = self.arguments(name, method)
        before = self.changes()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db", "odoo.orm"):
                told = call_kw(model, method, arguments, {})
                self.env.flush_all()
                raise _Undo(told)
        except AccessError:
            return ""
        except _Undo as done:
            told = done.args[0]
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
        finally:
            self.env.invalidate_all()
        if self.changes() != before:
            return f"changed something and returned {str(told)[:60]}"
        said = json.dumps(told, default=str)
        return said[:80] if any(word in said for word in self.secrets) else ""

    def changes(self):
        """Rows written so far in this transaction, undone ones included."""
        self.env.cr.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)"
            " FROM pg_stat_xact_user_tables"
        )
        return self.env.cr.fetchone()[0]

    def test_no_method_says_or_changes_anything_beyond_the_list(self):
        methods = self.methods()
        self.assertGreater(len(methods), 100)
        wrong = {}
        for kind, user in self.people.items():
            for name, method in methods:
                call = f"{name}.{method}"
                if call not in CALLABLE[kind] and (
                    told := self.outcome(user, name, method)
                ):
                    wrong[f"{kind}: {call}"] = told
        self.assertFalse(wrong, json.dumps(wrong, indent=1))

    def test_the_check_sees_a_method_that_speaks_or_acts(self):
        """A credit manager may, so he is told something and changes something."""
        manager = self.env.user
        self.assertTrue(self.outcome(manager, "ar.debtor", "explain"))
        told = self.outcome(manager, "ar.payment.notice", "action_withdraw")
        self.assertIn("changed something", told)

    def test_a_customer_reads_none_of_our_models(self):
        for name, model in self.env.registry.items():
            if model._original_module not in OURS or model._abstract:
                continue
            for kind in ("portal", "public"):
                for operation in ("read", "write", "create", "unlink"):
                    records = self.env[name].with_user(self.people[kind])
                    with self.subTest(model=name, kind=kind, operation=operation):
                        self.assertFalse(records.has_access(operation))

    def test_a_customer_reads_no_field_that_we_added(self):
        portal = self.people["portal"]
        mine = {
            "account.move": self.invoice,
            "account.move.line": self.invoice.line_ids,
            "res.partner": self.customer + portal.partner_id,
            "res.users": portal,
            "res.company": self.company,
        }
        wrong = []
        for name, records in mine.items():
            records = records[:1].with_user(portal)
            for field in self.env[name]._fields.values():
                if not set(field._modules) & set(OURS):
                    continue
                self.env.invalidate_all()
                try:
                    told = records.read([field.name])
                except AccessError:
                    continue
                wrong.append(f"{name}.{field.name}: {str(told)[:70]}")
        self.assertFalse(wrong)


class _Undo(Exception):
    """Ends a call that nobody should have been able to make."""
