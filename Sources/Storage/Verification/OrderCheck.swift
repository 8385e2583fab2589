import Payments

/// Every order against its transactions, and their sums against their journals.
enum OrderCheck {
    static func check(at now: Int64) -> DatabaseCheck {
        DatabaseCheck(
            name: "orders", rule: "an order is paid once, stands as its transactions say, and the sums agree"
        ) { session, findings in
            let rows = SQLPaymentSession(sql: session)
            try readable(rows, &findings)
            var payments: OrderPayments?
            var last: (order: String, id: Int64)? = ("", .min)
            while let after = last {
                let page = try rows.auditedPayments(after: after)
                for payment in page {
                    if payments?.orderID != payment.orderID {
                        try payments?.audit(in: rows, at: now, &findings)
                        payments = OrderPayments(orderID: payment.orderID)
                    }
                    payments?.add(payment)
                }
                last = page.count < Int(Verifier.pageSize) ? nil : page.last.map { ($0.orderID, $0.id) }
            }
            try payments?.audit(in: rows, at: now, &findings)
        }
    }

    private static func readable(_ rows: SQLPaymentSession, _ findings: inout DatabaseFindings) throws {
        var last: String? = ""
        while let after = last {
            let page = try rows.auditedOrders(after: after)
            findings.examine(Int64(page.count))
            for (id, isReadable) in page where !isReadable { findings.report("order \(id)", "its row cannot be read") }
            last = page.count < Int(Verifier.pageSize) ? nil : page.last?.id
        }
    }
}

/// What the transactions of one order come to.
private struct OrderPayments {
    let orderID: String
    private var isReadable = true
    private var isOneTime = false
    /// Transactions that keep others off the order, or ought to.
    private var live: [Int64] = []
    private var performed = 0
    /// Minor units, from the rows.
    private var paid = Int128(0)
    private var refunded = Int128(0)
    /// Minor units, from the journals.
    private var journaled = Int128(0)
    /// The waiting one that holds the order.
    private var waiting: Transaction?
    /// Amounts and kinds to hold against the order; transactions that differ, a few of them.
    private var kinds: [(id: Int64, amount: Money, isOneTime: Bool, createTime: Int64)] = []

    init(orderID: String) {
        self.orderID = orderID
    }

    mutating func add(_ payment: SQLPaymentSession.AuditedPayment) {
        guard case .success(let transaction) = payment.content else {
            isReadable = false
            return
        }
        // A payment that was one too many is the order's neither now nor later.
        if !payment.isDuplicate { journaled += Int128(payment.journaled) }
        if !payment.isDuplicate, transaction.state == .performed || transaction.state == .cancelledAfterPerform {
            paid += Int128(transaction.amount.minor) - Int128(transaction.refundedAmount)
            refunded += Int128(transaction.refundedAmount)
        }
        if transaction.isOneTime {
            isOneTime = true
            let isPaid = transaction.state == .performed && !payment.isDuplicate
            if isPaid { performed += 1 }
            if isPaid || (transaction.state == .created && transaction.holdsOrder) {
                // Two tell the fault; more would only fill the memory.
                live.append(transaction.id)
                if live.count > 8 { live.removeLast() }
            }
            if transaction.state == .created, transaction.holdsOrder { waiting = transaction }
        }
        // One of each sort is enough, the latest: the order takes it or does not.
        if let index = kinds.firstIndex(where: {
            $0.amount == transaction.amount && $0.isOneTime == transaction.isOneTime
        }) {
            guard kinds[index].createTime < transaction.createTime else { return }
            kinds[index].id = transaction.id
            kinds[index].createTime = transaction.createTime
        } else if kinds.count < 64 {
            kinds.append((transaction.id, transaction.amount, transaction.isOneTime, transaction.createTime))
        }
    }

    func audit(in rows: SQLPaymentSession, at now: Int64, _ findings: inout DatabaseFindings) throws {
        let subject = "order \(orderID)"
        if live.count > 1 {
            findings.report(
                subject,
                "transactions \(live.map(String.init).joined(separator: ", ")) are live at once, and it is paid once")
        }
        guard isReadable else { return }
        if paid != journaled {
            findings.report(subject, "its transactions come to \(paid) paid, their journals to \(journaled)")
        }
        // An order that a hook brings is not in the table; one that cannot be read was told of already.
        guard let order = try? rows.order(orderID) else { return }
        let changedAt = try rows.termsChangedAt(ofOrder: orderID)
        for (id, amount, isOneTime, createTime) in kinds {
            if isOneTime != (order.kind == .oneTime) {
                findings.report(subject, "it is \(order.kind.rawValue), transaction \(id) is not")
            } else if !order.takes(amount), changedAt.map({ createTime > $0 }) ?? true {
                findings.report(subject, "transaction \(id) of \(amount) is not what it asks for")
            }
        }
        let standing = try rows.standing(of: order, at: now)
        let expected = status(of: order, at: now)
        if standing.status != expected {
            findings.report(
                subject, "it stands as \(standing.status.rawValue), its transactions make it \(expected.rawValue)")
        }
        if Int128(standing.paid) != min(paid, Int128(Int64.max)) {
            findings.report(subject, "it stands with \(standing.paid) paid, its transactions come to \(paid)")
        }
    }

    private func status(of order: Order, at now: Int64) -> OrderStatus {
        if order.cancelledAt != nil { return .cancelled }
        guard order.kind == .oneTime else { return .pending }
        if performed > 0 { return .paid }
        if let waiting, !waiting.isOverdue(at: now) { return .reserved }
        return refunded > 0 ? .refunded : .pending
    }
}

extension SQLPaymentSession {
    /// A transaction in the order of orders, with what its journal comes to.
    struct AuditedPayment {
        let id: Int64
        let orderID: String
        /// Minor units that the journal says were taken, less those that went back.
        let journaled: Int64
        /// Whether the journal says that its order was another's.
        let isDuplicate: Bool
        let content: Result<Transaction, any Error>
    }

    /// A page of transactions by order and number.
    func auditedPayments(after: (order: String, id: Int64)) throws -> [AuditedPayment] {
        try sql.all(
            """
            SELECT \(Self.transactionColumns),
                (SELECT CAST(coalesce(sum(CASE
                    WHEN j.change IN ('performed', 'duplicate') THEN j.amount
                    WHEN j.change IN ('refunded', 'partly_refunded', 'duplicate_refunded') THEN -j.amount
                    ELSE 0 END), 0) AS BIGINT)
                FROM journal j WHERE j.transaction_id = transactions.id),
                (SELECT count(*) FROM journal d WHERE d.transaction_id = transactions.id AND d.change = 'duplicate')
            FROM transactions WHERE (order_id, id) > ($1, $2) ORDER BY order_id, id LIMIT $3
            """, [.text(after.order), .integer(after.id), .integer(Verifier.pageSize)]
        ) { row in
            AuditedPayment(
                id: row.integer(0) ?? 0, orderID: row.text(5) ?? "", journaled: row.integer(20) ?? 0,
                isDuplicate: (row.integer(21) ?? 0) > 0, content: Result { try Self.transaction(row) })
        }
    }

    /// A page of orders by id, and whether each can be read.
    func auditedOrders(after id: String) throws -> [(id: String, isReadable: Bool)] {
        try sql.all(
            "SELECT \(Self.orderColumns) FROM orders WHERE id > $1 ORDER BY id LIMIT $2",
            [.text(id), .integer(Verifier.pageSize)]
        ) { row in (row.text(0) ?? "", (try? Self.order(row)) != nil) }
    }
}
