#!/usr/bin/env python3
"""A shop that takes payments through Tiyin: one file, Python's standard library alone.

It registers an order at Tiyin, sends the payer to pay, is told by a signed webhook what became of it, and can ask for
the money to go back. README.md beside it says how to run it.
"""

import base64, hashlib, hmac, html, json, os, secrets, sqlite3, sys, time
import urllib.error, urllib.parse, urllib.request
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIYIN = os.environ.get("TIYIN_URL", "http://127.0.0.1:8080")
API_KEY = os.environ["MERCHANT_API_KEY"]
WEBHOOK_SECRET = os.environ["MERCHANT_WEBHOOK_SECRET"]
PORT = int(os.environ.get("SHOP_PORT", "8000"))
DATABASE = os.environ.get("SHOP_DATABASE", "shop.db")
BODY_BYTES_MAX = 1 << 20

GOODS = {"tea": ("Green tea, 2 boxes", "5000.00"), "pot": ("Teapot", "120000.00")}

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, goods TEXT NOT NULL, price TEXT NOT NULL, status TEXT NOT NULL,
    links TEXT NOT NULL DEFAULT '{}', transaction_id TEXT, last_event INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, received_at INTEGER NOT NULL);
"""


def database():
    # Every request opens its own. Transactions are begun and ended by hand.
    connection = sqlite3.connect(DATABASE, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return closing(connection)


# Tiyin's merchant API


class Refused(Exception):
    """Tiyin answered, and the answer is no. Its text may be shown to the shop's people."""


def tiyin(method, path, body, idempotency_key=None):
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    request = urllib.request.Request(TIYIN + path, json.dumps(body).encode(), headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.headers.get_content_type() != "application/problem+json" or error.code >= 500:
            raise
        raise Refused(json.load(error)["detail"]) from None


def register(order):
    """Makes the order payable. A lost answer is no matter: the same id, key and body make the same order."""
    body = {
        "id": order["id"],
        "amount": {"value": order["price"], "currency": "UZS"},
        "description": GOODS[order["goods"]][0],
    }
    for attempt in range(3):
        try:
            return tiyin("POST", "/orders", body, idempotency_key=f"order-{order['id']}")
        except OSError:
            if attempt == 2:
                raise
            time.sleep(1)


def buy(goods):
    order = {"id": f"{goods}-{secrets.token_hex(6)}", "goods": goods, "price": GOODS[goods][1]}
    # It stands here before anybody can pay it: the webhook must find it.
    with database() as db:
        db.execute(
            "INSERT INTO orders (id, goods, price, status) VALUES (?, ?, ?, 'waits')",
            (order["id"], order["goods"], order["price"]))
        links = register(order)["links"]
        db.execute("UPDATE orders SET links = ? WHERE id = ?", (json.dumps(links), order["id"]))
    return order["id"]


def refund(order):
    """Asks for the money to go back. Whether it did, a webhook says."""
    if order["status"] != "paid":
        raise Refused("Only an order that is paid can be refunded.")
    tiyin("POST", f"/transactions/{urllib.parse.quote(order['transaction_id'], safe='')}/refund", {})


# Webhooks


def is_genuine(headers, body):
    """Whether it is from Tiyin, whole, and of the last five minutes: Standard Webhooks 1.0."""
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_") + "==")
    signed = f"{message}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    sent = headers.get("webhook-signature", "").encode().split(b" ")
    fits = any([hmac.compare_digest(expected, one) for one in sent])
    return fits and abs(time.time() - int(timestamp)) <= 300


def take(message_id, event):
    """Acts upon a message once, however often it comes."""
    kind, data = event["type"], event["data"]
    with database() as db:
        # One transaction: the message is noted and the order marked, or neither. IMMEDIATE: of two copies that come
        # at once the second one waits, and then finds the first.
        db.execute("BEGIN IMMEDIATE")
        try:
            noted = db.execute("INSERT OR IGNORE INTO messages VALUES (?, ?)", (message_id, int(time.time())))
            # event_id grows with every change. A message that was given up and sent again by hand comes after newer
            # ones: it must not undo what they said.
            order, payment, number = data["order_id"], data["transaction"], int(data["event_id"])
            if noted.rowcount == 1 and kind == "order.paid":
                db.execute(
                    "UPDATE orders SET status = 'paid', transaction_id = ?, last_event = ? "
                    "WHERE id = ? AND last_event < ?", (payment["id"], number, order, number))
            elif noted.rowcount == 1 and kind == "transaction.refunded" and payment["state"] == -2:
                # Only the payment that paid it: what was paid twice and went back once is still paid.
                db.execute(
                    "UPDATE orders SET status = 'refunded', transaction_id = ?, last_event = ? "
                    "WHERE id = ? AND last_event < ? AND coalesce(transaction_id, ?) = ?",
                    (payment["id"], number, order, number, payment["id"], payment["id"]))
            # Other events are noted and left alone; more kinds may come.
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


# Pages


def page(orders):
    rows = "".join(row(order) for order in orders)
    goods = "".join(
        f'<button name="goods" value="{name}">{html.escape(title)}: {price} UZS</button> '
        for name, (title, price) in GOODS.items())
    return f"""<!doctype html><meta charset="utf-8"><title>Tea shop</title><h1>Tea shop</h1>
<form method="post" action="/buy">{goods}</form>
<table><tr><th>Order<th>Goods<th>Price, UZS<th>Status<th></tr>{rows}</table>"""


def row(order):
    ident, title, action = html.escape(order["id"]), html.escape(GOODS[order["goods"]][0]), ""
    if order["status"] == "paid":
        action = f'<form method="post" action="/refund"><button name="order" value="{ident}">Refund</button></form>'
    elif order["status"] == "waits":
        links = json.loads(order["links"]).items()
        action = " ".join(f'<a href="{html.escape(url)}">Pay with {html.escape(name)}</a>' for name, url in links)
    return f"<tr><td>{ident}<td>{title}<td>{order['price']}<td>{order['status']}<td>{action}</tr>"


def find(ident):
    with database() as db:
        return db.execute("SELECT * FROM orders WHERE id = ?", (ident,)).fetchone()


class Shop(BaseHTTPRequestHandler):
    timeout = 20

    def do_GET(self):
        if self.path == "/":
            with database() as db:
                orders = db.execute("SELECT * FROM orders ORDER BY rowid DESC LIMIT 50").fetchall()
            return self.answer(200, page(orders), "text/html; charset=utf-8")
        order = find(urllib.parse.unquote(self.path.removeprefix("/orders/")))
        if order is None:
            return self.answer(404, "There is nothing here.")
        shown = {"id": order["id"], "status": order["status"], "links": json.loads(order["links"])}
        self.answer(200, json.dumps(shown), "application/json")

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()) or len(length) > 9 or int(length) > BODY_BYTES_MAX:
            return self.answer(413, "The body must have a length, of 1 MiB at the most.")
        body = self.rfile.read(int(length))
        if self.path == "/webhooks/tiyin":
            return self.webhook(body)
        form = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode("utf-8", "replace")).items()}
        try:
            if self.path == "/buy" and form.get("goods") in GOODS:
                self.redirect(f"/orders/{buy(form['goods'])}")
            elif self.path == "/refund" and (order := find(form.get("order"))):
                refund(order)
                self.redirect(f"/orders/{order['id']}")
            else:
                self.answer(404, "There is nothing here.")
        except Refused as refusal:
            self.answer(409, str(refusal))
        except OSError:
            self.answer(502, "The payment server does not answer. Try again.")

    def webhook(self, body):
        if not is_genuine(self.headers, body):
            return self.answer(401, "The signature does not fit, or the message is old.")
        # If this fails, the connection ends without an answer, and Tiyin sends it again.
        take(self.headers["webhook-id"], json.loads(body))
        self.answer(204)

    def redirect(self, path):
        self.send_response(303)
        self.send_header("location", path)
        self.send_header("content-length", "0")
        self.end_headers()

    def answer(self, status, text="", kind="text/plain; charset=utf-8"):
        body = text.encode()
        self.send_response(status)
        if status != 204:
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(format % args, file=sys.stderr)


class Server(ThreadingHTTPServer):
    # Tiyin sends what belongs to different orders side by side.
    request_queue_size = 128


if __name__ == "__main__":
    with database() as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)
    server = Server(("127.0.0.1", PORT), Shop)
    print(f"the shop is open: http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
