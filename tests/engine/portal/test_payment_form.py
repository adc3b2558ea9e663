"""What a customer chose to pay."""

from odoo.addons.ar_portal.engine.payment_form import (
    Payable,
    PayRules,
    read_pay,
    reference_of,
)

OPEN = {1: Payable(1, 10000), 2: Payable(2, 5000, disputed=2000), 3: Payable(3, 7, 9)}
RULES = PayRules(partial=True, minimum=100)


def read(items, rules=RULES, **form):
    return read_pay(form, items, OPEN, rules)


def test_nothing_typed_pays_what_is_open_and_undisputed():
    form = read(["1", "2"])
    assert form.mistakes == {}
    assert form.parts == {1: 10000, 2: 3000}
    assert form.total == 13000
    # Disputed as a whole, the customer may still choose to pay it.
    assert OPEN[3].undisputed == 7


def test_the_disputed_part_may_be_paid_too():
    assert read(["2"], amount_2="50,00").parts == {2: 5000}


def test_a_part_needs_a_reason_only_when_it_is_one():
    assert read(["1"], amount_1="40").mistakes == {"reason": "missing"}
    told = read(["1"], amount_1="40", reason="contested", message=" see  mail ")
    assert (told.mistakes, told.parts, told.reason) == ({}, {1: 4000}, "contested")
    assert read(["1"], amount_1="100.00", reason="later").reason == ""
    assert read(["1"], amount_1="40", reason="<script>").mistakes == {
        "reason": "missing"
    }


def test_mistakes():
    assert read([]).mistakes == {"items": "missing"}
    assert read(["9"]).mistakes == {"items": "not_yours"}
    assert read(["1"], amount_1="100.01").mistakes["amount"] == "too_much"
    for text in ("nan", "-1", "1e9", "0", "inf", "abc"):
        assert read(["1"], amount_1=text).mistakes["amount"] == "unreadable"
    assert read(["3"]).mistakes == {"amount": "minimum"}
    whole = PayRules(partial=False)
    assert read(["1"], whole, amount_1="40").mistakes["amount"] == "whole_only"
    assert read(["1"], whole, amount_1="100").mistakes == {}


def test_currencies_without_decimals():
    rules = PayRules(decimals=0)
    assert read_pay({"amount_1": "10 000"}, ["1"], OPEN, rules).parts == {1: 10000}


def test_reference():
    one = reference_of("c" * 20, 7, {1: 100, 2: 50})
    assert one == reference_of("c" * 20, 7, {2: 50, 1: 100})
    assert one != reference_of("c" * 20, 8, {1: 100, 2: 50})
    assert one != reference_of("d" * 20, 7, {1: 100, 2: 50})
    assert len(one) == 20
