import StrictJSON

/// What is asked of a list.
///
/// Source: yookassa.md 10.
private struct YooListing {
    let limit: Int
    /// The last that is not on this page any more, by number.
    let before: Int?
    let created: YooPeriod
    let query: [String: String]

    init(_ query: [String: String], number: (String) -> Int?) throws(YooProblem) {
        self.query = query
        guard let limit = Int(query["limit"] ?? "10"), (1...100).contains(limit) else {
            throw .wrong("limit", "It is a number from 1 to 100")
        }
        self.limit = limit
        if let cursor = query["cursor"] {
            guard let known = number(cursor) else { throw .wrong("cursor", "The cursor is not known") }
            before = known
        } else {
            before = nil
        }
        created = try YooPeriod("created_at", query)
    }

    /// - Parameters:
    ///   - ids: oldest first.
    ///   - item: nil: it is not asked for.
    func answer(_ ids: [String], _ item: (String) -> JSONValue?) -> JSONValue {
        var items: [JSONValue] = []
        var next: String?
        for id in ids.prefix(before.map { $0 + 1 } ?? ids.count).reversed() {
            guard let found = item(id) else { continue }
            guard items.count < limit else {
                next = id
                break
            }
            items.append(found)
        }
        var object: JSONObject = ["type": "list", "items": .array(items)]
        if let next { object["next_cursor"] = .string(next) }
        return .object(object)
    }

    func admits(_ name: String, _ value: String?) -> Bool { query[name] == nil || query[name] == value }
}

/// `created_at.gte` and its like.
private struct YooPeriod {
    private var from = Int64.min
    private var through = Int64.max
    private var isAsked = false

    init(_ name: String, _ query: [String: String]) throws(YooProblem) {
        for (suffix, shift) in [("gte", 0), ("gt", 1), ("lte", 0), ("lt", -1)] as [(String, Int64)] {
            guard let text = query["\(name).\(suffix)"] else { continue }
            guard let moment = PixMoment.read(text) else {
                throw .wrong("\(name).\(suffix)", "It is a time such as 2026-11-21T00:00:00.000Z")
            }
            isAsked = true
            if suffix.hasPrefix("g") {
                from = max(from, moment + shift)
            } else {
                through = min(through, moment + shift)
            }
        }
    }

    func contains(_ moment: Int64?) -> Bool {
        guard let moment else { return !isAsked }
        return from <= moment && moment <= through
    }
}

extension YooBooks {
    func listPayments(_ query: [String: String], _ shop: YooKassaShop) throws(YooProblem) -> JSONValue {
        let page = try YooListing(query) { payments[$0]?.number }
        let captured = try YooPeriod("captured_at", query)
        return page.answer(paymentIDs) { id in
            guard let payment = payments[id], payment.shopID == shop.id, page.created.contains(payment.createdAt),
                captured.contains(payment.capturedAt), page.admits("status", payment.status.rawValue),
                page.admits("payment_method", payment.method?.type.rawValue)
            else { return nil }
            return json(payment)
        }
    }

    func listRefunds(_ query: [String: String], _ shop: YooKassaShop) throws(YooProblem) -> JSONValue {
        let page = try YooListing(query) { refunds[$0]?.number }
        return page.answer(refundIDs) { id in
            guard let refund = refunds[id], refund.shopID == shop.id, page.created.contains(refund.createdAt),
                page.admits("status", refund.status.rawValue), page.admits("payment_id", refund.paymentID)
            else { return nil }
            return refund.json
        }
    }

    func listReceipts(_ query: [String: String], _ shop: YooKassaShop) throws(YooProblem) -> JSONValue {
        let page = try YooListing(query) { receipts[$0]?.number }
        return page.answer(receiptIDs) { id in
            guard let receipt = receipts[id], receipt.shopID == shop.id, page.created.contains(receipt.createdAt),
                page.admits("status", receipt.status.rawValue)
            else { return nil }
            switch receipt.subject {
            case .payment(let id): guard page.admits("payment_id", id), query["refund_id"] == nil else { return nil }
            case .refund(let id): guard page.admits("refund_id", id), query["payment_id"] == nil else { return nil }
            }
            return receipt.json
        }
    }
}
