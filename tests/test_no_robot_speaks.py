"""The product advises, a person answers: no module of ours may write to a network.

The syntax tree of every module is searched for calls that would. What counts as writing is read from tweepy's own
source, so that a new method of it is known here too; the rest is written down below.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import tweepy

HOME = Path(__file__).resolve().parent.parent
OURS = ("monitor", "dashboard", "db")
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
TALKERS = (
    "tweepy",
    "mastodon",
    "atproto",
    "praw",
    "requests",
    "httpx",
    "urllib.request",
    "http.client",
    "aiohttp",
    "websockets",
)
# Libraries that are not installed here, by their documentation.
OTHERS = """
    status_post status_reply status_reblog status_favourite status_update status_delete account_follow
    createRecord putRecord deleteRecord applyWrites send_post send_image send_images create_record delete_post
    send_dm update_status_with_media submit_image submit_video send_removal_message
"""
NAMES_OF_ENDPOINTS = (
    "com.atproto.repo.",
    "chat.bsky.convo.",
    "/api/v1/statuses",
    "/2/dm_conversations",
    "statuses/update",
)
# To people, not to networks: these may POST to an address that the user wrote down.
NOTIFIERS = "monitor/notifiers"


def writing_methods(cls: type) -> set[str]:
    """The methods of a tweepy class that send anything but GET."""
    tree = ast.parse(inspect.getsource(cls))
    return {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and node.value in WRITING
    }


TWEEPY = writing_methods(tweepy.Client) | writing_methods(tweepy.API)
# Names that belong to nothing else are refused everywhere, common words only beside a network library.
COMMON = {name for name in TWEEPY if "_" not in name}
FORBIDDEN = (TWEEPY - COMMON) | set(OTHERS.split())


def modules() -> Iterator[Path]:
    for folder in OURS:
        yield from sorted((HOME / folder).rglob("*.py"))


def speaks(source: str, where: str) -> list[str]:
    """What in this module could write to a network; empty: nothing."""
    tree = ast.parse(source)
    imported = _imported(tree)
    talkers = {lib for name in imported for lib in TALKERS if name == lib or name.startswith(lib + ".")}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += _call(node, talkers, where)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += _text(node)
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN:
            found.append(f"line {node.lineno}: .{node.attr}")
    if "tweepy" in talkers and not where.startswith("monitor/sources/"):
        found.append("tweepy is for monitor/sources only")
    return found


def _imported(tree: ast.Module) -> set[str]:
    """Every module that is imported, "from urllib import request" as urllib.request."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _call(call: ast.Call, talkers: set[str], where: str) -> list[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    line = f"line {call.lineno}: {name}()"
    if name in FORBIDDEN or (talkers and name in COMMON):
        return [line]
    if not talkers or where.startswith(NOTIFIERS):
        return []
    if name in ("post", "put", "patch") and not _is_our_line(call):
        return [line]
    if "websockets" in talkers and name == "send":
        return [line]
    given = [*call.args, *(k.value for k in call.keywords)]
    if any(isinstance(v, ast.Constant) and isinstance(v.value, str) and v.value.upper() in WRITING for v in given):
        return [line]
    if name in ("urlopen", "Request") and (len(call.args) > 1 or any(k.arg == "data" for k in call.keywords)):
        return [line]
    return []


def _is_our_line(call: ast.Call) -> bool:
    """`line.put(…)` hands a delivery to the supervisor."""
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in ("line", "self._line")


def _text(node: ast.Constant) -> list[str]:
    """Names of endpoints, and of methods that could be fetched with getattr."""
    text = str(node.value)
    if text in FORBIDDEN or any(name in text for name in NAMES_OF_ENDPOINTS):
        return [f'line {node.lineno}: "{text[:40]}"']
    return []


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(HOME)))
def test_no_module_writes_to_a_network(path: Path) -> None:
    assert speaks(path.read_text(encoding="utf-8"), path.relative_to(HOME).as_posix()) == []


def test_what_writes_is_read_from_tweepy_itself() -> None:
    assert {"create_tweet", "delete_tweet", "retweet", "like", "create_direct_message", "follow_user"} <= TWEEPY
    assert {"update_status", "send_direct_message", "create_favorite"} <= TWEEPY
    assert not {"search_recent_tweets", "get_tweet", "get_users_mentions"} & TWEEPY


PLANTED = [
    "import tweepy\ntweepy.Client('t').create_tweet(text='sorry')",
    "def answer(client):\n    client.create_tweet(text='sorry')",
    "import tweepy\nclient.like(1)",
    "import tweepy\nclient.retweet(1)",
    "getattr(client, 'create_tweet')(text='sorry')",
    "reply = client.create_tweet",
    "api.update_status('sorry')",
    "mastodon.status_post('sorry')",
    "client.send_post('sorry')",
    "import httpx\nhttpx.post('https://bsky.social/xrpc/x', json={})",
    "import httpx\nhttpx.request('POST', 'https://api.x.com/2/tweets')",
    "import requests\nsession.post(url)",
    "import requests\nsession.put(url)",
    "from websockets.sync.client import connect\nconnection.send('sorry')",
    "import requests\nsession.request(method='delete', url=url)",
    "from urllib.request import urlopen\nurlopen(url, b'text=sorry')",
    "from urllib.request import Request\nRequest(url, data=b'')",
    "from urllib import request\nrequest.urlopen(url, b'text=sorry')",
    "url = host + '/xrpc/com.atproto.repo.createRecord'",
]


@pytest.mark.parametrize("source", PLANTED)
def test_the_search_finds_what_is_planted(source: str) -> None:
    assert speaks(source, "monitor/sources/planted.py") != []


HARMLESS = [
    "import tweepy\nclient.search_recent_tweets('acme')",
    "import tweepy\nclient.add_rules([rule])\nclient.delete_rules(['1'])",
    "class Store:\n    def like(self): ...\nstore.like()",
    "from urllib.request import urlopen\nurlopen(url, timeout=5)",
    "from urllib.parse import parse_qs\nstore.post(mention)",
    "import httpx\nhttpx.get(url)",
    "from websockets.sync.client import connect\nline.put(connection.recv())",
]


@pytest.mark.parametrize("source", HARMLESS)
def test_the_search_lets_reading_pass(source: str) -> None:
    assert speaks(source, "monitor/sources/harmless.py") == []


def test_a_notifier_may_post_to_people_but_not_to_a_network() -> None:
    assert speaks("import httpx\nhttpx.post(hook, json={})", "monitor/notifiers/webhook.py") == []
    assert speaks("import tweepy\nc.create_tweet(text='')", "monitor/notifiers/webhook.py") != []


def test_tweepy_itself_is_used_by_the_sources_only() -> None:
    assert speaks("import tweepy", "dashboard/pages/inbox.py") == ["tweepy is for monitor/sources only"]
