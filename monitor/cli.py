"""The command line: the composition root. It parses, calls and prints; the work is done elsewhere.

Nobody imports this module. Heavy imports stand inside the commands, so that `--help` is quick. A user's mistake
ends with exit code 2 and one sentence that says how to mend it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from db.store import Store
    from monitor.config import Config

app = typer.Typer(
    name="smoulder",
    help="Notices when complaints about a brand become a crowd, and calls a person to answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
user_app = typer.Typer(help="Who gets in.", no_args_is_help=True, rich_markup_mode=None)
token_app = typer.Typer(help="Read-only access for a wall.", no_args_is_help=True, rich_markup_mode=None)
reply_app = typer.Typer(
    help="What to weigh before answering; nothing is posted.", no_args_is_help=True, rich_markup_mode=None
)
quiet_app = typer.Typer(help="The quiet switch.", no_args_is_help=True, rich_markup_mode=None)
silence_app = typer.Typer(
    help="Tell nobody for a while; alarms are kept and shown.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(user_app, name="user")
app.add_typer(token_app, name="token")
app.add_typer(reply_app, name="reply")
app.add_typer(quiet_app, name="quiet")
app.add_typer(silence_app, name="silence")

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The configuration file (TOML).")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", envvar="SMOULDER_DATA", help="The data folder; else the config's, else ./smoulder-data."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on standard output and nothing else there.")
]
DemoOption = Annotated[bool, typer.Option("--demo", hidden=True)]


class Mistake(Exception):
    """The user can mend it: one sentence, exit code 2."""


# --- helpers of all commands --------------------------------------------------------------------------------
def say(words: str) -> None:
    """To the person, not into the output."""
    print(words, file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """One piece of the output."""
    sys.stdout.write(text + "\n")


def put_json(document: object) -> None:
    import json

    from monitor.reports import plain

    put(json.dumps(plain(document), ensure_ascii=False, indent=1))


def settings(config: Path | None, data: Path | None, *, is_demo: bool = False) -> Config:
    """The configuration in force. Without a file: an empty one (or the demo's) in the data folder."""
    import dataclasses

    from monitor.config import Config, demo_config, load_config

    if is_demo:
        return demo_config(data or Path("smoulder-data") / "demo")
    loaded = load_config(config) if config else Config()
    return dataclasses.replace(loaded, data_dir=data) if data else loaded


def read_data(config: Config) -> Store:
    """The store as it is, for reading only. A mistake when there is none."""
    from db.store import open_store
    from monitor.logs import log_to_stderr

    log_to_stderr()
    if not config.store_url and not Path(config.store_path).exists():
        raise Mistake(f"There is no data in {config.data_dir} yet; give --data FOLDER, or run `smoulder import` first.")
    return open_store(config.store_path, read_only=True)


def open_data(config: Config) -> Store:
    """The store of this configuration; the data folder is made when it is missing."""
    from db.store import open_store
    from monitor.logs import log_to_stderr

    log_to_stderr()
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Mistake(
            f"The data folder {config.data_dir} cannot be made ({error.strerror}); give another with --data."
        ) from None
    return open_store(config.store_path)


def read_lines(file: str) -> Iterable[str]:
    """Lines of a file, or of standard input for '-'. Bytes that are not UTF-8 are replaced."""
    if file == "-":
        yield from (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield from (raw.decode("utf-8", "replace") for raw in stream)
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}); check the path and who may read it.") from None


def utc(text: str | None, name: str) -> datetime | None:
    """A date or time of the command line, UTC unless it says otherwise."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(f"{name} {text!r} is no time; write it like 2026-03-01 or 2026-03-01T14:30Z.") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# --- running ------------------------------------------------------------------------------------------------
@app.command()
def run(
    config: ConfigOption = None,
    data: DataOption = None,
    port: Annotated[int | None, typer.Option(help="Port of the dashboard; else the config's, else 8050.")] = None,
    seconds: Annotated[float | None, typer.Option(hidden=True)] = None,
) -> None:
    """Everything: collect, notify and serve. Without a config: the demo story."""
    from monitor import running

    raise typer.Exit(running.run(config, data, port, seconds, say))


@app.command()
def collect(config: ConfigOption = None, data: DataOption = None, demo: DemoOption = False) -> None:
    """Sources, scoring and detection alone."""
    from monitor import running

    running.collect(needed(config, data, demo))


@app.command()
def notify(
    config: ConfigOption = None,
    data: DataOption = None,
    demo: DemoOption = False,
    port: Annotated[int | None, typer.Option(hidden=True)] = None,  # of the dashboard: the links in letters lead there
) -> None:
    """The outbox alone: sends what is due."""
    from monitor import running

    running.notify(running.with_port(needed(config, data, demo), port))


@app.command()
def serve(
    config: ConfigOption = None,
    data: DataOption = None,
    demo: DemoOption = False,
    port: Annotated[int | None, typer.Option(help="Port of the dashboard; else the config's, else 8050.")] = None,
) -> None:
    """The dashboard alone."""
    from monitor import running

    running.serve(running.with_port(needed(config, data, demo), port))


def needed(config: Path | None, data: Path | None, is_demo: bool) -> Config:
    """The configuration of a part; it cannot work without one."""
    if config is None and not is_demo:
        raise Mistake("This needs --config FILE; copy smoulder.example.toml and name your brand in it.")
    return settings(config, data, is_demo=is_demo)


@app.command()
def check(config: ConfigOption = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Config, store, sources, mail, disk and versions: each line ok or what to do."""
    from monitor import checking

    findings = checking.check(config, data)
    if as_json:
        put_json([{"what": f.what, "is_ok": f.is_ok, "words": f.words} for f in findings])
    else:
        for finding in findings:
            put(f"{'ok   ' if finding.is_ok else 'MEND '} {finding.what}: {finding.words}")
    raise typer.Exit(0 if all(f.is_ok for f in findings) else 2)


# --- files in -----------------------------------------------------------------------------------------------
@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or JSONL; '-' for standard input.")],
    brand: Annotated[str | None, typer.Option(help="The brand, when the file does not say.")] = None,
    mapping: Annotated[str | None, typer.Option("--map", help="Names of columns: text=body,created_at=when")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """History from a file through the same pipeline, by event time; tells nobody."""
    from monitor.importing import import_file
    from monitor.sources.table import parse_mapping

    where = settings(config, data)
    result = import_file(file, open_data(where), where, brand=brand, mapping=parse_mapping(mapping), say=say)
    if as_json:
        put_json(result)
    else:
        put(result.words)


@app.command()
def score(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or JSONL with `text`; '-' for standard input.")],
    lines: Annotated[bool, typer.Option("--lines", help="Each line is one text.")] = False,
    mapping: Annotated[str | None, typer.Option("--map", help="Names of columns: text=body")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Texts in, JSONL out in the same order: label, probabilities, severity, language, because."""
    from monitor import house, scorefile
    from monitor.logs import log_to_stderr
    from monitor.sources.table import parse_mapping

    log_to_stderr()
    scorer = house.scorer(settings(config, data).data_dir)
    if lines:
        answers = scorefile.score_lines(read_lines(file), scorer)
    else:
        answers = scorefile.score_file(file, parse_mapping(mapping), scorer)
    for answer in answers:
        put(answer)


@app.command()
def detect(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV timestamp,value; '-' for standard input.")],
) -> None:
    """Counts in, CSV timestamp,value,score,alarm out: the spike rule alone."""
    from monitor.counting import detect_lines

    for answer in detect_lines(read_lines(file)):
        put(answer)


@app.command()
def replay(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Mentions as JSONL; without it: the store's history.")
    ] = None,
    as_json: JsonOption = False,
    trust_labels: Annotated[
        bool, typer.Option("--trust-labels", help="Use each line's `labels` instead of scoring.")
    ] = False,
    brand: Annotated[str | None, typer.Option(help="This brand only.")] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", help="A configuration whose [[brands]] are tried instead.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="From here on (UTC).")] = None,
    until: Annotated[str | None, typer.Option(help="Up to here (UTC).")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """When would it have rung? No store is written, no network, no mail."""
    from monitor import house, replaying
    from monitor.config import load_config
    from monitor.logs import log_to_stderr
    from monitor.replay import as_json as document

    log_to_stderr()
    tried = {row.brand: row for row in load_config(rules).brands} if rules else {}
    if file is not None:
        now = datetime.now(UTC)
        scorer = None if trust_labels else house.scorer(settings(config, data).data_dir)
        found = replaying.replay_file(file, rules=tried, brand=brand, scorer=scorer, now=now)
    else:
        store = read_data(settings(config, data))
        found = replaying.replay_store(store, tried, brand, utc(since, "--since"), utc(until, "--until"))
    if as_json:
        put_json(document(found))
    else:
        put(replaying.in_words(found))


@reply_app.command("check")
def reply_check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSONL with `complaint` and `draft`; '-' for standard input.")
    ],
) -> None:
    """Drafts in, JSONL out in the same order: what is there, what is better left out, whether it was said before."""
    from monitor.replycheck import check_lines

    for answer in check_lines(read_lines(file)):
        put(answer)


@app.command()
def hashtag(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="A hashtag, with or without '#', or a name in quotes.")],
    file: Annotated[
        str | None, typer.Option("--from", help="Posts from a file instead (JSONL or CSV); '-' for standard input.")
    ] = None,
    i_have_read: Annotated[
        bool, typer.Option("--i-have-read-it", help="You have read what it is about; needs --by and your password.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who says so.")] = "",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """What a tag is about now: STOP, LOOK or OK, and why. Never OK without a person who has read it."""
    from monitor import tags
    from monitor.reports import tag_document, tag_text

    where = settings(config, data)
    now = datetime.now(UTC)
    if not tags.key_of(tag):
        raise Mistake(f"{tag!r} holds no letter; write a tag like WhyIStayed, or a name in quotes.")
    is_there = bool(where.store_url) or Path(where.store_path).exists()
    if i_have_read:
        from monitor import running

        store = open_data(where)
        tags.have_read(store, tag, running.named(store, by, must_prove=True), now)
        is_there = True
    if file is not None:
        reading = tags.reading_of(open_data(where), tag, now) if is_there else None
        found = tags.look_at_file(file, tag, now, reading)
    else:
        store = open_data(where) if is_there or config is not None else nothing_stored()
        found = tags.look(store, where, tag, now)
    if as_json:
        put_json(tag_document(found))
    else:
        put(tag_text(found))


def nothing_stored() -> Store:
    """For commands that can do without a data folder: none is made."""
    from db.store import open_store
    from monitor.logs import log_to_stderr

    log_to_stderr()
    return open_store(":memory:")


# --- the past -----------------------------------------------------------------------------------------------
@app.command()
def incidents(
    as_json: JsonOption = False,
    brand: Annotated[str | None, typer.Option(help="This brand only.")] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """All incidents, newest first."""
    from monitor import reports

    rows = read_data(settings(config, data)).incidents(brand)
    if as_json:
        put_json([reports.incident_row(row) for row in rows])
    elif not rows:
        put("No incident so far.")
    for row in rows if not as_json else []:
        put(reports.incident_line(row))


@app.command()
def incident(
    number: Annotated[int, typer.Argument(metavar="ID")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """One incident: why it rang, what happened, who was told."""
    from monitor import reports

    story = reports.story(read_data(settings(config, data)), number)
    if story is None:
        raise Mistake(f"There is no incident {number}; `smoulder incidents` lists them.")
    if as_json:
        put_json(reports.story_document(story))
    else:
        put(reports.story_text(story))


@app.command()
def export(
    number: Annotated[int, typer.Argument(metavar="ID")],
    format_: Annotated[str, typer.Option("--format", help="html, csv or json")] = "html",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """The review of one incident as a document on standard output; private people get pseudonyms."""
    from zoneinfo import ZoneInfo

    from dashboard import paper
    from dashboard.reader import Reader
    from monitor.clock import utc_now
    from monitor.review import study

    if format_ not in paper.FORMATS:
        raise Mistake(f"--format must be one of {', '.join(paper.FORMATS)}, not {format_}.")
    chosen = settings(config, data)
    found = study(read_data(chosen), number, utc_now())
    if found is None:
        raise Mistake(f"There is no incident {number}; `smoulder incidents` lists them.")
    sys.stdout.write(paper.FORMATS[format_](found, Reader(chosen.language, ZoneInfo(chosen.timezone))))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = None, data: DataOption = None
) -> None:
    """A consistent copy of the store, while it is in use."""
    read_data(settings(config, data)).backup(file)
    put(f"The store was copied to {file}.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = None, data: DataOption = None
) -> None:
    """Put a backup in place of the store. What is there now is kept beside it."""
    from monitor import keeping

    put(keeping.restore(file, Path(settings(config, data).store_path)))


# --- people and switches ------------------------------------------------------------------------------------
@user_app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    role: Annotated[str, typer.Option(help="viewer, responder or admin")] = "viewer",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Add a person, or set a new password. It is asked for, or read from SMOULDER_PASSWORD."""
    from monitor import running

    put(running.add_user(open_data(settings(config, data)), name, role))


@token_app.command("wall")
def token_wall(config: ConfigOption = None, data: DataOption = None) -> None:
    """A link that shows the wall and nothing else, until it is revoked."""
    from monitor import running

    where = settings(config, data)
    put(running.wall_link(open_data(where), where))


ByOption = Annotated[str, typer.Option("--by", help="Who you are: a user who may act.")]


@token_app.command("tool")
def token_tool(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tool that obeys the quiet switch.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="It may ask no more.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """A token for GET /api/v1/quiet and nothing else, shown once."""
    from monitor import running

    put(running.tool_token(open_data(settings(config, data)), name, is_revoked=revoke))


@token_app.command("api")
def token_api(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The script that reads.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="It may read no more.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """A token for reading /api/v1 (docs/api.md), shown once."""
    from monitor import running

    put(running.api_token(open_data(settings(config, data)), name, is_revoked=revoke))


@quiet_app.command("on")
def quiet_on(
    why: Annotated[str, typer.Argument(metavar="WHY")] = "no reason was given",
    by: ByOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Hold everything that is planned. It never ends by itself. Anybody at this machine may: it is the careful way."""
    from monitor import running, switch

    store = open_data(settings(config, data))
    who = running.named(store, by, must_prove=False) if by else running.somebody_here()
    try:
        switch.turn(store, on=True, by=who, why=why, now=datetime.now(UTC), how="command line")
    except ValueError as error:
        raise Mistake(f"It was not turned on: {error}.") from None
    put(switch.quiet(store).words)


@quiet_app.command("off")
def quiet_off(by: ByOption = "", config: ConfigOption = None, data: DataOption = None) -> None:
    """Release the switch: your password is asked for. Each held post still needs a yes of its own."""
    from monitor import running, switch

    store = open_data(settings(config, data))
    who = running.named(store, by, must_prove=True)
    switch.turn(store, on=False, by=who, why="", now=datetime.now(UTC), how="command line")
    put(switch.quiet(store).words)
    held = sum(post.state == "held" for post in store.planned(datetime.now(UTC)))
    if held:
        say(f"{held} posts are held until somebody says yes to each: /quiet on the dashboard.")


@quiet_app.command("status")
def quiet_status(as_json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Whether it is quiet, since when, and who said so."""
    from monitor import switch

    state = switch.quiet(open_data(settings(config, data)))
    if as_json:
        put_json(state)
    else:
        put(state.words)


@quiet_app.command("plan")
def quiet_plan(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, ICS or JSON; '-' for standard input.")],
    by: ByOption = "",
    tool: Annotated[str, typer.Option(help="Put before its ids, when two tools count alike.")] = "",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """What another tool is going to publish: kept, and shown with what it collides with. Nothing is published."""
    from monitor import running, switch
    from monitor.reports import plan_document, plan_text

    where = settings(config, data)
    raw = read_bytes(file)
    store = open_data(where)
    who, now = running.named(store, by, must_prove=False), datetime.now(UTC)
    found, fresh = switch.plan(store, raw, file=Path(file).name, by=who, now=now, zone=where.timezone, tool=tool)
    if not found.posts:
        raise Mistake(found.mistakes[0].words)
    listed = switch.listed(store, now)
    going = switch.going(store, listed, list(store.rules().values()) or list(where.brands), now)
    if as_json:
        put_json(plan_document(listed, going, switch.quiet(store)))
    else:
        put(plan_text(listed, going, switch.quiet(store)))
    for mistake in found.mistakes:
        say(mistake.words)
    say(f"{len(found.posts)} posts read, {fresh} new.")


def read_bytes(file: str) -> bytes:
    """A whole file, or standard input for '-'; more than eight megabytes are no plan of anybody."""
    most = 8 * 2**20
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}); check the path and who may read it.") from None
    if len(data) > most:
        raise Mistake(f"{file} is larger than 8 MB; export the coming days only.")
    return data


@silence_app.command("add")
def silence_add(
    brand: Annotated[str, typer.Argument(metavar="BRAND")],
    length: Annotated[str, typer.Option("--for", help="How long: 30m, 8h, 2d; at most 14d.")],
    why: Annotated[str, typer.Option(help="The reason, for the others.")],
    by: ByOption = "",
    rule: Annotated[str | None, typer.Option(help="Only what this rule finds.")] = None,
    post: Annotated[str | None, typer.Option(help="Only what hangs on this post (its id).")] = None,
    storms: Annotated[bool, typer.Option("--storms", help="Also what becomes a storm.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Nobody is told about BRAND for a while; your password is asked for. Storms are told, unless --storms is given."""
    from db.rows import Deed
    from monitor import running, silences

    store = open_data(settings(config, data))
    if brand not in store.rules():
        known = ", ".join(sorted(store.rules())) or "none so far"
        raise Mistake(f"There is no brand {brand!r}; the brands are: {known}.")
    now = datetime.now(UTC)
    if not why.strip():
        raise Mistake("Say why with --why, in a few words, for the others.")
    try:
        asked = silences.silence(
            brand,
            length=length,
            by=running.named(store, by, must_prove=True),
            now=now,
            reason=why,
            rule=rule,
            root=post,
            holds_storms=storms,
        )
    except ValueError as error:
        raise Mistake(str(error)) from None
    with store.atomic():
        kept = store.add_silence(asked)
        words = f"{length}: {why}, command line"
        store.add_deed(Deed(at=now, who=kept.by, what="silence", subject=brand, words=words[:200]))
    put(silences.line(kept))


@silence_app.command("end")
def silence_end(
    number: Annotated[int, typer.Argument(metavar="ID")],
    by: ByOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """End a silence before its time; what still burns is told. Anybody at this machine may."""
    from db.rows import Deed
    from monitor import running

    store, now = open_data(settings(config, data)), datetime.now(UTC)
    who = running.named(store, by, must_prove=False) if by else running.somebody_here()
    with store.atomic():
        if not store.end_silence(number, who, now):
            raise Mistake(f"There is no silence {number} in force; `smoulder silence list` lists them.")
        store.add_deed(Deed(at=now, who=who, what="end silence", subject=f"silence {number}", words="command line"))
    put(f"Silence {number} is over.")


@silence_app.command("list")
def silence_list(
    as_json: JsonOption = False,
    past: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """The silences in force: about what, until when, and who said so."""
    from dataclasses import asdict

    from monitor import silences

    rows = read_data(settings(config, data)).silences(at=None if past else datetime.now(UTC))
    if as_json:
        put_json([asdict(row) for row in rows])
    elif not rows:
        put("No silence.")
    for row in rows if not as_json else []:
        put(silences.line(row))


@app.command("send-test")
def send_test(config: ConfigOption = None, data: DataOption = None) -> None:
    """A test alert through the real outbox."""
    from monitor import running

    where = settings(config, data)
    put(running.send_test(open_data(where), where))


# --- the scoring model --------------------------------------------------------------------------------------
DataDirOption = Annotated[Path | None, typer.Option("--data-dir", help="A folder with the data sets of others (CSV).")]


@app.command()
def train(
    out: Annotated[
        Path | None, typer.Option("--out", help="Build the model that ships into this folder; takes minutes.")
    ] = None,
    data_dir: DataDirOption = None,
    from_corrections: Annotated[
        bool, typer.Option("--from-corrections", help="Fit the model to the labels corrected in the inbox.")
    ] = False,
    back: Annotated[bool, typer.Option("--back", help="Drop what was fitted: the shipped model scores again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Make it active without asking, if it is better.")] = False,
    by: Annotated[str, typer.Option(help="Who says so.", envvar="USER")] = "",
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Build the scoring model, fit it to the house, or go back: one of --out, --from-corrections, --back."""
    if sum((out is not None, from_corrections, back)) != 1:
        raise Mistake("Say one of --out FOLDER, --from-corrections, --back; `smoulder train --help` tells them apart.")
    if out is not None:
        build_model(out, data_dir)
        return
    if not by:
        raise Mistake("Say who you are with --by NAME: the change is kept in the log of who did what.")
    where = settings(config, data)
    if not where.store_url and not Path(where.store_path).exists():
        raise Mistake(f"There is no data in {where.data_dir} yet; give --data FOLDER.")
    if back:
        go_back(where, by)
    else:
        fit_to_the_house(where, by, yes=yes)


def build_model(out: Path, data_dir: Path | None) -> None:
    """From the project's own corpus and what lies in `data_dir`."""
    from monitor.scoring.train import train as build

    if data_dir is not None and not data_dir.is_dir():
        raise Mistake(f"{data_dir} is no folder; name the one that holds the data sets, or leave --data-dir out.")
    trained = build(data_dir, out)
    put(f"{trained.model.name} was written to {out}; its card says what it was built from.")


def fit_to_the_house(where: Config, by: str, *, yes: bool) -> None:
    """Show what the corrections would change; make it active when it is better and a person says so."""
    from monitor import house

    store = open_data(where)
    found = house.propose(store, where.data_dir)
    if isinstance(found, str):
        raise Mistake(found)
    put(found.words)
    if not found.change.is_better:
        put("That is not better, so nothing was changed.")
    elif yes or is_confirmed("Shall it score from now on?"):
        try:
            house.activate(store, where.data_dir, found, by, datetime.now(UTC))
        except OSError as error:
            raise Mistake(f"{where.data_dir} cannot be written ({error.strerror}); nothing was changed.") from None
        put(f"{found.change.model.name} scores from now on. `smoulder train --back` goes back.")
    else:
        put("Nothing was changed. Say --yes to make it active.")


def is_confirmed(question: str) -> bool:
    """Only a plain yes counts; nobody there to answer is a no."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        say("")
        return False


def go_back(where: Config, by: str) -> None:
    """Let the shipped model score again."""
    from monitor import house

    done = house.go_back(open_data(where), where.data_dir, by, datetime.now(UTC))
    put("The shipped model scores from now on." if done else "The shipped model scores already.")


@app.command()
def evaluate(
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
    beside: Annotated[bool, typer.Option(help="Measure what else one would reach for on the same rows.")] = True,
) -> None:
    """Measure scoring on rows that the measured model has not seen. Takes minutes."""
    from monitor.scoring import evaluate as measuring

    figures = measuring.evaluate(data_dir, beside=beside)
    if as_json:
        put_json(figures)
    else:
        put(measuring.as_markdown(figures))


# --- the way in ---------------------------------------------------------------------------------------------
def foreign_package() -> str | None:
    """`db`, `monitor` and `dashboard` are common names: another distribution may have overwritten one."""
    import importlib.util

    home = Path(__file__).resolve().parent.parent
    for name in ("db", "dashboard"):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None or Path(spec.origin).resolve().parent.parent != home:
            return name
    return None


def main() -> None:
    """Run a command; mistakes of a user become one sentence and exit code 2."""
    if name := foreign_package():
        say(
            f"Another installed package is also called '{name}': "
            "install Smoulder in an environment of its own (pipx install smoulder)."
        )
        raise SystemExit(2)
    try:
        app()
    except Exception as error:
        if not is_users_mistake(error):
            raise
        for line in str(error).splitlines():
            say(line)
        raise SystemExit(2) from None


# Errors of modules that are imported late; their words already say how to mend it.
SENTENCES = (
    ("monitor.sources.table", "FileError"),
    ("monitor.counting", "CountsError"),
    ("monitor.scoring.train", "DataError"),
    ("monitor.scoring.model", "ModelError"),
)


def is_users_mistake(error: Exception) -> bool:
    """Errors whose own words say how to mend them."""
    from db.store import StoreError
    from monitor.config import ConfigError

    kinds: tuple[Any, ...] = (Mistake, ConfigError, StoreError)
    for module, name in SENTENCES:
        if module in sys.modules:
            kinds += (getattr(sys.modules[module], name),)
    return isinstance(error, kinds)


if __name__ == "__main__":
    main()
