import Payments
import Specification

// Movements: what is to go back, to be taken or to be let go, written down before any gateway is asked.
extension PledgLedger {
    /// The leader gets back what the others paid of what he advanced; once, at the end.
    func reimburse(_ amount: Int64, _ scene: Scene) throws {
        guard amount > 0, let attempt = try advance(scene) else { return }
        // Money that went back without our doing is not given back a second time.
        try reserve(.reimbursement, min(amount, attempt.available), attempt, scene)
    }

    /// Writes down that part of a payment is to go back, and keeps that part for it.
    func reserve(
        _ kind: PledgMovement.Kind, _ amount: Int64, _ attempt: PledgAttempt, actor: String = PledgGateway.name,
        request: String? = nil, _ scene: Scene
    ) throws {
        guard amount > 0 else { return }
        // Read again: another movement of this storage transaction may have taken from it.
        guard var attempt = try PledgAttempt.find(attempt.transactionID, in: scene.sql) else { return }
        let movement = PledgMovement.new(kind, amount, of: attempt, actor: actor, request: request, at: scene.now)
        attempt.reserved += amount
        try attempt.update(in: scene.sql)
        try movement.insert(dueAt: scene.now, in: scene.sql)
        // How it ended is told to the member, and not to who paid for him.
        if kind == .return || kind == .refund, attempt.payerEmail != nil,
            let share = try PledgShare.find(attempt.shareID, in: scene.sql)
        {
            try write(.returned, to: share, about: movement.id, at: scene.now, scene)
        }
    }

    /// What is held is to be taken, or let go.
    func wish(_ kind: PledgMovement.Kind, _ amount: Int64, _ scene: Scene) throws {
        guard let attempt = try advance(scene), amount > 0 else { return }
        let captures = try PledgMovement.open(ofTransaction: attempt.transactionID, in: scene.sql)
            .filter { $0.kind == .capture && $0.state != .operator }
        for capture in captures where kind == .release {
            // It is being taken, or may have been: then it goes back after that.
            guard capture.state == .waiting, !capture.isAsked else { return }
            // Nobody was asked to take it yet: nobody will be.
            let isCalledOff = try PledgMovement.move(
                capture.id, from: [.waiting], to: .done, settledAt: scene.now, dueAt: nil, note: "it is let go",
                in: scene.sql)
            guard isCalledOff else { return }
        }
        // It is being taken whole already, because the hold was about to end: what is too much goes back after that.
        guard captures.isEmpty || kind == .release else { return }
        try PledgMovement.new(kind, amount, of: attempt, at: scene.now).insert(dueAt: scene.now, in: scene.sql)
    }

    /// What is still held of the leader's money is let go.
    func letGo(_ scene: Scene) throws {
        guard let attempt = try advance(scene), attempt.state == .held else { return }
        try wish(.release, attempt.amount, scene)
    }

    /// The payment of the leader's money.
    func advance(_ scene: Scene) throws -> PledgAttempt? {
        guard let id = scene.purchase.advanceID else { return nil }
        return try PledgAttempt.find(id, in: scene.sql)
    }

    /// Money that is too late or too much: it goes back, and who paid is told.
    func stray(_ attempt: PledgAttempt, _ scene: Scene) throws {
        guard var attempt = try PledgAttempt.find(attempt.transactionID, in: scene.sql), attempt.state != .stray else {
            return
        }
        attempt.state = .stray
        try attempt.update(in: scene.sql)
        // It was held, and taken before it could be let go: nothing is left to let go, and nothing waits behind that.
        for release in try PledgMovement.open(ofTransaction: attempt.transactionID, in: scene.sql)
        where release.kind == .release {
            _ = try PledgMovement.move(
                release.id, from: [.waiting, .accepted, .operator], to: .done, settledAt: scene.now, dueAt: nil,
                note: "the gateway took it before", in: scene.sql)
        }
        try reserve(.stray, attempt.available, attempt, scene)
        if let share = try PledgShare.find(attempt.shareID, in: scene.sql) {
            try write(.stray, to: share, about: "stray-\(attempt.transactionID)", at: scene.now, scene)
        }
    }

    /// Money of a payment went back: by one of our movements, or without our doing.
    func returned(_ attempt: PledgAttempt, refunded: Int64, _ scene: inout Scene) throws {
        var attempt = attempt
        let amount = refunded - attempt.returned
        guard amount > 0 else { return }
        let open = try PledgMovement.open(ofTransaction: attempt.transactionID, in: scene.sql)
        let ours = PledgMovement.coming(to: amount, open.filter { $0.kind != .capture })
        attempt.returned = refunded
        if !ours.isEmpty {
            let kept = ours.filter(\.reserves).reduce(0) { $0 + $1.amount }
            attempt.reserved -= min(kept, attempt.reserved)
            attempt.byHand = min(attempt.byHand, attempt.amount - attempt.returned - attempt.reserved)
            try attempt.update(in: scene.sql)
            for movement in ours { try settle(movement, attempt, &scene) }
        } else {
            attempt.reserved = min(attempt.reserved, attempt.amount - attempt.returned)
            attempt.byHand = min(attempt.byHand, attempt.amount - attempt.returned - attempt.reserved)
            try attempt.update(in: scene.sql)
            var movement = PledgMovement.new(.foreign, amount, of: attempt, at: scene.now)
            movement.state = .done
            try movement.insert(dueAt: scene.now, in: scene.sql)
            try lost(attempt, &scene)
        }
    }

    /// A movement came to its end.
    func settle(_ movement: PledgMovement, _ attempt: PledgAttempt, _ scene: inout Scene) throws {
        let isNew = try PledgMovement.move(
            movement.id, from: [.waiting, .accepted, .operator], to: .done, settledAt: scene.now, dueAt: nil,
            in: scene.sql)
        guard isNew else { return }
        if movement.kind == .refund {
            let key = scene.purchase.coverID == nil ? scene.purchase.key : PledgGateway.coverKey(scene.purchase.id)
            let answer = try scene.service.refund(
                key, amount: movement.amount, reason: reasons[.refunded], actor: movement.actor, in: scene.session)
            guard case .success = answer else { throw CorruptPurchase() }
        }
        guard movement.kind == .refund || movement.kind == .return else { return }
        // Of the leader's payment more went back than his share: that is no share of his that was given back.
        let isWhole = attempt.role == .share && attempt.returned + attempt.byHand == attempt.amount
        let isLeaders = attempt.role == .advance && attempt.available == 0
        if isWhole || isLeaders, var share = try PledgShare.find(attempt.shareID, in: scene.sql) {
            share.state = .failed
            try share.update(in: scene.sql)
        }
    }

    /// Money is gone that nobody here gave back. While the group pays, its share is open again; after that it is the
    /// merchant's loss, and nobody else's.
    private func lost(_ attempt: PledgAttempt, _ scene: inout Scene) throws {
        guard [.collecting, .closing, .capturing].contains(scene.purchase.phase), attempt.state == .succeeded else {
            return
        }
        if attempt.role == .advance { return try fail(&scene, .holdLost, .refundAll) }
        guard attempt.returned == attempt.amount, scene.purchase.phase != .capturing,
            var share = try PledgShare.find(attempt.shareID, in: scene.sql), share.removedAt == nil
        else { return }
        var ended = attempt
        ended.state = .ended
        try ended.update(in: scene.sql)
        share.state = .initialized
        share.transactionID = nil
        share.paidAt = nil
        try share.update(in: scene.sql)
    }

    /// What was held has been taken.
    func captured(_ attempt: PledgAttempt, _ scene: inout Scene) throws {
        var attempt = attempt
        attempt.state = .succeeded
        try attempt.update(in: scene.sql)
        let open = try PledgMovement.open(ofTransaction: attempt.transactionID, in: scene.sql)
        let capture = open.first { $0.kind == .capture }
        let taken = capture?.amount ?? attempt.amount
        if let capture { try settle(capture, attempt, &scene) }
        if let release = open.first(where: { $0.kind == .release }) {
            // It was taken although it was to be let go: then it goes back.
            _ = try PledgMovement.move(
                release.id, from: [.waiting, .accepted, .operator], to: .done, settledAt: scene.now, dueAt: nil,
                note: "the gateway took it before", in: scene.sql)
        }
        if taken < attempt.amount {
            // The gateway lets go the rest by itself; that it does is seen on the transaction.
            var rest = PledgMovement.new(.release, attempt.amount - taken, of: attempt, at: scene.now)
            rest.state = .accepted
            try rest.insert(dueAt: scene.now + Self.restMilliseconds, in: scene.sql)
        }
        try leaderHasPaid(attempt, &scene)
        let paid = try scene.shares().pledgersPaid
        let surplus = taken - (scene.purchase.amount.minor - paid)
        switch scene.purchase.phase {
        case .capturing:
            try succeed(&scene, try scene.shares())
            try reimburse(surplus, scene)
        case .failed where scene.purchase.settlement == .leaderCovers:
            try reimburse(surplus, scene)
            try cover(&scene)
        case .failed, .succeeded: try reserve(.return, taken, attempt, scene)
        case .draft, .collecting, .closing: break
        }
    }

    private func leaderHasPaid(_ attempt: PledgAttempt, _ scene: inout Scene) throws {
        scene.purchase.model = .charge
        let phase = scene.purchase.phase
        let dueAt: Int64? =
            switch phase {
            case .collecting, .closing: scene.purchase.deadline
            case .succeeded, .failed: try dueAfterEnd(scene)
            case .draft, .capturing: nil
            }
        _ = try scene.purchase.move(from: [phase], dueAt: dueAt, in: scene.sql)
        guard phase != .failed || scene.purchase.settlement == .leaderCovers,
            var leader = try scene.shares().first(where: { $0.role == .leader })
        else { return }
        leader.state = .successfull
        leader.paidAt = scene.now
        leader.transactionID = attempt.transactionID
        try leader.update(in: scene.sql)
    }
}
