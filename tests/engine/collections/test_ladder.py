"""Which step an invoice has come to: a table of cases, then properties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.decide import decide, with_reminder
from odoo.addons.ar_collections.engine.facts import (
    Debtor,
    Item,
    Reason,
    Step,
    Strategy,
)
from odoo.addons.ar_collections.engine.ladder import (
    position_after,
    step_for,
    with_levels,
)

TODAY = date(2026, 3, 16)
STEPS = (
    Step(1, "Before", -5),
    Step(2, "First", 5),
    Step(3, "Second", 20),
    Step(4, "Third", 40),
)


def ago(days):
    return TODAY - timedelta(days=days)


def item(rank, late, level=None, contact=None, **vals):
    vals.setdefault("residual", 10000)
    return Item(
        id=rank,
        move_id=vals.pop("move_id", rank),
        number=f"F{rank}",
        due_date=ago(late),
        company_residual=vals["residual"],
        currency="EUR",
        step_delay=level,
        last_contact=None if contact is None else ago(contact),
        **vals,
    )


def account(*items, steps=STEPS, **vals):
    names = ("unit", "carrier", "when_paid", "min_gap_days", "weekly_cap", "minimum")
    strategy = {name: vals.pop(name) for name in names if name in vals}
    return Debtor(
        id=1,
        as_of=vals.pop("as_of", TODAY),
        currency="EUR",
        items=items,
        strategy=Strategy(1, steps, **strategy),
        **vals,
    )


def step_name(debtor):
    decision = decide(debtor)
    return decision.step.name if decision.verdict == "chase" else None


# What the ladder does when the oldest invoice is paid. Before: A was the oldest; it
# had been reminded of step `a` some days ago, and B had gone along. Today A is paid.
# (mode, carrier, days B is late, level of B, days since A was paid, height) → step
WHEN_THE_OLDEST_IS_PAID = [
    # By context: B goes on from where its own age had put it.
    ("context", "each", 10, 5, 0, 40, None),
    ("context", "each", 20, 5, 0, 40, "Second"),
    ("context", "each", 40, 20, 0, 40, "Third"),
    ("context", "each", 60, 40, 0, 40, None),
    ("context", "oldest", 10, 5, 0, 40, None),
    ("context", "oldest", 20, 5, 0, 40, "Second"),
    # By context: B was not late enough to go along, and enters where its age puts it.
    ("context", "each", 6, None, 0, 40, "First"),
    ("context", "each", 30, None, 0, 40, "Second"),
    ("context", "oldest", 400, None, 0, 40, "Third"),
    ("context", "each", 3, None, 0, 40, "Before"),
    # Stay: the account keeps the height it has reached until nothing is late.
    ("stay", "each", 10, 5, 0, 20, None),
    ("stay", "each", 20, 5, 0, 20, None),
    ("stay", "each", 40, 5, 0, 20, "Third"),
    ("stay", "oldest", 400, None, 0, 40, None),
    ("stay", "oldest", 30, None, 0, None, "Second"),
    # Restart: the first step again on the day of the payment, the next ones after
    # the same intervals, whatever the age of B.
    ("restart", "each", 30, 20, 0, 40, "First"),
    ("restart", "oldest", 30, 20, 0, 40, "First"),
    ("restart", "each", 90, 40, 14, 40, "First"),
    ("restart", "each", 90, 40, 15, 40, "Second"),
    ("restart", "each", 200, 40, 35, 40, "Third"),
    # Restart: an invoice due after the payment follows its own dates.
    ("restart", "each", 5, None, 20, 40, "First"),
    ("restart", "each", 4, None, 20, 40, "Before"),
]


@pytest.mark.parametrize(
    "mode,carrier,late,level,paid,height,expected", WHEN_THE_OLDEST_IS_PAID
)
def test_when_the_oldest_is_paid(mode, carrier, late, level, paid, height, expected):
    # The last contact was before the payment.
    other = item(2, late, level, None if level is None else paid + 7)
    debtor = account(
        other,
        when_paid=mode,
        carrier=carrier,
        ladder_level=height if mode == "stay" else None,
        restart_date=ago(paid),
    )
    assert step_name(debtor) == expected


def test_a_restarted_ladder_climbs_again():
    again = item(2, 90, 5, 3)  # reminded of the first step, three days ago
    debtor = account(again, when_paid="restart", restart_date=ago(5))
    assert step_name(debtor) is None
    later = replace(debtor, as_of=TODAY + timedelta(days=10))
    assert step_name(later) == "Second"


def test_the_oldest_leads_while_it_is_open():
    leader, other = item(1, 30, 20, 10), item(2, 6, None)
    assert step_name(account(leader, other, carrier="each")) == "First"
    assert step_name(account(leader, other, carrier="oldest")) is None
    assert step_name(account(item(1, 40, 20, 10), other, carrier="oldest")) == "Third"


def test_a_disputed_leader_leaves_the_others_on_their_ladder():
    held = item(1, 30, 20, 10, disputed=10000)
    decision = decide(account(held, item(2, 6), carrier="each"))
    assert decision.step.name == "First"
    assert decision.item_ids == (2,)


# Triggers.

MIXED = (
    Step(1, "Copy of the invoice", 10, trigger="invoice", rank=1),
    Step(2, "Approved, when will it be paid?", 3, trigger="status", status="approved",
         rank=2),
    Step(3, "Reminder", 5, rank=3),
    Step(4, "Call", 8, channel="call", mode="manual", trigger="previous", rank=4),
    Step(5, "Last", 30, rank=5),
)  # fmt: skip


def mixed(**vals):
    one = item(1, vals.pop("late", -20), **vals)
    return account(one, steps=MIXED)


def test_levels_follow_the_order_of_a_mixed_ladder():
    assert [s.level for s in with_levels(MIXED)] == [-20, -19, 5, 13, 30]
    assert [s.level for s in with_levels(tuple(reversed(STEPS)))] == [-5, 5, 20, 40]


@pytest.mark.parametrize(
    "vals,expected",
    [
        ({"invoice_date": ago(9)}, None),
        ({"invoice_date": ago(10)}, "Copy of the invoice"),
        ({"invoice_date": ago(10), "level": -20, "contact": 0}, None),
        ({"status": "approved", "status_date": ago(2), "level": -20}, None),
        (
            {"status": "approved", "status_date": ago(3), "level": -20},
            "Approved, when will it be paid?",
        ),
        ({"status": "booked", "status_date": ago(3), "level": -20}, None),
        ({"late": 5, "level": -20}, "Reminder"),
        # The call counts from the contact before it, and only from that one.
        ({"late": 29, "level": -20, "contact": 20}, "Reminder"),
        ({"late": 12, "level": 5, "contact": 7}, None),
        ({"late": 12, "level": 5, "contact": 8}, "Call"),
        # An old debt enters at the last step that a date gives it.
        ({"late": 400}, "Last"),
        ({"late": 30, "level": 5, "contact": 1}, "Last"),
    ],
)
def test_what_a_step_counts_from(vals, expected):
    assert step_name(mixed(**vals)) == expected


def test_the_step_of_a_contact_is_where_its_carrier_stands():
    ladder = with_levels(MIXED)
    carrier, other = item(1, 13, 5, 8), item(2, 6)
    debtor = account(carrier, other, steps=MIXED)
    assert position_after(debtor, carrier, ladder[3], 1).name == "Call"
    assert position_after(debtor, other, ladder[3], 1).name == "Reminder"


# One contact per invoice.


def test_one_contact_per_invoice():
    debtor = account(
        item(1, 22),
        item(2, 52, move_id=1),
        item(3, 6),
        item(4, 2),
        unit="invoice",
        steps=STEPS[1:],
    )
    decision = decide(debtor)
    told = [(c.unit_key, c.step.name, set(c.item_ids)) for c in decision.contacts]
    assert told == [("move:1", "Third", {1, 2}), ("move:3", "First", {3})]
    assert decision.amount == 30000
    assert [r.code for r in decision.reasons if r.code == "step_due"] == [
        "step_due"
    ] * 2


def test_a_small_invoice_is_left_out_where_each_has_its_contact():
    small = item(1, 22, residual=900)
    debtor = account(small, item(2, 22), unit="invoice", minimum=1000)
    assert [c.unit_key for c in decide(debtor).contacts] == ["move:2"]
    alone = decide(account(small, unit="invoice", minimum=1000))
    assert [r.code for r in alone.reasons] == ["below_minimum"]


def test_what_is_in_hand_stops_every_invoice():
    credit = item(9, 0, residual=-20000, is_credit=True)
    debtor = account(item(1, 22), item(2, 22), credit, unit="invoice")
    assert [r.code for r in decide(debtor).reasons] == ["net_creditor"]


@pytest.mark.parametrize(
    "channel,reach,code",
    [
        ("email", {"phone", "post"}, "no_address"),
        ("sms", {"email", "post"}, "no_phone"),
        ("letter", {"email", "phone"}, "no_postal_address"),
        ("call", set(), None),
        ("task", set(), None),
    ],
)
def test_each_channel_needs_its_own_address(channel, reach, code):
    debtor = account(
        item(1, 6), steps=(Step(1, "One", 5, channel),), reach=frozenset(reach)
    )
    decision = decide(debtor)
    assert (decision.reasons[0].code if code else None) == code
    assert decision.verdict == ("hold" if code else "chase")


# Properties, over every kind of ladder.

LEVELS = st.sampled_from([None, -20, -19, -5, 5, 13, 20, 30, 40])


@st.composite
def accounts(draw):
    items = []
    for rank in range(1, draw(st.integers(0, 7)) + 1):
        amount = draw(st.integers(1, 10**7))
        is_credit = draw(st.booleans())
        level = None if is_credit else draw(LEVELS)
        items.append(
            item(
                rank,
                draw(st.integers(-30, 90)),
                level,
                None if level is None else draw(st.integers(0, 40)),
                residual=-amount if is_credit else amount,
                is_credit=is_credit,
                move_id=draw(st.integers(1, 4)),
                disputed=0 if is_credit else draw(st.integers(0, amount)),
                blocked=draw(st.booleans()),
                invoice_date=ago(draw(st.integers(-10, 120))),
                status=draw(st.sampled_from([None, "approved", "booked"])),
                status_date=ago(draw(st.integers(0, 20))),
            )
        )
    return account(
        *items,
        steps=draw(st.sampled_from([STEPS, STEPS[1:], MIXED])),
        unit=draw(st.sampled_from(["account", "invoice"])),
        carrier=draw(st.sampled_from(["each", "oldest"])),
        when_paid=draw(st.sampled_from(["stay", "restart", "context"])),
        minimum=draw(st.sampled_from([0, 5000])),
        min_gap_days=draw(st.integers(0, 10)),
        weekly_cap=draw(st.integers(1, 3)),
        ladder_level=draw(st.sampled_from([None, 5, 20])),
        restart_date=draw(st.sampled_from([None, ago(3), ago(30)])),
        contact_dates=tuple(
            ago(days) for days in draw(st.lists(st.integers(0, 20), max_size=3))
        ),
    )


@given(accounts())
@settings(max_examples=600, deadline=None)
def test_decisions_are_lawful(debtor):
    decision = decide(debtor)
    assert decision.reasons
    assert decide(replace(debtor, items=tuple(reversed(debtor.items)))) == decision
    if decision.verdict != "chase":
        assert not decision.contacts
        return
    assert (
        sum(i.company_residual for i in debtor.items if i.is_credit)
        + sum(c.amount for c in decision.contacts)
        == decision.amount
        > 0
    )
    seen = [i for c in decision.contacts for i in c.item_ids]
    assert len(seen) == len(set(seen)), "an invoice is in one contact only"
    assert not {i.id for i in debtor.items if i.chaseable <= 0} & set(seen)
    keys = [c.unit_key for c in decision.contacts]
    assert len(keys) == len(set(keys))
    if debtor.strategy.unit == "account":
        assert keys == ["account"]


@given(accounts())
@settings(max_examples=600, deadline=None)
def test_a_plain_ladder_is_found_without_a_look_at_each_step(debtor):
    walked = replace(debtor, strategy=replace(debtor.strategy))
    vars(walked.strategy)["delays"] = None  # as if another kind of step were in it
    for one in debtor.items:
        assert step_for(debtor, one) == step_for(walked, one)


REMINDERS = st.sampled_from([None, "planned", "approved", "failed", "in_doubt"])


@given(accounts(), REMINDERS, REMINDERS)
@settings(max_examples=600, deadline=None)
def test_only_the_reminder_has_changed(debtor, before, after):
    changed = replace(debtor, open_reminder=after, open_reminder_date=ago(1))
    told = with_reminder(changed, decide(replace(debtor, open_reminder=before)))
    assert told == decide(changed)
    assert told.as_dict() == decide(changed).as_dict()


@given(accounts(), st.integers(0, 6), st.booleans())
@settings(max_examples=600, deadline=None)
def test_a_blocker_adds_no_contact(debtor, rank, whole):
    """Neither holding an item back nor disputing a part of it brings a contact."""
    before = decide(debtor)
    items = list(debtor.items)
    if rank >= len(items) or items[rank].is_credit:
        return
    held = items[rank]
    half = held.residual // 2
    items[rank] = (
        replace(held, blocked=True, reasons=(Reason("item_hold"),))
        if whole
        else replace(held, disputed=min(held.residual, held.disputed + half))
    )
    after = decide(replace(debtor, items=tuple(items)))
    told = {c.unit_key for c in before.contacts}
    assert {c.unit_key for c in after.contacts} <= told
    assert after.amount <= before.amount or after.verdict != "chase"


@given(accounts())
@settings(max_examples=400, deadline=None)
def test_a_contact_that_was_made_is_not_made_again(debtor):
    """The day after, with no gap to protect the customer, the same step is over."""
    decision = decide(debtor)
    if decision.verdict != "chase":
        return
    items = {i.id: i for i in debtor.items}
    for contact in decision.contacts:
        for item_id in contact.item_ids:
            one = items[item_id]
            step = position_after(debtor, one, contact.step, contact.carrier.id)
            level = one.step_delay
            again = debtor.restarted_on
            if again and one.last_contact and one.last_contact < again:
                level = None
            if step and (level is None or step.level > level):
                level = step.level
            items[item_id] = replace(one, step_delay=level, last_contact=TODAY)
    height = max(c.step.level for c in decision.contacts)
    after = decide(
        replace(
            debtor,
            items=tuple(items[i.id] for i in debtor.items),
            strategy=replace(debtor.strategy, min_gap_days=0, weekly_cap=9),
            ladder_level=max(height, debtor.ladder_level or height),
        )
    )
    done = {(c.unit_key, c.step.id) for c in decision.contacts}
    assert not done & {(c.unit_key, c.step.id) for c in after.contacts}


@given(
    st.integers(-10, 60),
    st.integers(1, 30),
    st.sampled_from(["stay", "restart", "context"]),
    st.sampled_from(["each", "oldest"]),
    st.sampled_from(["account", "invoice"]),
)
@settings(max_examples=300, deadline=None)
def test_catching_up_equals_running_daily(late, missed, when_paid, carrier, unit):
    """After silent nights, one contact puts the ladder where daily runs would."""

    def run(days):
        level, contact, made = None, None, 0
        for day in days:
            one = replace(item(1, late), step_delay=level, last_contact=contact)
            today = TODAY + timedelta(days=day)
            debtor = account(
                one, as_of=today, when_paid=when_paid, carrier=carrier, unit=unit
            )
            decision = decide(debtor)
            if decision.verdict == "chase":
                level, contact = decision.contacts[0].step.level, today
                made += 1
        return level, made

    daily, _count = run(range(missed + 1))
    caught_up, contacts = run([missed])
    assert caught_up == daily
    assert contacts <= 1
