import StrictJSON

extension Merchant {
    func create(_ params: JSONObject) async throws(MerchantError) -> JSONObject {
        let id = try text("id", in: params)
        let time = try creationTime(params)
        let amount = try amount(in: params)
        let account = try account(in: params)
        if transactions[id] != nil { return try replay(id, amount: amount, account: account) }

        if clock.now() - time > 36_000_000, has(.time11HoursOld) { throw .cannotPerform }
        if clock.now() - time > Self.expiryMilliseconds, !(has(.time13HoursOld) && clock.now() - time < 86_400_000) {
            throw .cannotPerform
        }
        let order = try orderToPay(id, time: time, amount: amount, account: account)
        if has(.checkPerformChangesNothing), counters["asked \(order.id)"] ?? 0 >= 3 { throw .orderBusy }
        try check(amount, for: order, isCreation: true)
        if has(.raceCreateSameTransaction) {
            await linger()
            if transactions[id] != nil { throw .failure }
        }
        do throws(MerchantError) {
            try checkFree(order, otherThan: id)
        } catch {
            let paid = error == .orderPaid && has(.paidOrderCreate)
            if error == .orderBusy, has(.busyOrderCreate) { store(id, time, amount, account, order) }
            if !paid { throw error }
        }
        if has(.raceCreateDifferentTransactions) {
            await linger()
            if transactions[id] != nil { return try replay(id, amount: amount, account: account) }
        }
        return created(store(id, time, amount, account, order))
    }

    private func creationTime(_ params: JSONObject) throws(MerchantError) -> Int64 {
        if params["time"] == nil, has(.paramsRequired) { return clock.now() }
        if params["time"] == .null, has(.paramsNull) { return clock.now() }
        let time = try integer("time", in: params)
        guard time > 0 else { throw .invalidRequest }
        if time < 100_000_000_000, has(.timeInSeconds) { return clock.now() }
        return time
    }

    private func orderToPay(
        _ id: String, time: Int64, amount: Int64, account: JSONValue
    ) throws(MerchantError) -> MerchantOrder {
        do throws(MerchantError) {
            return try order(in: account)
        } catch {
            if has(.statementFailedCreates), error == .orderNotFound {
                store(id, time, amount, account, MerchantOrder(id: "?", amount: amount, isOneTime: false))
            }
            throw has(.sandbox1NonexistentAccount) && error == .orderNotFound ? .cannotPerform : error
        }
    }

    @discardableResult
    private func store(
        _ id: String, _ time: Int64, _ amount: Int64, _ account: JSONValue, _ order: MerchantOrder
    ) -> MerchantTransaction {
        let transaction = MerchantTransaction(
            paymeID: id, number: arrivals.count + 1, time: time, amount: amount, account: account, orderID: order.id,
            createTime: clock.now())
        transactions[id] = transaction
        arrivals.append(id)
        return transaction
    }

    private func created(_ transaction: MerchantTransaction) -> JSONObject {
        var result: JSONObject = [
            "create_time": .integer(transaction.createTime), "transaction": .string(number(transaction)), "state": 1,
            "receivers": .null,
        ]
        if has(.resultCreate) { result["receivers"] = "none" }
        return result
    }

    private func replay(_ id: String, amount: Int64, account: JSONValue) throws(MerchantError) -> JSONObject {
        guard var transaction = transactions[id] else { throw .failure }
        if isExpired(transaction), !has(.expiryAtCreate), !has(.time13HoursOld) {
            expire(id)
            throw .cannotPerform
        }
        switch transaction.state {
        case 1: break
        case 2 where has(.createReplayAfterPerform), -1 where has(.createReplayAfterCancel),
            -2 where has(.createReplayAfterRefund):
            var result = created(transaction)
            result["state"] = .integer(Int64(transaction.state))
            return result
        default: throw .cannotPerform
        }
        if has(.createReplayOtherContent) { transactions[id]?.amount = max(amount, transaction.amount) }
        if !has(.createReplayOtherContent), amount != transaction.amount || account != transaction.account {
            throw .cannotPerform
        }
        let attempts = transactions.values.filter { $0.orderID == transaction.orderID }
        if has(.sandbox2Create), attempts.contains(where: { $0.state == -1 }) { throw .cannotPerform }
        let isLate = clock.now() - transaction.createTime > 1000
        if isLate ? has(.createReplayLater) : has(.sandbox1Create) {
            transaction = MerchantTransaction(
                paymeID: id, number: transaction.number, time: transaction.time, amount: transaction.amount,
                account: transaction.account, orderID: transaction.orderID, createTime: clock.now())
        }
        return created(transaction)
    }
}
