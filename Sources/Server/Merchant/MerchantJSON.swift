import Payme
import Payments
import Pledg
import Storage
import StrictJSON

/// How the merchant API writes what it shows. Times are milliseconds since 1970 UTC.
enum MerchantJSON {
    static func order(
        _ order: Order, _ standing: OrderStanding, _ checkouts: [PayLinks.Checkout], to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("id", order.id)
        writer.member("kind", order.kind.rawValue)
        writer.member("status", standing.status.rawValue)
        writer.member("currency", order.currency.code)
        writer.member("amount", order.amount)
        writer.member("minimum", order.minimum.map { Money(minor: $0, currency: order.currency) })
        writer.member("maximum", order.maximum.map { Money(minor: $0, currency: order.currency) })
        writer.member("paid", Money(minor: standing.paid, currency: order.currency))
        writer.member("refunded", Money(minor: standing.refunded, currency: order.currency))
        writer.member("description", order.description)
        writer.key("fiscal")
        writer.value(order.fiscal.flatMap { try? JSONValue(parsing: $0) } ?? .null)
        writer.member("created_at", order.createdAt)
        writer.member("cancelled_at", order.cancelledAt)
        writer.key("links")
        writer.beginObject()
        for checkout in checkouts {
            if let link = checkout.link { writer.member(checkout.gateway, link) }
        }
        writer.endObject()
        writer.key("forms")
        writer.beginObject()
        for checkout in checkouts {
            guard let form = checkout.form else { continue }
            writer.key(checkout.gateway)
            writer.beginObject()
            writer.member("action", form.action)
            writer.key("fields")
            var fields = JSONObject()
            for field in form.fields { fields[field.name] = .string(field.value) }
            writer.value(.object(fields))
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    /// The members of a transaction, without the braces.
    static func transaction(_ transaction: Transaction, to writer: inout JSONWriter) {
        writer.member("id", String(transaction.id))
        writer.member("gateway", transaction.key.gateway)
        writer.member("external_id", transaction.key.externalID)
        writer.member("external_time", transaction.externalTime)
        writer.member("order_id", transaction.orderID)
        writer.member("amount", transaction.amount)
        writer.member("refunded", Money(minor: transaction.refundedAmount, currency: transaction.amount.currency))
        writer.member("state", transaction.state.rawValue)
        writer.member("phase", transaction.phase)
        writer.member("reason", transaction.reason)
        writer.member("create_time", transaction.createTime)
        writer.member("perform_time", transaction.performTime == 0 ? nil : transaction.performTime)
        writer.member("cancel_time", transaction.cancelTime == 0 ? nil : transaction.cancelTime)
        writer.member("deadline", transaction.deadline)
        writer.key("account")
        writer.value((try? JSONValue(parsing: transaction.account)) ?? .null)
        writer.key("receivers")
        writer.value(
            .array(transaction.receivers.map { ["id": .string($0.id), "amount": .integer($0.amount)] }))
    }

    static func journal(_ entries: [JournalEntry], currency: Currency, to writer: inout JSONWriter) {
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.member("id", String(entry.id))
            writer.member("at", entry.at)
            writer.member("change", entry.change.rawValue)
            writer.member("from", entry.from?.rawValue)
            writer.member("to", entry.to.rawValue)
            writer.member("actor", entry.actor)
            writer.member("reason", entry.reason)
            writer.member("amount", Money(minor: entry.amount, currency: currency))
            writer.endObject()
        }
        writer.endArray()
    }

    static func receipts(_ receipts: [PaymeFiscalReceipt], to writer: inout JSONWriter) {
        writer.beginArray()
        for receipt in receipts {
            writer.beginObject()
            writer.member("type", receipt.kind.rawValue)
            writer.member("received_at", receipt.receivedAt)
            writer.key("data")
            writer.value((try? JSONValue(parsing: receipt.data)) ?? .null)
            writer.endObject()
        }
        writer.endArray()
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    mutating func member(_ name: String, _ number: Int64?) {
        key(name)
        if let number { integer(number) } else { null() }
    }

    /// `{"value": "5000.00", "currency": "UZS"}`
    mutating func member(_ name: String, _ money: Money?) {
        key(name)
        guard let money else { return null() }
        beginObject()
        member("value", money.decimal)
        member("currency", money.currency.code)
        endObject()
    }
}
