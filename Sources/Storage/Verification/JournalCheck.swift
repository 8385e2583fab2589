import Payments

/// Every transaction against its journal, and every line of the journal against its transaction.
///
/// Both are read by the transaction's number, side by side, so one page of each is all that is held.
enum JournalCheck {
    static func check(_ machine: TransactionMachine) -> DatabaseCheck {
        DatabaseCheck(
            name: "journal", rule: "replayed, every journal leads to the state and the times of its transaction"
        ) { session, findings in
            let rows = SQLPaymentSession(sql: session)
            var after = Int64.min
            var isLast = false
            repeat {
                let page = try rows.auditedTransactions(after: after)
                isLast = page.count < Int(Verifier.pageSize)
                // Lines beyond the last transaction belong to nobody; they are looked at with the last page.
                let end = isLast ? Int64.max : page.last?.id ?? .max
                var walk = PageWalk(page, machine)
                try rows.auditedJournal(after: after, through: end) { walk.take($0, &findings) }
                walk.finish(&findings)
                after = end
            } while !isLast
        }
    }
}

/// The transactions of a page beside their lines.
private struct PageWalk {
    private let page: [SQLPaymentSession.AuditedTransaction]
    private let machine: TransactionMachine
    private var index = 0
    private var replay: JournalReplay?

    init(_ page: [SQLPaymentSession.AuditedTransaction], _ machine: TransactionMachine) {
        self.page = page
        self.machine = machine
        begin()
    }

    /// A line; they come by the number of their transaction.
    mutating func take(_ line: SQLPaymentSession.AuditedLine, _ findings: inout DatabaseFindings) {
        findings.examine()
        while index < page.count, page[index].id < line.transactionID { advance(&findings) }
        guard index < page.count, page[index].id == line.transactionID else {
            return findings.report("journal line \(line.id)", "there is no transaction \(line.transactionID)")
        }
        switch line.content {
        case .success(let entry):
            replay?.take(entry)
        case .failure:
            findings.report("transaction \(line.transactionID)", "line \(line.id) of its journal cannot be read")
            replay = nil
        }
    }

    mutating func finish(_ findings: inout DatabaseFindings) {
        while index < page.count { advance(&findings) }
    }

    private mutating func advance(_ findings: inout DatabaseFindings) {
        if var replay {
            replay.finish()
            for problem in replay.problems { findings.report("transaction \(page[index].id)", problem) }
        }
        index += 1
        begin()
    }

    private mutating func begin() {
        replay = nil
        // A row that cannot be read is told of by the check of the rows.
        guard index < page.count, case .success(let transaction) = page[index].content else { return }
        replay = JournalReplay(of: transaction, machine: machine)
    }
}

extension SQLPaymentSession {
    /// A line of the journal, also if it is one that this program cannot have written.
    struct AuditedLine {
        let id: Int64
        let transactionID: Int64
        let content: Result<JournalEntry, any Error>
    }

    /// The lines of a range of transactions, by transaction, oldest first.
    func auditedJournal(after: Int64, through: Int64, each: (AuditedLine) -> Void) throws {
        try sql.query(
            """
            SELECT \(Self.journalColumns) FROM journal
            WHERE transaction_id > $1 AND transaction_id <= $2 ORDER BY transaction_id, id
            """, [.integer(after), .integer(through)]
        ) { row in
            each(
                AuditedLine(
                    id: row.integer(0) ?? 0, transactionID: row.integer(1) ?? 0,
                    content: Result { try Self.entry(row) }))
        }
    }
}
