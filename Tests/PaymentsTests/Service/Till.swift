import Payments
import TestSupport

/// A gateway, as a test plays it on a service.
struct Till {
    let name: String
    let service: TransactionService
    /// Click keeps nobody off an order until it is paid.
    let holdsOrderFromCreation: Bool
    /// How long a transaction may wait, milliseconds from the gateway's own time; nil: for ever.
    let patience: Int64?

    /// Like Payme: holds the order from its creation, for twelve hours.
    static func holding(_ name: String, _ service: TransactionService) -> Till {
        Till(name: name, service: service, holdsOrderFromCreation: true, patience: 43_200_000)
    }

    /// Like Click: holds the order only once it is paid, and waits for ever.
    static func loose(_ name: String, _ service: TransactionService) -> Till {
        Till(name: name, service: service, holdsOrderFromCreation: false, patience: nil)
    }

    func key(_ id: String) -> TransactionKey { TransactionKey(gateway: name, cashbox: "", externalID: id) }

    func question(_ fields: [String: String], _ amount: Int64?, _ purpose: AccountQuestion.Purpose) -> AccountQuestion {
        AccountQuestion(
            gateway: name, purpose: purpose, fields: fields, reference: fields["order"],
            amount: amount.map { Money(minor: $0, currency: .uzs) })
    }

    /// A creation that steps back behind another attempt of the last minutes.
    func createPolitely(_ id: String, _ order: String, minutes: Int64) async throws -> ServiceAnswer {
        let now = service.clock.now
        return try await service.create(
            CreateCommand(
                key: key(id), externalTime: now, account: "order=\(order)",
                question: question(["order": order], 500_000, .create), deadline: nil, holdsOrderFromCreation: false,
                yieldsToAttemptsSince: now - minutes * 60_000))
    }

    /// - Parameter time: the gateway's own time of creation; nil: now.
    func create(
        _ id: String, _ fields: [String: String], _ amount: Int64? = 500_000, time: Int64? = nil
    ) async throws -> ServiceAnswer {
        let time = time ?? service.clock.now
        return try await service.create(
            CreateCommand(
                key: key(id), externalTime: time,
                account: fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&"),
                question: question(fields, amount, .create), deadline: patience.map { time + $0 },
                holdsOrderFromCreation: holdsOrderFromCreation))
    }

    func create(
        _ id: String, _ order: String, _ amount: Int64? = 500_000, time: Int64? = nil
    ) async throws -> ServiceAnswer {
        try await create(id, ["order": order], amount, time: time)
    }

    func check(_ order: String, _ amount: Int64? = 500_000) async throws -> Result<CheckOutcome, Rejection> {
        try await service.check(question(["order": order], amount, .check))
    }

    func perform(_ id: String, ifTaken taken: TakenOrder = .refuse) async throws -> ServiceAnswer {
        try await service.perform(key(id), ifTaken: taken)
    }

    func cancel(_ id: String, reason: Int64? = 5, refundAllowed: Bool = true) async throws -> ServiceAnswer {
        try await service.cancel(key(id), reason: reason, refundAllowed: refundAllowed)
    }

    func refund(_ id: String, _ amount: Int64) async throws -> ServiceAnswer {
        try await service.refund(key(id), amount: amount, reason: 5, actor: "merchant")
    }

    func find(_ id: String) async throws -> Transaction? { try await service.find(key(id)) }
}

extension ServiceAnswer {
    /// `2`, `2 again`, `orderBusy`.
    var told: String {
        switch self {
        case .success(let outcome): "\(outcome.transaction.state.rawValue)" + (outcome.isRepeat ? " again" : "")
        case .failure(let rejection): rejection.told
        }
    }
}

extension Rejection {
    var told: String {
        switch self {
        case .orderNotFound: "orderNotFound"
        case .orderPaid: "orderPaid"
        case .orderNotPayable: "orderNotPayable"
        case .orderBusy: "orderBusy"
        case .wrongAmount: "wrongAmount"
        case .transactionNotFound: "transactionNotFound"
        case .invalidState: "invalidState"
        case .expired: "expired"
        case .refundRefused: "refundRefused"
        case .refused: "refused"
        }
    }
}

extension Result where Success == CheckOutcome, Failure == Rejection {
    var told: String {
        switch self {
        case .success: "allow"
        case .failure(let rejection): rejection.told
        }
    }
}
