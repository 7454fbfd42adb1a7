"""The repository around the code: what it says of itself is so."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings
from handlers.help import described
from handlers.routes import MENU, all_routes, command_names, menu
from rapport.occasions import OCCASIONS
from rapport.templating import label

ROOT = Path(__file__).parent.parent
FLOORS = ("bot", "handlers", "rapport", "storage")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
LOCKS = sorted(ROOT.glob("requirements/*.lock"))

# Read by the tests and the continuous integration, not by Rapport.
OF_THE_TESTS = {"RAPPORT_REQUIRE_BROWSER"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def tracked() -> Iterator[tuple[str, str]]:
    """The text files that git knows, by name and content."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content:
            yield name, content.decode("utf-8")


# --- settings -----------------------------------------------------------------------------------

EXAMPLE = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", read(".env.example"), re.M))
SETTINGS = {str(field.validation_alias): field for field in Settings.model_fields.values()}


def test_every_setting_is_explained_and_nothing_else() -> None:
    assert list(EXAMPLE) == list(dict.fromkeys(EXAMPLE))
    assert set(EXAMPLE) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_example_shows_what_holds_without_the_setting(name: str) -> None:
    default = SETTINGS[name].default
    if isinstance(default, bool):
        assert EXAMPLE[name] == str(default).lower()
    elif isinstance(default, int | float):
        assert float(EXAMPLE[name]) == default
    else:
        assert EXAMPLE[name] == (default or "")


def test_the_example_sets_nothing_until_it_is_changed() -> None:
    assert not re.findall(r"^[^#\n].*$", read(".env.example"), re.M)


def test_every_setting_has_its_reason_above_it() -> None:
    paragraphs = [part for part in read(".env.example").split("\n\n") if "=" in part]
    assert all(re.match(r"# [A-Za-z0-9]", part) for part in paragraphs)


@pytest.mark.parametrize("path", [*PAGES, ROOT / ".ci" / "run"], ids=name_of)
def test_a_page_names_only_settings_that_exist(path: Path) -> None:
    named = set(re.findall(r"\b(?:RAPPORT|TELEGRAM)_[A-Z_]*[A-Z]", path.read_text("utf-8")))
    assert named <= set(SETTINGS) | OF_THE_TESTS


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        name
        for name, text in tracked()
        if name.startswith(tuple(f"{floor}/" for floor in FLOORS))
        and re.search(r"\bos\.(?:getenv|environ(?:\.get\b|\[))", text)
    }
    assert not readers


# --- commands -----------------------------------------------------------------------------------


def test_every_command_is_in_the_readme_and_no_other() -> None:
    commands = {route.command for route in all_routes() if route.command}
    assert set(re.findall(r"^\| `/([a-z]+)`", read("README.md"), re.M)) == commands


def test_a_page_names_only_commands_that_exist() -> None:
    others = {"newbot"}  # BotFather's
    commands = {route.command for route in all_routes()} | others
    for path in PAGES:
        prose = re.sub(r"^ {4}.*$", "", path.read_text("utf-8"), flags=re.M)
        said = set(re.findall(r"(?<![\w/.<:)\]])/([a-z]+)(?![\w/.])", prose))
        assert said <= commands, path


def test_help_describes_every_command() -> None:
    assert all(described(name) for name in command_names())
    assert len(command_names()) == len(set(command_names()))


def test_the_commands_are_told_in_the_order_of_the_readme() -> None:
    told = re.findall(r"^\| `/([a-z]+)`", read("README.md"), re.M)
    assert [name for name in told if name in command_names()] == command_names()
    assert [entry["command"] for entry in menu()] == [
        name for name in command_names() if name in {entry["command"] for entry in menu()}
    ]


def test_the_menu_is_short_and_fits_telegram() -> None:
    assert len(menu()) <= MENU
    for entry in menu():
        assert re.fullmatch(r"[a-z0-9_]{1,32}", entry["command"])
        assert 1 <= len(entry["description"]) <= 256


def test_every_command_of_the_operator_is_explained() -> None:
    explained = read("README.md") + read("docs/operating.md") + read("CONTRIBUTING.md")
    missing = {
        name for name in main.commands if not re.search(rf"(?:-m bot|make) {name}\b", explained)
    }
    assert not missing


def test_a_page_names_only_operators_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    for path in PAGES:
        text = path.read_text("utf-8")
        assert set(re.findall(r"-m bot ([a-z]+)", text)) <= set(main.commands), path
        assert set(re.findall(r"\bmake ([a-z]+)\b(?=`|\n| ARGS| &&)", text)) <= targets, path


def test_every_target_of_make_is_explained() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    listed = set(re.findall(r"^\| `make ([a-z]+)`", read("CONTRIBUTING.md"), re.M))
    assert listed == targets


# --- pages --------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_files_that_are_named_exist(path: Path) -> None:
    named = re.findall(r"`([\w./-]*/[\w./-]*)`", path.read_text("utf-8"))
    ours = {*FLOORS, "templates", "playground", "benchmarks", "tests", "docs", "requirements"}
    missing = [file for file in named if file.split("/")[0] in ours and not (ROOT / file).exists()]
    assert not missing


@pytest.mark.parametrize("floor", FLOORS)
def test_every_room_is_on_the_map(floor: str) -> None:
    rooms = {
        path.stem for path in (ROOT / floor).iterdir() if path.suffix == ".py" or path.is_dir()
    }
    map_ = re.search(rf"^\*\*{floor}/\*\*(.+?)\n\n", read("docs/architecture.md"), re.M | re.S)
    assert map_
    shown = {room.strip("/") for room in re.findall(r"`([\w/]+)`", map_[1])}
    unseen = rooms - shown - {"__init__", "__main__", "__pycache__"}
    if floor == "storage":  # its nouns are the collections of a notebook
        unseen -= {path.stem for path in (ROOT / floor).glob("*.py")}
    assert not unseen
    assert shown - rooms <= {"run", "read", "routes()"}


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_of_context_choice_and_cost(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.M) == ["Context", "Choice", "Cost"]
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert len(text.splitlines()) <= 60


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_a_recipe_has_three_steps_at_most() -> None:
    _, *recipes = re.split(r"^## ", read("docs/adding.md"), flags=re.M)
    assert len(recipes) >= 8
    for recipe in recipes:
        assert 1 <= len(re.findall(r"^\d+\. ", recipe, re.M)) <= 3, recipe.splitlines()[0]


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_an_occasion_has_what_its_recipe_says(occasion: str) -> None:
    assert (ROOT / "templates" / "messages" / "en" / f"{occasion}.j2").is_file()
    assert label(f"occasion_{occasion.replace('-', '_')}")


def test_the_picture_loads_fast() -> None:
    picture = (ROOT / "docs" / "images" / "chat.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000


# --- what must not be there ---------------------------------------------------------------------


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    # In pieces, so that this file does not name them itself.
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "deb.deb" + "ian"]
    places = [Path.home(), ROOT, ROOT.parent]
    temporary = Path(tempfile.gettempdir())
    wanted = hosts + [f"{place}/" for place in places if place not in {Path("/"), temporary}]
    found = [(name, word) for name, text in tracked() for word in wanted if word in text]
    assert not found


@pytest.mark.parametrize("path", LOCKS, ids=name_of)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        head, *hashes = requirement.split(" \\\n")
        assert re.match(r"[\w.-]+(?:\[[\w,-]+\])?==[\w.+!]+(?: ;.*)?$", head), head
        assert hashes, head
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}", one) for one in hashes), head


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", read(f"requirements/{name}"), re.M))


def canonical(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    run, dev = pins("run.lock"), pins("dev.lock")
    assert {canonical(one) for one in project["project"]["dependencies"]} <= set(run)
    assert {canonical(one) for one in project["dependency-groups"]["dev"]} <= set(dev)
    assert run.items() <= dev.items()


def test_dependencies_have_their_reasons() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    page = read("docs/decisions/0008-dependencies.md").lower()
    missing = [one for one in map(canonical, asked) if one not in page]
    assert not missing


def test_continuous_integration_runs_the_commands_of_the_readme() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert re.findall(r"^make .*$", read(".ci/run"), re.M) == [
        "make check",
        "make test",
        "make audit",
    ]
