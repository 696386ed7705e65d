"""A stand-in for the Platform API: it pages, refuses, and limits the rate. It prints its port.

    platform.py FIXTURE [refuse=PATH]...

The first request of each address is answered with 429. Requests are logged to standard error.
"""

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FIXTURE = Path(sys.argv[1])
REFUSED = {word.removeprefix("refuse=") for word in sys.argv[2:]}
LOGIN = "Basic " + base64.b64encode(b"reader:Xq7-planted-Secret-9912").decode()
TOKEN = "Bearer planted-token-4711"
SEEN = set()
QUERIES = {}
POLLS = {}


def entities(name):
    data = json.loads((FIXTURE / name).read_text())
    return data["entities"] if isinstance(data, dict) else data


CLIENTS = entities("clients.json")
CLIENTS[0]["secret"] = "Zk3vQ9xT7mLp2RwYc8NbHs5JdFgA1uEo4iVt6KrXzWq"
USERS = [
    {"id": f"user-{n}", "name": f"Person {n}", "email": f"person{n}@example.com", "username": f"p{n}",
     "state": "active", "selfUri": f"/api/v2/users/user-{n}"}
    for n in range(1, 4)
]
LISTS = {
    "oauth/clients": (CLIENTS, 1000),
    "authorization/roles": (entities("roles.json"), 2),
    "authorization/divisions": (entities("divisions.json"), 2),
    "users": (USERS, 2),
    "oauth/authorizations": ([], 25),
    "authorization/permissions": ([{"domain": "routing", "permissionMap": {"queue": [{"domain": "routing", "entityType": "queue", "action": "view"}]}, "selfUri": "/api/v2/authorization/permissions"}], 25),
}


class Platform(BaseHTTPRequestHandler):
    def log_message(self, *_):
        print(self.command, self.path, file=sys.stderr, flush=True)

    def answer(self, status, body, **headers):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def is_let_in(self, path):
        if self.headers.get("Authorization") != TOKEN:
            self.answer(401, {"message": "No authentication bearer token specified", "code": "authentication.required", "status": 401})
            return False
        if path in REFUSED:
            self.answer(403, {"message": "Missing permission", "code": "missing.permissions", "status": 403})
            return False
        if (self.command, self.path) not in SEEN:
            SEEN.add((self.command, self.path))
            self.answer(429, {"message": "Rate limit exceeded", "code": "too.many.requests", "status": 429}, retry_after="0")
            return False
        return True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/oauth/token":
            if self.headers.get("Authorization") != LOGIN:
                return self.answer(401, {"error": "invalid_client"})
            return self.answer(200, {"access_token": TOKEN.removeprefix("Bearer ")})
        path = self.path.removeprefix("/api/v2/")
        if not self.is_let_in(path):
            return None
        if path != "usage/query":
            return self.answer(404, {"message": "not found", "code": "not.found", "status": 404})
        execution = f"execution-{len(QUERIES) + 1}"
        QUERIES[execution] = json.loads(body)
        return self.answer(202, {"executionId": execution, "resultsUri": f"/api/v2/usage/query/{execution}/results"})

    def do_GET(self):
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/api/v2/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not self.is_let_in(path):
            return None
        if path.startswith("usage/query/"):
            return self.usage(path.split("/")[2], query.get("after"))
        if path not in LISTS:
            return self.answer(404, {"message": "not found", "code": "not.found", "status": 404})
        items, size = LISTS[path]
        # The list of clients has no pages: it ignores the number.
        page = 1 if path == "oauth/clients" else int(query.get("pageNumber", 1))
        count = max(1, -(-len(items) // size))
        own = f"/api/v2/{path}?pageNumber={page}"
        listing = {"entities": items[size * (page - 1):size * page], "pageSize": size, "pageNumber": page,
                   "total": len(items), "pageCount": count, "selfUri": own}
        if page < count:
            listing["nextUri"] = f"/api/v2/{path}?pageNumber={page + 1}"
        return self.answer(200, listing)

    def usage(self, execution, after):
        POLLS[execution] = POLLS.get(execution, 0) + 1
        if execution not in QUERIES:
            return self.answer(404, {"message": "not found", "code": "not.found", "status": 404})
        if POLLS[execution] == 1:
            return self.answer(200, {"queryStatus": "Running"})
        day = QUERIES[execution]["interval"].split("/")[0]
        row = {"clientId": CLIENTS[0]["id"], "clientName": "", "organizationId": "", "userId": "",
               "templateUri": "api/v2/users/me" if after else "api/v2/routing/queues", "httpMethod": "GET",
               "status200": 3, "status300": 0, "status400": 0, "status500": 0, "status429": 0, "requests": 3, "date": day}
        cursors = {"before": "first/="} if after else {"after": "second/="}
        return self.answer(200, {"queryStatus": "Complete", "results": [row], "cursors": cursors})


server = HTTPServer(("127.0.0.1", 0), Platform)
print(server.server_address[1], flush=True)
server.serve_forever()
