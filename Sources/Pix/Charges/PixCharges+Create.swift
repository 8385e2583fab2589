public import Payments
import Specification
import Storage
import StrictJSON

extension PixCharges {
    /// Stores a charge, and asks the bank for it.
    ///
    /// If the bank does not answer the charge stands as ``PixCharge/Standing/unsent``, without a code, and is completed
    /// by ``advanceDue()``.
    /// - Parameter alongside: rows of the caller's own; not for a request that was made before.
    /// - Throws: `StorageFailure`; what a hook or `alongside` threw.
    public func create(
        _ request: PixChargeRequest, alongside: Alongside? = nil
    ) async throws -> Result<PixChargeView, PixChargeRefusal> {
        if let refusal = refusal(of: request) { return .failure(refusal) }
        if let known = try await known(request) { return known }
        let draft: PixCharge
        switch makeDraft(request) {
        case .success(let made): draft = made
        case .failure(let error): return .failure(.code(error))
        }
        let answer: ServiceAnswer
        do {
            let command = command(request, draft, alongside)
            let first = try await context.service.create(command)
            // Once: what holds the order then is no charge whose time is up.
            if case .failure(.orderBusy) = first, let orderID = request.orderID, try await makeRoom(orderID) {
                answer = try await context.service.create(command)
            } else {
                answer = first
            }
        } catch is KeyTaken {
            guard let known = try await known(request) else { throw KeyTaken() }
            return known
        }
        guard case .success(let outcome) = answer else {
            return .failure(.order(answer.rejection ?? .transactionNotFound))
        }
        if context.bank != nil { try await offer(outcome.transaction.id) }
        guard let view = try await find(id: draft.id) else { throw CorruptCharge() }
        context.onDue(.charges)
        context.onChange(view.charge.id)
        return .success(view)
    }

    private func find(id: String) async throws -> PixChargeView? { try await find(id) }

    private func refusal(of request: PixChargeRequest) -> PixChargeRefusal? {
        let limits = context.specification.limits
        guard (1...limits.amountMaximum).contains(request.amount) else { return .amount }
        if let seconds = request.expirySeconds, !limits.expirySeconds.contains(seconds) {
            return .expiry(limits.expirySeconds)
        }
        if let note = request.payerNote, note.unicodeScalars.count > limits.noteLength {
            return .note(maximum: limits.noteLength)
        }
        return nil
    }

    /// What the caller's key stands for; nil: nothing yet.
    private func known(_ request: PixChargeRequest) async throws -> Result<PixChargeView, PixChargeRefusal>? {
        guard let key = request.idempotencyKey else { return nil }
        let found = try await context.store.engine.read(.point) { try PixCharge.find(idempotencyKey: key, in: $0) }
        guard let found else { return nil }
        guard found.fingerprint == request.fingerprint else { return .failure(.otherRequest) }
        if found.charge.standing == .unsent { try await offer(found.charge.transactionID) }
        guard let view = try await find(found.charge.id) else { throw CorruptCharge() }
        return .success(view)
    }

    private func makeDraft(_ request: PixChargeRequest) -> Result<PixCharge, BRCodeError> {
        let configuration = context.configuration
        let limits = context.specification.limits
        var generator = SystemRandomNumberGenerator()
        let isLocal = context.bank == nil
        let txid =
            isLocal ? PixTxid.newForStaticCode(using: &generator) : PixTxid.newForCharge(using: &generator)
        let seconds = request.expirySeconds ?? configuration.expirySeconds ?? limits.expirySecondsDefault
        let note = request.payerNote ?? request.description.map { Self.cut($0, limits.noteLength) }
        let now = context.now
        var charge = PixCharge(
            id: PixID.page(), transactionID: 0, txid: txid.text, provider: configuration.provider,
            key: configuration.key.text, payerNote: note, expirySeconds: seconds, createdAt: now,
            expiresAt: now + seconds * 1_000, standing: isLocal ? .local : .unsent, revision: 0, attempts: 0)
        guard isLocal else { return .success(charge) }
        do throws(BRCodeError) {
            let code = try BRCode(
                key: configuration.key, merchant: configuration.merchant,
                amount: Money(minor: request.amount, currency: .brl), txid: txid)
            charge.code = code.text
            return .success(charge)
        } catch {
            return .failure(error)
        }
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }

    private func command(
        _ request: PixChargeRequest, _ draft: PixCharge, _ alongside: Alongside?
    ) -> CreateCommand {
        let orderID = request.orderID ?? PixID.order()
        let amount = Money(minor: request.amount, currency: .brl)
        let order =
            request.orderID == nil
            ? Order.oneTime(id: orderID, amount: amount, description: request.description, createdAt: draft.createdAt)
            : nil
        let account: JSONValue = ["order_id": .string(orderID), "txid": .string(draft.txid)]
        let fingerprint = request.fingerprint
        // Long enough for the answer that this request itself waits for.
        let dueAt = draft.standing == .local ? draft.expiresAt + 1 : draft.createdAt + 30_000
        // No deadline: the bank is asked before a charge's time is up for good, and a job does that.
        return CreateCommand(
            key: PixGateway.key(draft.txid), externalTime: draft.createdAt, account: account.text,
            question: AccountQuestion(
                gateway: PixGateway.name, purpose: .create, fields: ["order_id": orderID], reference: orderID,
                amount: amount),
            deadline: nil, holdsOrderFromCreation: true,
            alongside: { transaction, sql in
                if let order, try !SQLPaymentSession(sql: sql).insert(order) { throw KeyTaken() }
                var charge = draft
                charge.transactionID = transaction.id
                let isNew = try charge.insert(
                    idempotencyKey: request.idempotencyKey, fingerprint: fingerprint, dueAt: dueAt, in: sql)
                guard isNew else { throw KeyTaken() }
                try alongside?(transaction, sql)
            },
            newOrder: order)
    }

    /// Asks the bank at once. What cannot be done now is done by ``advanceDue()``.
    private func offer(_ transactionID: Int64) async throws {
        let charge = try await context.store.engine.read(.point) {
            try PixCharge.find(transactionID: transactionID, in: $0)
        }
        guard let charge, charge.standing == .unsent else { return }
        _ = try await advanceOrPostpone(charge)
    }
}

/// Another request with the same key was faster.
private struct KeyTaken: Error {}

/// A charge that was stored a moment ago is not there.
struct CorruptCharge: Error {}

extension Result where Success == Outcome, Failure == Rejection {
    var rejection: Rejection? { if case .failure(let rejection) = self { rejection } else { nil } }
}
