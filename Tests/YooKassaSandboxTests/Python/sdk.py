"""Drives the official Python SDK, as it comes from the package index, against the simulated YooKassa.

usage: sdk.py URL SHOP SECRET < commands
Each line of the input is {"do": name, ...}; each line of the output is what came of it, as JSON.
"""

import json
import sys

from yookassa import Configuration, Payment, PaymentMethod, Receipt, Refund, Settings, Webhook
from yookassa.domain.exceptions import ApiError
from yookassa.domain.notification import WebhookNotificationFactory


def plain(thing):
    """What the SDK made of an answer, in its own words."""
    return json.loads(thing.json())


def do(command):
    name = command["do"]
    body = command.get("body")
    key = command.get("key")
    if name == "create":
        return plain(Payment.create(body, key))
    if name == "find":
        return plain(Payment.find_one(command["id"]))
    if name == "capture":
        return plain(Payment.capture(command["id"], body, key))
    if name == "cancel":
        return plain(Payment.cancel(command["id"], key))
    if name == "payments":
        items, pages, query = [], 0, dict(body)
        while True:
            page = Payment.list(query)
            pages += 1
            items += [payment.id for payment in page.items]
            if not page.next_cursor:
                return {"ids": items, "pages": pages, "type": page.type}
            query["cursor"] = page.next_cursor
    if name == "refund":
        return plain(Refund.create(body, key))
    if name == "find_refund":
        return plain(Refund.find_one(command["id"]))
    if name == "refunds":
        return {"ids": [refund.id for refund in Refund.list(body).items]}
    if name == "receipt":
        return plain(Receipt.create(body, key))
    if name == "find_receipt":
        return plain(Receipt.find_one(command["id"]))
    if name == "receipts":
        return {"ids": [receipt.id for receipt in Receipt.list(body).items]}
    if name == "save_method":
        return plain(PaymentMethod.create(body, key))
    if name == "find_method":
        return plain(PaymentMethod.find_one(command["id"]))
    if name == "me":
        return plain(Settings.get_account_settings())
    if name == "webhooks":
        return plain(Webhook.list())
    if name == "notification":
        notification = WebhookNotificationFactory().create(body)
        return {"event": notification.event, "class": type(notification).__name__, "object": plain(notification.object)}
    raise ValueError(name)


def main():
    url, shop, secret = sys.argv[1:4]
    Configuration.configure(shop, secret, api_url=url + "/v3")
    for line in sys.stdin:
        try:
            answer = do(json.loads(line))
        except ApiError as error:
            answer = {"error": type(error).__name__, "content": error.content, "class": type(error.error).__name__}
        except Exception as error:  # What the SDK itself does not expect.
            answer = {"error": type(error).__name__}
        print(json.dumps(answer), flush=True)


main()
