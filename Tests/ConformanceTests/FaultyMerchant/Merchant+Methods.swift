import StrictJSON

extension Merchant {
    static let methods = [
        "CheckPerformTransaction", "CreateTransaction", "PerformTransaction", "CancelTransaction", "CheckTransaction",
        "GetStatement", "SetFiscalData",
    ]

    func result(of method: String, _ params: JSONObject) async throws(MerchantError) -> JSONObject {
        switch method {
        case "CheckPerformTransaction": try checkPerform(params)
        case "CreateTransaction": try await create(params)
        case "PerformTransaction": try await perform(params)
        case "CancelTransaction": try await cancel(params)
        case "CheckTransaction": try checkTransaction(params)
        case "GetStatement": try statement(params)
        case "SetFiscalData" where takesFiscalData: try setFiscalData(params)
        default: throw .methodNotFound
        }
    }

    // MARK: Parameters

    func text(_ name: String, in params: JSONObject) throws(MerchantError) -> String {
        guard let text = params[name]?.stringValue, !text.isEmpty else { throw .invalidRequest }
        return text
    }

    func integer(_ name: String, in params: JSONObject) throws(MerchantError) -> Int64 {
        guard let number = params[name]?.integerValue else { throw .invalidRequest }
        return number
    }

    func account(in params: JSONObject) throws(MerchantError) -> JSONValue {
        guard let account = params["account"] else { throw .invalidRequest }
        if account.isNull, has(.accountNull) { throw .failure }
        if account.objectValue == nil, !account.isNull, has(.accountNotObject) { throw .failure }
        guard account.objectValue != nil else { throw .invalidRequest }
        return account
    }

    // MARK: Questions

    func checkPerform(_ params: JSONObject) throws(MerchantError) -> JSONObject {
        if has(.envelopeExtraMembers), params["description"] != nil { throw .invalidRequest }
        if has(.answersAfterEverything), hasSeenLargeBody { throw .failure }
        let amount = try amount(in: params)
        let order = try order(in: try account(in: params))
        let held = attempts(at: order)
        if has(.busyOrderCheckPerform), held.contains(where: { $0.state == 1 }) { return ["allow": true] }
        if has(.paidOrderCheckPerform), held.contains(where: { $0.state == 2 }) { return ["allow": true] }
        if has(.cumulativeTransactionsStandAlone), held.contains(where: { $0.state == 2 }) { throw .orderPaid }
        try checkFree(order)
        try check(amount, for: order, isCreation: false)
        let asked = count("asked \(order.id)")
        var result: JSONObject = ["allow": true]
        if has(.sandbox1CheckPerform) { result["asked"] = .integer(Int64(asked)) }
        if has(.resultCheckPerform) { result["additional"] = "balance 5000" }
        if has(.fiscalDetail) {
            let item: JSONValue = ["title": "Tea", "price": 100, "count": 1, "code": "12", "vat_percent": 12]
            result["detail"] = ["receipt_type": 0, "items": [item]]
        }
        return result
    }

    func checkTransaction(_ params: JSONObject) throws(MerchantError) -> JSONObject {
        let id = try text("id", in: params)
        if has(.unknownTransactionOddId), id.contains(where: { !$0.isASCII }) { throw .failure }
        guard let transaction = transactions[id] else { throw .transactionNotFound }
        var shown = transaction
        if has(.sandbox1Cancel), shown.state == -1 { shown.cancelTime = shown.cancelTime / 1000 * 1000 - 1000 }
        if has(.sandbox2Perform), shown.state == 2 { shown.performTime = shown.performTime / 1000 * 1000 - 1000 }
        var result: JSONObject = [
            "create_time": .integer(shown.createTime), "perform_time": .integer(shown.performTime),
            "cancel_time": .integer(shown.cancelTime), "transaction": .string(number(shown)),
            "state": .integer(Int64(shown.state)), "reason": shown.reason.map { .integer($0) } ?? .null,
        ]
        if has(.checkTransactionKeepsTimes), shown.state == -2 { result["create_time"] = result["cancel_time"] }
        if has(.checkTransactionRepeats) { result["asked"] = .integer(Int64(count("shown \(id)"))) }
        if has(.resultCheckTransaction), shown.state == 1 { result["perform_time"] = nil }
        return result
    }

    /// The merchant's own number of a transaction.
    func number(_ transaction: MerchantTransaction) -> String {
        has(.transactionNumbersDiffer) ? transaction.orderID : String(transaction.number)
    }
}
