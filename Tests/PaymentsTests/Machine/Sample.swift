import Payments

/// What the words of the machine's table stand for.
enum Sample {
    static let now: Int64 = 1_795_219_200_000
    static let sentReason: Int64 = 5

    /// A one-time order that is held from the start, one that is not, and a cumulative account.
    static let drafts: [Transaction] = [(true, true), (true, false), (false, false)].map { isOneTime, holds in
        Transaction(
            id: 7, key: TransactionKey(gateway: "payme", cashbox: "", externalID: "a"), externalTime: now - 1_000,
            orderID: "A", account: #"{"order_id":"A"}"#, amount: Money(minor: 100, currency: .uzs),
            phase: "awaiting payer", createTime: now, deadline: now, isOneTime: isOneTime, holdsOrder: holds)
    }

    /// A transaction as it is stored, or nothing stored; nil: no such word.
    static func stored(_ word: String, _ draft: Transaction) -> (transaction: Transaction?, Void)? {
        var stored = draft
        stored.createTime = now - 900
        switch word {
        case "none": return (nil, ())
        case "fresh": stored.deadline = now
        case "overdue": stored.deadline = now - 1
        case "endless": stored.deadline = nil
        case "paid", "partly", "back":
            // Its deadline has passed since, which does not matter any more.
            stored.deadline = now - 1
            stored.performTime = now - 500
            stored.state = .performed
            stored.phase = nil
            stored.holdsOrder = draft.isOneTime
            if word == "partly" { stored.refundedAmount = 40 }
            if word == "back" { stored = ended(stored, .cancelledAfterPerform, reason: 3, at: now - 100) }
        case "off": stored = ended(stored, .cancelled, reason: 3, at: now - 100)
        default: return nil
        }
        return (stored, ())
    }

    /// Nil: no such word.
    static func event(_ word: String, _ draft: Transaction, on stored: Transaction?) -> TransactionEvent? {
        var sent = draft
        let left = 100 - (stored?.refundedAmount ?? 0)
        switch word {
        case "create": break
        case "create-amount": sent.amount.minor = 101
        case "create-account": sent.account = #"{"order_id":"A" }"#
        case "create-late": sent.deadline = now - 1
        case "perform": return .perform()
        case "cancel": return .cancel(reason: sentReason, refundAllowed: true)
        case "cancel-vetoed": return .cancel(reason: sentReason, refundAllowed: false)
        case "refund-part": return .refund(amount: left - 1, reason: sentReason)
        case "refund-rest": return .refund(amount: left, reason: sentReason)
        case "refund-more": return .refund(amount: left + 1, reason: sentReason)
        case "refund-zero": return .refund(amount: 0, reason: sentReason)
        case "refund-minus": return .refund(amount: -1, reason: sentReason)
        case "refund-huge": return .refund(amount: .max, reason: sentReason)
        case "expire": return .expire
        case "duplicate": return .performAsDuplicate()
        case "mark": return .mark(phase: "refund pending")
        default: return nil
        }
        return .create(sent)
    }

    /// What a cell of the table means for the row that is stored; nil: no such cell.
    static func decision(_ cell: String, _ event: TransactionEvent, on stored: Transaction?) -> TransactionDecision? {
        switch (cell, event, stored) {
        case ("1:created", .create(let sent), _): .change(sent, .created)
        case ("same", _, let stored?): .unchanged(stored)
        case ("2:performed", _, let stored?): .change(performed(stored), .performed)
        case ("2:duplicate", _, let stored?) where !stored.isOneTime: .change(performed(stored), .performed)
        case ("2:duplicate", _, let stored?):
            {
                var next = performed(stored)
                next.holdsOrder = false
                next.phase = "duplicate"
                return .change(next, .duplicate)
            }()
        case ("marked", .mark(let phase), var stored?):
            {
                stored.phase = phase
                return .mark(stored)
            }()
        case ("2:part", .refund(let amount, _), var stored?):
            {
                stored.refundedAmount += amount
                return .change(stored, .partlyRefunded)
            }()
        case ("-1:cancelled", _, let stored?): .change(ended(stored, .cancelled, reason: sentReason), .cancelled)
        case ("-1:expired", _, let stored?): .change(ended(stored, .cancelled, reason: 4), .expired)
        case ("-1:expired!", _, let stored?):
            .changeAndReject(ended(stored, .cancelled, reason: 4), .expired, .expired)
        case ("-2:refunded", _, let stored?):
            .change(ended(stored, .cancelledAfterPerform, reason: sentReason), .refunded)
        case ("!late", _, _): .reject(.expired)
        case ("!unknown", _, nil): .reject(.transactionNotFound)
        case ("!invalid", _, let stored?): .reject(.invalidState(stored.state))
        case ("!amount", _, _?): .reject(.wrongAmount)
        case ("!vetoed", _, _?): .reject(.refundRefused())
        default: nil
        }
    }

    private static func performed(_ stored: Transaction) -> Transaction {
        var next = stored
        next.state = .performed
        next.performTime = now
        next.holdsOrder = stored.isOneTime
        next.phase = nil
        return next
    }

    private static func ended(
        _ stored: Transaction, _ state: TransactionState, reason: Int64, at time: Int64 = now
    ) -> Transaction {
        var next = stored
        next.state = state
        next.cancelTime = time
        next.reason = reason
        next.holdsOrder = false
        next.phase = nil
        if state == .cancelledAfterPerform { next.refundedAmount = stored.amount.minor }
        if stored.isDuplicate { next.phase = Transaction.duplicatePhase }
        return next
    }
}
