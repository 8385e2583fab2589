import Payme
import Payments
import Storage
import StrictJSON
import TestSupport
import Testing

/// Payme's calls, with the usual order and amount unless told.
extension PaymeShop {
    /// The id at Payme of the transaction with that number.
    static func id(_ number: Int) -> JSONValue { .string(PaymeClient.id(number)) }

    /// A one-time order.
    func add(_ id: String = "A", _ amount: Int64 = 500_000, fiscal: String? = nil) async throws {
        try await base.add(.oneTime(id: id, amount: Money(minor: amount, currency: .uzs), fiscal: fiscal))
    }

    func check(_ account: JSONValue = ["order_id": "A"], amount: JSONValue = 500_000) async throws -> PaymeAnswer {
        try await call("CheckPerformTransaction", ["amount": amount, "account": account])
    }

    /// - Parameter time: Payme's own; nil: now.
    func create(
        _ number: Int = 1, _ account: JSONValue = ["order_id": "A"], amount: JSONValue = 500_000, time: Int64? = nil
    ) async throws -> PaymeAnswer {
        try await call(
            "CreateTransaction",
            ["id": Self.id(number), "time": .integer(time ?? clock.now), "amount": amount, "account": account])
    }

    func perform(_ number: Int = 1) async throws -> PaymeAnswer {
        try await call("PerformTransaction", ["id": Self.id(number)])
    }

    func cancel(_ number: Int = 1, reason: Int64 = 5) async throws -> PaymeAnswer {
        try await call("CancelTransaction", ["id": Self.id(number), "reason": .integer(reason)])
    }

    func show(_ number: Int = 1) async throws -> PaymeAnswer {
        try await call("CheckTransaction", ["id": Self.id(number)])
    }

    func statement(from: Int64, to: Int64) async throws -> PaymeAnswer {
        try await call("GetStatement", ["from": .integer(from), "to": .integer(to)])
    }
}

/// What is stored.
extension PaymeShop {
    func stored(_ number: Int = 1) async throws -> Transaction? {
        let key = TransactionKey(
            gateway: PaymeGateway.name, cashbox: PaymeGateway.cashbox, externalID: PaymeClient.id(number))
        return try await base.read { try $0.transaction(key) }
    }

    /// Every line of the journal: the transaction, and what happened to it.
    func journal() async throws -> [String] {
        try await base.rows("SELECT transaction_id, change FROM journal ORDER BY id", columns: 2)
    }

    /// Every delivery that was ever put into the outbox: the transaction, and what happened to it.
    func outbox() async throws -> [String] {
        try await base.rows(
            """
            SELECT o.transaction_id, j.change FROM outbox o JOIN journal j ON j.id = o.journal_id ORDER BY o.id
            """, columns: 2)
    }

    /// All of it, to be compared before and after.
    func everything() async throws -> [String] {
        let transactions = try await base.rows(
            "SELECT id, external_id, state, reason, perform_time, cancel_time, holds_order FROM transactions",
            columns: 7)
        let receipts = try await base.rows("SELECT transaction_id, kind, data FROM payme_fiscal_receipts", columns: 3)
        return try await transactions + receipts + journal() + outbox()
    }
}
