import StrictJSON

extension Merchant {
    /// The amount as it was sent.
    func amount(in params: JSONObject) throws(MerchantError) -> Int64 {
        guard let value = params["amount"] else { throw .invalidRequest }
        switch value {
        case .integer(let amount): return amount
        case .string(let text):
            if has(.amountText), let amount = Int64(text) { return amount }
            throw .invalidRequest
        case .number(let text):
            let isWhole = !text.contains(where: { ".eE".contains($0) })
            if isWhole, has(.amountBeyond64Bits) { throw .failure }
            if isWhole { throw .wrongAmount }
            guard let number = Double(text), number.isFinite else {
                throw has(.hugeNumbers) ? .failure : .invalidRequest
            }
            if number == number.rounded(), has(.amountFloat) { return Int64(number) }
            if number != number.rounded(), has(.amountFraction) { return Int64(number) }
            throw .invalidRequest
        case .array(let items):
            if has(.amountWrongType), let amount = items.first?.integerValue { return amount }
            throw .invalidRequest
        default:
            throw .invalidRequest
        }
    }

    /// Whether that much may be paid for an order.
    func check(_ amount: Int64, for order: MerchantOrder, isCreation: Bool) throws(MerchantError) {
        if amount == .max, has(.amountLargest) { throw .failure }
        if isCreation, has(.sandbox1WrongAmount), amount == order.amount + 1 { return }
        if !isCreation {
            if has(.amountZero), amount == 0 { return }
            if has(.amountNegative), amount == -order.amount { return }
            if has(.amountOneTiyinOff), amount == order.amount - 1 { return }
            if has(.amountInSums), amount == order.amount * 100 { return }
            if has(.amountWraps32Bits), Int32(truncatingIfNeeded: amount) == Int32(truncatingIfNeeded: order.amount) {
                return
            }
        }
        guard amount > 0, amount == order.amount || !order.isOneTime else { throw .wrongAmount }
        guard amount <= 100_000_000_000_000 else { throw .wrongAmount }
    }
}
