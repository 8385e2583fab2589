public import Payments
import Specification
import Storage

extension PledgGateway {
    /// Stores a purchase. The same request again answers the same purchase.
    ///
    /// - Parameter alongside: rows of the caller's own; not for a request that was made before.
    /// - Returns: the purchase, as ``view(_:)`` shows it.
    /// - Throws: `StorageFailure`; what a hook or `alongside` threw.
    public func create(
        _ request: PledgRequest, alongside: Alongside? = nil
    ) async throws -> Result<PledgPurchaseView, PledgRefusal> {
        if let refusal = request.problem(context.specification.limits) { return .failure(refusal) }
        if let known = try await known(request) { return known }
        guard !context.money.gateways(for: request.amount.currency).isEmpty else { return .failure(.noGateway) }
        let organiser: PledgAddress
        do {
            organiser = try PledgAddress(request.organiserEmail, context.specification.limits)
        } catch {
            return .failure(.address(error))
        }
        let reference = request.reference
        let live = try await context.store.engine.read(.point) { sql in
            (
                try PledgPurchase.find(liveReference: reference, in: sql),
                try SQLPaymentSession(sql: sql).order(reference)
            )
        }
        if let purchase = live.0 { return try await known(request) ?? .failure(Self.taken(purchase)) }
        let draft = draft(request)
        let command = command(request, draft, organiser, hasOrder: live.1 != nil, alongside)
        do {
            switch try await context.service.create(command) {
            case .success: break
            case .failure(let rejection): return try await overtaken(request) ?? .failure(.order(rejection))
            }
        } catch is PurchaseTaken {
            return try await overtaken(request) ?? .failure(.order(.orderBusy))
        }
        guard let view = try await view(draft.id) else { throw CorruptPurchase() }
        return .success(view)
    }

    /// Another request was faster, the same or one with the same reference; nil: none was.
    private func overtaken(_ request: PledgRequest) async throws -> Result<PledgPurchaseView, PledgRefusal>? {
        if let known = try await known(request) { return known }
        let other = try await context.store.engine.read(.point) {
            try PledgPurchase.find(liveReference: request.reference, in: $0)
        }
        return other.map { .failure(Self.taken($0)) }
    }

    private static func taken(_ purchase: PledgPurchase) -> PledgRefusal {
        purchase.phase == .succeeded
            ? .referencePaid(purchaseID: purchase.id) : .referenceOpen(purchaseID: purchase.id)
    }

    /// What the caller's key stands for; nil: nothing yet.
    private func known(_ request: PledgRequest) async throws -> Result<PledgPurchaseView, PledgRefusal>? {
        guard let key = request.idempotencyKey else { return nil }
        let found = try await context.store.engine.read(.point) {
            try PledgPurchase.find(idempotencyKey: key, in: $0)
        }
        guard let found else { return nil }
        guard found.request == request.fingerprint else { return .failure(.otherRequest) }
        guard let view = try await view(found.id) else { throw CorruptPurchase() }
        return .success(view)
    }

    private func draft(_ request: PledgRequest) -> PledgPurchase {
        let now = context.now
        return PledgPurchase(
            id: PledgID.purchase(), transactionID: 0, reference: request.reference, amount: request.amount,
            title: request.title, organiserName: request.organiserName, language: request.language,
            successURL: request.successURL, cancelURL: request.cancelURL,
            onFailure: request.onFailure ?? configuration.onFailure, model: .charge, phase: .draft, createdAt: now,
            draftUntil: now + context.specification.timers.draft, attempts: 0)
    }

    private func command(
        _ request: PledgRequest, _ draft: PledgPurchase, _ organiser: PledgAddress, hasOrder: Bool,
        _ alongside: Alongside?
    ) -> CreateCommand {
        let order =
            hasOrder
            ? nil
            : Order.oneTime(
                id: request.reference, amount: request.amount, description: request.title, createdAt: draft.createdAt)
        let secret = configuration.linkSecret
        // The gateways are asked before a purchase's time is up for good, and a job does that. This is for a job that
        // does not run for a month; until then nobody may take the order away.
        let timers = context.specification.timers
        let deadline = draft.createdAt + timers.draft + timers.collecting + 30 * 86_400_000
        return CreateCommand(
            key: draft.key, externalTime: draft.createdAt, account: Self.account(request.reference, draft.id),
            question: AccountQuestion(
                gateway: Self.name, purpose: .create, fields: ["order_id": request.reference],
                reference: request.reference, amount: request.amount),
            deadline: deadline, holdsOrderFromCreation: true,
            alongside: { transaction, sql in
                let session = SQLPaymentSession(sql: sql)
                if let order, try !session.insert(order) { throw PurchaseTaken() }
                var purchase = draft
                purchase.transactionID = transaction.id
                let isNew = try purchase.insert(
                    idempotencyKey: request.idempotencyKey, request: request.fingerprint, in: sql)
                guard isNew else { throw PurchaseTaken() }
                for (position, line) in request.lines.enumerated() {
                    try line.insert(position, of: purchase.id, in: sql)
                }
                // Until others are named, all of it is the leader's.
                let leader = PledgShare(
                    id: PledgID.share(), purchaseID: purchase.id, position: 0, role: .leader, email: organiser,
                    amount: purchase.amount.minor, state: .initialized, isCovered: false)
                guard try leader.insert(in: sql) else { throw CorruptPurchase() }
                _ = try PledgLink.make(
                    .leader, share: leader.id, of: purchase.id, secret, at: purchase.createdAt, in: sql)
                try alongside?(transaction, sql)
            },
            newOrder: order)
    }
}

/// Another request with the same key or the same reference was faster.
private struct PurchaseTaken: Error {}

extension PledgLine {
    func insert(_ position: Int, of purchaseID: String, in sql: any SQLSession) throws {
        try sql.execute(
            "INSERT INTO pledg_lines (purchase_id, position, name, quantity, unit_amount) VALUES ($1, $2, $3, $4, $5)",
            [.text(purchaseID), .integer(Int64(position)), .text(name), .integer(quantity), .integer(unitAmount)])
    }

    static func all(of purchaseID: String, in sql: any SQLSession) throws -> [PledgLine] {
        try sql.all(
            "SELECT name, quantity, unit_amount FROM pledg_lines WHERE purchase_id = $1 ORDER BY position",
            [.text(purchaseID)]
        ) { PledgLine(name: $0.text(0) ?? "", quantity: $0.integer(1) ?? 0, unitAmount: $0.integer(2) ?? 0) }
    }
}
