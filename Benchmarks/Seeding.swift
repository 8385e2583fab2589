import Foundation
import Logging
import Payments
import SQLiteEngine
import Server
import Storage

/// Fills a database before a server opens it.
struct Seeding {
    let path: String

    /// Orders that cost 5000.00 UZS, numbered.
    func orders(_ numbers: Range<Int>) async throws {
        try await insert(numbers) { session, number in
            _ = try session.insert(
                Order.oneTime(id: String(number), amount: Money(minor: 500_000, currency: .uzs), createdAt: 1))
        }
    }

    /// Performed transactions of orders that are not in the table, so that no measurement touches them.
    ///
    /// - Parameter waiting: whether a webhook waits for each.
    func transactions(_ numbers: Range<Int>, time: Int64, waiting: Bool = false) async throws {
        try await insert(numbers) { session, number in
            let key = TransactionKey(gateway: "payme", cashbox: "default", externalID: "seed" + Workload.id(number))
            var transaction = Transaction(
                key: key, externalTime: time + Int64(number), orderID: "seed-\(number)",
                account: #"{"order_id":"seed-\#(number)"}"#, amount: Money(minor: 500_000, currency: .uzs),
                state: .performed, createTime: time, performTime: time, isOneTime: true, holdsOrder: true)
            transaction.id = try session.insert(transaction) ?? 0
            let line = try session.append(
                JournalEntry(
                    transactionID: transaction.id, at: time, change: .performed, from: .created, to: .performed,
                    actor: "payme", reason: nil, amount: 500_000))
            if waiting {
                try session.enqueue(
                    target: "webhook", topic: .transaction, journalID: line, transaction: transaction, at: time)
            }
        }
    }

    /// Payments that Click has prepared and not completed: the first is number 1, in a database that has none.
    func prepared(_ numbers: Range<Int>, keysFrom first: Int) async throws {
        try await insert(numbers) { session, number in
            let key = TransactionKey(
                gateway: "click", cashbox: String(ClickWorkload.service), externalID: String(first + number))
            _ = try session.insert(
                Transaction(
                    key: key, externalTime: 1, orderID: "seed-\(number)",
                    account: #"{"merchant_trans_id":"seed-\#(number)","click_paydoc_id":\#(first + number)}"#,
                    amount: Money(minor: 500_000, currency: .uzs), createTime: 1, isOneTime: true, holdsOrder: false))
        }
    }

    private func insert(
        _ numbers: Range<Int>, _ one: @escaping @Sendable (SQLPaymentSession, Int) throws -> Void
    ) async throws {
        let settings = try ServerSettings(
            SettingSource(environment: ["DATABASE_URL": "sqlite:\(path)"], folder: NSTemporaryDirectory()))
        let store = try await DatabaseAccess.writable(settings, logger: Logger(label: "seed"))
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 10_000) {
            let part = start..<min(start + 10_000, numbers.upperBound)
            try await store.engine.write { sql in
                let session = SQLPaymentSession(sql: sql)
                for number in part { try one(session, number) }
            }
        }
        await store.engine.close()
    }
}
