import Payments
import StrictJSON
import TestSupport

/// Holds the database and the shop against what the clients were told. Every method answers what is wrong.
struct Audit {
    let book: ClientBook
    let ledger: Ledger
    private let stored: [String: Transaction]

    init(_ book: ClientBook, _ ledger: Ledger) {
        self.book = book
        self.ledger = ledger
        stored = Dictionary(uniqueKeysWithValues: ledger.transactions.map { ($0.key.externalID, $0) })
    }

    /// Every answered call is stored with the numbers of its answer; a call without an answer happened or did not.
    func answers() -> [String] {
        var problems = book.all.flatMap(answers)
        let known = Set(book.all.map(\.id))
        problems += stored.keys.filter { !known.contains($0) }.map { "\($0) is stored, and nobody created it" }
        return problems
    }

    private func answers(_ entry: ClientBook.Entry) -> [String] {
        let row = stored[entry.id]
        var state: Int64?
        var problems: [String] = []
        func compare(_ what: String, _ told: Int64?, _ found: Int64?) {
            if told != found { problems.append("\(entry.id): \(what) was \(told as Any), stored is \(found as Any)") }
        }
        for case (let call, let answer?) in entry.calls where answer.isResult {
            compare("transaction", answer.result?["transaction"]?.stringValue.flatMap(Int64.init), row?.id)
            state = answer.state
            switch call {
            case .create: compare("create_time", answer.number("create_time"), row?.createTime)
            case .perform: compare("perform_time", answer.number("perform_time"), row?.performTime)
            case .cancel: compare("cancel_time", answer.number("cancel_time"), row?.cancelTime)
            }
        }
        var possible: Set<Int64?> = [state]
        switch (entry.pending, state) {
        case (.create, nil): possible.insert(1)
        case (.perform, 1): possible.insert(2)
        case (.cancel, 1): possible.insert(-1)
        case (.cancel, 2) where !entry.order.hasPrefix("digital"): possible.insert(-2)
        default: break
        }
        if !possible.contains(row?.state.rawValue) {
            problems.append("\(entry.id): stored in state \(row?.state as Any), possible is \(possible)")
        }
        return problems
    }

    /// Nobody was told no for a reason that is not there.
    func refusals() -> [String] {
        book.all.flatMap { entry in
            entry.calls.compactMap { call, answer in
                guard let answer, !answer.isResult else { return nil }
                let isFair =
                    switch call {
                    case .create: answer.isError(.orderBusy) || answer.isError(.orderNotPayable)
                    case .perform: false
                    case .cancel: answer.isError(.cannotCancel) && entry.order.hasPrefix("digital")
                    }
                return isFair ? nil : "\(entry.id): \(call) was answered \(answer.text)"
            }
        }
    }

    /// One live transaction at the most on each order, and a history of exactly one line a change.
    func histories() -> [String] {
        var problems: [String] = []
        for (order, transactions) in Dictionary(grouping: ledger.transactions, by: \.orderID) {
            let live = transactions.count { $0.state.isLive && $0.isOneTime }
            if live > 1 { problems.append("order \(order) has \(live) live transactions") }
        }
        let lines = Dictionary(grouping: ledger.journal, by: \.transactionID)
        for transaction in ledger.transactions {
            let changes = (lines[transaction.id] ?? []).map(\.change)
            if changes != Ledger.history(of: transaction.state) {
                problems.append("\(transaction.key.externalID) in \(transaction.state) has the history \(changes)")
            }
        }
        if lines.count != ledger.transactions.count { problems.append("there is a history of nothing") }
        return problems
    }

    /// The shop's own rows committed and rolled back together with the payments.
    func stock(_ floor: ShopFloor) -> [String] {
        var expected: [String: (reserved: Int64, sold: Int64)] = [:]
        for transaction in ledger.transactions {
            let old = expected[transaction.orderID] ?? (0, 0)
            expected[transaction.orderID] = (
                old.reserved + (transaction.state == .created ? 1 : 0),
                old.sold + (transaction.state == .performed ? 1 : 0)
            )
        }
        return Set(expected.keys).union(floor.stock.keys).compactMap { order in
            let (told, found) = (expected[order], floor.stock[order])
            if let told, let found, told == found { return nil }
            return "order \(order): stock is \(found as Any), transactions say \(told as Any)"
        }
    }

    /// Every change was told to the shop at least once, under one number, and those of an order in their order.
    func parcels(_ floor: ShopFloor) -> [String] {
        var problems = floor.torn.map { "the list of parcels has the line '\($0)'" }
        let lines = Dictionary(grouping: floor.parcels, by: \.event)
        let names = Dictionary(uniqueKeysWithValues: ledger.transactions.map { ($0.id, $0) })
        for entry in ledger.journal {
            guard let transaction = names[entry.transactionID] else { continue }
            let expected = ShopFloor.Parcel(
                event: entry.id, what: ShopFloor.word(entry.change), transaction: transaction.key.externalID,
                order: transaction.orderID)
            let told = Set(lines[entry.id] ?? [])
            if told != [expected] { problems.append("event \(entry.id) was told as \(told), not as \(expected)") }
        }
        let known = Set(ledger.journal.map(\.id))
        problems += lines.keys.filter { !known.contains($0) }.map { "the shop was told of \($0), which never was" }
        var last: [String: Int64] = [:]
        var seen: Set<Int64> = []
        for parcel in floor.parcels where seen.insert(parcel.event).inserted {
            if parcel.event < last[parcel.order] ?? 0 { problems.append("\(parcel) came out of order") }
            last[parcel.order] = parcel.event
        }
        return problems
    }

    /// Every change was sent to the shop at least once, under one id and in the same words, and those of an order in
    /// their order.
    func letters(_ letters: [WebhookShop.Letter]) -> [String] {
        var problems: [String] = []
        let names = Dictionary(uniqueKeysWithValues: ledger.transactions.map { ($0.id, $0) })
        let told = Dictionary(grouping: letters, by: \.event)
        for entry in ledger.journal {
            guard let transaction = names[entry.transactionID] else { continue }
            var expected: Set = [Self.webhook(entry.change)]
            if entry.change == .performed, transaction.isOneTime { expected.insert("order.paid") }
            let found = told[entry.id] ?? []
            if Set(found.map(\.type)) != expected
                || found.contains(where: {
                    $0.transaction != transaction.key.externalID || $0.order != transaction.orderID
                })
            {
                problems.append("event \(entry.id) was sent as \(found.map(\.type)), not as \(expected)")
            }
        }
        let known = Set(ledger.journal.map(\.id))
        problems += told.keys.filter { !known.contains($0) }.map { "a webhook tells of \($0), which never was" }
        for (id, copies) in Dictionary(grouping: letters, by: \.id) where Set(copies).count != 1 {
            problems.append("\(id) stands for \(Set(copies).count) letters")
        }
        var last: [String: Int64] = [:]
        var seen: Set<String> = []
        for letter in letters where seen.insert(letter.id).inserted {
            if letter.event < last[letter.order] ?? 0 { problems.append("\(letter.id) came out of order") }
            last[letter.order] = letter.event
        }
        return problems
    }

    private static func webhook(_ change: TransactionChange) -> String {
        switch change {
        case .created: "transaction.created"
        case .performed: "transaction.performed"
        case .cancelled, .expired: "transaction.cancelled"
        case .refunded, .partlyRefunded: "transaction.refunded"
        case .duplicate: "transaction.duplicate"
        case .duplicateRefunded: "transaction.duplicate_refunded"
        }
    }
}
