import Payments
import Specification

extension ClickShop {
    /// The payer's money was taken, or Click calls the payment off.
    ///
    /// Source: click.md 1.5 to 1.10, 4.
    func complete(_ call: ClickCallback) async throws -> ClickReply {
        let reply = try await decide(call)
        return call.isCancel ? reply : reply.flaggingDebit
    }

    private func decide(_ call: ClickCallback) async throws -> ClickReply {
        let stored: Transaction
        switch try await prepared(call) {
        case .transaction(let found): stored = found
        case .reply(let reply): return reply
        }
        let isOtherAttempt = stored.key != call.key
        if isOtherAttempt, configuration.attemptMismatch == .refuse {
            return ClickReply(.transactionNotFound, anomaly: .attemptMismatch)
        }
        var reply: ClickReply
        switch stored.state {
        case .cancelled, .cancelledAfterPerform: reply = ClickReply(.cancelled)
        case .created where !call.isCancel: reply = try await perform(stored, call)
        case .performed where !call.isCancel: reply = ClickReply(.alreadyPaid)
        case .created, .performed: reply = try await cancel(stored, call)
        }
        if isOtherAttempt, reply.anomaly == nil { reply.anomaly = .attemptMismatch }
        return reply
    }

    private enum Prepared {
        case transaction(Transaction)
        case reply(ClickReply)
    }

    /// The transaction that a Complete means. The order itself may be gone meanwhile: the transaction is enough.
    ///
    /// Source: click.md 1.7, 1.10; 4, edge cases 5 and 7.
    private func prepared(_ call: ClickCallback) async throws -> Prepared {
        let found: Transaction? =
            if let id = call.prepareID { try await service.find(id: id) } else { try await service.find(call.key) }
        if let found, found.key.gateway == ClickGateway.name, found.key.cashbox == call.key.cashbox,
            ClickAccount.isSame(found.account, call.merchantTransID)
        {
            return .transaction(found)
        }
        let isKnown: Bool
        switch try await service.order(of: question(call, .check)) {
        case .success: isKnown = true
        case .failure(.orderNotFound): isKnown = false
        case .failure: isKnown = true
        }
        // A cancel of what we refused to prepare has no number of ours.
        if call.isCancel {
            return .reply(ClickReply(call.prepareID == nil && isKnown ? .cancelled : .transactionNotFound))
        }
        return .reply(ClickReply(isKnown ? .transactionNotFound : .orderNotFound))
    }

    private func perform(_ stored: Transaction, _ call: ClickCallback) async throws -> ClickReply {
        guard call.amount == stored.amount else { return ClickReply(.incorrectAmount) }
        return try await perform(
            stored, paydocID: call.paydocID, completeTransID: stored.key == call.key ? nil : call.transID,
            signTime: call.form["sign_time"])
    }

    /// The payer's money was taken.
    ///
    /// Source: click.md 1.8; 4, edge case 3.
    func perform(
        _ stored: Transaction, paydocID: Int64, completeTransID: Int64?, signTime: String?
    ) async throws -> ClickReply {
        let now = service.clock.now
        let taken: TakenOrder =
            reversals == nil ? .cancel(reason: alreadyPaidCode) : .performAsDuplicate
        let isOther = completeTransID != nil || ClickAccount(stored: stored.account)?.paydocID != paydocID
        let paidAt = ClickTime.paidAt(signTime, stored, at: now)
        let answer = try await service.perform(stored.key, ifTaken: taken, paidAt: paidAt) { transaction, sql in
            // Of most payments nothing is to be said that was not said at Prepare.
            if isOther {
                try ClickPayment.complete(
                    transaction.id, paydocID: paydocID, completeTransID: completeTransID, in: sql)
            }
            if transaction.isDuplicate {
                try ClickReversal.request(transaction.id, actor: ClickGateway.name, at: now, in: sql)
            }
        }
        switch answer {
        case .failure(let rejection):
            // Who holds the order has not paid it: only "try again" keeps this payer's money in sight.
            return rejection == .orderBusy
                ? ClickReply(.updateFailed, anomaly: .debitNotTaken) : Self.reply(rejection)
        case .success(let outcome) where outcome.isRepeat:
            return ClickReply(.alreadyPaid)
        case .success(let outcome):
            let transaction = outcome.transaction
            guard transaction.state == .performed else {
                return ClickReply(.cancelled, anomaly: .duplicateCancelled)
            }
            guard transaction.isDuplicate else {
                let isOtherPayment = isOther && completeTransID == nil
                return ClickReply(
                    .success, transactionID: transaction.id, anomaly: isOtherPayment ? .paymentMismatch : nil)
            }
            reversals?.wake()
            return ClickReply(.success, transactionID: transaction.id, anomaly: .duplicateReversed)
        }
    }

    /// The reason of an attempt that came too late.
    var alreadyPaidCode: Int64? { specification.answer(named: ClickWord.alreadyPaid.rawValue)?.code }
}
