import Foundation
import Payments
import Synchronization

@testable import Pledg
@testable import Server

/// Two gateways with pages of their own, as a group's payers see them. `alpha` wants a payment begun before its page is
/// opened; `beta` has a link, and begins when the payer says so.
final class SimulatedMoney: ShareMoney, PledgCheckouts {
    struct Visit: Sendable {
        var start: PledgStart
        var key: TransactionKey
        var returnURL: String?
    }

    private struct State {
        var visits: [String: Visit] = [:]
        var count = 0
        var isDown = false
        var lasts: [String: Int64] = [:]
    }

    private let state = Mutex(State())
    private let service = Mutex<TransactionService?>(nil)
    private let url = Mutex("")

    struct NoAnswer: Error {}

    func connect(_ service: TransactionService) { self.service.withLock { $0 = service } }
    func connect(url: String) { self.url.withLock { $0 = url } }

    /// Whether the gateways answer nothing.
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    var transactions: TransactionService {
        get throws {
            guard let service = service.withLock({ $0 }) else { throw NoAnswer() }
            return service
        }
    }

    func visit(_ id: String) -> Visit? { state.withLock { $0.visits[id] } }

    // MARK: What the core needs

    func gateways(for currency: Currency) -> [ShareGateway] {
        [
            ShareGateway(name: "alpha", returns: .parts, attemptMilliseconds: 3_600_000),
            ShareGateway(name: "beta", returns: .nothing),
            // Pages cannot lead there.
            ShareGateway(name: "gamma", returns: .parts),
        ]
    }

    func lookAgain(_ transaction: Transaction) async throws -> ShareLook {
        if state.withLock({ $0.isDown }) { throw NoAnswer() }
        return .unpaid
    }

    func callOff(_ transaction: Transaction) async throws {
        _ = try await transactions.cancel(transaction.key, reason: 10, refundAllowed: false)
    }

    func giveBack(_ wish: ShareWish) async throws -> ShareAnswer {
        let transaction = wish.transaction
        guard transaction.key.gateway != "beta" else { return .refused("it gives nothing back") }
        let (service, accepted) = (try transactions, wish.accepted)
        try await service.store.write { try accepted(transaction, $0.sql) }
        let left = transaction.amount.minor - transaction.refundedAmount
        _ = try await service.refund(
            transaction.key, amount: wish.amount?.minor ?? left, reason: 5, actor: wish.actor)
        return .underWay
    }

    // MARK: What the pages need

    func name(of gateway: String) -> String? { ["alpha": "Alpha Pay", "beta": "Beta Bank"][gateway] }

    func begin(_ start: PledgStart, returnURL: String?, _ language: PledgLanguage) async throws -> PledgCheckout {
        if state.withLock({ $0.isDown }) { return .refused }
        let id = state.withLock { state in
            state.count += 1
            return "\(start.gateway)-\(state.count)"
        }
        let key = TransactionKey(gateway: start.gateway, cashbox: "", externalID: id)
        state.withLock { $0.visits[id] = Visit(start: start, key: key, returnURL: returnURL) }
        if start.gateway == "alpha" {
            guard case .success = try await create(id) else { return .underWay }
            return .here("/gate/\(id)")
        }
        return .elsewhere("\(url.withLock { $0 })/gate/\(id)")
    }

    func resume(_ transaction: Transaction) async throws -> PledgCheckout? {
        .here("/gate/\(transaction.key.externalID)")
    }

    func hasten(_ transaction: Transaction) async throws {}

    // MARK: What the payer does there

    @discardableResult
    func create(_ id: String) async throws -> Result<Void, Rejection> {
        guard let visit = visit(id) else { throw NoAnswer() }
        let service = try transactions
        let question = AccountQuestion(
            gateway: visit.start.gateway, purpose: .create, fields: ["order": visit.start.orderID],
            reference: visit.start.orderID, amount: visit.start.amount)
        return try await service.create(
            CreateCommand(
                key: visit.key, externalTime: service.clock.now, account: "{}", question: question, deadline: nil,
                holdsOrderFromCreation: true)
        ).map { _ in () }
    }

    func pay(_ id: String) async throws {
        guard let visit = visit(id) else { throw NoAnswer() }
        if visit.start.gateway == "beta" { try await create(id) }
        _ = try await transactions.perform(visit.key)
    }

    func refuse(_ id: String) async throws {
        guard let visit = visit(id) else { throw NoAnswer() }
        _ = try await transactions.cancel(visit.key, reason: 10, refundAllowed: false)
    }
}
