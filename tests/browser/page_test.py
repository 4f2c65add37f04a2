#!/usr/bin/python3
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
"""page_test.py FOLDER: the report's page in a browser, as people use it.

FOLDER has large.html, of 50,000 containers, hostile.html and sample.html. With
PINWARDEN_UPDATE_IMAGES=1 the pictures in docs/images are made anew.
"""

import os
import sys
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from browser import Browser

FOLDER = os.path.abspath(sys.argv.pop(1))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
LARGE_ROWS = 50000


class PageTest(unittest.TestCase):
    page = "large.html"

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.browser.__enter__()
        cls.addClassCleanup(cls.browser.__exit__)
        cls.browser.open(f"{FOLDER}/{cls.page}")
        cls.driver = cls.browser.driver
        cls.browser.requests()  # those of the page that Chromium starts with

    def setUp(self):
        self.driver.refresh()

    def id(self_or_name, name=None):  # unittest calls id() without a name
        if name is None:
            return unittest.TestCase.id(self_or_name)
        return self_or_name.driver.find_element(By.ID, name)

    def rows(self, field):
        """A field of every row that the table holds, in its order."""
        return self.browser.script(
            "const kinds = {namespace: '.k-namespace .one',"
            " image: '.k-image .one', count: '.k-count .one'};"
            "return [...document.querySelectorAll('tr.row')]"
            "  .map((row) => row.querySelector(kinds[arguments[0]]).textContent)",
            field)

    def shown(self):
        return self.id("shown").text

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element


class LargePage(PageTest):

    def test_keeps_only_what_is_in_sight_in_the_page(self):
        self.browser.script(
            "const v = document.getElementById('viewport');"
            "v.scrollIntoView(); v.scrollTop = v.scrollHeight / 2")
        WebDriverWait(self.driver, 10).until(lambda d: self.browser.script(
            "return Number(document.querySelector('tr.row').dataset.at) > 1000"))
        self.assertLess(len(self.rows("image")), 60)
        # The row in the middle of the table is where the middle is.
        self.assertTrue(self.browser.script(
            "const v = document.getElementById('viewport');"
            "const box = v.getBoundingClientRect();"
            "const hit = document.elementFromPoint(box.x + 40,"
            "    box.y + box.height / 2);"
            "return hit.closest('tr.row') !== null"))

    def test_sorts_every_row_both_ways(self):
        self.id("clear").click()
        self.assertEqual(self.shown(), "50,000 of 50,000 containers")
        head = self.driver.find_element(By.CSS_SELECTOR, "th.c-count")
        self.assertIsNone(head.get_attribute("aria-sort"))
        head.find_element(By.TAG_NAME, "button").click()
        self.assertEqual(head.get_attribute("aria-sort"), "descending")
        counts = [int(c) for c in self.rows("count")]
        self.assertEqual(counts, sorted(counts, reverse=True))
        most = counts[0]
        head.find_element(By.TAG_NAME, "button").click()
        self.assertEqual(head.get_attribute("aria-sort"), "ascending")
        counts = [int(c) for c in self.rows("count")]
        self.assertEqual(counts, sorted(counts))
        self.assertLess(counts[0], most)
        self.assertEqual(len(self.driver.find_elements(
            By.CSS_SELECTOR, "th[aria-sort]")), 1)

    def test_filters_by_text_standing_namespace_and_reason(self):
        findings = self.shown()
        self.assertRegex(findings, r"^[\d,]+ of 50,000 containers$")
        self.id("clear").click()
        self.id("search").send_keys("Billing redis")
        some = self.shown()
        self.assertNotEqual(some, "50,000 of 50,000 containers")
        self.assertTrue(self.rows("image"))
        for image in self.rows("image"):
            self.assertIn("redis", image)
        self.assertEqual(set(self.rows("namespace")), {"billing"})
        self.id("clear").click()
        Select(self.id("f-namespace")).select_by_visible_text("edge")
        self.assertEqual(set(self.rows("namespace")), {"edge"})
        Select(self.id("f-standing")).select_by_index(1)
        Select(self.id("f-reason")).select_by_visible_text("no digest")
        for image in self.rows("image"):
            self.assertTrue(image.endswith(":1.27.3"), image)
        self.id("search").send_keys("there is no such thing")
        self.assertEqual(self.shown(), "0 of 50,000 containers")
        self.assertIn("No container is like this.", self.id("body").text)

    def test_a_bar_filters_by_what_it_stands_for(self):
        bar = self.driver.find_element(By.CSS_SELECTOR,
                                       "#by-namespace button")
        name = bar.find_element(By.CSS_SELECTOR, ".name").text
        bar.click()
        self.assertEqual(set(self.rows("namespace")), {name})
        bar = self.driver.find_element(By.CSS_SELECTOR, "#by-namespace button")
        self.assertEqual(bar.get_attribute("aria-pressed"), "true")
        bar.click()
        self.assertGreater(len(self.shown()), len("1 of 50,000 containers"))

    def test_scrolls_sorts_and_searches_with_few_rows_in_the_page(self):
        # The figures are for people to see: a busy machine fails no test.
        slowest = self.driver.execute_async_script(
            "const done = arguments[0];"
            "const v = document.getElementById('viewport');"
            "let at = 0, slowest = 0;"
            "const step = () => { const start = performance.now();"
            "  v.scrollTop = at; v.dispatchEvent(new Event('scroll'));"
            "  v.getBoundingClientRect();"
            "  slowest = Math.max(slowest, performance.now() - start);"
            "  at += 4001; if (at > 200000) done(slowest);"
            "  else requestAnimationFrame(step); }; step();")
        print(f"slowest scroll step: {slowest:.1f} ms")
        timing = self.browser.script(
            "const times = {};"
            "const time = (name, f) => { const start = performance.now(); f();"
            "  times[name] = Math.round(performance.now() - start); };"
            "document.getElementById('clear').click();"
            "for (const th of document.querySelectorAll('#head th'))"
            "  time('sort ' + th.className, () =>"
            "    th.querySelector('button').click());"
            "const search = document.getElementById('search');"
            "search.value = 'redis';"
            "time('search', () => search.dispatchEvent(new Event('input')));"
            "return times")
        print("ms:", timing)
        self.assertLess(len(self.rows("image")), 60)

    def test_can_be_used_by_keyboard_alone(self):
        self.press(Keys.TAB)
        self.assertEqual(self.focused().text, "Skip to the table")
        self.assertNotEqual(self.focused().value_of_css_property(
            "outline-style"), "none")
        self.press(Keys.ENTER)
        self.assertEqual(self.focused().get_attribute("id"), "findings")
        self.press(Keys.TAB)
        self.assertEqual(self.focused().get_attribute("id"), "search")
        self.press("shop", *[Keys.TAB] * 5)  # past the selects and Clear
        # A scrolling region may take the focus before what is in it.
        if self.focused().get_attribute("id") == "viewport":
            self.press(Keys.TAB)
        self.assertEqual(self.focused().tag_name, "button")
        sorted_by = self.focused().text
        self.press(Keys.ENTER)
        head = self.focused().find_element(By.XPATH, "..")
        self.assertEqual(head.get_attribute("aria-sort"), "descending",
                         sorted_by)
        self.press(*[Keys.TAB] * 7)
        self.assertEqual(self.focused().get_attribute("data-at"), "0")
        self.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        self.assertEqual(self.focused().get_attribute("data-at"), "2")
        self.press(Keys.END)
        last = int(self.focused().get_attribute("data-at"))
        self.assertGreater(last, 1000)
        self.assertEqual(self.focused().get_attribute("aria-rowindex"),
                         str(last + 2))
        self.assertEqual(self.id("table").get_attribute("aria-rowcount"),
                         str(last + 2))
        self.press(Keys.PAGE_UP, Keys.ENTER)
        self.assertTrue(self.id("detail").is_displayed())
        self.assertRegex(self.id("detail-body").text, "pin it|use an image")
        self.press(Keys.ESCAPE)
        self.assertFalse(self.id("detail").is_displayed())
        at = int(self.focused().get_attribute("data-at"))
        self.assertLess(at, last)
        self.press(Keys.HOME)
        self.assertEqual(self.focused().get_attribute("data-at"), "0")

    def test_follows_the_systems_theme_unless_told(self):
        def background():
            return self.driver.find_element(By.TAG_NAME, "body") \
                .value_of_css_property("background-color")
        self.browser.prefer("light")
        light = background()
        self.browser.prefer("dark")
        WebDriverWait(self.driver, 10).until(lambda d: background() != light)
        self.id("theme").click()
        self.assertEqual(self.id("theme").text, "Theme: light")
        self.assertEqual(background(), light)
        self.id("theme").click()
        self.assertEqual(self.id("theme").text, "Theme: dark")
        self.browser.prefer("light")
        self.assertNotEqual(background(), light)
        self.id("theme").click()
        self.assertEqual(self.id("theme").text, "Theme: auto")
        self.assertEqual(background(), light)

    def test_asks_for_nothing_and_complains_of_nothing(self):
        self.id("clear").click()
        self.driver.find_element(By.CSS_SELECTOR, "tr.row").click()
        self.press(Keys.ESCAPE)
        self.assertEqual(self.browser.requests(), [])
        self.assertEqual(self.browser.console(), [])


class HostilePage(PageTest):
    page = "hostile.html"

    def test_shows_hostile_text_as_text(self):
        self.id("clear").click()
        for at in range(len(self.rows("image"))):
            self.browser.script(
                "document.querySelector(`[data-at='${arguments[0]}']`).click()",
                at)
            self.press(Keys.ESCAPE)
        self.assertIsNone(self.browser.script("return window.owned ?? null"))
        images = self.rows("image")
        self.assertIn("</script><script>window.owned = 1</script>", images)
        self.assertIn("a\\u{202e}gnp.exe", images)
        self.assertEqual(self.browser.script(
            "return document.querySelectorAll('main script, main img').length"),
            0)
        self.assertEqual(self.browser.requests(), [])
        self.assertEqual(self.browser.console(), [])

    def test_finds_nothing_else_to_run(self):
        # The page's policy holds against what its own code might let through.
        self.browser.script(
            "const s = document.createElement('script');"
            "s.textContent = 'window.owned = 2'; document.body.append(s);")
        self.assertIsNone(self.browser.script("return window.owned ?? null"))
        self.assertIn("Content Security Policy", "\n".join(
            self.browser.console()))


class PhonePage(PageTest):
    page = "sample.html"

    def test_fits_a_phone(self):
        self.browser.phone()
        self.driver.refresh()
        widths = self.browser.script(
            "return [document.documentElement.scrollWidth, innerWidth,"
            " document.getElementById('viewport').scrollWidth -"
            " document.getElementById('viewport').clientWidth]")
        self.assertEqual(widths[0], widths[1])
        self.assertEqual(widths[2], 0)
        # Every row has the height that the table counts with.
        heights = self.browser.script(
            "return [...new Set([...document.querySelectorAll('tr.row')]"
            " .map((row) => row.getBoundingClientRect().height))]")
        self.assertEqual(heights, [144])
        Select(self.id("f-sort")).select_by_visible_text("Times")
        counts = self.browser.script(
            "return [...document.querySelectorAll('.k-count .one')]"
            " .map((cell) => Number(cell.textContent))")
        self.assertEqual(counts, sorted(counts, reverse=True))


class Pictures(unittest.TestCase):
    """What docs/images holds can still be made."""

    def take(self, browser, name):
        folder = FOLDER
        if os.environ.get("PINWARDEN_UPDATE_IMAGES"):
            folder = f"{ROOT}/docs/images"
        self.assertTrue(browser.driver.save_screenshot(
            f"{folder}/report-{name}.png"))

    def test_light_dark_and_phone(self):
        with Browser(1280, 1760) as browser:
            browser.prefer("light")
            browser.open(f"{FOLDER}/sample.html")
            self.take(browser, "light")
            browser.prefer("dark")
            self.take(browser, "dark")
        with Browser(390, 844) as browser:
            browser.phone()
            browser.prefer("light")
            browser.open(f"{FOLDER}/sample.html")
            self.take(browser, "phone")
            browser.script(
                "document.getElementById('viewport').scrollIntoView()")
            self.take(browser, "phone-table")


if __name__ == "__main__":
    unittest.main(verbosity=2)
