/// Walks a transaction's journal through the ``TransactionMachine`` again, line by line, and says where the lines, the
/// machine and the stored row do not agree. A pure function of what it is given; holds one line at a time.
public struct JournalReplay: Sendable {
    private let machine: TransactionMachine
    /// The row as it is stored now.
    private let stored: Transaction
    /// The transaction as the lines so far make it; nil before the first.
    private var current: Transaction?
    private var hasEnded = false
    /// What is wrong, in the order of finding; at most one line of the journal is blamed.
    public private(set) var problems: [String] = []

    public init(of stored: Transaction, machine: TransactionMachine) {
        self.stored = stored
        self.machine = machine
    }

    /// Takes the next line, oldest first.
    ///
    /// After the first line that does not fit the rest is not looked at: one fault would be told many times.
    public mutating func take(_ entry: JournalEntry) {
        guard !hasEnded else { return }
        guard let event = event(of: entry) else { return blame(entry, "comes after the end of the history") }
        guard entry.from == current?.state else {
            return blame(entry, "begins in state \(Self.text(entry.from)), but the history stood in \(standing)")
        }
        guard case .change(let next, let change) = machine.decide(event, on: current, at: entry.at),
            change == entry.change
        else { return blame(entry, "is no change that state \(standing) allows at that time") }
        guard next.state == entry.to else {
            return blame(entry, "ends in state \(entry.to.rawValue), but it leads to \(next.state.rawValue)")
        }
        let returned = next.refundedAmount - (current?.refundedAmount ?? 0)
        guard entry.amount == (returned > 0 ? returned : stored.amount.minor),
            entry.refundedAmount == next.refundedAmount
        else { return blame(entry, "does not have the amounts of the transaction") }
        guard entry.reason == next.reason else { return blame(entry, "has another reason than the machine gives") }
        current = next
    }

    /// Compares where the lines led with the stored row.
    public mutating func finish() {
        guard !hasEnded else { return }
        hasEnded = true
        guard let current else { return problems.append("it has no journal") }
        compare("state", current.state.rawValue, stored.state.rawValue)
        compare("create_time", current.createTime, stored.createTime)
        compare("perform_time", current.performTime, stored.performTime)
        compare("cancel_time", current.cancelTime, stored.cancelTime)
        compare("refunded_amount", current.refundedAmount, stored.refundedAmount)
        compare("reason", current.reason, stored.reason)
        // While it is only announced, a gateway may leave the order free.
        let holds = stored.state == .created ? stored.holdsOrder && stored.isOneTime : current.holdsOrder
        compare("holds_order", holds ? 1 : 0, stored.holdsOrder ? 1 : 0)
    }

    /// What the transaction was asked to do for this line to be written; nil for a line that nothing can cause.
    private func event(of entry: JournalEntry) -> TransactionEvent? {
        switch entry.change {
        case .created:
            // A second line of this kind would be a repeat, which writes nothing.
            guard current == nil else { return nil }
            var draft = stored
            draft.state = .created
            draft.refundedAmount = 0
            draft.reason = nil
            draft.createTime = entry.at
            draft.performTime = 0
            draft.cancelTime = 0
            draft.holdsOrder = stored.isOneTime
            return .create(draft)
        case .performed: return .perform(paidAt: entry.paidAt)
        case .duplicate: return .performAsDuplicate(paidAt: entry.paidAt)
        case .cancelled: return .cancel(reason: entry.reason, refundAllowed: true)
        case .expired: return .expire
        case .refunded, .duplicateRefunded: return .cancel(reason: entry.reason, refundAllowed: true)
        case .partlyRefunded: return .refund(amount: entry.amount, reason: entry.reason)
        }
    }

    private mutating func blame(_ entry: JournalEntry, _ fault: String) {
        hasEnded = true
        problems.append("line \(entry.id) of its journal (\(entry.change.rawValue)) \(fault)")
    }

    private mutating func compare(_ name: String, _ told: Int64?, _ found: Int64?) {
        guard told != found else { return }
        problems.append("its journal leads to \(name) \(Self.text(told)), the row says \(Self.text(found))")
    }

    private var standing: String { Self.text(current?.state) }

    private static func text(_ state: TransactionState?) -> String { text(state?.rawValue) }

    private static func text(_ number: Int64?) -> String { number.map(String.init) ?? "none" }
}
