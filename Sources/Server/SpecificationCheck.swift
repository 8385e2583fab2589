import Payments
import Specification

/// Holds the state machine against `transaction.yaml`, so that neither can change alone.
enum SpecificationCheck {
    /// - Throws: ``SettingsError`` that names the first difference.
    static func run(_ specification: TransactionSpecification) throws {
        let numbers = Set(specification.states.map { Int64($0.number) })
        guard numbers == Set(TransactionState.allCases.map(\.rawValue)) else {
            throw SettingsError("transaction.yaml and the program do not have the same states")
        }
        let machine = TransactionMachine(timeoutReason: 0)
        for state in specification.states {
            guard let known = TransactionState(rawValue: Int64(state.number)) else { continue }
            guard known.isTerminal == state.isTerminal else {
                throw SettingsError("transaction.yaml and the program disagree whether \(state.name) is terminal")
            }
            for (name, event, now) in events {
                let expected = specification.state(after: name, in: state).map { Int64($0.number) }
                guard next(machine, known, event, now) == expected else {
                    throw SettingsError("transaction.yaml and the program disagree about \(name) in \(state.name)")
                }
            }
        }
    }

    private static let events: [(String, TransactionEvent, Int64)] = [
        ("perform", .perform(), 0), ("duplicate", .performAsDuplicate(), 0),
        ("cancel", .cancel(reason: nil, refundAllowed: true), 0),
        ("refund", .refund(amount: 1, reason: nil), 0), ("expire", .expire, 2),
    ]

    /// The state that the machine leads to; nil if it leads nowhere.
    private static func next(
        _ machine: TransactionMachine, _ state: TransactionState, _ event: TransactionEvent, _ now: Int64
    ) -> Int64? {
        let transaction = Transaction(
            key: TransactionKey(gateway: "", cashbox: "", externalID: ""), externalTime: 0, orderID: "",
            account: "", amount: Money(minor: 1, currency: .uzs), state: state, createTime: 0, deadline: 1,
            isOneTime: true, holdsOrder: state.isLive)
        guard case .change(let changed, _) = machine.decide(event, on: transaction, at: now) else { return nil }
        return changed.state.rawValue
    }
}
