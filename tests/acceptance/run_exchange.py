#!/usr/bin/env python3
# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Acceptance of the exchange from the command line: push, pull, watch, call against a real server.
"""Pushes real files to a server and pulls them again.

IATI must come back G1 by both judges, also with equal identifiers and organisation files; FTS answers and tables value for
value. A push of what is there sends nothing; a snapshot deletes; refusals have their exit codes and lines in the audit log;
a server that is killed in the middle of a push or a watch costs nothing.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import exchange_server  # noqa: E402
import same_json  # noqa: E402
import same_xml  # noqa: E402
import samples  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run_fts  # noqa: E402
import run_iati  # noqa: E402

EXAMPLE = samples.REPO_ROOT / "examples" / "lac_migration" / "lac_migration.xml"
SAME_CELLS = samples.REPO_ROOT / "tests" / "tools" / "same_cells.py"
# A push and a pull hold the pieces that they read and what gRPC has for itself, whatever the size of the file.
MAX_RSS_KIB = 128 << 10


class Client:
    """Runs the commands of one agency against one server."""

    def __init__(self, server, agency, folder):
        self.server, self.agency, self.folder = server, agency, pathlib.Path(folder)

    def environment(self, token=None):
        environment = {**os.environ, "PUENTE_TOKEN": token or self.server.tokens[self.agency]}
        return environment

    def run(self, *args, token=None, **more):
        return samples.run([self.server.puente, *args], env=self.environment(token), **more)

    def push(self, *args, agency=None, **more):
        return self.run("push", "--to", self.server.address, "--agency", agency or self.agency, "--json", *args, **more)

    def pull(self, *args, **more):
        return self.run("pull", "--from", self.server.address, *args, **more)

    def call(self, method, request, **more):
        done = self.run("call", method, json.dumps(request), "--to", self.server.address, **more)
        return done, (json.loads(done.out) if done.code == 0 else None)

    def audit(self):
        lines = self.server.must("store", "audit", "--store", self.server.store, "--max", "1000", "--json")
        return [json.loads(line) for line in lines.splitlines()]


def summary(done):
    """The summaries that a push printed."""
    return [json.loads(line) for line in done.out.decode().splitlines()]


def g1_difference(original, back):
    """What the judges say; empty when both call it the same."""
    found = same_xml.difference(same_xml.load(str(original), 1), same_xml.load(str(back), 1))
    if found:
        return str(found)[:400]
    judge = samples.shared_judge()
    if judge is not None and judge.events(str(original), 1) != judge.events(str(back), 1):
        return "the shared judge sees a difference"
    return ""


# --- files there and back ----------------------------------------------------------------------------

def xml_same(original, back):
    return g1_difference(original, back)


def json_same(original, back):
    return "; ".join(list(same_json.differences(same_json.load(original), same_json.load(back)))[:3])


def cells_same(original, back):
    done = samples.run([sys.executable, SAME_CELLS, original, back])
    return "" if done.code == 0 else done.out.decode("utf-8", "replace")[:300]


def round_trip_files():
    """(file, format or None, ending, judge) of all files that are pushed and pulled."""
    files = [(EXAMPLE, None, "xml", xml_same)]
    if samples.samples_root().is_dir():
        for path in samples.sample_files(samples.ACCEPTANCE_FOLDERS):
            if run_iati.classify(path)[0] == run_iati.IATI:
                files.append((path, "iati", "xml", xml_same))
    files += [(path, "fts", "json", json_same) for path in run_fts.answers()]
    tables = [samples.data_root() / "r4v5w" / "2021" / "RMRP_2021_AI_activities_jan.csv",
              samples.data_root() / "r4v5w" / "reference" / "5w_quality_rules_2024.csv"]
    files += [(path, "table", "csv", cells_same) for path in tables if path.is_file()]
    return files


def check_file(client, number, path, form, ending, same):
    """(name, [(check, ok, detail)]) of one file."""
    name, dataset = path.name, "file %d" % number
    checks = []
    options = ["--format", form] if form else []
    pushed = client.push(path, "--dataset", dataset, *options)
    checks.append(("is pushed", pushed.code == 0, pushed.brief()))
    if pushed.code != 0:
        return name, checks
    told = summary(pushed)
    # A file may hold nothing at all.
    checks.append(("is new", all(one["created"] == one["records"] for one in told), pushed.out.decode()))
    again = client.push(path, "--dataset", dataset, *options)
    unchanged = again.code == 0 and all(
        one["unchanged"] == one["records"] and one["sent"] == 0 for one in summary(again))
    checks.append(("is unchanged when it is pushed again", unchanged, again.brief()))
    back = client.folder / ("back-%d.%s" % (number, ending))
    pulled = client.pull("--agency", client.agency, "--dataset", dataset, "-o", back, *options)
    checks.append(("is pulled", pulled.code == 0, pulled.brief()))
    if pulled.code == 0:
        difference = same(path, back)
        checks.append(("comes back the same", not difference, difference))
        back.unlink()
    return name, checks


def check_files(t, client):
    files = round_trip_files()
    if len(files) < 50:
        t.skip("real files", "the test data is absent")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda item: check_file(client, item[0], *item[1]), enumerate(files)))
    for name, checks in results:
        for what, ok, detail in checks:
            t.check(ok, "%s %s" % (name, what), detail)
    return len(files)


def check_datasets(t, client, other, folder):
    """All datasets in one file, taken over by another agency under their names."""
    everything = folder / "everything.puente"
    done = client.pull("--agency", client.agency, "-o", everything)
    t.check(done.code == 0, "everything of an agency in one file", done.brief())
    pushed = other.push(everything)
    t.check(pushed.code == 0, "another agency pushes it", pushed.brief())
    datasets = {}
    for agency in (client.agency, other.agency):
        names, token = {}, ""
        while True:
            done, answer = client.call("ListDatasets", {"parent": "agencies/" + agency, "page_size": 100,
                                                        "page_token": token})
            if not t.check(done.code == 0, "datasets are listed", done.brief()):
                return
            for dataset in answer.get("datasets", []):
                names[dataset["name"].split("/")[-1]] = int(dataset.get("record_count", 0))
            token = answer.get("next_page_token", "")
            if not token:
                break
        datasets[agency] = names
    mine = datasets[client.agency]
    t.check(len(mine) > 1 and datasets[other.agency] == mine, "the datasets have the same records under the same names",
            str(set(mine.items()) ^ set(datasets[other.agency].items()))[:300])
    back = folder / "from-other.xml"
    done = other.pull("--agency", other.agency, "--dataset", "file 0", "-o", back)
    difference = g1_difference(EXAMPLE, back) if done.code == 0 else done.brief()
    t.check(not difference, "the example comes back from the other agency, too", difference)
    by_filter = folder / "humanitarian.jsonl"
    done = other.pull("--agency", other.agency, "--dataset", "file 0", "--where", "humanitarian = true",
                      "-o", by_filter)
    direct = folder / "direct.jsonl"
    samples.run([other.server.puente, "convert", EXAMPLE, direct, "--where", "humanitarian = true"])
    ids = [sorted(json.loads(line).get("activity", {}).get("iati_identifier", "")
                  for line in path.read_text().splitlines()) for path in (by_filter, direct)]
    t.check(done.code == 0 and ids[0] == ids[1] and len(set(ids[0])) > 2, "--where chooses as it does for files",
            done.brief() + str(ids)[:200])


# --- pushes --------------------------------------------------------------------------------------------

def activities(count, start=0, title="t"):
    """An IATI file of small activities."""
    return "<iati-activities version=\"2.03\">\n%s</iati-activities>\n" % "".join(
        "<iati-activity><iati-identifier>XX-%d</iati-identifier><title><narrative>%s</narrative></title>"
        "</iati-activity>\n" % (i, title) for i in range(start, start + count))


def check_snapshot(t, client, folder):
    source = folder / "snap.xml"

    def push(count, *options, start=0, title="t"):
        source.write_text(activities(count, start, title))
        done = client.push(source, *options)
        return done, (summary(done)[0] if done.out else None)

    done, told = push(100)
    t.check(done.code == 0 and told["created"] == 101, "a dataset is named by its file", done.brief())
    t.check(told["dataset"].endswith("/datasets/snap"), "the summary names it", str(told))
    done, told = push(90, "--snapshot")
    t.check(done.code == 0 and told["deleted"] == 10 and told["unchanged"] == 91, "a snapshot deletes what is missing",
            done.brief() + str(told))
    done, told = push(30, "--snapshot")
    t.check(done.code == 5 and b"PUE-0708" in done.err and b"--allow-mass-removal" in done.err,
            "a snapshot that would delete too much is a conflict", done.brief())
    _, dataset = client.call("GetDataset", {"name": "agencies/%s/datasets/snap" % client.agency})
    t.check(dataset and dataset["dataset"]["record_count"] == "90", "it changed nothing", str(dataset))
    done, told = push(30, "--snapshot", "--allow-mass-removal")
    t.check(done.code == 0 and told["deleted"] == 60, "unless that is allowed", done.brief() + str(told))
    done, told = push(10, "--validate", start=1000)
    t.check(done.code == 0 and told["created"] == 10, "a validation says what would happen", done.brief() + str(told))
    done, told = push(5, start=20, title="new")
    t.check(done.code == 0 and told["updated"] == 5 and told["deleted"] == 0, "other records stay", str(told))
    _, dataset = client.call("GetDataset", {"name": "agencies/%s/datasets/snap" % client.agency})
    t.check(dataset and dataset["dataset"]["record_count"] == "30", "a validation writes nothing", str(dataset))
    back = folder / "snap-back.xml"
    client.pull("--agency", client.agency, "--dataset", "snap", "-o", back)
    ids = re.findall(r"XX-(\d+)", back.read_text())
    t.check([int(one) for one in ids] == list(range(30)), "the order is that of the dataset", str(ids))


def check_inputs(t, client, folder):
    """Several inputs, inputs that cannot be read, records that are refused."""
    for name in ("first", "second"):
        (folder / (name + ".xml")).write_text(activities(3))
    done = client.push(folder / "first.xml", folder / "second.xml")
    told = summary(done)
    t.check(done.code == 0 and [one["dataset"].split("/")[-1] for one in told] == ["first", "second"],
            "each input is a dataset", str(told))
    done = client.push(folder / "first.xml", folder / "second.xml", "--dataset", "both")
    told = summary(done)
    t.check(done.code == 0 and len(told) == 1 and told[0]["records"] == 8, "or all are one", str(told))
    (folder / "broken.xml").write_text(activities(500).replace("XX-400<", "XX-400<<"))
    done = client.push(folder / "first.xml", folder / "broken.xml", "--dataset", "broken")
    t.check(done.code == 1 and b"broken.xml:402:" in done.err, "a file that is not well-formed is told with its place",
            done.brief())
    done, _ = client.call("GetDataset", {"name": "agencies/%s/datasets/broken" % client.agency})
    t.check(done.code == 2 and b"DATASET_NOT_FOUND" in done.err, "nothing of it was pushed", done.brief())
    large = activities(3).replace("<title><narrative>t", "<title><narrative>" + "x" * (17 << 20), 1)
    (folder / "large.xml").write_text(large)
    done = client.push(folder / "large.xml", "--limit-set", "text_bytes=100M")
    told = summary(done)
    t.check(done.code == 1 and told[0]["rejected"] == 1 and told[0]["created"] == 3 and
            b"PUE-0706" in done.err and b"XX-0" in done.err, "a record over 16 MiB is refused alone",
            done.brief() + str(told))
    large = activities(3).replace("<title><narrative>t", "<title><narrative>" + "x" * (9 << 20), 1)
    (folder / "large.xml").write_text(large)
    done = client.push(folder / "large.xml", "--dataset", "chunks")
    back = folder / "chunks.xml"
    client.pull("--agency", client.agency, "--dataset", "chunks", "-o", back)
    difference = g1_difference(folder / "large.xml", back) if done.code == 0 else done.brief()
    t.check(not difference, "a record of 9 MiB comes back", difference)
    for name in ("large.xml", "chunks.xml"):
        (folder / name).unlink()


# --- refusals ------------------------------------------------------------------------------------------

def check_refusals(t, client, other, folder):
    source = folder / "refused.xml"
    source.write_text(activities(2))
    server = client.server
    read_only = server.token(client.agency, "--scope", "read")
    expiring = server.token(client.agency, "--expires", "1s")
    revoked = server.token(client.agency)
    identifier = re.search(r"\b([0-9a-f]{16})\b", server.command("agency", "token", client.agency, "--store",
                                                                  server.store).message).group(1)
    t.check(identifier not in (read_only, expiring, revoked), "ids of tokens are not secrets")
    agencies = json.loads(server.must("agency", "list", "--store", server.store, "--json").splitlines()[0])
    t.check(not any(secret in json.dumps(agencies) for secret in (read_only, expiring, revoked)),
            "secrets are listed nowhere")
    newest = [token for token in agencies["tokens"] if not token["revoked"]][1]["id"]
    server.must("agency", "token", client.agency, "--revoke", newest, "--store", server.store)
    time.sleep(2.2)  # the token expires, and the server looks again which are valid
    for what, options, code, reason in (
            ("without a token", {"token": "-"}, "PUE-0702", "TOKEN_MISSING"),
            ("with a token of elsewhere", {"token": "pnt_" + "x" * 43}, "PUE-0702", "TOKEN_UNKNOWN"),
            ("with an expired token", {"token": expiring}, "PUE-0702", "TOKEN_EXPIRED"),
            ("with a revoked token", {"token": revoked}, "PUE-0702", "TOKEN_REVOKED"),
            ("with a token that may not push", {"token": read_only}, "PUE-0703", "SCOPE_MISSING"),
            ("as another agency", {"agency": other.agency}, "PUE-0703", "AGENCY_MISMATCH")):
        if options.get("token") == "-":
            environment = {**os.environ}
            environment.pop("PUENTE_TOKEN", None)
            done = samples.run([server.puente, "push", "--to", server.address, "--agency", client.agency, source],
                               env=environment)
        else:
            done = client.push(source, **options)
        t.check(done.code == 4 and code.encode() in done.err and reason.encode() in done.err, "refused " + what,
                done.brief())
        if options.get("token", "-") != "-":
            t.check(options["token"].encode() not in done.err, "the secret is not told " + what)
    done = client.pull("-o", folder / "no.xml", token="pnt_" + "y" * 43)
    t.check(done.code == 4 and not (folder / "no.xml").exists(), "pulling is refused, too", done.brief())
    done = client.run("pull", "--from", "http://exchange.example.org:7443", "-o", folder / "no.xml")
    t.check(done.code == 4 and b"PUE-0704" in done.err, "a token is not sent in plain text", done.brief())
    done = server.command("serve", "--store", "sqlite:%s" % (folder / "public.db"), "--listen", "0.0.0.0:0")
    t.check(done.code == 4 and b"PUE-0724" in done.err, "other machines are served with TLS only", done.brief())
    lines = server.must("store", "audit", "--store", "sqlite:%s" % (folder / "public.db"), "--json")
    t.check("PLAINTEXT_REFUSED" in lines, "that is in the audit log", lines)
    deadline = time.monotonic() + 5
    wanted = {"TOKEN_MISSING", "TOKEN_UNKNOWN", "TOKEN_EXPIRED", "TOKEN_REVOKED", "SCOPE_MISSING", "AGENCY_MISMATCH"}
    while time.monotonic() < deadline:
        told = {line["outcome"] for line in client.audit()}
        if wanted <= told:
            break
        time.sleep(0.2)
    t.check(wanted <= told, "each refusal is in the audit log", str(wanted - told))
    t.check(any(line["outcome"] == "OK" and "commit push" in line["detail"] for line in client.audit()),
            "pushes are in the audit log")
    text = (folder / "serve.log").read_text() + json.dumps(client.audit())
    t.check("pnt_" not in text, "no secret is in a log")


def check_conflicts(t, client):
    name = "agencies/%s/datasets/snap/records/XX-0" % client.agency
    done, _ = client.call("DeleteRecord", {"name": name, "if_generation": 99})
    t.check(done.code == 5 and b"GENERATION_CONFLICT" in done.err, "another generation is a conflict", done.brief())
    done, answer = client.call("DeleteRecord", {"name": name, "reason": "test"})
    t.check(done.code == 0 and answer["record"]["deleted"], "a record is deleted", done.brief())
    done, _ = client.call("GetRecord", {"name": name})
    t.check(done.code == 2 and b"RECORD_DELETED" in done.err, "it is gone", done.brief())
    done, _ = client.call("GetRecrd", {})
    t.check(done.code == 2 and b"did you mean `GetRecord`" in done.err, "methods are suggested", done.brief())
    done = client.run("call", "GetHead", "{\"a\": ", "--to", client.server.address)
    t.check(done.code == 2 and b"PUE-0714" in done.err, "JSON that is none is told", done.brief())
    done = client.run("call", "--list")
    t.check(done.code == 0 and b"WatchChanges" in done.out, "methods are listed", done.brief())


def check_usage(t, client, folder):
    for command in ("push", "pull", "watch", "call", "serve", "agency", "store"):
        done = client.run(command, "--help")
        t.check(done.code == 0 and b"puente " + command.encode() in done.out, "%s explains itself" % command,
                done.brief())
    for args, hint in ((("push", "--to", "unix:x", "--agncy", "a", EXAMPLE), b"--agency"),
                       (("pull", "--from", "unix:x", "--outptu", "x"), b"--output"),
                       (("push", EXAMPLE, "--agency", "a"), b"--to"),
                       (("push", EXAMPLE, "--agency", "a", "--to", "nowhere"), b"HOST:PORT"),
                       (("push", EXAMPLE, "--agency", "a", "--to", "unix:x", "--validate", "--snapshot"), b"exclude"),
                       (("watch", "--from", "unix:x", "--since", "t", "--from-beginning"), b"exclude"),
                       (("pull", "--from", "unix:x", "-o", folder / "x.xml", "--where", "tilte = x"), b"title")):
        done = client.run(*args)
        t.check(done.code == 2 and hint in done.err, "usage of %s" % " ".join(map(str, args[:1] + args[-2:])),
                done.brief())
    server, other = client.server, "sqlite:%s" % (folder / "nothing.db")
    for args, code, hint in ((("serve", "--listen", "unix:x", "--set", "pushs=3", "--store", other), 2, b"`pushes`"),
                             (("serve", "--listen", "unix:x", "--set", "pushes=0", "--store", other), 2, b"from 1 to"),
                             (("serve", "--listen", "nonsense", "--store", other), 2, b"PUE-0001"),
                             (("serve", "--listen", "unix:x", "--allow-plugins", "nothing", "--store", other), 2,
                              b"PUE-0401"),
                             (("serve", "--listen", "unix:x", "--store", server.store), 6, b"PUE-0720"),
                             (("agency", "list", "--store", "sqlite:%s" % (folder / "none.db")), 6, b"PUE-0720"),
                             (("agency", "add", client.agency, "--store", server.store), 2, b"PUE-0722"),
                             (("agency", "token", "nobody", "--store", server.store), 2, b"PUE-0722"),
                             (("store", "backup", "--store", server.store, "-o", EXAMPLE), 2, b"PUE-0102")):
        done = server.command(*args)
        t.check(done.code == code and hint in done.err, " ".join(map(str, args[:5])), done.brief())
    for address in ("127.0.0.1:1", "unix:%s" % (folder / "no.sock")):
        done = client.run("pull", "--from", address, "-o", folder / "x.xml")
        t.check(done.code == 6 and b"PUE-0701" in done.err, "nobody answers at %s" % address.split("/")[0],
                done.brief())
    done = client.pull("--agency", "nobody", "-o", folder / "x.xml")
    t.check(done.code == 2 and b"PUE-0705" in done.err, "there is no such agency", done.brief())
    done = client.pull("--agency", client.agency, "--dataset", "nothing", "-o", folder / "x.xml")
    t.check(done.code == 2 and b"PUE-0705" in done.err, "there is no such dataset", done.brief())
    t.check(not (folder / "x.xml").exists(), "nothing is left of a pull that failed")
    done = client.pull("--agency", client.agency, "--dataset", "first", "-o", "-", "--format", "jsonl")
    t.check(done.code == 0 and done.out.count(b"\n") == 4, "records on standard output", done.brief())


# --- TLS, cuts, memory ---------------------------------------------------------------------------------

def make_certificate(folder):
    """A certificate of this machine that vouches for itself; None without openssl."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    try:
        done = samples.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", cert])
    except OSError:
        return None
    return (cert, key) if done.code == 0 else None


def check_tls(t, puente, folder):
    pair = make_certificate(folder)
    if pair is None:
        t.skip("TLS", "openssl is not installed")
        return
    with exchange_server.Server(puente, folder, options=["--tls-cert", pair[0], "--tls-key", pair[1]]) as server:
        server.add_agency("acme")
        client = Client(server, "acme", folder)
        done = client.push(EXAMPLE, "--tls-ca", pair[0])
        t.check(done.code == 0, "push over TLS", done.brief())
        back = folder / "tls.xml"
        done = client.pull("--agency", "acme", "-o", back, "--tls-ca", pair[0])
        t.check(done.code == 0 and not g1_difference(EXAMPLE, back), "pull over TLS", done.brief())
        done = client.push(EXAMPLE)
        t.check(done.code == 6 and b"PUE-0701" in done.err, "plain text to a server with TLS", done.brief())
        server.address, plain = "https://" + server.address, server.address
        done = client.push(EXAMPLE)
        t.check(done.code == 6 and b"trusted" in done.err, "a certificate that nobody vouches for", done.brief())
        server.address = plain
        token = folder / "token"
        token.write_text(server.tokens["acme"] + "\n")
        environment = {**os.environ}
        environment.pop("PUENTE_TOKEN", None)
        done = samples.run([puente, "watch", "--from", plain, "--tls-ca", pair[0], "--token-file", token,
                            "--from-beginning", "--until-now"], env=environment)
        t.check(done.code == 0 and done.out.count(b"\n") == 29, "watch over TLS with a token file", done.brief())
        check_renewal(t, client, pair, folder)


def check_renewal(t, client, pair, folder):
    """A renewed certificate is taken without a restart; the old one is then no more vouched for."""
    renewed = folder / "renewed"
    renewed.mkdir()
    cert, key = make_certificate(renewed)
    old = folder / "old.pem"
    old.write_bytes(pair[0].read_bytes())
    # Key first: a pair that does not match is not used.
    key.rename(pair[1])
    cert.rename(pair[0])
    end = time.monotonic() + 15
    done = client.push(EXAMPLE, "--tls-ca", pair[0])
    while done.code != 0 and time.monotonic() < end:
        time.sleep(0.5)
        done = client.push(EXAMPLE, "--tls-ca", pair[0])
    t.check(done.code == 0, "a renewed certificate is taken without a restart", done.brief())
    done = client.push(EXAMPLE, "--tls-ca", old)
    t.check(done.code == 6 and b"trusted" in done.err, "the certificate of before is not used any more", done.brief())


def start(client, *args, **files):
    return subprocess.Popen([str(client.server.puente), *map(str, args)], env=client.environment(),
                            stdin=subprocess.DEVNULL, **files)


def record_count(client, dataset):
    _, answer = client.call("GetDataset", {"name": "agencies/%s/datasets/%s" % (client.agency, dataset)})
    return int(answer["dataset"].get("record_count", 0)) if answer else 0


def wait_for(what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.01)
    return False


def check_restarts(t, client, folder):
    """The server is killed in the middle of pushes; a watch runs through all of it."""
    server = client.server
    source, count = folder / "long.xml", 40_000
    source.write_text(activities(count, title="long " * 60))
    seen = folder / "watch.jsonl"
    with open(seen, "wb") as out, open(folder / "watch.err", "wb") as err:
        watch = start(client, "watch", "--from", server.address, "--agency", client.agency, "--dataset", "long",
                      "--json", stdout=out, stderr=err)
    wait_for(lambda: seen.stat().st_size > 0)
    with open(folder / "push.out", "wb") as out, open(folder / "push.err", "wb") as err:
        push = start(client, "push", "--to", server.address, "--agency", client.agency, "--json", source,
                     stdout=out, stderr=err)
    kills = 0
    for part in (1000, 12_000, 25_000):
        reached = wait_for(lambda: push.poll() is not None or record_count(client, "long") >= part, 60)
        if not reached or push.poll() is not None:
            break
        server.kill()
        time.sleep(0.3)
        server.start()
        kills += 1
    code = push.wait(120)
    told = (folder / "push.out").read_text()
    t.check(code == 0 and kills >= 2, "a push goes on over %d kills of the server" % kills,
            "exit %s: %s" % (code, (folder / "push.err").read_text()[-300:]))
    if code == 0:
        answer = json.loads(told)
        t.check(answer["cuts"] >= kills and answer["created"] == count + 1, "nothing is stored twice", told)
    back = folder / "long-back.xml"
    done = client.pull("--agency", client.agency, "--dataset", "long", "-o", back)
    difference = g1_difference(source, back) if done.code == 0 else done.brief()
    t.check(not difference, "it is all there", difference)

    done = wait_for(lambda: seen.read_text().count("\"created\"") >= count + 1, 60)
    watch.send_signal(signal.SIGINT)
    code = watch.wait(20)
    lines = [json.loads(line) for line in seen.read_text().splitlines()]
    revisions = [line["revision"] for line in lines if line["change"] != "none"]
    t.check(code == 130 and b"--since" in (folder / "watch.err").read_bytes(), "a watch that is interrupted says where it was",
            "exit %s" % code)
    t.check(done and len(revisions) == count + 1 and revisions == sorted(set(revisions)),
            "the watch saw each change once and in order, over the kills",
            "%d changes, %d different" % (len(revisions), len(set(revisions))))
    token = [line["resume_token"] for line in lines if "resume_token" in line][-1]
    client.push(folder / "first.xml", "--dataset", "long")
    done = client.run("watch", "--from", server.address, "--since", token, "--until-now", "--json", "--agency",
                      client.agency, "--dataset", "long")
    later = [json.loads(line)["revision"] for line in done.out.decode().splitlines() if "\"none\"" not in line]
    t.check(done.code == 0 and later and min(later) > max(revisions), "a later watch goes on behind it",
            done.brief() + str(later[:5]))


def check_interrupted_push(t, client, folder):
    source = folder / "long.xml"
    arguments = ["push", "--to", client.server.address, "--agency", client.agency, "--dataset", "stopped",
                 "--request-id", "a push of today", "--json", source]
    with open(folder / "stopped.err", "wb") as err:
        push = start(client, *arguments, stdout=subprocess.DEVNULL, stderr=err)
    wait_for(lambda: push.poll() is not None or record_count(client, "stopped") > 500, 60)
    push.send_signal(signal.SIGINT)
    code = push.wait(20)
    told = (folder / "stopped.err").read_text()
    t.check(code == 130 and "PUE-0104" in told and "--request-id" in told, "a push that is interrupted says how to go on",
            "exit %s: %s" % (code, told[-300:]))
    before = record_count(client, "stopped")
    done = client.run(*arguments)
    answer = summary(done)[0] if done.code == 0 else {}
    t.check(done.code == 0 and answer["created"] == 40_001 and 0 < answer["sent"] <= 40_001 - before,
            "it goes on behind what was stored", done.brief() + str(answer))
    done = client.run(*arguments)
    t.check(done.code == 0 and summary(done)[0]["replayed"] and summary(done)[0]["sent"] == 0,
            "the same push again is the same push", done.brief())


def peak_rss(client, folder, *args):
    """Exit code and peak of resident memory, KiB. What wait4 tells would count this process, too, before the exec."""
    with open(folder / "memory.err", "wb") as err:
        process = start(client, *args, stdout=subprocess.DEVNULL, stderr=err)
    peak = 0
    while process.poll() is None:
        try:
            told = re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/%d/status" % process.pid).read_text())
            peak = max(peak, int(told.group(1)) if told else 0)
        except OSError:
            pass
        time.sleep(0.02)
    return process.returncode, peak


def check_memory(t, client, folder):
    source = folder / "wide.xml"
    source.write_text(activities(60_000, title="wide " * 300))  # about 95 MB
    code, rss = peak_rss(client, folder, "push", "--to", client.server.address, "--agency", client.agency, source)
    t.check(code == 0 and rss < MAX_RSS_KIB, "a push holds little in memory", "exit %s, %d KiB" % (code, rss))
    print("push of %d MB: %d KiB at most" % (source.stat().st_size >> 20, rss))
    code, rss = peak_rss(client, folder, "pull", "--from", client.server.address, "--agency", client.agency,
                         "--dataset", "wide", "-o", folder / "wide-back.xml")
    t.check(code == 0 and rss < MAX_RSS_KIB, "a pull holds little in memory", "exit %s, %d KiB" % (code, rss))
    print("pull of it: %d KiB at most; the server holds %d KiB" % (rss, client.server.rss_kib()))
    for path in (source, folder / "wide-back.xml"):
        path.unlink()


def main():
    parser = samples.acceptance_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="without real files, kills and large files")
    args = parser.parse_args()
    puente = samples.require_puente(args.puente)
    t = samples.Tally()
    with tempfile.TemporaryDirectory(prefix="puente-") as name:
        folder = pathlib.Path(name)
        for inner in ("unix", "tcp", "tls"):
            (folder / inner).mkdir()
        with exchange_server.Server(puente, folder / "unix", "unix:%s" % (folder / "x.sock")) as server:
            for agency in ("acme", "globex"):
                server.add_agency(agency)
            client, other = Client(server, "acme", folder / "unix"), Client(server, "globex", folder / "unix")
            if not args.quick:
                count = check_files(t, client)
                print("%d files pushed and pulled" % count)
                check_datasets(t, client, other, folder / "unix")
            check_snapshot(t, client, folder / "unix")
            check_inputs(t, client, folder / "unix")
            check_refusals(t, client, other, folder / "unix")
            check_conflicts(t, client)
            check_usage(t, client, folder / "unix")
            t.check(server.stop() == 0, "the server stops as it should")
            whole = server.command("store", "check", "--store", server.store)
            t.check(whole.code == 0, "the store is whole", whole.out.decode())
        check_tls(t, puente, folder / "tls")
        if not args.quick:
            with exchange_server.Server(puente, folder / "tcp") as server:
                server.add_agency("acme")
                client = Client(server, "acme", folder / "tcp")
                (folder / "tcp" / "first.xml").write_text(activities(3))
                check_restarts(t, client, folder / "tcp")
                check_interrupted_push(t, client, folder / "tcp")
                check_memory(t, client, folder / "tcp")
    return t.close()


if __name__ == "__main__":
    sys.exit(main())
