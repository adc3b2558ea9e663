"""What a collector and her manager see and click: timeline, ages, ladder."""

import pytest

from tests.support.browser import DESKTOP, PHONE, Window

STEPS = ".o_field_widget[name=step_ids] .o_data_row"


@pytest.fixture
def look(place, browser, pictures):
    """``look(login, path, size)``: a window on a page of the back office."""
    windows = []

    def opened(login, path, size=DESKTOP):
        window = Window(browser, place.url, pictures, size)
        windows.append(window)
        window.log_in(login, login)
        window.page.goto(f"{place.url}/odoo/{path}")
        return window

    yield opened
    for window in windows:
        assert window.watch.troubles == []
        window.context.close()


def tab(page, name):
    page.locator(f".o_notebook .nav-link[name={name}]").click()


def numbers(text):
    """Every figure of a text, as one integer each."""
    return [int(word) for word in text.split() if word.isdigit()]


class TestTimeline:
    """Everything that happened on an account, in one place."""

    def test_it_tells_by_family_and_opens_the_mail(self, look, day):
        told = day["proof"]
        window = look("claire", f"ar.debtor/{told['debtor']}")
        page = window.page
        tab(page, "timeline")
        entries = page.locator(".o_ar_timeline_entry")
        entries.first.wait_for()
        families = page.locator(".o_ar_timeline [role=group] button")
        everything = numbers(families.first.inner_text())[-1]
        assert entries.count() == everything
        kinds = [entry.get_attribute("data-kind") for entry in entries.all()]
        assert {"reminder_sent", "link_opened", "notice_accepted"} <= set(kinds)
        window.picture("timeline")
        sent = page.locator(".o_ar_timeline_entry[data-kind=reminder_sent]")
        self._read(sent.first, day, told["debtor"])
        counts = []
        for family in families.all()[1:]:
            family.click()
            counts.append(numbers(family.inner_text())[-1])
            page.wait_for_function(
                "n => document.querySelectorAll('.o_ar_timeline_entry').length === n",
                arg=counts[-1],
            )
        assert sum(counts) == everything
        assert len(counts) > 1

    @staticmethod
    def _read(entry, day, debtor):
        """The words that went out, where they are told."""
        entry.locator("button[aria-expanded]").click()
        body = entry.locator("iframe").content_frame.locator("body")
        body.wait_for()
        (numbers_sent,) = [
            reminder["numbers"]
            for reminder in day["reminders"]
            if reminder["debtor"] == debtor and reminder["state"] == "done"
        ]
        text = body.inner_text()
        assert all(number in text for number in numbers_sent)

    def test_it_fits_a_phone(self, look, day):
        window = look("claire", f"ar.debtor/{day['proof']['debtor']}", PHONE)
        tab(window.page, "timeline")
        window.page.locator(".o_ar_timeline_entry").first.wait_for()
        window.picture("timeline-phone")
        assert window.overflow() <= 0


class TestAges:
    """What is owed, by age: one click from the invoices behind a figure."""

    def test_a_part_opens_its_items(self, look, place, day):
        debtor = day["proof"]["debtor"]
        (told,) = place.user("claire").call("ar.debtor", "read", [debtor], ["aging"])
        page = look("claire", f"ar.debtor/{debtor}").page
        parts = page.locator(".o_ar_aging_part")
        parts.first.wait_for()
        assert parts.count() == len(told["aging"])
        rank = next(i for i, part in enumerate(told["aging"]) if i and part["count"])
        parts.nth(rank).click()
        page.locator(".o_form_view").wait_for(state="detached")
        rows = page.locator(".o_list_view .o_data_row")
        rows.first.wait_for()
        assert rows.count() == told["aging"][rank]["count"]


class TestLadder:
    """The strategy is read from top to bottom, and says what a change means."""

    def test_a_delay_is_told_in_words_before_it_is_saved(self, look, place):
        marc = place.user("marc")
        (standard,) = marc.call("ar.strategy", "search", [("name", "=", "Standard")])
        window = look("marc", f"ar.strategy/{standard}")
        page = window.page
        page.locator(STEPS).first.wait_for()
        first = [row.inner_text() for row in page.locator(STEPS).all()]
        days = [(numbers(row) or [None])[0] for row in first]  # None: a broken promise
        told = [day for day in days if day is not None]
        assert told == [5, 3, 10, 18, 30]  # five days before, the others after
        step = page.locator(STEPS).nth(days.index(3))
        assert page.inner_text(".o_field_widget[name=ladder_text]").strip()
        window.picture("strategy")
        step.locator("[name=when_text]").click()
        dialog = page.locator(".modal")
        dialog.locator("[name=delay_days] input").fill("6")
        dialog.locator("[name=delay_days] input").press("Tab")
        words = dialog.locator("[name=when_text]")
        words.filter(has_text="6").wait_for()
        dialog.locator(".o_form_button_save").click()
        dialog.wait_for(state="hidden")
        assert numbers(step.inner_text())[0] == 6
        page.locator(".o_form_button_cancel").click()
        step.filter(has_text="3").wait_for()
