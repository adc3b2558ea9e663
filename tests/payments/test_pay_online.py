"""A customer pays from the mail: card, direct debit that fails, a page left."""

import json
import re
import sys
import urllib.parse
import urllib.request

import pytest

from tests.mails import test_received_mails as received
from tests.payments.scene import SECRET
from tests.support.browser import DESKTOP, PHONE, Window
from tests.support.processes import Process, free_port, listens
from tests.support.scenes import scene, served

DATABASE = "ar_t_payments"
sink = received.sink


@pytest.fixture(scope="module")
def ports():
    """Of the company's server, and of the payment service."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def url(ports):
    return f"http://127.0.0.1:{ports[0]}"


@pytest.fixture(scope="module")
def step(sink, databases, url):
    """Play one step of the scene; what it tells."""
    options = (f"--port={sink[0]}", f"--url={url}")
    with scene(databases, DATABASE, "tests/payments/scene.py", *options) as play:
        yield play


@pytest.fixture(scope="module")
def opened(step):
    told = step("open")
    step("send")
    return told


@pytest.fixture(scope="module")
def service(opened, ports, url, tmp_path_factory):
    """The simulated payment service; calls one of its controls."""
    base = f"http://127.0.0.1:{ports[1]}"
    command = [sys.executable, "-m", "tests.simulators.stripe"]
    command += ["--port", ports[1], "--secret", SECRET]
    command += ["--webhook", f"{url}/ar/stripe/{opened['provider']}"]
    log = tmp_path_factory.mktemp("stripe") / "stripe.log"

    def control(path, **values):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        data = urllib.parse.urlencode(values).encode()
        with opener.open(f"{base}/sim/{path}", data=data, timeout=120) as answer:
            return json.loads(answer.read())

    with Process("Stripe", command, log) as process:
        process.start(lambda: listens(ports[1]))
        yield control


@pytest.fixture(scope="module")
def server(service, ports, workbench, tmp_path_factory):
    """The company behind a real server, which talks to the simulated service."""
    folder = tmp_path_factory.mktemp("server")
    api = f"http://127.0.0.1:{ports[1]}"
    with served(workbench, DATABASE, folder, ports[0], AR_STRIPE_API=api) as address:
        yield address


@pytest.fixture(scope="module")
def link(opened, sink):
    """The link in the mail that the customer received."""
    [mail] = received.to(received.read(sink[1]), "compta@bertin.example")
    found = re.search(r"http://127[^\s\"'<>]+/ar/a/[\w-]{43}", received.text(mail))
    assert found, received.text(mail)
    return found.group(0)


@pytest.fixture(scope="module")
def window(server, browser, pictures):
    return Window(browser, server, pictures, DESKTOP)


def choose(window, link, numbers):
    """From the account page to the hosted page, with these invoices ticked."""
    page = window.page
    page.goto(link)
    page.locator("a.arp-primary").first.click()
    page.wait_for_selector("form.arp-form")
    for box in page.locator("input[name=item]").all():
        box.uncheck()
    for number in numbers:
        row = page.locator(".arp-pay-item", has_text=number)
        row.locator("input[type=checkbox]").check()
    window.picture(f"pay-{len(numbers)}")
    page.click("form.arp-form button[type=submit]")
    page.wait_for_selector("#total")


@pytest.fixture(scope="module")
def paid(window, link, opened, step):
    """Two invoices by card."""
    choose(window, link, opened["numbers"][:2])
    page = window.page
    asked = page.locator("#total").inner_text()
    page.click("button[value=decline]")
    page.wait_for_selector("[role=alert]")
    page.click("button[value=card]")
    page.wait_for_selector(".arp-card h1")
    window.picture("paid")
    words = page.locator("main").inner_text()
    page.locator("a.arp-primary").click()
    page.wait_for_selector(".arp-columns")
    window.picture("paid-account")
    return {"asked": asked, "words": words, "after": page.inner_text("main")}


def test_two_invoices_by_card_are_reconciled(paid, step, opened, window):
    told = step("look")
    first, second, third, fourth = opened["numbers"]
    assert paid["asked"] == "1545.60 EUR"
    assert "mode" in paid["words"].lower(), "the test mode is told"
    assert (told["open"][first], told["open"][second]) == (0, 0)
    assert (told["open"][third], told["open"][fourth]) == (80, 500)
    assert (told["payments"], told["states"]) == (1, ["done"])
    assert first in paid["words"]
    assert window.watch.troubles == []


@pytest.fixture(scope="module")
def debited(paid, window, link, opened, step, service):
    """A third by direct debit, which the bank refuses days later."""
    choose(window, link, opened["numbers"][2:3])
    page = window.page
    page.click("button[value=sepa]")
    page.wait_for_selector(".arp-card h1")
    window.picture("paid-debit")
    words, under_way = page.locator("main").inner_text(), step("look")
    session = service("state")["sessions"][-1]["id"]
    service(f"{session}/fail")
    return {"words": words, "under_way": under_way, "failed": step("look")}


def test_a_direct_debit_holds_until_it_fails(debited, opened):
    third = opened["numbers"][2]
    held, failed = debited["under_way"], debited["failed"]
    assert held["states"][-1] == "pending"
    assert held["status"][third] == "announced"
    assert failed["states"][-1] == "error"
    assert failed["status"][third] == "overdue"
    assert failed["open"][third] == 80
    assert failed["activities"], "the collector is told"
    assert "notice_pay_failed" in failed["events"]


def test_repeated_and_disordered_notifications_change_nothing(
    debited, window, link, opened, step, service
):
    """Paid once, told twice and backwards, then given back in full."""
    choose(window, link, opened["numbers"][2:3])
    service("mail", hold="1")
    window.page.click("button[value=card]")
    window.page.wait_for_selector(".arp-card h1")
    waiting = window.page.locator("main").inner_text()
    assert "attend" in waiting or "waiting" in waiting
    session = service("state")["sessions"][-1]["id"]
    service(f"{session}/refund", amount="8000")
    sent = service("mail", backwards="1", double="1")["sent"]
    assert {status for _kind, status in sent} == {200}
    told = step("look")
    assert told["open"][opened["numbers"][2]] == 80, "paid, then given back"
    assert told["states"][-1] == "done"


def test_who_turns_back_pays_nothing(debited, link, server, browser, pictures, opened):
    """On a phone: leave the payment page, and come back to the account."""
    phone = Window(browser, server, pictures, PHONE)
    choose(phone, link, opened["numbers"][3:4])
    phone.page.click("#back")
    phone.page.wait_for_selector(".arp-card h1")
    phone.picture("pay-left-phone")
    assert phone.overflow() <= 0
    phone.page.locator("a.arp-primary").click()
    phone.page.wait_for_selector(".arp-columns")
    assert phone.overflow() <= 0
    phone.page.goto(f"{link}/pay")
    phone.picture("pay-phone")
    assert phone.overflow() <= 0
    assert phone.watch.troubles == []
