"""One working day: what people, crons and the outside world do, in order."""

from __future__ import annotations

import time
from datetime import date, datetime, timezone
from pathlib import Path

from tests.day import steps, steps_pa
from tests.day.customer import Customer, Mail, mail_box
from tests.day.world import World
from tests.simulators import bank
from tests.support.odoo_env import Worker
from tests.support.session import UserSession

#: Receipts of the statement whose payer names what he pays, to the cent.
CLEAR = ("reference", "several", "batch", "named")
#: What names its invoice, and differs by a fee or is a part of it.
GAPPED = ("wrong amount", "short by fee")


class DayProblem(RuntimeError):
    """Something that a working day relies on did not happen."""


def utc_now() -> str:
    """This moment in UTC, as the database writes it."""
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0).isoformat()


def ensure(condition, text: str) -> None:
    """:raise DayProblem: with ``text`` unless ``condition`` holds."""
    if not condition:
        raise DayProblem(text)


class Day:
    """One played day; ``result`` collects what the report prints."""

    def __init__(self, options, say=print):
        self.options, self.say = options, say
        self.worker = Worker(options.db)
        keep = Path(options.keep) if options.keep else None
        self.world = World(Path(options.workdir), keep)
        self.result: dict = {"today": options.today}

    def play(self) -> dict:
        """The whole day.

        :raise DayProblem: when a step does not have its effect.
        """
        with self.world:
            self.morning()
            self.platform()
            self.bank()
            self.reminders()
            self.customer()
            self.evening()
        return self.result

    def run(self, function, *arguments):
        """A step, in Odoo, in its own transaction."""
        return self.worker.run(function, *arguments)

    def until(self, function, *arguments, seconds: float = 120):
        """Run a step until it says ``done``: the server's own crons work too, and
        what one of them has just taken is not ours to do.
        """
        deadline = time.monotonic() + seconds
        while True:
            told = self.run(function, *arguments)
            if told["done"]:
                return told
            name = function.__name__
            ensure(time.monotonic() < deadline, f"Step {name} did not end: {told}")
            time.sleep(1)

    def morning(self) -> None:
        """Point everything at this day's surroundings; the night's plan."""
        self.known_mails = self.world.mail_count()
        world = self.world
        self.result["company"] = self.run(
            steps.configure, self.options.url, world.ports["smtp"], world.platform_url
        )
        self.run(steps_pa.connect, world.accredited_url)
        self.result["past"] = self.run(steps.remember, self.options.today)
        self.result["insolvent"] = self.run(steps.insolvent)
        self.before = self.run(steps.counters)
        self.result["night"] = self.run(steps.plan)

    def platform(self) -> None:
        """1. What the buyers' platforms say: public buyers, then businesses."""
        self.say("1. Buyers' platforms: statuses in")
        self.world.tell(self.run(steps.todays_story))
        told = self.run(steps_pa.todays_story, self.options.url)
        self.world.tell(told, self.world.accredited_url)
        since = utc_now()
        told = self.until(steps.sync, since, self.before)
        self.result["platform"] = told
        ensure(not told["problems"], f"The sync failed: {told['problems']}")
        again = self.run(steps.sync, since, self.before)
        ensure(again["new"] == told["new"], f"A second sync wrote {again['new']}")

    def bank(self) -> None:
        """2. The bank's statement: import, match, and the rest with a reason."""
        self.say("2. Bank statement: imported and matched")
        position = self.run(steps.bank_position, self.options.today)
        day = bank.Day(
            iban=position["iban"],
            day=date.fromisoformat(self.options.today),
            opening=position["opening"],
            sequence=position["sequence"],
            owner=position["owner"],
        )
        invoices = self.run(steps.open_invoices)
        day.entries = bank.todays_entries(invoices, day.day, day.sequence)
        content = bank.statement(day)
        name = f"{day.identifier}.xml"
        (self.world.folder / name).write_bytes(content)
        told = self.run(steps.import_statement, position["journal"], name, content)
        told["expected"] = sum(e.cents for e in day.entries if e.cents > 0)
        for name, kinds in (("clear", CLEAR), ("gapped", GAPPED)):
            told[name] = sum(len(e.transfers) for e in day.entries if e.kind in kinds)
        after = self.run(steps.bank_position, self.options.today)
        told["closing"], told["booked_closing"] = day.closing, after["opening"]
        self.result["bank"] = told
        self.result["matching"] = self.until(steps.letter, told["first"])
        ensure(self.result["matching"]["matched"], "No receipt was matched")

    def reminders(self) -> None:
        """3. Decide for everybody, confirm, send."""
        self.say("3. Reminders: planned, confirmed, sent by SMTP")
        self.result["plan"] = self.run(steps.plan)
        waiting = self.run(steps.to_approve)
        self.collector = UserSession(
            self.options.url, self.options.db, "claire", "claire"
        )
        if waiting:
            self.collector.call("ar.reminder", "action_approve", waiting)
        self.result["approved"] = len(waiting)
        self.result["sending"] = self.until(steps.send)
        sent = self.run(steps.reminders_after, self.before["reminders"])
        self.mails = mail_box(self.world.mails, self.known_mails)
        self.result["reminders"] = sent
        self.result["mails"] = len(self.mails)
        self._check_mails([r for r in sent if r["state"] == "done" and r["email"]])

    def _check_mails(self, sent: list[dict]) -> None:
        """Each mail shows exactly what is open of its customer's items."""
        by_address = {mail.to.lower(): mail for mail in self.mails}
        for reminder in sent:
            mail = by_address.get(reminder["email"].lower())
            ensure(mail, f"No mail arrived for {reminder['customer']}")
            text = mail.text
            missing = [n for n in reminder["numbers"] if n not in text]
            ensure(not missing, f"{mail.path}: without {missing}")
            ensure(mail.link, f"{mail.path}: no link to the customer's page")

    def customer(self) -> None:
        """4. A customer's proof holds his reminders back."""
        self.say("4. Customer: opens the link, sends a payment proof")
        reminder, mail = self._choose()
        if mail is None:
            self.result["proof"] = None
            self.say("   nobody who was written to owes anything overdue")
            return
        debtor = reminder["debtor"]
        before = self.run(steps.explain, debtor)
        page = Customer().send_proof(
            mail.link, f"{reminder['customer']} {self.options.today} {reminder['id']}"
        )
        found = [n for n in self.run(steps.notices, debtor) if n["source"] == "proof"]
        fresh = [n for n in found if n["id"] > self.before["notices"]]
        ensure(len(fresh) == 1, f"The proof made {len(fresh)} payment notices")
        notice = fresh[0]
        ensure(notice["state"] == "to_review", "The proof is not to be reviewed")
        self.run(steps.plan)
        held = self.run(steps.explain, debtor)
        self._check_held(held, notice, "announced_review")
        self.accept(notice["id"])
        self.run(steps.plan)
        accepted = self.run(steps.explain, debtor)
        self._check_held(accepted, notice, "announced")
        self.result["proof"] = {
            "customer": reminder["customer"],
            "debtor": debtor,
            "notice": notice,
            "page": page,
            "before": before["verdict"],
            "held": held,
            "accepted": accepted,
        }

    def accept(self, notice: int) -> None:
        """The collector believes the proof."""
        proofs = self.collector.call(
            "ar.payment.proof", "search", [("notice_id", "=", notice)]
        )
        ensure(len(proofs) == 1, "The collector does not see the proof")
        self.collector.call("ar.payment.proof", "action_ar_accept", proofs)

    def _choose(self) -> tuple[dict | None, Mail | None]:
        """A mail, today's first, to a customer who owes something overdue and free."""
        box = {mail.to.lower(): mail for mail in mail_box(self.world.mails)}
        done = [r for r in self.run(steps.reminders_after, 0) if r["state"] == "done"]
        today = self.before["reminders"]
        done.sort(key=lambda r: (r["id"] <= today, -len(r["numbers"]), -r["id"]))
        for reminder in done:
            mail = box.get(reminder["email"].lower())
            if not mail or not mail.link:
                continue
            for item in self.run(steps.explain, reminder["debtor"])["items"]:
                late = item["due_date"] < self.options.today
                if late and not item["is_credit"] and not item["reasons"]:
                    return reminder, mail
        return None, None

    def _check_held(self, told: dict, notice: dict, code: str) -> None:
        """What the customer announced is not chased, with its reason."""
        for item in told["items"]:
            if item["number"] in notice["numbers"] and not item["is_credit"]:
                codes = [reason["code"] for reason in item["reasons"]]
                if code in codes:
                    ensure(not item["included"], f"{item['number']} is still chased")
                    return
        raise DayProblem(f"Nothing of {notice['numbers']} is held as {code}")

    def evening(self) -> None:
        """5. The report's figures, which must add up."""
        told = self.run(steps.evening, self.before)
        bank_told, matching = self.result["bank"], self.result["matching"]
        told["checks"] += [
            {
                "what": "received on the statement = bank lines booked",
                "left": bank_told["expected"],
                "right": bank_told["received"],
            },
            {
                "what": "closing balance of the statement = bank account in the ledger",
                "left": bank_told["closing"],
                "right": bank_told["booked_closing"],
            },
            {
                "what": "matched receipts and their gaps = fall of the receivables",
                "left": matching["cents"] + matching["written_off"],
                "right": bank_told["owed_before"] - matching["owed_after"],
            },
        ]
        self.result["evening"] = told
