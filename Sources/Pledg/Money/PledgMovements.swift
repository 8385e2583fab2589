import Logging
import Payments
import Specification
import Storage

/// Asks gateways for the movements that are written down: each with its own id, again until the answer is known.
///
/// Source: pledg.md 6, 9.12, 9.21
struct PledgMovements: Sendable {
    let context: PledgContext
    let rounds = PledgRounds()

    private static let longestPause: Int64 = 3_600_000
    /// How often what a gateway accepted is looked at, milliseconds.
    private static let watch: Int64 = 3_600_000
    /// How long that may take until somebody should look, milliseconds.
    private static let stuck: Int64 = 3 * 86_400_000

    func advanceDue() async -> Int64 {
        await rounds.work(
            context, "movements", due: { try PledgMovement.due(at: $0, limit: 16, in: $1) },
            nextDue: { try PledgMovement.nextDue(after: $0, in: $1) }, step: advance)
    }

    private func advance(_ movement: PledgMovement) async throws {
        guard movement.state != .done, movement.state != .operator else {
            // Nobody here asked for it: somebody should know.
            context.onAnomaly(movement.state == .done ? .foreignRefund : .needsOperator)
            return try await context.store.engine.write { try PledgMovement.silence(movement.id, in: $0) }
        }
        guard let wish = try await wish(movement) else { return }
        do {
            let answer: ShareAnswer
            switch (movement.state, movement.kind) {
            case (.accepted, _): answer = try await context.money.standing(of: wish)
            case (_, .capture): answer = try await context.money.capture(wish)
            case (_, .release): answer = try await context.money.release(wish)
            default: answer = try await context.money.giveBack(wish)
            }
            try await take(answer, movement)
        } catch let failure as StorageFailure {
            throw failure
        } catch is MovementAccepted {
            // Another server was faster.
            try await take(.underWay, movement)
        } catch {
            try await postpone(movement, error)
        }
    }

    /// Nil: nothing is to be asked any more.
    private func wish(_ movement: PledgMovement) async throws -> ShareWish? {
        let now = context.now
        return try await context.store.engine.write { sql -> ShareWish? in
            guard let stored = try PledgMovement.find(movement.id, in: sql),
                stored.state == .waiting || stored.state == .accepted,
                let attempt = try PledgAttempt.find(movement.transactionID, in: sql),
                let transaction = try SQLPaymentSession(sql: sql).transaction(id: movement.transactionID)
            else {
                try PledgMovement.silence(movement.id, in: sql)
                return nil
            }
            // What else went back may have left less than was written down.
            let left = attempt.amount - attempt.returned
            guard movement.kind == .capture || movement.kind == .release || movement.amount <= left else {
                _ = try PledgMovement.move(
                    movement.id, from: [.waiting, .accepted], to: .operator, dueAt: now,
                    note: "that much is not left of the payment", in: sql)
                return nil
            }
            if movement.kind == .capture { try PledgMovement.noteAsked(movement.id, in: sql) }
            let isAll = movement.amount == transaction.amount.minor - transaction.refundedAmount
            let amount = Money(minor: movement.amount, currency: transaction.amount.currency)
            let watch = Self.watch
            return ShareWish(
                id: movement.id, transaction: transaction, amount: isAll ? nil : amount,
                isRelease: movement.kind == .release, actor: movement.actor,
                accepted: { _, sql in
                    let isNew = try PledgMovement.move(
                        movement.id, from: [.waiting], to: .accepted, dueAt: now + watch, in: sql)
                    guard isNew else { throw MovementAccepted() }
                })
        }
    }

    private func take(_ answer: ShareAnswer, _ movement: PledgMovement) async throws {
        let now = context.now
        switch answer {
        case .underWay:
            try await context.store.engine.write { sql in
                // It may have come to its end meanwhile.
                _ = try PledgMovement.move(
                    movement.id, from: [.waiting, .accepted], to: .accepted, dueAt: now + Self.watch, in: sql)
            }
            if movement.state == .accepted, now - movement.requestedAt > Self.stuck {
                context.onAnomaly(.stuck)
                context.logger.error("money is not back after days", metadata: ["movement": "\(movement.id)"])
            }
        case .refused(let why):
            if movement.kind == .capture { return try await captureFailed(movement, why) }
            if movement.kind == .release, movement.state == .accepted, try await tookMore(movement) { return }
            let moved = try await context.store.engine.write { sql in
                try PledgMovement.move(
                    movement.id, from: [.waiting, .accepted], to: .operator, dueAt: nil, note: why, in: sql)
            }
            if moved { tell(movement, why) }
        }
    }

    /// The rest of what was held was taken, too.
    ///
    /// - Returns: whether it goes back now.
    private func tookMore(_ movement: PledgMovement) async throws -> Bool {
        try await context.change(movement.purchaseID) { ledger, scene in
            try ledger.restWasTaken(movement, scene)
        } ?? false
    }

    private func tell(_ movement: PledgMovement, _ why: String) {
        context.onAnomaly(.needsOperator)
        context.logger.error(
            "money has to be given back by hand",
            metadata: [
                "purchase": "\(movement.purchaseID)", "movement": "\(movement.id)",
                "transaction": "\(movement.transactionID)", "minor_units": "\(movement.amount)", "cause": "\(why)",
            ])
    }

    /// What was held cannot be taken, for good: a purchase that waits for it fails, and everybody gets his money back.
    private func captureFailed(_ movement: PledgMovement, _ why: String) async throws {
        let moved = try await context.change(movement.purchaseID) { ledger, scene in
            let isNew = try PledgMovement.move(
                movement.id, from: [.waiting, .accepted], to: .operator, dueAt: nil, note: why, in: scene.sql)
            guard isNew else { return false }
            // Nothing is left for an operator to do: the hold is let go.
            _ = try PledgMovement.move(
                movement.id, from: [.operator], to: .done, settledAt: scene.now, dueAt: nil, in: scene.sql)
            switch scene.purchase.phase {
            case .capturing, .collecting, .closing: try ledger.fail(&scene, .captureFailed, .refundAll)
            case .failed where scene.purchase.settlement == .leaderCovers: try ledger.coverFailed(&scene)
            // It was to be let go, and was being taken.
            case .failed, .succeeded: try ledger.letGo(scene)
            case .draft: break
            }
            return true
        }
        guard moved == true else { return }
        context.onAnomaly(.captureFailed)
        context.logger.error(
            "what was held of the leader's money could not be taken",
            metadata: ["purchase": "\(movement.purchaseID)", "cause": "\(why)"])
    }

    private func postpone(_ movement: PledgMovement, _ error: any Error) async throws {
        let dueAt = context.now + PledgContext.pause(attempts: movement.attempts, longest: Self.longestPause)
        let cause = "\(type(of: error))"
        try await context.store.engine.write { sql in
            try PledgMovement.postpone(movement.id, dueAt: dueAt, note: cause, in: sql)
        }
        if context.now - movement.requestedAt > Self.stuck { context.onAnomaly(.stuck) }
        context.logger.warning(
            "a gateway is asked again later to move money",
            metadata: ["movement": "\(movement.id)", "attempt": "\(movement.attempts + 1)", "cause": "\(cause)"])
    }
}

/// The gateway was asked before: the storage transaction of a second request is undone.
struct MovementAccepted: Error {}
