import Payments
import Pledg
import Storage
import Synchronization

/// The gateways that shares are paid through, as a test plays them.
final class ScriptedMoney: ShareMoney {
    enum Way: Sendable {
        /// Done at once.
        case now
        /// Taken, and done when the test says so.
        case later
        case refuse(String)
        /// No answer, and nothing was done.
        case lostBefore
        /// Done, and the answer was lost.
        case lostAfter
    }

    struct NoAnswer: Error {}

    struct Script: Sendable {
        var way = Way.now
        /// Taken one by one before `way`.
        var ways: [Way] = []
        var capture = Way.now
        var standing = ShareAnswer.underWay
        /// What the gateway says of transactions by their external ids; others are unpaid.
        var looks: [String: ShareLook] = [:]
        /// Payments that the gateway knows of and has not told: when they were paid.
        var untold: [String: Int64] = [:]
        var isDown = false
        /// Transactions that the gateway does not let us call off, by their external ids.
        var stubborn: Set<String> = []
        var gateways = [
            ShareGateway(name: "alpha", returns: .parts, attemptMilliseconds: 3_600_000),
            ShareGateway(name: "beta", returns: .wholePayments), ShareGateway(name: "gamma", returns: .nothing),
        ]
        var calls: [String] = []
        var accepted: [String: ShareWish] = [:]
        /// Called before a gateway answers a look.
        var onLook: (@Sendable () async throws -> Void)?
    }

    private let script = Mutex(Script())
    private let count = Mutex(0)

    /// For the next transaction's id; it goes on after a restart.
    func number() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    private let service = Mutex<TransactionService?>(nil)

    func connect(_ service: TransactionService) { self.service.withLock { $0 = service } }
    func change(_ work: (inout Script) -> Void) { script.withLock { work(&$0) } }
    func look<T>(_ work: (Script) -> T) -> T { script.withLock { work($0) } }
    func takeCalls() -> [String] {
        script.withLock { script in
            defer { script.calls = [] }
            return script.calls
        }
    }

    private var transactions: TransactionService {
        get throws { try service.withLock { $0 } ?? { throw NoAnswer() }() }
    }

    func gateways(for currency: Currency) -> [ShareGateway] { currency == .eur ? look { $0.gateways } : [] }

    func lookAgain(_ transaction: Transaction) async throws -> ShareLook {
        let id = transaction.key.externalID
        script.withLock { $0.calls.append("look \(id)") }
        try await look { $0.onLook }?()
        guard !look({ $0.isDown }) else { throw NoAnswer() }
        if let paidAt = look({ $0.untold[id] }) {
            _ = try await transactions.perform(transaction.key, paidAt: paidAt)
            return .settled
        }
        return look { $0.looks[id] } ?? .unpaid
    }

    func callOff(_ transaction: Transaction) async throws {
        script.withLock { $0.calls.append("call off \(transaction.key.externalID)") }
        guard !look({ $0.isDown || $0.stubborn.contains(transaction.key.externalID) }) else { throw NoAnswer() }
        _ = try await transactions.cancel(transaction.key, reason: 10, refundAllowed: false)
    }

    func giveBack(_ wish: ShareWish) async throws -> ShareAnswer {
        note("give back", wish)
        let gateway = look { script in script.gateways.first { $0.name == wish.transaction.key.gateway } }
        if gateway?.returns == .nothing { return .refused("it gives nothing back") }
        if gateway?.returns == .wholePayments, wish.amount != nil { return .refused("it gives back whole payments") }
        let way = script.withLock { $0.ways.isEmpty ? $0.way : $0.ways.removeFirst() }
        return try await carryOut(way, wish) { service in
            let left = wish.transaction.amount.minor - wish.transaction.refundedAmount
            _ = try await service.refund(
                wish.transaction.key, amount: wish.amount?.minor ?? left, reason: 5, actor: wish.actor)
        }
    }

    func capture(_ wish: ShareWish) async throws -> ShareAnswer {
        note("capture", wish)
        return try await carryOut(look { $0.capture }, wish) { service in
            let key = wish.transaction.key
            _ = try await service.perform(key)
            if let amount = wish.amount {
                let rest = wish.transaction.amount.minor - amount.minor
                _ = try await service.refund(key, amount: rest, reason: 5, actor: key.gateway)
            }
        }
    }

    func release(_ wish: ShareWish) async throws -> ShareAnswer {
        note("release", wish)
        return try await carryOut(look { $0.way }, wish) { service in
            _ = try await service.cancel(wish.transaction.key, reason: 10, refundAllowed: false)
        }
    }

    func standing(of wish: ShareWish) async throws -> ShareAnswer { look { $0.standing } }

    /// Does what it has taken.
    func finish(_ gateway: String? = nil) async throws {
        let wishes = script.withLock { script in
            defer { script.accepted = [:] }
            return script.accepted.values.map { $0 }
        }
        for wish in wishes {
            let left = wish.transaction.amount.minor - wish.transaction.refundedAmount
            _ = try await transactions.refund(
                wish.transaction.key, amount: wish.amount?.minor ?? left, reason: 5, actor: wish.actor)
        }
    }

    private func note(_ what: String, _ wish: ShareWish) {
        let amount = wish.amount.map { String($0.minor) } ?? "all"
        script.withLock { $0.calls.append("\(what) \(amount) of \(wish.transaction.key.externalID)") }
    }

    private func carryOut(
        _ way: Way, _ wish: ShareWish, _ work: (TransactionService) async throws -> Void
    ) async throws -> ShareAnswer {
        let service = try transactions
        switch way {
        case .lostBefore: throw NoAnswer()
        case .refuse(let why): return .refused(why)
        case .now, .later, .lostAfter:
            let transaction = wish.transaction
            let accepted = wish.accepted
            try await service.store.write { try accepted(transaction, $0.sql) }
            if case .later = way {
                script.withLock { $0.accepted[wish.id] = wish }
                return .underWay
            }
            try await work(service)
            if case .lostAfter = way { throw NoAnswer() }
            return .underWay
        }
    }
}

/// Keeps e-mails.
final class Mailbox: PledgMailer {
    private let mails = Mutex<[PledgMail]>([])
    private let trouble = Mutex<(error: any Error, to: String)?>(nil)

    func send(_ mail: PledgMail) async throws {
        if let trouble = trouble.withLock({ $0 }), mail.to.hasPrefix(trouble.to) { throw trouble.error }
        mails.withLock { $0.append(mail) }
    }

    /// What is sent to addresses that begin so fails.
    func fail(_ error: (any Error)?, to: String = "") { trouble.withLock { $0 = error.map { ($0, to) } } }

    var all: [PledgMail] { mails.withLock { $0 } }

    /// `kind to`, in the order of the alphabet, since the last look.
    func take() -> [String] {
        mails.withLock { mails in
            defer { mails = [] }
            return mails.map { "\($0.kind.rawValue) \($0.to.prefix { $0 != "@" })" }.sorted()
        }
    }
}
