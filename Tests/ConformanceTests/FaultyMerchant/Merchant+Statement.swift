import StrictJSON

extension Merchant {
    func statement(_ params: JSONObject) throws(MerchantError) -> JSONObject {
        let from = params["from"] == nil && has(.statementBadBounds) ? 0 : try integer("from", in: params)
        let to = try integer("to", in: params)
        if from > to, has(.statementReversed) { throw .failure }
        if from <= to, to < 1_100_000_000_000, has(.statementEmpty) { return ["transactions": .null] }

        let slack: Int64 = has(.statementBounds) ? 1 : 0
        let isIn = { (time: Int64) in from - slack <= time && time <= to + slack }
        var rows = arrivals.compactMap { transactions[$0] }.filter { transaction in
            isIn(transaction.time) || (has(.statementByPaymeTime) && isIn(transaction.createTime))
        }
        if !has(.statementAscending) { rows = rows.enumerated().sorted(by: Self.isEarlier).map(\.element) }
        if has(.statementAllStates) { rows.removeAll { $0.state == -2 } }
        if has(.statementRepeats), count("statement \(from) \(to)").isMultiple(of: 2) { rows.reverse() }
        return ["transactions": .array(rows.map(row))]
    }

    private static func isEarlier(
        _ first: (offset: Int, element: MerchantTransaction), _ second: (offset: Int, element: MerchantTransaction)
    ) -> Bool {
        (first.element.time, first.offset) < (second.element.time, second.offset)
    }

    private func row(_ transaction: MerchantTransaction) -> JSONValue {
        var amount = transaction.amount
        if has(.amountBeyond32Bits) { amount = Int64(Int32(truncatingIfNeeded: amount)) }
        var row: JSONObject = [
            "id": .string(transaction.paymeID), "time": .integer(transaction.time), "amount": .integer(amount),
            "account": transaction.account, "create_time": .integer(transaction.createTime),
            "perform_time": .integer(transaction.performTime), "cancel_time": .integer(transaction.cancelTime),
            "transaction": .string(number(transaction)), "state": .integer(Int64(transaction.state)),
            "reason": transaction.reason.map { .integer($0) } ?? .null, "receivers": .null,
        ]
        if has(.statementRow) { row["transaction"] = nil }
        return .object(row)
    }

    func setFiscalData(_ params: JSONObject) throws(MerchantError) -> JSONObject {
        guard let id = params["id"]?.stringValue, let type = params["type"]?.stringValue,
            ["PERFORM", "CANCEL"].contains(type), let data = params["fiscal_data"], data.objectValue != nil
        else { throw has(.fiscalBadParams) ? .failure : .invalidParams }
        if data["receipt_id"]?.integerValue != nil, has(.fiscalReceiptIdNumber) { throw .invalidParams }
        guard transactions[id] != nil else {
            if has(.fiscalUnknownReceipt) { return ["success": true] }
            throw .receiptNotFound
        }
        if type == "CANCEL", has(.fiscalData) { throw .invalidParams }
        transactions[id]?.fiscal[type] = data
        return ["success": true]
    }
}
