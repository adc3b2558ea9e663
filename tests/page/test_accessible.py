"""The customer's page for everybody: screen readers, keyboard, no script, phone."""

from datetime import date, timedelta
from importlib import resources

import pytest

from tests.day.customer import proof_pdf
from tests.support.browser import DESKTOP, PHONE, Window

#: Rules of WCAG 2.2 A and AA, and what axe-core holds for good practice.
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")
RUN = """async () => {
    const told = await axe.run(document, {resultTypes: ["violations"]});
    return told.violations
        .filter(v => ["serious", "critical"].includes(v.impact))
        .map(v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).join(", ")}`);
}"""
PAGES = ("", "/proof", "/promise", "/problem", "/plan/{plan}", "/../nothing")
MY = ("", "/proof", "/plan/{plan}")
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def look(url, browser, pictures):
    """``look(size)``: a window that is closed after the test."""
    windows = []

    def opened(size):
        windows.append(Window(browser, url, pictures, size))
        return windows[-1]

    yield opened
    for window in windows:
        window.context.close()


def findings(page):
    """Serious and critical findings of axe-core on the page as it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN)


@SIZES
@pytest.mark.parametrize("lang", ["fr_FR", "en_US"])
@pytest.mark.parametrize("path", PAGES)
def test_no_serious_finding_behind_a_link(look, scene, url, path, size, lang):
    window = look(size)
    page = window.page
    page.goto(f"{url}{scene['link']}{path.format(**scene)}?lang={lang}")
    name = path.strip("/.").partition("/")[0] or "account"
    window.picture(f"page-{name}-{lang}-{size['width']}")
    assert findings(page) == []
    assert window.overflow() <= 0
    # A link that opens nothing is told with its status.
    troubles = [t for t in window.watch.troubles if "nothing" not in path]
    assert troubles == []


def test_the_check_sees_what_is_wrong(look, scene, url):
    page = look(DESKTOP).page
    page.goto(f"{url}{scene['link']}/promise")
    page.evaluate("document.querySelector('label[for=arp-day]').remove()")
    page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    rules = {told.partition(":")[0] for told in findings(page)}
    assert {"label", "color-contrast"} <= rules


@SIZES
def test_no_serious_finding_under_my(look, scene, url, size):
    window = look(size)
    page = window.page
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", "paul.portal")
    page.fill("input[name=password]", "paul.portal")
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_url("**/my**")
    for path in MY:
        page.goto(f"{url}/my/receivables/{scene['account']}{path.format(**scene)}")
        name = path.strip("/").partition("/")[0] or "account"
        window.picture(f"my-{name}-{size['width']}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        # Odoo's own frame around it is not ours.
        found = page.evaluate(RUN.replace("document,", "'.arp-embedded',"))
        assert found == [], path
        assert window.overflow() <= 0, path


@SIZES
def test_mistakes_are_told_to_screen_readers_too(look, scene, url, size):
    window = look(size)
    page = window.page
    page.goto(f"{url}{scene['link']}/promise?lang=fr_FR")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.fill("input[name=day]", "")
    page.click("form button[type=submit]")
    alert = page.locator("[role=alert]")
    alert.wait_for()
    assert page.locator("input[name=day]").get_attribute("aria-invalid") == "true"
    assert "fichiers" not in alert.inner_text()  # this form has none
    window.picture(f"page-mistakes-{size['width']}")
    assert findings(page) == []


class Keys:
    """A customer who has a keyboard and nothing else."""

    def __init__(self, page):
        self.page = page

    def to(self, selector, most=80):
        """Press Tab until this element is reached; each stop must be visible."""
        for _press in range(most):
            self.page.keyboard.press("Tab")
            if not self.page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            ):
                told = self.page.evaluate("document.activeElement.outerHTML")
                raise AssertionError(f"the focus cannot be seen on {told[:200]}")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} is not reached by the keyboard")


def test_a_promise_is_made_by_keyboard_alone(look, scene, url):
    window = look(DESKTOP)
    page, keys = window.page, Keys(window.page)
    page.goto(f"{url}{scene['link']}?lang=fr_FR")
    keys.to(f"input[name=item][value='{scene['item']}']")
    page.keyboard.press("Space")
    keys.to("button[formaction*='/promise']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/promise?**")
    assert page.locator("input[name=item]:checked").count() == 1
    keys.to("input[name=day]")
    day = date.today() + timedelta(days=6)
    # The browser's own field takes the day in the order of the machine's language.
    for order in ("%d%m%Y", "%m%d%Y"):
        page.evaluate("document.activeElement.blur()")
        page.focus("input[name=day]")
        page.keyboard.type(day.strftime(order))
        if page.input_value("input[name=day]") == day.isoformat():
            break
    assert page.input_value("input[name=day]") == day.isoformat()
    keys.to("form button[type=submit]")
    page.keyboard.press("Enter")
    status = page.locator("[role=status]")
    status.wait_for()
    assert day.strftime("%d/%m/%Y") in status.inner_text()
    assert window.watch.troubles == []


@pytest.fixture
def plain(browser, url):
    """A page of a browser that runs no script."""
    context = browser.new_context(
        viewport=PHONE, java_script_enabled=False, locale="fr-FR"
    )
    yield context.new_page()
    context.close()


def test_everything_essential_works_without_script(plain, scene, url, tmp_path):
    page = plain
    page.goto(f"{url}{scene['link']}")
    assert scene["numbers"][0] in page.content()
    page.click("a.arp-primary[href*='/proof']")
    receipt = tmp_path / "avis.pdf"
    receipt.write_bytes(proof_pdf(scene["numbers"][3]))
    page.set_input_files("input[type=file]", receipt)
    page.click("form button[type=submit]")
    page.locator("[role=status]").wait_for()
    page.click(f"a[href*='/plan/{scene['plan']}']")
    page.fill("input[name=name]", "Paul Bertin")
    page.check("input[name=agree]")
    page.click("form button[type=submit]")
    page.locator("[role=status]").wait_for()
    page.locator(".arp-badge-plan-running").wait_for()
    page.goto(f"{url}{scene['link']}/problem")
    page.select_option("select[name=reason]", index=1)
    page.fill("textarea[name=message]", "Deux palettes manquent à la livraison.")
    page.click("form button[type=submit]")
    page.locator("[role=status]").wait_for()
