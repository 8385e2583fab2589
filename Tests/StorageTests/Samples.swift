import Payments
import Storage
import TestSupport

/// The time at which the samples begin.
let start: Int64 = 1_795_219_200_000

/// A transaction in state 1 that holds its order, unless told.
func sample(
    _ externalID: String, order: String = "A", gateway: String = "payme", cashbox: String = "", time: Int64 = start,
    amount: Int64 = 500_000, state: TransactionState = .created, isOneTime: Bool = true, holdsOrder: Bool = true,
    deadline: Int64? = start + 43_200_000
) -> Transaction {
    Transaction(
        key: TransactionKey(gateway: gateway, cashbox: cashbox, externalID: externalID), externalTime: time,
        orderID: order, account: #"{"order_id":"\#(order)"}"#, amount: Money(minor: amount, currency: .uzs),
        state: state, refundedAmount: state == .cancelledAfterPerform ? amount : 0, createTime: time + 5,
        deadline: deadline, isOneTime: isOneTime, holdsOrder: holdsOrder && state.isLive)
}

/// A transaction on a cumulative account: it never holds.
func topUp(_ externalID: String, gateway: String = "payme", cashbox: String = "", time: Int64 = start) -> Transaction {
    sample(
        externalID, order: "phone", gateway: gateway, cashbox: cashbox, time: time, isOneTime: false, holdsOrder: false)
}

extension TestStore {
    /// Stores a transaction and hands it back with its number; nil if a unique constraint refused it.
    func insert(_ transaction: Transaction) async throws -> Transaction? {
        guard let id = try await write({ try $0.insert(transaction) }) else { return nil }
        var stored = transaction
        stored.id = id
        return stored
    }
}
