"""Colleagues without any right ask, answer and follow; the collector decides."""

import pytest

from tests.support.browser import DESKTOP, PHONE, Window
from tests.support.scenes import scene, served

DATABASE = "ar_t_colleagues"
REASON = "He promised twice and no longer answers my calls."


@pytest.fixture(scope="module")
def step(databases):
    """Play one step of the scene; what it tells."""
    with scene(databases, DATABASE, "tests/colleagues/scene.py") as play:
        yield play


@pytest.fixture(scope="module")
def opened(step):
    return step("open")


@pytest.fixture(scope="module")
def url(opened, workbench, tmp_path_factory):
    """The company behind a real server."""
    with served(workbench, DATABASE, tmp_path_factory.mktemp("server")) as address:
        yield address


def window_of(browser, url, pictures, size=DESKTOP, login=None):
    window = Window(browser, url, pictures, size)
    if login:
        window.log_in(login, login)
    return window


@pytest.fixture(scope="module")
def asked(opened, url, browser, pictures):
    """Sam, who may read no invoice, asks for a recovery on the page."""
    window = window_of(browser, url, pictures, login="sam")
    page = window.page
    page.goto(f"{url}/ar/request")
    window.picture("request-search")
    page.fill("input[name=q]", "bertin")
    page.click("button[type=submit]")
    page.click("a:has-text('Menuiserie Bertin')")
    page.fill("input[name=numbers]", opened["invoice"])
    page.fill("textarea[name=reason]", REASON)
    page.select_option("select[name=urgency]", "high")
    window.picture("request-form")
    page.click("form[method=post] button[type=submit]")
    page.wait_for_url("**/ar/request/mine*")
    window.picture("request-received")
    return window


@pytest.fixture(scope="module")
def accepted(asked, step, url, browser, pictures):
    """Claire accepts it in the back office."""
    case = step("books")["case"]
    window = window_of(browser, url, pictures, login="claire")
    page = window.page
    page.goto(f"{url}/odoo/action-ar_collections.ar_case_request_action")
    page.locator(".o_data_row", has_text=case).locator("td[name=name]").click()
    page.click("button[name=action_accept]")
    page.wait_for_selector("button[name=action_next_stage]")
    return case


@pytest.fixture(scope="module")
def answered(opened, url, browser, pictures):
    """Nadia, who has only an address, answers a dispute from the link of a mail."""
    window = window_of(browser, url, pictures, PHONE)
    page = window.page
    page.goto(url + opened["answer"])
    shown = page.locator("main").inner_text()
    page.check("input[value=customer_right]")
    page.fill("input[name=amount]", "70,00")
    page.fill("textarea[name=message]", "One pallet stayed on the quay.")
    window.picture("dispute-link-phone")
    page.click("form[method=post] button[type=submit]")
    page.wait_for_selector(".arp-note-good")
    window.picture("dispute-link-sent-phone")
    return {"shown": shown, "overflow": window.overflow(), "watch": window.watch}


def test_the_request_arrives_and_is_shown(asked, step, opened):
    told = step("books")
    assert told["state"] == "requested"
    assert told["invoices"] == [opened["invoice"]]
    shown = asked.page.locator("main").inner_text()
    assert told["case"] in shown
    assert "Your request was received" in shown
    assert asked.watch.troubles == []


def test_once_accepted_he_sees_how_far_it_is(asked, accepted):
    asked.page.reload()
    shown = asked.page.locator("main").inner_text()
    assert accepted in shown
    assert "being contacted" in shown
    asked.picture("request-followed")


def test_his_page_fits_a_phone(asked, accepted, url, browser, pictures):
    window = window_of(browser, url, pictures, PHONE, login="sam")
    for path, name in (("/ar/request", "search"), ("/ar/request/mine", "mine")):
        window.page.goto(url + path)
        window.picture(f"request-{name}-phone")
        assert window.overflow() <= 0


def test_the_dispute_page_shows_the_dispute_only(answered, opened):
    shown = answered["shown"]
    for value in (opened["contested"], "Menuiserie Bertin", "Two pallets of four"):
        assert value in shown, value
    assert opened["invoice"] not in shown
    assert answered["overflow"] <= 0
    assert answered["watch"].troubles == []


def test_the_collector_validates_her_answer(
    answered, step, url, browser, pictures, opened
):
    assert step("books")["advice"] == ["to_review"]
    window = window_of(browser, url, pictures, login="claire")
    page = window.page
    page.goto(f"{url}/odoo/colleagues-answers")
    page.locator(".o_data_row").first.click()
    page.wait_for_selector("button[name=action_ar_accept]")
    page.wait_for_timeout(500)
    window.picture("advice-to-validate")
    page.click("button[name=action_ar_accept]")
    dialog = page.locator(".modal")
    dialog.locator("div[name=credit_amount]").wait_for()
    window.picture("advice-accepting")
    dialog.locator("button[name=action_apply]").click()
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_timeout(1000)
    told = step("books")
    assert told["advice"] == ["accepted"]
    assert (told["resolution"], told["credit"]) == ("customer_right", 70.0)


def test_without_a_log_in_the_mailbox_confirms(
    opened, step, url, browser, pictures, answered
):
    window = window_of(browser, url, pictures, PHONE)
    page = window.page
    page.goto(url + opened["company"])
    page.fill("input[name=email]", "nadia@works.example")
    page.fill("input[name=customer]", "Bertin, the carpenter")
    page.fill("textarea[name=reason]", REASON)
    window.picture("company-request-phone")
    assert window.overflow() <= 0
    page.click("form[method=post] button[type=submit]")
    page.wait_for_selector(".arp-note-good")
    told = step("books")
    assert told["asked"] == []
    page.goto(url + told["confirm"])
    window.picture("company-confirm-phone")
    assert step("books")["asked"] == []
    page.click("form[method=post] button[type=submit]")
    page.wait_for_selector(".arp-note-good")
    assert step("books")["asked"] == ["Bertin, the carpenter"]
    assert window.watch.troubles == []


def test_the_customer_s_link_to_a_case(opened, url, browser, pictures):
    window = window_of(browser, url, pictures, PHONE)
    window.page.goto(url + opened["case"])
    window.picture("case-link-phone")
    shown = window.page.locator("main").inner_text()
    assert opened["case_name"] in shown
    assert "Formal notice to pay" in shown
    assert opened["invoice"] not in shown
    assert window.overflow() <= 0
