"""A person at the screen clears ten receipts: some alone, some with one tick."""

import re

import pytest

from tests.lettering.books import LOGIN, NUMBER
from tests.support.browser import DESKTOP, Window

OPEN_ROWS = ".o_list_view .o_data_row"
ROWS_ARE = f"count => document.querySelectorAll('{OPEN_ROWS}').length === count"


def wait_idle(page):
    """Until the web client waits for nobody: it says so after a quarter second."""
    page.wait_for_timeout(500)
    page.wait_for_selector(".o_loading_indicator", state="detached")


def press(page, name):
    """Click a button of the form by its method, and wait for what it does."""
    page.locator(f".o_form_view button[name={name}]:visible").first.click()
    wait_idle(page)


def book_by_hand(window, number):
    """Search the amount among all customers, tick what is found, validate."""
    page = window.page
    amount = page.locator(".oe_title [name=amount]").inner_text()
    figure = re.search(r"[0-9]+", amount)[0]
    press(page, "action_ar_match")
    dialog = page.locator(".modal-dialog")
    dialog.locator("[name=search_text] input").fill(figure)
    dialog.locator("[name=search_text] input").press("Tab")
    row = dialog.locator("[name=line_ids] .o_data_row")
    row.first.wait_for()
    assert row.count() == 1
    row.locator(".o_boolean_toggle").first.click()
    preview = dialog.locator("[name=preview] table")
    preview.wait_for()
    wait_idle(page)
    # What will be booked is on the screen before it is.
    assert "FAC/" in preview.inner_text() or "INV/" in preview.inner_text()
    if number == 1:
        window.picture("lettering-by-hand")
    dialog.locator("button[name=action_validate]").click()
    page.wait_for_selector(".modal-dialog", state="detached")
    wait_idle(page)


@pytest.mark.timeout(900)
def test_a_person_clears_ten_receipts(place, browser, pictures):
    window = Window(browser, place.url, pictures, DESKTOP)
    page = window.page
    window.log_in(LOGIN, LOGIN)
    page.goto(f"{place.url}/odoo/receipts")
    page.wait_for_selector(OPEN_ROWS)
    assert page.locator(OPEN_ROWS).count() == NUMBER
    page.click(".o_list_view thead .o_list_record_selector input")
    page.click("button[name=action_ar_letter]")
    wait_idle(page)
    page.goto(f"{place.url}/odoo/receipts")
    page.wait_for_selector(OPEN_ROWS)
    window.picture("lettering-receipts")
    before = page.locator(OPEN_ROWS).count()
    # Two name their invoice: nobody needs to look at them.
    assert 0 < before <= NUMBER - 2
    by_hand = validated = 0
    for turn in range(before):
        page.goto(f"{place.url}/odoo/receipts")
        page.wait_for_function(ROWS_ARE, arg=before - turn)
        page.locator(f"{OPEN_ROWS} td[name=payment_ref]").first.click()
        page.wait_for_selector(".o_form_view button[name=action_ar_match]:visible")
        wait_idle(page)
        if page.locator("button[name=action_ar_validate]:visible").count():
            validated += 1
            if validated == 1:
                window.picture("lettering-proposal")
            press(page, "action_ar_validate")
        else:
            by_hand += 1
            book_by_hand(window, by_hand)
        press_undo = ".o_form_view button[name=action_undo_reconciliation]"
        page.wait_for_selector(press_undo)
    assert validated and by_hand
    page.goto(f"{place.url}/odoo/receipts")
    page.wait_for_selector(".o_nocontent_help, .o_view_nocontent")
    told = place.inside("state")
    assert all(line["reconciled"] for line in told)
    assert {line["balance"] for line in told} == {0.0}
    assert sum(line["by"] == LOGIN for line in told) >= validated + by_hand
    assert window.watch.troubles == []
