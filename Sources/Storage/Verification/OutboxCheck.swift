import Payments

/// The outbox against the journal: no delivery of nothing, none twice, none left out.
enum OutboxCheck {
    /// - Parameter silent: what the ids of orders begin with of which no receiver is told.
    static func check(paused: Set<String>, silent: [String] = []) -> DatabaseCheck {
        DatabaseCheck(
            name: "outbox", rule: "every delivery is of a change, and every change between two deliveries has its own"
        ) { session, findings in
            let rows = SQLPaymentSession(sql: session)
            var targets: [String: Deliveries] = [:]
            var others: [String: Deliveries] = [:]
            var last: Int64? = nil
            repeat {
                let page = try rows.auditedDeliveries(after: last ?? .min)
                findings.examine(Int64(page.count))
                for row in page {
                    for problem in row.problems { findings.report("outbox row \(row.id)", problem) }
                    // What a change means for its order is no change of its own: there may be none of it.
                    let isNew =
                        row.topic == EventTopic.transaction.rawValue
                        ? targets[row.target, default: Deliveries()].add(row.journalID)
                        : others[row.target + " " + row.topic, default: Deliveries()].add(row.journalID)
                    // That the money is secured is told again when a link was replaced.
                    if !isNew, row.topic != EventTopic.secured.rawValue {
                        findings.report(
                            "outbox row \(row.id)", "\(row.target) gets journal line \(row.journalID) a second time")
                    }
                }
                last = page.count < Int(Verifier.pageSize) ? nil : page.last?.id
            } while last != nil
            for id in try rows.strandedDeliveries() {
                findings.report("outbox row \(id)", "it waits behind another of its order, and there is none")
            }
            try gaps(targets.filter { !paused.contains($0.key) }, silent, in: rows, &findings)
        }
    }

    /// A receiver is put into the outbox for every change while it is switched on. When it was, the database does not
    /// say; between its first delivery and its last it is taken to have been.
    private static func gaps(
        _ targets: [String: Deliveries], _ silent: [String], in rows: SQLPaymentSession,
        _ findings: inout DatabaseFindings
    ) throws {
        for (target, deliveries) in targets.sorted(by: { $0.key < $1.key }) {
            try rows.journalNumbers(from: deliveries.first, through: deliveries.last) { line, transaction, order in
                guard !deliveries.lines.contains(line), !silent.contains(where: order.hasPrefix) else { return }
                findings.report(
                    "journal line \(line)",
                    "the change of transaction \(transaction) has no row in the outbox for \(target)")
            }
        }
    }
}

/// The lines of the journal that one receiver has in the outbox.
private struct Deliveries {
    private(set) var first = Int64.max
    private(set) var last = Int64.min
    private(set) var lines = SparseSet()

    /// - Returns: false if it is there already.
    mutating func add(_ line: Int64) -> Bool {
        first = min(first, line)
        last = max(last, line)
        return lines.insert(line)
    }
}

extension SQLPaymentSession {
    /// A row of the outbox and what is wrong with it.
    struct AuditedDelivery {
        let id: Int64
        let target: String
        let topic: String
        let journalID: Int64
        let problems: [String]
    }

    /// A page of the outbox by number, delivered or not.
    func auditedDeliveries(after id: Int64) throws -> [AuditedDelivery] {
        try sql.all(
            """
            SELECT o.id, o.target, o.journal_id, o.transaction_id, o.order_id, o.attempts, o.delivered_at,
                   o.last_error, o.created_at, j.transaction_id, j.at, t.order_id, o.topic, o.dead_at, j.change
            FROM outbox o
            LEFT JOIN journal j ON j.id = o.journal_id
            LEFT JOIN transactions t ON t.id = o.transaction_id
            WHERE o.id > $1 ORDER BY o.id LIMIT $2
            """, [.integer(id), .integer(Verifier.pageSize)]
        ) { row in
            AuditedDelivery(
                id: row.integer(0) ?? 0, target: row.text(1) ?? "", topic: row.text(12) ?? "",
                journalID: row.integer(2) ?? 0,
                problems: Self.problems(ofDelivery: row))
        }
    }

    private static func problems(ofDelivery row: any SQLRow) -> [String] {
        var found: [String] = []
        let transactionID = row.integer(3)
        if row.integer(9) == nil {
            found.append("there is no journal line \(row.integer(2) ?? 0)")
        } else {
            if row.integer(9) != transactionID { found.append("its journal line is of another transaction") }
            // That the money is secured changes no state: the line is of what came before.
            let isLater = row.text(12) == EventTopic.secured.rawValue && (row.integer(8) ?? 0) > (row.integer(10) ?? 0)
            if row.integer(10) != row.integer(8), !isLater {
                found.append("it was not made together with its journal line")
            }
        }
        if row.text(11) == nil {
            found.append("there is no transaction \(transactionID ?? 0)")
        } else if row.text(11) != row.text(4) {
            found.append("its order is not that of transaction \(transactionID ?? 0)")
        }
        let attempts = row.integer(5) ?? -1
        let isDelivered = row.integer(6) != nil
        if attempts < 0 || (isDelivered && attempts == 0) {
            found.append("\(isDelivered ? "delivered" : "waiting") after \(attempts) attempts")
        }
        if row.text(12).flatMap(EventTopic.init(rawValue:)) == nil { found.append("its topic is not known") }
        if row.text(12) == EventTopic.order.rawValue, row.text(14) != TransactionChange.performed.rawValue {
            found.append("it says that its order is paid, and its journal line does not")
        }
        if row.integer(13) != nil, isDelivered { found.append("delivered, and given up") }
        if row.integer(13) != nil, attempts == 0 { found.append("given up without an attempt") }
        if isDelivered, row.text(7) != nil { found.append("delivered, but with an error") }
        if !isDelivered, attempts > 0, row.text(7) == nil { found.append("tried \(attempts) times without an error") }
        return found
    }

    /// Deliveries that wait behind nothing.
    func strandedDeliveries() throws -> [Int64] {
        try sql.all(
            """
            SELECT o.id FROM outbox o WHERE o.due_at = \(OutboxRow.behind)
            AND o.delivered_at IS NULL AND o.dead_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM outbox e WHERE e.order_id = o.order_id AND e.target = o.target AND e.id < o.id
                AND e.delivered_at IS NULL AND e.dead_at IS NULL)
            ORDER BY o.id
            """, []
        ) { $0.integer(0) ?? 0 }
    }

    /// The numbers of a range of the journal, both ends included, ascending, with their transactions' and those' orders.
    func journalNumbers(from first: Int64, through last: Int64, each: (Int64, Int64, String) -> Void) throws {
        try sql.query(
            """
            SELECT j.id, j.transaction_id, t.order_id FROM journal j LEFT JOIN transactions t ON t.id = j.transaction_id
            WHERE j.id >= $1 AND j.id <= $2 ORDER BY j.id
            """,
            [.integer(first), .integer(last)]
        ) { each($0.integer(0) ?? 0, $0.integer(1) ?? 0, $0.text(2) ?? "") }
    }
}
