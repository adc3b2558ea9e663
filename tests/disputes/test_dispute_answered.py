"""A salesperson without any right answers a dispute; the customer reads of it."""

import pytest

from tests.mails import test_received_mails as received
from tests.support.browser import DESKTOP, PHONE, Window
from tests.support.scenes import scene, served

DATABASE = "ar_t_disputes"
#: The same server for mails as there.
sink = received.sink
NOTE = "Only two pallets were delivered."


@pytest.fixture(scope="module")
def step(sink, databases):
    """Play one step of the scene; what it tells."""
    program = "tests/disputes/scene.py"
    with scene(databases, DATABASE, program, f"--port={sink[0]}") as play:
        yield play


@pytest.fixture(scope="module")
def opened(step):
    """What the scene opens; the first message to the customer has left."""
    told = step("open")
    step("send")
    return told


@pytest.fixture(scope="module")
def url(opened, workbench, tmp_path_factory):
    """The company behind a real server."""
    with served(workbench, DATABASE, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def answered(opened, url, browser, pictures):
    """Sam's morning: his menu, his disputes, his answer."""
    window = Window(browser, url, pictures, DESKTOP)
    page = window.page
    window.log_in("sam", "sam")
    page.goto(f"{url}/odoo/action-ar_collections.ar_dispute_mine_action")
    page.wait_for_selector(".o_data_row")
    window.picture("dispute-mine")
    rows = page.locator(".o_data_row").all_inner_texts()
    page.locator(".o_data_row", has_text=opened["dispute"]).locator(
        "td[name=name]"
    ).click()
    page.wait_for_selector("button[name=action_ar_answer]")
    page.wait_for_timeout(800)
    window.picture("dispute-open")
    said = page.locator("div[name=description] textarea").first.input_value()
    form = page.locator(".o_form_view").inner_text()
    links = page.locator(
        "div[name=move_id] .o_external_button, div[name=debtor_id] .o_external_button"
    ).count()
    page.click("button[name=action_ar_answer]")
    dialog = page.locator(".modal")
    dialog.locator("input[type=radio]").first.check()
    dialog.locator("div[name=credit_amount]").wait_for()
    page.wait_for_timeout(500)
    dialog.locator("div[name=note] textarea").first.fill(NOTE)
    dialog.locator("div[name=customer_note] textarea").first.fill("Our apologies.")
    page.wait_for_timeout(300)
    window.picture("dispute-answer")
    dialog.locator("button[name=action_apply]").click()
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_selector(".alert-info:not(.o_invisible_modifier)")
    window.picture("dispute-decided")
    return {
        "rows": rows,
        "form": f"{form}\n{said}",
        "links": links,
        "after": page.locator(".o_form_view").inner_text(),
        "troubles": window.watch.troubles,
    }


def mails(sink):
    """The mails of the customer, oldest first."""
    return received.to(received.read(sink[1]), "compta@bertin.example")


def words(mail):
    """Its text, with ordinary blanks."""
    return received.text(mail).replace("\u00a0", " ")


def test_the_customer_is_told_that_it_is_looked_at(opened, sink):
    [first] = [m for m in mails(sink) if opened["invoice"] in m["Subject"]]
    assert "500.00" in words(first)
    assert "the rest of the invoice remains due" in words(first)


def test_he_finds_his_disputes_and_sees_values_without_links(opened, answered):
    assert len(answered["rows"]) == 2
    assert any(opened["invoice"] in row for row in answered["rows"])
    for value in (opened["invoice"], "Menuiserie Bertin", "Two pallets of four"):
        assert value in answered["form"], value
    assert answered["links"] == 0
    assert answered["troubles"] == []


def test_his_answer_waits_for_the_credit_note(answered):
    assert NOTE in answered["after"]
    assert "500" in answered["after"]


@pytest.mark.parametrize("model", ["account.move", "account.move.line", "ar.debtor"])
def test_he_cannot_read_the_ledger(url, browser, pictures, answered, model):
    window = Window(browser, url, pictures, DESKTOP)
    window.log_in("sam", "sam")
    answer = window.page.evaluate(
        """async (model) => {
            const body = {jsonrpc: "2.0", method: "call", params: {
                model, method: "search_read", args: [[]],
                kwargs: {fields: ["display_name"], limit: 1}}};
            const answer = await fetch(`/web/dataset/call_kw/${model}/search_read`, {
                method: "POST", headers: {"Content-Type": "application/json"},
                body: JSON.stringify(body)});
            return await answer.json();
        }""",
        model,
    )
    refused = "AccessError" in str(answer.get("error"))
    assert refused or answer["result"] == []


def test_on_a_phone_nothing_sticks_out(url, opened, answered, browser, pictures):
    window = Window(browser, url, pictures, PHONE)
    window.log_in("sam", "sam")
    page = window.page
    page.goto(f"{url}/odoo/action-ar_collections.ar_dispute_mine_action")
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
    window.picture("dispute-mine-phone")
    assert window.overflow() <= 0
    page.locator(".o_kanban_record", has_text="240").first.click()
    page.wait_for_selector(".o_form_view")
    page.wait_for_timeout(800)
    window.picture("dispute-open-phone")
    assert window.overflow() <= 0
    assert window.watch.troubles == []


def test_the_credit_note_closes_it_and_the_customer_reads_so(
    answered, step, sink, opened
):
    told = step("book")
    assert told["decided_by"] == "Sam Leroy"
    assert (told["state"], told["credit"], told["due"]) == ("resolved", 500.0, 740.0)
    step("send")
    last = mails(sink)[-1]
    assert "our answer" in last["Subject"]
    assert told["number"] in words(last)
    assert "Our apologies." in words(last)
    assert NOTE not in words(last), "the note is for colleagues"
