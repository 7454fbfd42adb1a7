"""What every test may ask for: a migrated database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from storage.schema import migrate
from tests import scoping
from tests.logged import watched_logs  # noqa: F401 - a fixture of every test

if TYPE_CHECKING:
    from tests.postgres import Server

POSTGRES = pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])


# Whoever asks for one of these talks with the whole bot, or with a Bot API of its own.
AT_LENGTH = {"chat", "new_chat", "town"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What talks at length is slow."""
    for item in items:
        if isinstance(item, pytest.Function) and AT_LENGTH.intersection(item.fixturenames):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def _scoped() -> Iterator[None]:
    """No statement of the product reaches beyond the owner it acts for."""
    with scoping.in_force():
        yield


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "rapport.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of the test's own."""
    path = tmp_path / "rapport.sqlite"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The PostgreSQL server of the run."""
    from tests.postgres import running_server

    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of the test's own."""
    with postgres.database() as address:
        yield address


@pytest.fixture(params=["sqlite", POSTGRES])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database of the test's own, on each engine in turn."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
def operator_url(database_url: str) -> str:
    """The same database, for the one whose tables these are and who migrates them."""
    if database_url.startswith("sqlite"):
        return database_url
    from tests.postgres import as_operator

    return as_operator(database_url)


@pytest.fixture
def unwalled_url(database_url: str) -> str:
    """The same database, for somebody who sees every owner's rows."""
    if database_url.startswith("sqlite"):
        return database_url
    from tests.postgres import as_superuser

    return as_superuser(database_url)


@pytest.fixture(params=["sqlite", POSTGRES])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing yet, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'rapport.sqlite'}"
    else:
        server: Server = request.getfixturevalue("postgres")
        with server.database(empty=True) as address:
            yield address


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, on each engine in turn."""
    database = Database(database_url)
    yield database
    database.close()
