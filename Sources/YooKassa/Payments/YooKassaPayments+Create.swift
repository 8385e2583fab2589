import Logging
public import Payments
import Specification
import Storage
import StrictJSON

extension YooKassaPayments {
    /// Stores a payment, its key and its bytes, and asks YooKassa for it.
    ///
    /// If YooKassa does not answer, the payment is ``YooKassaPaymentView/Status/processing``, and ``advanceDue()`` goes
    /// on with the same key.
    /// - Parameter alongside: rows of the caller's own; not for a request that was made before.
    /// - Throws: `StorageFailure`; what a hook or `alongside` threw.
    public func create(
        _ request: YooKassaPaymentRequest, alongside: Alongside? = nil
    ) async throws -> Result<YooKassaPaymentView, YooKassaRefusal> {
        let check = YooKassaRequestCheck(specification: context.specification, configuration: context.configuration)
        if let refusal = check.refusal(of: request) { return .failure(refusal) }
        let view: YooKassaPaymentView
        switch try await store(request, alongside) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let stored): view = stored
        }
        if view.payment.step == .sending { _ = try await step(view.payment.id, .foreground) }
        context.onDue(.payments)
        guard let after = try await find(view.payment.id) else { throw CorruptPayment() }
        if after.payment.step == .rejected, let refusal = after.payment.refusal { return .failure(.provider(refusal)) }
        return .success(after)
    }

    /// The intent alone: nothing is asked yet.
    func store(
        _ request: YooKassaPaymentRequest, id: String = YooKassaID.make(), order: Order? = nil,
        _ alongside: Alongside?
    ) async throws -> Result<YooKassaPaymentView, YooKassaRefusal> {
        if let known = try await known(request) { return known }
        do {
            let answer = try await context.service.create(command(request, id: id, order: order, alongside))
            if case .failure(let rejection) = answer { return .failure(.order(rejection)) }
        } catch is CallerKeyTaken {
            guard let known = try await known(request) else { return .failure(.otherRequest) }
            return known
        }
        guard let view = try await find(id) else { throw CorruptPayment() }
        context.onChange(id)
        return .success(view)
    }

    /// What the caller's key stands for; nil: nothing yet.
    private func known(
        _ request: YooKassaPaymentRequest
    ) async throws -> Result<YooKassaPaymentView, YooKassaRefusal>? {
        guard let key = request.idempotencyKey else { return nil }
        let found = try await context.store.engine.read(.point) {
            try YooKassaStoredPayment.find(callerKey: key, in: $0)
        }
        guard let found else { return nil }
        guard found.request == request.fingerprint else { return .failure(.otherRequest) }
        guard let view = try await find(found.payment.id) else { throw CorruptPayment() }
        return .success(view)
    }

    private func command(
        _ request: YooKassaPaymentRequest, id: String, order: Order?, _ alongside: Alongside?
    ) -> CreateCommand {
        let configuration = context.configuration
        let now = context.now
        let orderID = order?.id ?? request.orderID ?? "yk-" + id
        let made =
            order
            ?? (request.orderID == nil
                ? Order.oneTime(
                    id: orderID, amount: request.amount, description: request.description, createdAt: now) : nil)
        let attempt = YooKassaAttempt(
            .create, id, body: YooKassaBody.create(request, id: id, configuration: configuration))
        let metadata = JSONValue.object(
            request.metadata.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) })
        let draft = YooKassaStoredPayment(
            id: id, transactionID: 0, kind: request.kind, userID: request.userID, description: request.description,
            metadata: metadata.text, step: .sending, attemptKey: attempt.key, wantsCapture: request.capture,
            isTest: configuration.isTest, methodID: request.methodID, isMethodSaved: false, createdAt: now,
            captured: 0, uncaptured: 0, reserved: 0, refunded: 0, looks: 0,
            dueAt: now + YooKassaContext.leaseMilliseconds)
        let (fingerprint, callerKey) = (request.fingerprint, request.idempotencyKey)
        let account: JSONValue = ["order_id": .string(orderID), "payment": .string(id)]
        // No deadline: only YooKassa's word, or nothing at all after hours, ends a payment.
        return CreateCommand(
            key: TransactionKey(
                gateway: YooKassaGateway.name, cashbox: configuration.shopID, externalID: id),
            externalTime: now, account: account.text,
            question: AccountQuestion(
                gateway: YooKassaGateway.name, purpose: .create, fields: ["order_id": orderID], reference: orderID,
                amount: request.amount),
            deadline: nil, holdsOrderFromCreation: configuration.holdsOrder,
            alongside: { transaction, sql in
                if let made, try !SQLPaymentSession(sql: sql).insert(made) { throw CallerKeyTaken() }
                var payment = draft
                payment.transactionID = transaction.id
                guard try payment.insert(callerKey: callerKey, request: fingerprint, in: sql) else {
                    throw CallerKeyTaken()
                }
                try attempt.insert(at: now, in: sql)
                try alongside?(transaction, sql)
            },
            newOrder: made)
    }

    /// Sends the stored call, or repeats it.
    ///
    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func offer(_ payment: YooKassaStoredPayment, _ urgency: YooKassaUrgency) async throws -> Int64? {
        do {
            let sent = try await sender.send(payment.attemptKey) { posting throws(YooKassaError) in
                try await self.context.provider.createPayment(posting, urgency)
            }
            try await settlement.take(sent.answer, payment.id, ending: .answered)
            if sent.isRepeat {
                // What YooKassa answered the first time: the payer may have paid since, and the notice been lost.
                let now = context.now
                try await context.store.engine.write { try YooKassaStoredPayment.hasten(payment.id, at: now, in: $0) }
                context.onDue(.payments)
            }
            return nil
        } catch YooKassaSender.Failure.over {
            return nil
        } catch YooKassaSender.Failure.keyTooOld {
            return try await resolve(payment, urgency, orElse: nil)
        } catch YooKassaSender.Failure.failed(let error, let isRepeat) {
            switch error {
            case .unknown:
                return try await repeatLater(payment, .unknown, error)
            case .notSent:
                return try await repeatLater(payment, payment.step, error)
            case .busy:
                return try await postpone(payment, error)
            case .unauthorized where isRepeat || urgency == .background || payment.kind == .recurring:
                return try await postpone(payment, error)
            case .unauthorized:
                await context.raise(
                    .credentialsRefused, context.configuration.shopID, "YooKassa does not take the shop's id and key")
                return try await reject(payment, YooKassaError.Refusal(status: 401, code: "invalid_credentials"))
            case .notFound:
                return try await refused(
                    payment, YooKassaError.Refusal(status: 404, code: "not_found"), isRepeat, urgency)
            case .refused(let refusal):
                return try await refused(payment, refusal, isRepeat, urgency)
            }
        } catch let error as YooKassaError {
            return try await postpone(payment, error)
        }
    }

    /// Source: yookassa.md 17
    func repeatLater(
        _ payment: YooKassaStoredPayment, _ step: YooKassaStoredPayment.Step, _ error: YooKassaError
    ) async throws -> Int64? {
        let now = context.now
        let attempt = try await context.store.engine.read(.point) {
            try YooKassaAttempt.find(payment.attemptKey, in: $0)
        }
        let sends = max(attempt?.sends ?? 1, error.isUnknown ? 1 : payment.looks + 1)
        let pause = context.pause(sends: sends, since: attempt?.firstSentAt ?? payment.createdAt)
        let note = error.description
        try await context.store.engine.write { sql in
            try YooKassaStoredPayment.schedule(payment.id, at: now + pause, step: step, note: note, in: sql)
        }
        context.onDue(.payments)
        return nil
    }

    private func refused(
        _ payment: YooKassaStoredPayment, _ refusal: YooKassaError.Refusal, _ isRepeat: Bool,
        _ urgency: YooKassaUrgency
    ) async throws -> Int64? {
        if refusal.status == 400, refusal.detail.contains(context.specification.duplicateKey) {
            // Our key with other bytes: never again with either, until somebody looked.
            await context.raise(.keyReused, payment.id, "YooKassa has the key with other data")
            return try await resolve(payment, urgency, orElse: nil)
        }
        // An earlier try may have happened all the same.
        if isRepeat { return try await resolve(payment, urgency, orElse: refusal) }
        return try await reject(payment, refusal)
    }

    private func reject(_ payment: YooKassaStoredPayment, _ refusal: YooKassaError.Refusal) async throws -> Int64? {
        let error = YooKassaError.refused(refusal)
        await context.raise(.paymentRefused, payment.id, error.description)
        try await giveUp(payment, .rejected, reason: .refused, refusal, note: error.description)
        return nil
    }
}

/// Another request with the same key was faster.
private struct CallerKeyTaken: Error {}

/// A payment that was stored a moment ago is not there.
struct CorruptPayment: Error {}
