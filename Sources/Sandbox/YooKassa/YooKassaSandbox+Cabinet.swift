public import StrictJSON

extension YooKassaSandbox {
    // MARK: The cabinet, and strangers

    /// Gives money back as the merchant does in the cabinet: the shop hears of it by a notification alone.
    ///
    /// - Parameters:
    ///   - paymentID: of the payment.
    ///   - amount: minor units; nil: all that is left.
    /// - Returns: nil if there is not so much left of it.
    @discardableResult
    public func refundInCabinet(_ paymentID: String, amount: Int64? = nil) -> YooKassaRefund? {
        settled { books, now in
            guard let payment = books.payments[paymentID] else { return nil }
            let amount = amount ?? payment.refundable
            guard amount > 0, amount <= payment.refundable else { return nil }
            return books.addRefund(payment, amount, nil, nil, key: nil, now)
        }
    }

    /// Captures a hold as the merchant does in the cabinet, so that a call of the shop's comes too late.
    ///
    /// - Parameters:
    ///   - id: of the payment.
    ///   - amount: minor units; nil: all that is held.
    /// - Returns: false if it is not held, or not so much.
    @discardableResult
    public func captureInCabinet(_ id: String, amount: Int64? = nil) -> Bool {
        settled { books, now in
            guard let payment = books.payments[id], payment.status == .waitingForCapture else { return false }
            let part = amount ?? payment.amount
            guard part > 0, part <= payment.amount else { return false }
            books.capture(id, part, part == payment.amount ? payment.body.receipt : nil, now)
            return true
        }
    }

    /// Gives up a hold as the merchant does in the cabinet.
    /// - Returns: false if it is not held.
    @discardableResult
    public func cancelInCabinet(_ id: String) -> Bool {
        settled { books, now in
            guard books.payments[id]?.status == .waitingForCapture else { return false }
            books.end(id, .canceledByMerchant, now)
            return true
        }
    }

    /// Changes what is known of a shop, such as its address for notifications, from now on.
    /// - Returns: false if there is no such shop.
    @discardableResult
    public func changeShop(_ id: String, _ change: @Sendable (inout YooKassaShop) -> Void) -> Bool {
        self.change { books in
            guard var shop = books.shops[id] else { return false }
            change(&shop)
            books.shops[id] = shop
            return true
        }
    }

    /// Gives a shop a new secret key; the old one is no longer taken.
    /// - Returns: false if there is no such shop.
    @discardableResult
    public func rotateSecret(of shop: String, to secretKey: String) -> Bool {
        changeShop(shop) { $0.secretKey = secretKey }
    }

    /// Tells a shop what is not so: the id of a real payment, and a status that it does not have.
    ///
    /// - Parameters:
    ///   - id: of the payment.
    ///   - status: what is pretended.
    /// - Returns: false if there is no such payment, or its shop wants no notifications.
    @discardableResult
    public func forgeNotice(_ id: String, as status: YooKassaPayment.Status) -> Bool {
        settled { books, now in
            guard let payment = books.payments[id], case .object(var object) = books.json(payment) else { return false }
            object["status"] = .string(status.rawValue)
            object["paid"] = .bool(status == .succeeded || status == .waitingForCapture)
            return books.forge("payment.\(status.rawValue)", id, .object(object), payment.shopID, now)
        }
    }

    /// Sends a shop a notification that somebody made up.
    ///
    /// - Parameters:
    ///   - event: as in `payment.succeeded`, or what nobody knows.
    ///   - object: whatever there is in it.
    ///   - shop: whose address it goes to.
    /// - Returns: false if the shop wants no notifications.
    @discardableResult
    public func forgeNotice(event: String, object: JSONValue, to shop: String) -> Bool {
        settled { books, now in books.forge(event, object["id"]?.stringValue ?? "", object, shop, now) }
    }

    /// Tells a shop once more how a payment is now, whatever it was told before.
    /// - Returns: false if there is no such payment, or no event tells of its status.
    @discardableResult
    public func repeatNotice(_ id: String) -> Bool {
        settled { books, now in
            guard let payment = books.payments[id],
                let event = YooKassaEvent(rawValue: "payment.\(payment.status.rawValue)")
            else { return false }
            books.announce(event, id, now)
            return true
        }
    }

    // MARK: What it has done

    /// How often a call came, answered well or not.
    public func callCount(_ operation: YooKassaOperation) -> Int { change { $0.calls[operation] ?? 0 } }

    /// Oldest first.
    public var payments: [YooKassaPayment] {
        settled { books, _ in books.paymentIDs.compactMap { books.payments[$0] } }
    }

    /// A payment as it is now.
    public func payment(_ id: String) -> YooKassaPayment? { settled { books, _ in books.payments[id] } }

    /// Payments of one value of `metadata`, oldest first.
    public func payments(withMetadata key: String, _ value: String) -> [YooKassaPayment] {
        payments.filter { $0.metadata(key) == value }
    }

    /// Oldest first.
    public var refunds: [YooKassaRefund] {
        settled { books, _ in books.refundIDs.compactMap { books.refunds[$0] } }
    }

    /// Oldest first.
    public var receipts: [YooKassaReceipt] {
        settled { books, _ in books.receiptIDs.compactMap { books.receipts[$0] } }
    }

    /// Methods that were saved, or are to be, oldest first.
    public var methods: [YooKassaMethod] {
        settled { books, _ in books.methodIDs.compactMap { books.methods[$0] } }
    }

    /// What a payer can pay a payment by.
    public func offered(_ payment: YooKassaPayment) -> [YooKassaMethodType] { change { $0.offered(payment) } }

    /// Where the payer confirms; nil: there is no such payment, or nobody has to act.
    public func confirmationURL(of id: String) -> String? {
        settled { books, _ in
            guard let payment = books.payments[id], payment.status == .pending, !payment.isCharge else { return nil }
            return "\(books.page)?orderId=\(id)"
        }
    }

    /// Money that payers were debited, oldest first: two for one thing would be two debits.
    public var charges: [YooKassaCharge] { settled { books, _ in books.charges } }

    /// Debits of one value of `metadata`.
    public func charges(withMetadata key: String, _ value: String) -> [YooKassaCharge] {
        charges.filter { $0.metadata[key] == value }
    }

    /// Debits whose `metadata.tx` is that.
    public func charges(forTx tx: String) -> [YooKassaCharge] { charges(withMetadata: "tx", tx) }

    /// Debits whose `metadata.order_id` is that.
    public func charges(forOrder order: String) -> [YooKassaCharge] { charges(withMetadata: "order_id", order) }

    /// Debits that one idempotence key led to.
    public func charges(forKey key: String) -> [YooKassaCharge] { charges.filter { $0.key == key } }

    /// Attempts to tell shops something, oldest first.
    public var noticeAttempts: [YooKassaNoticeAttempt] { change { $0.notices.attempts } }

    /// Notifications that no shop has taken yet.
    public var noticesWaiting: Int { change { $0.notices.count } }
}

extension YooBooks {
    fileprivate mutating func forge(
        _ event: String, _ id: String, _ object: JSONValue, _ shop: String, _ now: Int64
    ) -> Bool {
        guard let url = shops[shop]?.notificationURL else { return false }
        notices.add(YooNotice(url: url, event: event, objectID: id, object: object, at: now, dueAt: now), nil)
        return true
    }
}
