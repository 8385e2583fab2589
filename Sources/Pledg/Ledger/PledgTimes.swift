import Logging
import Payments
import Specification
import Storage

/// Looks after purchases whose time is up. Before one fails, the gateways are asked about every payment on its way.
///
/// Source: pledg.md 8.3, 9.1 to 9.6, 9.33
struct PledgTimes: Sendable {
    let context: PledgContext
    let rounds = PledgRounds()

    private static let longestPause: Int64 = 60_000
    /// How often gateways that do not answer are asked at the least before a purchase fails without their answer.
    private static let leastAsked: Int64 = 5

    func advanceDue() async -> Int64 {
        await rounds.work(
            context, "purchases", due: { try PledgPurchase.due(at: $0, limit: 16, in: $1) },
            nextDue: { _, sql in try PledgPurchase.nextDue(in: sql) }, step: advance)
    }

    private func advance(_ purchase: PledgPurchase) async throws {
        do {
            switch purchase.phase {
            case .draft: try await settle(purchase, .abandoned, from: .draft, since: purchase.draftUntil)
            case .collecting: try await endCollecting(purchase)
            case .closing:
                try await settle(purchase, .unpaid, from: .closing, since: purchase.closingSince ?? context.now)
            case .succeeded, .failed:
                await callOff(purchase)
                try await context.change(purchase.id, Self.rest)
            case .capturing: try await context.change(purchase.id, Self.rest)
            }
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            context.logger.error(
                "a purchase is looked at again later",
                metadata: ["purchase": "\(purchase.id)", "cause": "\(type(of: error))"])
            try await postpone(purchase)
        }
    }

    private static func rest(_ ledger: PledgLedger, _ scene: inout PledgLedger.Scene) throws {
        let phase = scene.purchase.phase
        guard phase == .capturing || phase == .succeeded || phase == .failed else { return }
        _ = try scene.purchase.move(from: [phase], dueAt: nil, in: scene.sql)
    }

    private func endCollecting(_ purchase: PledgPurchase) async throws {
        try await context.change(purchase.id) { ledger, scene in
            guard scene.purchase.phase == .collecting, let deadline = scene.purchase.deadline else { return }
            if scene.now < deadline {
                // A hold that ends before the pledgers' time does is taken whole, and given back if need be.
                if scene.purchase.model == .hold {
                    try ledger.wish(.capture, scene.purchase.amount.minor, scene)
                }
                _ = try scene.purchase.move(from: [.collecting], dueAt: deadline, in: scene.sql)
                return
            }
            scene.purchase.phase = .closing
            scene.purchase.closingSince = scene.now
            guard try scene.purchase.move(from: [.collecting], dueAt: scene.now, in: scene.sql) else { return }
            try PledgPart.withdraw(of: scene.purchase.id, at: scene.now, in: scene.sql)
        }
    }

    /// Asks about payments on their way; once none is left, or too long after the time, the purchase fails.
    private func settle(
        _ purchase: PledgPurchase, _ reason: PledgSpecification.Reason, from phase: PledgSpecification.Phase,
        since: Int64
    ) async throws {
        let isAnswered = try await lookAgain(purchase)
        // A server that was away, or is about to stop, has asked nobody meanwhile: that is no patience.
        let isPatient = purchase.attempts < Self.leastAsked || Task.isCancelled
        if !isAnswered, isPatient || context.now - since < context.specification.timers.closingPatience {
            return try await postpone(purchase)
        }
        if !isAnswered {
            context.onAnomaly(.unansweredClosing)
            context.logger.error(
                "a gateway did not say whether a share was paid; it counts as unpaid",
                metadata: ["purchase": "\(purchase.id)"])
        }
        try await context.change(purchase.id) { ledger, scene in
            // A payment may have come while the gateways were asked.
            guard scene.purchase.phase == phase else { return }
            try ledger.fail(&scene, reason)
        }
    }

    /// - Returns: false if a gateway could not say.
    private func lookAgain(_ purchase: PledgPurchase) async throws -> Bool {
        var isAnswered = true
        var unpaid: [Transaction] = []
        var keptOff: Set<String> = []
        // What comes for a share that is paid goes back, whenever it comes: nobody waits for it.
        for transaction in try await waiting(purchase, unpaid: true) {
            do {
                switch try await context.money.lookAgain(transaction) {
                case .settled: break
                case .unpaid: unpaid.append(transaction)
                case .keptOff:
                    keptOff.insert(transaction.orderID)
                    isAnswered = false
                case .unknown: isAnswered = false
                }
            } catch let failure as StorageFailure {
                throw failure
            } catch {
                isAnswered = false
            }
        }
        // Nobody pays any more with what keeps a payment that is there off its order.
        await callOff(unpaid.filter { keptOff.contains($0.orderID) })
        return isAnswered
    }

    /// Payments that are under way.
    ///
    /// - Parameter unpaid: whether only those of shares that nobody has paid.
    private func waiting(_ purchase: PledgPurchase, unpaid: Bool) async throws -> [Transaction] {
        try await context.store.engine.read(.scan) { sql in
            let paid = Set(
                try PledgShare.all(of: purchase.id, in: sql).filter { $0.state == .successfull }.map(\.id))
            return try PledgAttempt.all(of: purchase.id, in: sql)
                .filter { ($0.state == .waiting || $0.state == .open) && !(unpaid && paid.contains($0.shareID)) }
                .compactMap { try SQLPaymentSession(sql: sql).transaction(id: $0.transactionID) }
                .filter { $0.state == .created }
        }
    }

    /// What is on its way when a purchase has ended, however it did, would only come back, from some gateways by hand
    /// alone: it is called off where the gateway lets us.
    private func callOff(_ purchase: PledgPurchase) async {
        await callOff((try? await waiting(purchase, unpaid: false)) ?? [])
    }

    private func callOff(_ transactions: [Transaction]) async {
        for transaction in transactions {
            do {
                try await context.money.callOff(transaction)
            } catch {
                context.logger.notice(
                    "a payment could not be called off; it goes back if it comes",
                    metadata: ["transaction": "\(transaction.id)", "cause": "\(type(of: error))"])
            }
        }
    }

    private func postpone(_ purchase: PledgPurchase) async throws {
        let dueAt = context.now + PledgContext.pause(attempts: purchase.attempts, longest: Self.longestPause)
        try await context.store.engine.write { try PledgPurchase.postpone(purchase.id, dueAt: dueAt, in: $0) }
    }
}
