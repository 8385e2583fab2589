import Logging
import Payments
import Specification
import Storage

/// Sends what is due, after looking once more whether it is still true.
///
/// A provider that is down keeps nobody from paying: an e-mail waits, and is tried for two days.
///
/// Source: pledg.md 7, 9.32
struct PledgMails: Sendable {
    let context: PledgContext
    let mailer: (any PledgMailer)?
    let rounds = PledgRounds()

    /// How often it is tried: with the pauses between, for two days. Time in which nobody tried does not count.
    private static let attemptsMaximum: Int64 = 57
    /// How long nobody else takes one that is being sent, milliseconds.
    private static let lease: Int64 = 120_000

    private struct Row: Sendable {
        var id: String
        var purchaseID: String
        var shareID: String
        var subject: String
        var kind: PledgMail.Kind?
        var createdAt: Int64
        var dueAt: Int64
        var attempts: Int64
    }

    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    func advanceDue() async -> Int64 {
        guard let mailer else { return 60_000 }
        return await rounds.work(context, "e-mails", due: Self.due, nextDue: Self.nextDue) { row in
            guard let mail = try await claim(row) else { return }
            do {
                try await mailer.send(mail)
                try await settle(row, "sent", note: nil)
            } catch let refused as PledgMailRefused {
                try await settle(row, "dead", note: refused.isBounce ? "bounced" : "refused")
                context.onAnomaly(.mailFailed)
                if refused.isBounce { try await bounced(row) }
            } catch let failure as StorageFailure {
                throw failure
            } catch {
                try await postpone(row, error)
            }
        }
    }

    private static func due(_ now: Int64, _ sql: any SQLSession) throws -> [Row] {
        try sql.all(
            """
            SELECT id, purchase_id, share_id, subject, kind, created_at, due_at, attempts FROM pledg_mails
            WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, created_at, id LIMIT 16
            """, [.integer(now)]
        ) { row in
            Row(
                id: row.text(0) ?? "", purchaseID: row.text(1) ?? "", shareID: row.text(2) ?? "",
                subject: row.text(3) ?? "", kind: row.text(4).flatMap(PledgMail.Kind.init(rawValue:)),
                createdAt: row.integer(5) ?? 0, dueAt: row.integer(6) ?? 0, attempts: row.integer(7) ?? 0)
        }
    }

    private static func nextDue(_ now: Int64, _ sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM pledg_mails WHERE due_at > $1", [.integer(now)]) { $0.integer(0) } ?? nil
    }

    /// Takes one, if it is still to be sent as things stand now.
    private func claim(_ row: Row) async throws -> PledgMail? {
        let (service, ledger, now) = (context.service, context.ledger, context.now)
        return try await context.store.engine.write { sql in
            guard let scene = try ledger.scene(row.purchaseID, SQLPaymentSession(sql: sql), service),
                let share = try PledgShare.find(row.shareID, in: sql), let kind = row.kind,
                try Self.isTrue(row, kind, share, scene)
            else {
                try Self.settle(row.id, "skipped", note: nil, at: now, in: sql)
                return nil
            }
            let taken = try sql.execute(
                "UPDATE pledg_mails SET due_at = $1, attempts = attempts + 1 WHERE id = $2 AND due_at = $3",
                [.integer(now + Self.lease), .text(row.id), .integer(row.dueAt)])
            return taken == 1 ? try ledger.mail(row.id, kind, row.subject, to: share, scene) : nil
        }
    }

    private static func isTrue(
        _ row: Row, _ kind: PledgMail.Kind, _ share: PledgShare, _ scene: PledgLedger.Scene
    ) throws -> Bool {
        let purchase = scene.purchase
        let isCollecting = purchase.phase == .collecting && scene.now < (purchase.deadline ?? 0)
        switch kind {
        case .invitation:
            return isCollecting && share.removedAt == nil && share.state == .initialized
        case .reminder24, .reminder42, .reminder47:
            guard isCollecting, share.removedAt == nil, share.state == .initialized, share.mutedAt == nil,
                share.declinedAt == nil
            else { return false }
            // After an outage the latest alone is sent.
            let later = try scene.sql.first(
                """
                SELECT 1 FROM pledg_mails WHERE subject = $1 AND kind LIKE 'reminder%' AND state = 'waiting'
                AND due_at > $2 AND due_at <= $3
                """, [.text(row.subject), .integer(row.dueAt), .integer(scene.now)]
            ) { _ in true }
            return later == nil
        case .summary24, .declined, .bounced: return isCollecting
        case .correction: return purchase.settlement == .refundAll
        case .final: return share.removedAt == nil
        case .stray, .returned: return true
        }
    }

    private func settle(_ row: Row, _ state: String, note: String?) async throws {
        let now = context.now
        try await context.store.engine.write { sql in
            try Self.settle(row.id, state, note: note, at: now, in: sql)
        }
    }

    private static func settle(
        _ id: String, _ state: String, note: String?, at now: Int64, in sql: any SQLSession
    ) throws {
        try sql.execute(
            "UPDATE pledg_mails SET state = $1, settled_at = $2, note = $3, due_at = NULL WHERE id = $4",
            [.text(state), .integer(now), .optional(note), .text(id)])
    }

    private func postpone(_ row: Row, _ error: any Error) async throws {
        let now = context.now
        let cause = "\(type(of: error))"
        if row.attempts + 1 >= Self.attemptsMaximum {
            context.onAnomaly(.mailFailed)
            return try await settle(row, "dead", note: cause)
        }
        let dueAt = now + PledgContext.pause(attempts: row.attempts, longest: 3_600_000)
        try await context.store.engine.write { sql -> Void in
            try sql.execute(
                "UPDATE pledg_mails SET due_at = $1, note = $2 WHERE id = $3 AND state = 'waiting'",
                [.integer(dueAt), .text(cause), .text(row.id)])
        }
        context.logger.warning("an e-mail is sent again later", metadata: ["mail": "\(row.id)", "cause": "\(cause)"])
    }

    private func bounced(_ row: Row) async throws {
        try await context.change(row.purchaseID) { ledger, scene -> Void in
            guard var share = try PledgShare.find(row.shareID, in: scene.sql), share.role == .pledger,
                let leader = try scene.shares().first(where: { $0.role == .leader })
            else { return }
            share.bouncedAt = scene.now
            try share.update(in: scene.sql)
            try ledger.write(.bounced, to: leader, about: share.id, at: scene.now, scene)
        }
    }
}

extension PledgLedger {
    /// An e-mail as it is to be written now.
    func mail(
        _ id: String, _ kind: PledgMail.Kind, _ subject: String, to share: PledgShare, _ scene: Scene
    ) throws -> PledgMail {
        let purchase = scene.purchase
        let shares = try scene.shares()
        let pledgers = shares.filter { $0.role == .pledger }
        let linkKind: PledgLink.Kind = share.role == .leader ? .leader : .pledger
        let isOver = purchase.phase == .succeeded || purchase.phase == .failed
        let about = [.declined, .bounced].contains(kind) ? try PledgShare.find(subject, in: scene.sql) : nil
        let currency = purchase.amount.currency
        let movement = kind == .returned ? try PledgMovement.find(subject, in: scene.sql) : nil
        // Who paid for another hears of the money that goes back.
        let paidBy = try (movement?.transactionID ?? Self.stray(kind, subject)).flatMap {
            try PledgAttempt.find($0, in: scene.sql)?.payerEmail
        }
        let to = paidBy ?? share.email
        return PledgMail(
            id: id, kind: kind, to: to.text, language: purchase.language, purchaseID: purchase.id,
            title: purchase.title, organiser: organiser(purchase, shares),
            amount: Money(minor: movement?.amount ?? share.amount, currency: currency), total: purchase.amount,
            deadline: purchase.deadline,
            token: isOver && linkKind == .pledger ? nil : try token(linkKind, share, scene),
            isLeader: linkKind == .leader, pledgers: pledgers.count,
            pledgersPaid: pledgers.filter { $0.state == .successfull }.count,
            pledgersCovered: pledgers.filter(\.isCovered).count,
            state: specification.state(purchase.phase).rawValue,
            isRefunded: purchase.settlement.map { $0 == .refundAll }, reason: purchase.reason,
            about: about?.email.masked)
    }

    /// The transaction that an e-mail about a stray payment is about.
    private static func stray(_ kind: PledgMail.Kind, _ subject: String) -> Int64? {
        kind == .stray ? Int64(subject.dropFirst("stray-".count)) : nil
    }

    /// The token of a share's link; made anew if the secret has changed.
    func token(_ kind: PledgLink.Kind, _ share: PledgShare, _ scene: Scene) throws -> String {
        if let token = try PledgLink.token(kind, share: share.id, configuration.linkSecret, in: scene.sql) {
            return token
        }
        return try PledgLink.make(
            kind, share: share.id, of: share.purchaseID, configuration.linkSecret, at: scene.now, in: scene.sql)
    }

    /// The leader as others may know him.
    func organiser(_ purchase: PledgPurchase, _ shares: [PledgShare]) -> String {
        purchase.organiserName ?? shares.first { $0.role == .leader }?.email.masked ?? ""
    }
}
