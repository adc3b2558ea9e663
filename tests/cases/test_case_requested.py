"""A colleague who is no collector asks for recovery, and the collector opens it."""

import pytest

from tests.support.browser import DESKTOP, PHONE, Window
from tests.support.scenes import scene, served

DATABASE = "ar_t_cases"
REASON = "He promised twice and no longer answers my calls."


@pytest.fixture(scope="module")
def step(databases):
    """Play one step of the scene; what it tells."""
    with scene(databases, DATABASE, "tests/cases/scene.py") as play:
        yield play


@pytest.fixture(scope="module")
def opened(step):
    return step("open")


@pytest.fixture(scope="module")
def url(opened, workbench, tmp_path_factory):
    """The company behind a real server."""
    with served(workbench, DATABASE, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def asked(opened, url, browser, pictures):
    """Sam's request, in the back office."""
    window = Window(browser, url, pictures, DESKTOP)
    page = window.page
    window.log_in("sam", "sam")
    page.goto(f"{url}/odoo/action-ar_collections.ar_case_action_mine")
    page.wait_for_selector(".o_list_view, .o_view_nocontent")
    page.locator("button", has_text="Ask for recovery").first.click()
    dialog = page.locator(".modal")
    dialog.locator("div[name=request_customer] input").wait_for()
    dialog.locator("div[name=request_customer] input").fill("Bertin")
    dialog.locator("div[name=request_numbers] input").fill(opened["invoice"])
    dialog.locator("div[name=reason] textarea").first.fill(REASON)
    dialog.locator("input[type=radio]").last.check()
    dialog.locator("input[type=file]").set_input_files(
        [{"name": "order.txt", "mimeType": "text/plain", "buffer": b"Order 12"}]
    )
    dialog.get_by_text("order.txt").first.wait_for()
    window.picture("case-ask")
    dialog.locator("button[name=action_ask]").click()
    page.wait_for_selector(".modal", state="detached")
    page.locator("div[name=progress_text]", has_text="Answer awaited").wait_for()
    window.picture("case-asked")
    return {
        "form": page.locator(".o_form_view").inner_text(),
        "troubles": window.watch.troubles,
        "window": window,
    }


@pytest.fixture(scope="module")
def accepted(asked, opened, url, browser, pictures):
    """Claire's queue, and her answer."""
    window = Window(browser, url, pictures, DESKTOP)
    page = window.page
    window.log_in("claire", "claire")
    page.goto(f"{url}/odoo/action-ar_collections.ar_case_request_action")
    page.wait_for_selector(".o_data_row")
    window.picture("case-queue")
    rows = page.locator(".o_data_row").all_inner_texts()
    page.locator(".o_data_row td[name=name]").first.click()
    page.wait_for_selector("button[name=action_accept]")
    page.wait_for_timeout(500)
    window.picture("case-request")
    page.click("button[name=action_accept]")
    page.wait_for_selector("button[name=action_next_stage]")
    page.wait_for_timeout(500)
    window.picture("case-open")
    page.goto(f"{url}/odoo/action-ar_collections.ar_case_action")
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
    page.wait_for_timeout(800)
    window.picture("case-board")
    columns = page.locator(".o_kanban_group").all_inner_texts()
    return {"rows": rows, "columns": columns, "troubles": window.watch.troubles}


def test_he_needs_no_right_to_ask(asked, opened):
    assert "Menuiserie Bertin" in asked["form"], "found by the number he wrote"
    assert opened["invoice"] in asked["form"]
    assert asked["troubles"] == []


def test_the_collector_finds_and_accepts_it(accepted, step, opened):
    assert any("Sam Leroy" in row for row in accepted["rows"])
    told = step("books")
    assert (told["state"], told["invoices"]) == ("amicable", [opened["invoice"]])
    assert told["held"] == [told["case"]], "it has left the ladder"
    assert (told["reason"], told["files"]) == (REASON, 1)
    assert accepted["troubles"] == []


def test_the_board_shows_stages_amounts_and_days(accepted, opened):
    board = "\n".join(accepted["columns"])
    for words in ("Formal notice", "5,000", "800", "2 days late", opened["late"]):
        assert words in board, (words, board)


def test_he_sees_what_became_of_it(asked, accepted):
    page = asked["window"].page
    page.reload()
    page.wait_for_selector(".o_form_view")
    page.locator("div[name=progress_text]", has_text="1st amicable reminder").wait_for()
    asked["window"].picture("case-followed")


@pytest.mark.parametrize("model", ["ar.debtor", "account.move", "ar.case.line"])
def test_he_cannot_read_what_is_not_his(asked, model):
    answer = asked["window"].page.evaluate(
        """async (model) => {
            const body = {jsonrpc: "2.0", method: "call", params: {
                model, method: "search_read", args: [[]],
                kwargs: {fields: ["display_name"], limit: 80}}};
            const answer = await fetch(`/web/dataset/call_kw/${model}/search_read`, {
                method: "POST", headers: {"Content-Type": "application/json"},
                body: JSON.stringify(body)});
            return await answer.json();
        }""",
        model,
    )
    refused = "AccessError" in str(answer.get("error"))
    assert refused or len(answer["result"]) <= (model == "ar.case.line")


def test_the_calendar_of_deadlines_and_the_phone(
    accepted, url, browser, pictures, opened
):
    window = Window(browser, url, pictures, DESKTOP)
    window.log_in("claire", "claire")
    page = window.page
    page.goto(f"{url}/odoo/action-ar_collections.ar_case_action?view_type=calendar")
    page.wait_for_selector(".o_calendar_view .fc-event")
    page.wait_for_timeout(500)
    window.picture("case-calendar")
    told = page.locator(".o_calendar_view .fc-event").all_inner_texts()
    assert any("Menuiserie Bertin" in words for words in told), told
    assert window.watch.troubles == []
    phone = Window(browser, url, pictures, PHONE)
    phone.log_in("claire", "claire")
    phone.page.goto(f"{url}/odoo/action-ar_collections.ar_case_action")
    phone.page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
    phone.picture("case-board-phone")
    assert phone.overflow() <= 0
