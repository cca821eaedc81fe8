"""What is served beside GraphQL, and what is refused: pages without a foreign address, assets, other sites' requests."""

import re
from pathlib import Path

import pytest

import schema
from tests.running_service import RunningService

ABSOLUTE = re.compile(r"""(?:https?:)?//[\w.-]+""")
KINDS = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
pages = pytest.mark.parametrize("path", ["/", "/graphiql"])
QUERY = "{ topics(category: GENERAL) { code } }"
ANSWER = {"topics": [{"code": code} for code in ("account-review", "onboarding", "adoption", "training", "event", "survey")]}


@pages
async def test_the_page_names_no_other_site_and_nothing_that_is_not_served(service: RunningService, path: str) -> None:
    page = await service.client.get(path)
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not ABSOLUTE.search(page.text)
    assert len(named) > 5
    for address in named:
        if address.startswith(("data:", "?")) or address == "/graphiql":
            continue
        asset = await service.client.get(address)
        assert (asset.status_code, asset.headers["content-type"]) == (200, KINDS[address.rpartition(".")[2]])
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert len(asset.content) > 20


async def test_our_own_scripts_name_no_other_site(service: RunningService) -> None:
    script, style = [await service.client.get(f"/assets/graphiql.{suffix}") for suffix in KINDS]

    assert not ABSOLUTE.search(script.text)
    assert not ABSOLUTE.search(style.text)


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "__init__.py",
        "graphiql.html",
        "%2e%2e%2fapp.py",
        "..%5capp.py",
        "",
        "a/b.js",
        "explorer/explorer.html",
        "explorer/nothing.js",
        "explorer/%2e%2e%2fgraphiql.js",
    ],
)
async def test_an_asset_that_no_page_names_is_not_found(service: RunningService, name: str) -> None:
    response = await service.client.get(f"/assets/{name}")

    assert response.status_code == 404


@pages
async def test_a_page_tells_the_browser_to_load_nothing_from_elsewhere_and_to_be_framed_by_nobody(
    service: RunningService, path: str
) -> None:
    headers = (await service.client.get(path)).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == {"/": "'self'", "/graphiql": "'self' 'unsafe-inline'"}[path]
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


async def test_a_browser_that_opens_graphql_gets_graphiql(service: RunningService) -> None:
    page = await service.client.get("/graphql", headers={"accept": "text/html"})

    assert page.text == (await service.client.get("/graphiql")).text


@pytest.mark.parametrize("path", ["/", "/graphiql", "/assets/explorer/main.js", "/assets/cytoscape.esm.min.mjs"])
async def test_what_a_browser_has_already_is_not_sent_again(service: RunningService, path: str) -> None:
    """Ours is asked for each time, so that the modules of two versions never meet; a library is asked for once an hour."""
    first = await service.client.get(path)
    again = await service.client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == ("max-age=3600" if path.endswith(".mjs") else "no-cache")
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("path", ["/", "/graphql?query={revision}", "/schema.graphql", "/readyz", "/assets/graphiql.js"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "169.254.169.254"])
async def test_a_foreign_name_for_this_machine_is_refused(service: RunningService, host: str, path: str) -> None:
    """Another site could have its own name lead here, and its pages would then be of the same origin."""
    response = await service.client.get(path, headers={"host": host})
    [error] = response.json()["errors"]

    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_INPUT")
    assert error["message"].startswith(f"`{host}` is no name of this service;")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST:8000", "[::1]:8000"])
async def test_every_name_of_loopback_is_taken(service: RunningService, host: str) -> None:
    response = await service.client.get("/healthz", headers={"host": host})

    assert response.json() == {"status": "ok"}


async def test_the_schema_is_served_as_it_stands_in_the_repository(service: RunningService) -> None:
    response = await service.client.get("/schema.graphql")

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == Path(schema.__file__).with_name("schema.graphql").read_text("utf-8")


async def test_readiness_tells_anyone_that_it_is_ready_and_no_more(service: RunningService) -> None:
    ready = await service.client.get("/readyz")

    assert ready.json() == {"status": "ready"}


async def test_a_query_is_answered_over_get(service: RunningService) -> None:
    plain = await service.client.get("/graphql", params={"query": QUERY})
    document = "query Named($id: ID!) { node(id: $id) { id } } query Other { revision }"
    given = {"query": document, "variables": '{"id": "topic:tax"}', "operationName": "Named"}
    named = await service.client.get("/graphql", params=given)

    assert (plain.status_code, plain.json()["data"]) == (200, ANSWER)
    assert named.json()["data"] == {"node": {"id": "topic:tax"}}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
async def test_a_post_that_any_site_could_make_a_browser_send_is_refused(service: RunningService, kind: str) -> None:
    """These kinds need no leave of ours: a form on any page can send them."""
    body = f'{{"query": "{QUERY}"}}'
    refused = await service.client.post("/graphql", content=body, headers={"content-type": kind})
    taken = await service.client.post("/graphql", content=body, headers={"content-type": "application/json; charset=utf-8"})

    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (415, "BAD_INPUT")
    assert taken.json()["data"] == ANSWER


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_not_allowed(service: RunningService, method: str) -> None:
    response = await service.client.request(method, "/graphql")

    assert response.status_code == 405
