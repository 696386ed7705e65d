"""Writes exports of 42 and of 5,000 clients, made from a fixture: exports.py DIRECTORY."""
import json
import pathlib
import shutil
import sys

fixture = pathlib.Path("fixtures/labelled")
clients = json.loads((fixture / "clients.json").read_text())
for size in (42, 5000):
    directory = pathlib.Path(sys.argv[1], str(size))
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("divisions.json", "roles.json", "home.json"):
        shutil.copy(fixture / name, directory / name)
    made = []
    for number in range(size):
        client = dict(clients[number % len(clients)])
        if number >= len(clients):
            client["id"] = f"{number:08x}-0000-4000-8000-{number:012x}"
            client["name"] = f"{client.get('name')} {number}"
        made.append(client)
    (directory / "clients.json").write_text(json.dumps(made, indent=1))
