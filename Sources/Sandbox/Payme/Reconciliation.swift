import Specification
import StrictJSON

/// Payme's receipts beside the shop's statement.
///
/// Source: payme.md 4.
struct Reconciliation: Sendable {
    struct Difference: Sendable, Hashable {
        enum Kind: String, Sendable, CaseIterable {
            /// Payme has it, the statement does not.
            case onlyPayme
            /// The statement has it, Payme does not.
            case onlyShop
            case amount
            case state
        }

        let kind: Kind
        /// Payme's id of the transaction.
        let id: String
        let order: String
        /// What Payme holds, as text; empty if nothing.
        let payme: String
        let shop: String
    }

    /// Milliseconds since 1970 UTC.
    let at: Int64
    let matched: Int
    let differences: [Difference]

    /// - Parameters:
    ///   - receipts: those that the shop has created a transaction for.
    ///   - rows: the statement's transactions.
    ///   - prefix: orders that are left out, because the conformance suite made them and no receipt was kept.
    init(
        at: Int64, receipts: [Receipt], rows: [JSONValue], accountField: String, ignoring prefix: String,
        _ specification: TransactionSpecification
    ) {
        var statement: [String: JSONValue] = [:]
        for row in rows {
            if let id = row["id"]?.stringValue { statement[id] = row }
        }
        var matched = 0
        var differences: [Difference] = []
        for receipt in receipts {
            guard let row = statement.removeValue(forKey: receipt.id) else {
                differences.append(
                    Difference(kind: .onlyPayme, id: receipt.id, order: receipt.order, payme: "", shop: ""))
                continue
            }
            let found = Self.compare(receipt, row, specification)
            if found.isEmpty { matched += 1 }
            differences += found
        }
        for row in rows {
            guard let id = row["id"]?.stringValue, statement[id] != nil else { continue }
            let order = row["account"]?[accountField]?.stringValue ?? ""
            if order.hasPrefix(prefix) { continue }
            let state = row["state"]?.numberText ?? ""
            differences.append(Difference(kind: .onlyShop, id: id, order: order, payme: "", shop: state))
        }
        self.at = at
        self.matched = matched
        self.differences = differences
    }

    private static func compare(
        _ receipt: Receipt, _ row: JSONValue, _ specification: TransactionSpecification
    ) -> [Difference] {
        var found: [Difference] = []
        let amount = row["amount"]?.numberText ?? ""
        if amount != String(receipt.checkout.amount) {
            found.append(
                Difference(
                    kind: .amount, id: receipt.id, order: receipt.order, payme: String(receipt.checkout.amount),
                    shop: amount))
        }
        let expected = expectedState(receipt, specification)
        let state = row["state"]?.integerValue
        if state != expected {
            found.append(
                Difference(
                    kind: .state, id: receipt.id, order: receipt.order, payme: expected.map(String.init) ?? "?",
                    shop: state.map(String.init) ?? "?"))
        }
        return found
    }

    /// The state that the shop must show if both know the same.
    private static func expectedState(_ receipt: Receipt, _ specification: TransactionSpecification) -> Int64? {
        switch receipt.state {
        case .created, .waiting, .debiting, .closing: specification.state(named: "created").map { Int64($0.number) }
        case .paid: specification.state(named: "performed").map { Int64($0.number) }
        case .paused, .cancelling, .cancelled: receipt.shopState
        }
    }
}
