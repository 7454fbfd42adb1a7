"""The chat page, driven in Chromium: a person on the page, a bot behind plain Bot API calls."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from playground import Playground
from tests.browser import chromium, watched_page

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ALEX = 1001
TOKEN = "7001:a-token-for-the-page"
PHONE = {"width": 390, "height": 844}
# The smallest picture there is: one red pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@dataclass
class Bot:
    """The other end of the chat."""

    session: ClientSession
    address: str
    offset: int = 0

    async def call(self, method: str, **arguments: Any) -> Any:
        async with self.session.post(
            f"{self.address}/bot{TOKEN}/{method}", json=arguments
        ) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def says(self, text: str, to: int = ALEX, **arguments: Any) -> int:
        message = await self.call("sendMessage", chat_id=to, text=text, **arguments)
        return int(message["message_id"])

    async def hears(self, kind: str = "message") -> dict[str, Any]:
        """The next update, which has to be of this kind."""
        updates = await self.call("getUpdates", offset=self.offset, limit=1, timeout=5)
        assert updates, f"no {kind} arrived"
        self.offset = updates[0]["update_id"] + 1
        return dict(updates[0][kind])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def bot() -> AsyncIterator[Bot]:
    async with Playground(token=TOKEN) as town, ClientSession() as session:
        bot = Bot(session, town.url)
        await bot.call("setMyName", name="Rapport")
        await bot.call(
            "setMyCommands",
            commands=[
                {"command": "today", "description": "Whom to get back to"},
                {"command": "draft", "description": "Draft a message"},
                {"command": "digest", "description": "The digest now"},
            ],
        )
        yield bot


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, bot: Bot) -> AsyncIterator[Page]:
    permissions = ["clipboard-read", "clipboard-write"]
    async with watched_page(browser, permissions=permissions, locale="en-GB") as page:
        await page.goto(bot.address)
        yield page


def bubbles(within: Page | Locator) -> Locator:
    return within.locator(".message:not(.typing) .bubble")


def composer(within: Page | Locator) -> Locator:
    return within.get_by_role("textbox", name="Message to")


async def write(page: Page | Locator, text: str) -> None:
    await composer(page).fill(text)
    await composer(page).press("Enter")


async def clipboard(page: Page) -> str:
    return str(await page.evaluate("navigator.clipboard.readText()"))


def keys(*rows: list[str]) -> dict[str, Any]:
    return {
        "inline_keyboard": [[{"text": key, "callback_data": key} for key in row] for row in rows]
    }


async def test_an_empty_chat_offers_to_start(page: Page, bot: Bot) -> None:
    await expect(page.get_by_text("Nothing leaves this machine")).to_be_visible()
    await page.get_by_role("button", name="START", exact=True).click()
    assert (await bot.hears())["text"] == "/start"
    await expect(page.get_by_role("button", name="START", exact=True)).to_be_hidden()


async def test_a_text_reaches_the_bot_and_its_answer_reaches_the_page(page: Page, bot: Bot) -> None:
    await write(page, "Met Amara at PyData")
    heard = await bot.hears()
    assert (heard["text"], heard["from"]["id"]) == ("Met Amara at PyData", ALEX)
    await bot.says("Amara is remembered", reply_parameters={"message_id": heard["message_id"]})
    await expect(bubbles(page)).to_have_count(2)
    await expect(bubbles(page).last).to_contain_text("Amara is remembered")
    await expect(bubbles(page).last.locator(".quote")).to_contain_text("Met Amara at PyData")


async def test_a_tap_is_busy_until_answered_and_shows_the_edit(page: Page, bot: Bot) -> None:
    shown = await bot.says("Amara Osei", reply_markup=keys(["Draft follow-up", "Fix", "Undo"]))
    undo = page.get_by_role("button", name="Undo")
    await undo.click()
    tap = await bot.hears("callback_query")
    assert tap["data"] == "Undo"
    await expect(undo).to_have_attribute("aria-busy", "true")
    await bot.call("answerCallbackQuery", callback_query_id=tap["id"], text="Taken back")
    await expect(undo).not_to_have_attribute("aria-busy", "true")
    await expect(page.get_by_role("status").filter(has_text="Taken back")).to_be_visible()
    await bot.call("editMessageText", chat_id=ALEX, message_id=shown, text="Nothing was kept")
    await expect(bubbles(page)).to_have_count(1)
    await expect(bubbles(page)).to_contain_text("Nothing was kept")
    await expect(bubbles(page)).to_contain_text("edited")
    await expect(undo).to_have_count(0)


async def test_an_answer_may_be_an_alert(page: Page, bot: Bot) -> None:
    await bot.says("Erase everything?", reply_markup=keys(["Erase"]))
    await page.get_by_role("button", name="Erase", exact=True).click()
    tap = await bot.hears("callback_query")
    await bot.call(
        "answerCallbackQuery",
        callback_query_id=tap["id"],
        text="This cannot be undone",
        show_alert=True,
    )
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("This cannot be undone")
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog).to_have_count(0)


async def test_whoever_taps_by_keyboard_keeps_their_place_in_the_edited_message(
    page: Page, bot: Bot
) -> None:
    shown = await bot.says("Digest", reply_markup=keys(["Amara", "Jonas"]))
    await page.get_by_role("button", name="Jonas").press("Enter")
    await bot.hears("callback_query")
    await bot.call(
        "editMessageText",
        chat_id=ALEX,
        message_id=shown,
        text="Jonas",
        reply_markup=keys(["Draft", "Done"]),
    )
    await expect(page.get_by_role("button", name="Draft")).to_be_focused()


async def test_a_copy_button_copies_and_says_so(page: Page, bot: Bot) -> None:
    copy = {"text": "Copy", "copy_text": {"text": "Hi Amara,\nhere it is."}}
    await bot.says("A draft", reply_markup={"inline_keyboard": [[copy]]})
    await page.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert await clipboard(page) == "Hi Amara,\nhere it is."


async def test_a_link_button_asks_before_anything_leaves(page: Page, bot: Bot) -> None:
    link = {"text": "Open", "url": "https://example.org/amara"}
    await bot.says("A profile", reply_markup={"inline_keyboard": [[link]]})
    await page.get_by_role("button", name="Open").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("https://example.org/amara")
    await dialog.get_by_role("button", name="Cancel").click()
    assert len(page.context.pages) == 1


async def test_a_draft_in_pre_is_copied_whole_by_one_tap(page: Page, bot: Bot) -> None:
    await bot.says("Draft:\n<pre>Hi Amara &amp; Bo,\n\n1 &lt; 2 🎉</pre>", parse_mode="HTML")
    await page.locator("pre").click()
    assert await clipboard(page) == "Hi Amara & Bo,\n\n1 < 2 🎉"


FORMATS = [
    # html, selector, what it holds
    ("<b>bold</b>", "strong", "bold"),
    ("🎂🎂 then <b>bold</b> behind surrogate pairs", "strong", "bold"),
    ("<i>italic <b>both</b></i>", "em > strong", "both"),
    ("<u>under</u>", "u", "under"),
    ("<s>gone</s>", "s", "gone"),
    ("<code>x = 1</code>", "code", "x = 1"),
    ('<pre><code class="language-python">x = 1</code></pre>', ".pre-head", "python"),
    ("<blockquote>said</blockquote>", "blockquote", "said"),
    ("<blockquote expandable>said at length</blockquote>", "blockquote.expandable", "said"),
    ("<tg-spoiler>secret</tg-spoiler>", ".spoiler", "secret"),
    ('<a href="https://example.org/">there</a>', 'a[href="https://example.org/"]', "there"),
    ("<b>&lt;img src=x onerror=alert(1)&gt;</b>", "strong", "<img src=x onerror=alert(1)>"),
]


@pytest.mark.parametrize(("html", "selector", "text"), FORMATS)
async def test_formatting_is_shown(
    page: Page, bot: Bot, html: str, selector: str, text: str
) -> None:
    await bot.says(html, parse_mode="HTML")
    await expect(bubbles(page).locator(".text").locator(selector)).to_contain_text(text)
    await expect(page.locator(".text img")).to_have_count(0)


async def test_a_spoiler_is_hidden_from_everybody_until_it_is_opened(page: Page, bot: Bot) -> None:
    await bot.says("It is <tg-spoiler>a surprise</tg-spoiler>", parse_mode="HTML")
    await page.get_by_role("button", name="Hidden text").press("Enter")
    await expect(page.locator(".spoiler")).to_have_class("spoiler shown")
    await expect(page.get_by_role("button", name="Hidden text")).to_have_count(0)


async def test_entities_that_overlap_or_mislead_harm_nothing(page: Page, bot: Bot) -> None:
    message = {
        "message_id": 900,
        "date": 1_700_000_000,
        "text": "abcdef",
        "outgoing": False,
        "entities": [
            {"type": "bold", "offset": 0, "length": 4},
            {"type": "italic", "offset": 2, "length": 99},
            {"type": "text_link", "offset": 5, "length": 1, "url": "javascript:alert(1)"},
            {"type": "of_tomorrow", "offset": 1, "length": 1},
            {"type": "bold", "offset": 70, "length": 3},
        ],
    }
    await page.route("**/messages?after=0", lambda route: route.fulfill(json=[message]))
    await page.reload()
    text = bubbles(page).locator(".text")
    await expect(text).to_have_text(re.compile("^abcdef"))
    await expect(text.locator("strong")).to_have_text("abcd")
    await expect(text.locator("em")).to_have_text(["cd", "ef"])
    await expect(text.locator("a")).to_have_count(0)


async def test_a_name_that_looks_like_markup_is_a_name(page: Page, bot: Bot) -> None:
    await page.get_by_role("button", name="Add a test user").click()
    await page.get_by_label("First name").fill("<b onclick=x>Bo</b>")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator(".as")).to_contain_text("<b onclick=x>Bo</b>")
    await expect(page.locator("#app b")).to_have_count(0)


async def test_a_reply_keyboard_answers_folds_and_goes(page: Page, bot: Bot) -> None:
    rows = [["Yes", "Not now"]]
    await bot.says(
        "Coffee?",
        reply_markup={
            "keyboard": rows,
            "one_time_keyboard": True,
            "input_field_placeholder": "Yes or no",
        },
    )
    answers = page.get_by_role("group", name="Answers the bot suggests")
    await expect(composer(page)).to_have_attribute("placeholder", "Yes or no")
    await answers.get_by_role("button", name="Not now").click()
    assert (await bot.hears())["text"] == "Not now"
    await expect(answers).to_be_hidden()
    await page.get_by_role("button", name="Show or hide the suggested answers").click()
    await expect(answers).to_be_visible()
    await bot.says("Fine", reply_markup={"remove_keyboard": True})
    await expect(answers).to_have_count(0)


async def test_a_reply_keyboard_can_ask_for_number_and_place(page: Page, bot: Bot) -> None:
    rows = [
        [{"text": "My number", "request_contact": True}],
        [{"text": "I am here", "request_location": True}],
    ]
    await bot.says("Where are you?", reply_markup={"keyboard": rows, "resize_keyboard": True})
    await page.get_by_role("button", name="My number").click()
    await page.get_by_label("Your number").fill("+4930123")
    await page.get_by_role("button", name="Share").click()
    contact = (await bot.hears())["contact"]
    assert (contact["phone_number"], contact["user_id"]) == ("+4930123", ALEX)
    await page.get_by_role("button", name="I am here").click()
    await page.get_by_label("Where").select_option("Tokyo")
    await page.get_by_role("button", name="Send", exact=True).last.click()
    assert round((await bot.hears())["location"]["latitude"]) == 36


async def test_force_reply_begins_a_reply(page: Page, bot: Bot) -> None:
    asked = await bot.says("What is her role?", reply_markup={"force_reply": True})
    await expect(page.locator(".about")).to_contain_text("What is her role?")
    await write(page, "CTO")
    assert (await bot.hears())["reply_to_message"]["message_id"] == asked


async def test_commands_complete_while_typing(page: Page, bot: Bot) -> None:
    await composer(page).press_sequentially("/d")
    options = page.get_by_role("option")
    await expect(options).to_have_text([re.compile("/draft"), re.compile("/digest")])
    await composer(page).press("ArrowDown")
    await composer(page).press("Enter")
    assert (await bot.hears())["text"] == "/digest"
    await page.get_by_role("button", name="Commands").click()
    await page.get_by_role("option", name="/today").click()
    assert (await bot.hears())["text"] == "/today"


async def test_a_command_inside_a_message_can_be_tapped(page: Page, bot: Bot) -> None:
    await bot.says("Try /today")
    await page.get_by_role("button", name="/today", exact=True).click()
    assert (await bot.hears())["text"] == "/today"


async def test_the_last_message_is_corrected_with_arrow_up(page: Page, bot: Bot) -> None:
    await write(page, "Met Amra")
    await bot.hears()
    await expect(bubbles(page)).to_have_count(1)
    await composer(page).press("ArrowUp")
    await expect(composer(page)).to_have_value("Met Amra")
    await write(page, "Met Amara")
    assert (await bot.hears("edited_message"))["text"] == "Met Amara"
    await expect(bubbles(page)).to_contain_text("edited")
    await expect(composer(page)).to_have_value("")


async def test_the_message_menu_replies_and_copies(page: Page, bot: Bot) -> None:
    shown = await bot.says("Who was it?")
    await bubbles(page).click(button="right")
    await page.get_by_role("menuitem", name="Copy text").click()
    assert await clipboard(page) == "Who was it?"
    await bubbles(page).hover()
    await page.get_by_role("button", name="Message menu").click()
    await page.keyboard.press("Enter")
    await write(page, "Amara")
    assert (await bot.hears())["reply_to_message"]["message_id"] == shown


async def choose_file(page: Page, item: str, file: FilePayload) -> None:
    await page.get_by_role("button", name="Attach").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name=item).click()
    await (await chooser.value).set_files(file)


async def test_a_file_is_sent_and_can_be_saved(page: Page, bot: Bot, tmp_path: Path) -> None:
    await choose_file(
        page, "File", {"name": "Kontakte ä.csv", "mimeType": "text/csv", "buffer": b"name\nAmara\n"}
    )
    await page.get_by_label("Caption").fill("my people")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    heard = await bot.hears()
    assert (heard["document"]["file_name"], heard["caption"]) == ("Kontakte ä.csv", "my people")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Kontakte ä.csv").click()
    await (await download.value).save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == b"name\nAmara\n"


async def test_a_picture_is_sent_as_a_photo_and_shown(page: Page, bot: Bot) -> None:
    await choose_file(page, "Photo", {"name": "card.png", "mimeType": "image/png", "buffer": PIXEL})
    await expect(page.get_by_label("Send as a photo")).to_be_checked()
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    assert (await bot.hears())["photo"]
    image = bubbles(page).locator("img")
    await expect(image).to_be_visible()
    await image.evaluate("image => image.decode()")
    await page.get_by_role("button", name="Show the photo").click()
    await expect(page.get_by_role("dialog", name="Photo")).to_be_visible()


async def test_a_voice_message_is_recorded_and_sent(page: Page, bot: Bot) -> None:
    await page.get_by_role("button", name="Record a voice message").click()
    await expect(page.locator(".recording-time")).to_have_text("0:01")
    await page.get_by_role("button", name="Send the recording").click()
    assert (await bot.hears())["voice"]["file_size"] > 0
    await expect(bubbles(page).get_by_role("button", name="Play")).to_be_visible()


async def test_contact_place_and_forwarded_message_are_sent_from_the_attach_menu(
    page: Page, bot: Bot
) -> None:
    dialog = page.get_by_role("dialog")

    async def attach(item: str, confirm: str, **fields: str) -> dict[str, Any]:
        await page.get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name=item).click()
        for label, value in fields.items():
            await dialog.get_by_label(label.replace("_", " "), exact=True).fill(value)
        await dialog.get_by_role("button", name=confirm).click()
        return await bot.hears()

    contact = (await attach("Contact", "Send", First_name="Amara", Last_name="Osei"))["contact"]
    assert (contact["first_name"], contact["last_name"]) == ("Amara", "Osei")
    assert "user_id" not in contact
    assert (await attach("Location", "Send", Latitude="1.5", Longitude="2.25"))["location"][
        "longitude"
    ] == 2.25
    forwarded = await attach(
        "Forwarded message", "Forward", Name="Jonas", Message="See you on Friday"
    )
    assert forwarded["text"] == "See you on Friday"
    assert forwarded["forward_origin"]["type"] == "user"
    await expect(bubbles(page)).to_have_count(3)
    await expect(bubbles(page).last).to_contain_text("Forwarded from Jonas")


async def test_typing_is_shown_until_the_message_comes(page: Page, bot: Bot) -> None:
    await expect(page.locator(".status")).to_have_text("bot")
    await bot.call("sendChatAction", chat_id=ALEX, action="typing")
    await expect(page.locator(".status")).to_have_text("typing…")
    await bot.says("Done")
    await expect(page.locator(".status")).to_have_text("bot")


async def test_a_deleted_message_goes_from_the_page(page: Page, bot: Bot) -> None:
    shown = await bot.says("For a moment")
    await expect(bubbles(page)).to_have_count(1)
    await bot.call("deleteMessage", chat_id=ALEX, message_id=shown)
    await expect(bubbles(page)).to_have_count(0)


async def test_what_was_said_while_reading_above_is_counted(page: Page, bot: Bot) -> None:
    for number in range(30):
        await bot.says(f"Line {number}")
    await expect(bubbles(page)).to_have_count(30)
    await page.get_by_role("log").evaluate("log => log.scrollTo(0, 0)")
    await bot.says("Newest")
    to_end = page.get_by_role("button", name="Scroll to the newest message, 1 unread")
    await to_end.click()
    await expect(bubbles(page).last).to_be_in_viewport()
    await expect(to_end).to_have_count(0)


async def test_what_cannot_be_sent_waits_and_is_sent_again(page: Page, bot: Bot) -> None:
    await page.context.set_offline(True)
    await write(page, "Met Amara")
    await expect(page.get_by_role("alert")).to_contain_text("not answering")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    assert (await bot.hears())["text"] == "Met Amara"
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(bubbles(page)).to_have_count(1)


async def test_after_an_interruption_the_page_catches_up(page: Page, bot: Bot) -> None:
    await page.route("**/events*", lambda route: route.abort())
    await page.reload()
    await expect(page.locator(".status")).to_have_text("Connecting…")
    await bot.says("Said in the meantime")
    await page.unroute("**/events*")
    await expect(bubbles(page).last).to_contain_text("Said in the meantime")
    await expect(page.locator(".status")).to_have_text("bot")


async def test_a_world_that_is_started_anew_is_shown_anew(browser: Browser) -> None:
    async with watched_page(browser) as page:
        async with Playground(token=TOKEN) as before, ClientSession() as session:
            await page.goto(before.url)
            await add_user(page, Bot(session, before.url), "Bea")
            await write(page, "Met Amara")
            await expect(bubbles(page)).to_have_count(1)
            port = int(before.url.rpartition(":")[2])
        await expect(page.locator(".status")).to_have_text("Connecting…")
        async with Playground(port, token=TOKEN):
            await expect(page.locator(".as")).to_contain_text("Alex", timeout=10_000)
            await expect(bubbles(page)).to_have_count(0)
            await expect(page.locator(".person")).to_have_count(1)


async def add_user(page: Page, bot: Bot, name: str) -> int:
    await page.get_by_role("button", name="Add a test user").click()
    await page.get_by_label("First name").fill(name)
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator(".as")).to_have_text(re.compile(name))
    async with bot.session.get(f"{bot.address}/play/state") as response:
        return int((await response.json())["users"][-1]["id"])


async def test_two_users_side_by_side_do_not_see_each_other(page: Page, bot: Bot) -> None:
    bea = await add_user(page, bot, "Bea")
    await page.locator(".person", has_text="Alex").hover()
    await page.get_by_role("button", name="Show Alex beside").click()
    alex_pane, bea_pane = (page.locator(f'.pane[data-user="{uid}"]') for uid in (ALEX, bea))
    await write(alex_pane, "I am Alex")
    assert (await bot.hears())["from"]["id"] == ALEX
    await write(bea_pane, "I am Bea")
    assert (await bot.hears())["from"]["id"] == bea
    await bot.says("Hello Bea", to=bea)
    await expect(bubbles(bea_pane)).to_contain_text(["I am Bea", "Hello Bea"])
    await expect(bubbles(alex_pane)).to_contain_text(["I am Alex"])
    await bea_pane.get_by_role("button", name="Close this chat").click()
    await expect(page.locator(".pane")).to_have_count(1)


async def test_the_list_counts_what_others_have_not_read(page: Page, bot: Bot) -> None:
    await add_user(page, bot, "Bea")
    await bot.says("Good morning, Alex")
    row = page.locator(".person", has_text="Alex")
    await expect(row.locator(".badge")).to_have_text("1")
    await expect(page).to_have_title("(1) Rapport · playground")
    await row.get_by_role("button").first.click()
    await expect(row.locator(".badge")).to_have_count(0)
    await expect(page).to_have_title("Rapport · playground")


async def test_a_reload_keeps_chat_draft_people_and_theme(page: Page, bot: Bot) -> None:
    bea = await add_user(page, bot, "Bea")
    await write(page, "Met Jonas")
    await bot.hears()
    await bot.says("Jonas is remembered", to=bea, reply_markup=keys(["Undo"]))
    await page.get_by_role("button", name="Dark mode").click()
    await composer(page).fill("half a th")
    await page.reload()
    await expect(bubbles(page)).to_contain_text(["Met Jonas", "Jonas is remembered"])
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await expect(composer(page)).to_have_value("half a th")
    await expect(page.locator(".as")).to_have_text(re.compile("Bea"))
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [360, 430])
async def test_on_a_phone_nothing_is_wider_than_the_screen(
    browser: Browser, bot: Bot, width: int
) -> None:
    await bot.says(
        "w" * 400, reply_markup=keys(["a button with many words in it", "b" * 40, "c"], ["one"])
    )
    await bot.says(f"<pre>{'p' * 200}</pre>\nhttps://example.org/{'path/' * 40}", parse_mode="HTML")
    options = {"viewport": {"width": width, "height": 780}, "has_touch": True, "is_mobile": True}
    async with watched_page(browser, **options) as phone:
        await phone.goto(bot.address)
        await expect(bubbles(phone)).to_have_count(2)
        for selector in ("html", ".log-scroller", ".composer"):
            wider = await phone.locator(selector).evaluate(
                "node => node.scrollWidth - node.clientWidth"
            )
            assert wider <= 0, selector
        await composer(phone).tap()
        await composer(phone).fill("from a phone")
        await phone.get_by_role("button", name="Send", exact=True).tap()
        assert (await bot.hears())["text"] == "from a phone"
        await phone.get_by_role("button", name="Test users").tap()
        await expect(phone.get_by_text("Nothing leaves this machine")).to_be_in_viewport()
        await phone.get_by_role("button", name="Alex").first.tap()
        await expect(phone.get_by_text("Nothing leaves this machine")).not_to_be_in_viewport()


CONTRAST = """
    ([text, ground]) => {
      const probe = document.body.appendChild(document.createElement("i"));
      const light = (token) => {
        probe.style.color = `color-mix(in srgb, var(${token}) 100%, var(${token}))`;
        const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const linear = parts.map((part) =>
          part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
      };
      const [a, b] = [light(text), light(ground)];
      probe.remove();
      return Math.max(a, b) / Math.min(a, b);
    }
"""
PAIRS = [
    ("--text", "--page"),
    ("--text", "--theirs"),
    ("--text", "--mine"),
    ("--text", "--accent-soft"),
    ("--quiet", "--page"),
    ("--quiet", "--theirs"),
    ("--quiet", "--sunken"),
    ("--quiet", "--wall"),
    ("--quiet", "--accent-soft"),
    ("--mine-quiet", "--mine"),
    ("--accent", "--page"),
    ("--accent", "--theirs"),
    ("--accent", "--mine"),
    ("--on-accent", "--accent"),
    ("--danger", "--mine"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_pair_of_colours_can_be_read(page: Page, theme: str) -> None:
    await page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    contrasts = {pair: await page.evaluate(CONTRAST, list(pair)) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in contrasts.items() if ratio < 4.5} == {}
