import StrictJSON

extension Merchant {
    func perform(_ params: JSONObject) async throws(MerchantError) -> JSONObject {
        let id = try text("id", in: params)
        guard let transaction = transactions[id] else {
            throw has(.unknownTransaction) ? .wrongAmount : .transactionNotFound
        }
        if isExpired(transaction), !has(.expiryAtPerform), !has(.time13HoursOld) {
            expire(id)
            throw .cannotPerform
        }
        switch transaction.state {
        case 1: break
        case 2:
            if has(.performReplayLater), clock.now() - transaction.performTime > 1000 {
                transactions[id]?.performTime = clock.now()
            }
            return performed(id)
        case -1 where has(.performAfterCancel), -2 where has(.performAfterRefund): break
        default: throw .cannotPerform
        }
        if has(.racePerform) || has(.racePerformCancel) { await linger() }
        let state = transactions[id]?.state
        if state == 2, !has(.racePerform) { return performed(id) }
        if state == -1, transaction.state == 1, !has(.racePerformCancel) { throw .cannotPerform }
        transactions[id]?.state = 2
        transactions[id]?.performTime = clock.now() - (has(.resultPerform) ? 18_000_000 : 0)
        return performed(id)
    }

    private func performed(_ id: String) -> JSONObject {
        guard let transaction = transactions[id] else { return [:] }
        return [
            "transaction": .string(number(transaction)), "perform_time": .integer(transaction.performTime), "state": 2,
        ]
    }

    func cancel(_ params: JSONObject) async throws(MerchantError) -> JSONObject {
        let id = try text("id", in: params)
        var reason: Int64 = 0
        if case .string? = params["reason"], has(.paramsWrongType) {
            reason = 10
        } else {
            reason = try integer("reason", in: params)
        }
        guard let transaction = transactions[id] else { throw .transactionNotFound }
        guard transaction.state > 0 else { return try cancelAgain(id, reason) }
        guard transaction.state == 1 || refunds else { throw .cannotCancel }
        if has(.raceCancel) || has(.racePerformCancel) { await linger() }
        guard let now = transactions[id]?.state, now > 0 || has(.raceCancel) else { return try cancelAgain(id, reason) }
        let hadBeenPerformed = has(.racePerformCancel) ? transaction.state == 2 : now == 2
        let isRefund = hadBeenPerformed && !(has(.cancelPerformedAnyReason) && reason == 3)
        transactions[id]?.state = isRefund ? -2 : -1
        transactions[id]?.reason = has(.cancelReasonsKept) && ![1, 2, 3, 4, 5, 10].contains(reason) ? 10 : reason
        transactions[id]?.cancelTime = clock.now() - (has(.resultCancel) ? 18_000_000 : 0)
        return cancelled(id)
    }

    private func cancelAgain(_ id: String, _ reason: Int64) throws(MerchantError) -> JSONObject {
        guard let transaction = transactions[id] else { throw .transactionNotFound }
        if has(.sandbox2CancelPerformed), transaction.state == -2 { throw .cannotCancel }
        if has(.cancelReplayLater), clock.now() - transaction.cancelTime > 1000 {
            transactions[id]?.cancelTime = clock.now()
        }
        if has(.cancelReplayOtherReason) { transactions[id]?.reason = reason }
        return cancelled(id)
    }

    private func cancelled(_ id: String) -> JSONObject {
        guard let transaction = transactions[id] else { return [:] }
        return [
            "transaction": .string(number(transaction)), "cancel_time": .integer(transaction.cancelTime),
            "state": .integer(Int64(transaction.state)),
        ]
    }
}
