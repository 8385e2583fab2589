extension ClickMerchant {
    /// - Returns: the payment's number
    func prepare(_ call: ClickCall) async throws -> Int64 {
        guard let order = orders[call.order] else { throw ClickCode.order }
        if has(.stoppedSelling) { throw ClickCode.failure }
        if has(.racesAttempts) || has(.racesPrepare) {
            busy += 1
            defer { busy -= 1 }
            if has(.racesAttempts), busy > 1 { throw ClickCode.failure }
            if attempts[call.clickID] == nil {
                await linger()
                return insert(call, order)
            }
        }
        if let number = attempts[call.clickID], !has(.preparesAnew) { return try prepareAgain(call, order, number) }
        if call.error < 0, !has(.prepareIgnoresError) { throw ClickCode.cancelled }
        try checkPayable(order)
        try checkAmount(call, order)
        return insert(call, order)
    }

    private func prepareAgain(_ call: ClickCall, _ order: MerchantOrder, _ number: Int64) throws -> Int64 {
        switch payments[number]?.state {
        case .prepared: break
        case .performed where has(.preparesPerformed): return number
        case .performed: throw ClickCode.paid
        case .cancelled where has(.revivesCancelled):
            payments[number]?.state = .prepared
            return number
        default: throw ClickCode.cancelled
        }
        if call.error < 0, !has(.prepareIgnoresError) {
            if !has(.prepareErrorKeeps) { payments[number]?.state = .cancelled }
            throw ClickCode.cancelled
        }
        do {
            try checkAmount(call, order)
        } catch {
            if has(.refusedRepeatSpoils) { payments[number]?.state = .cancelled }
            throw error
        }
        return number
    }

    private func insert(_ call: ClickCall, _ order: MerchantOrder) -> Int64 {
        let number = Int64(payments.count + 1)
        payments[number] = ClickPayment(
            number: number, clickID: call.clickID, order: order.id,
            amount: ClickAmount.exact(call.amount) ?? 0, amountText: call.amount)
        attempts[call.clickID] = number
        return number
    }

    private func checkPayable(_ order: MerchantOrder) throws {
        let hasPaid = payments.values.contains { $0.order == order.id && $0.state == .performed }
        if hasPaid, order.isOneTime || has(.accountIsPaidOnce), !has(.preparesPaidOrder) { throw ClickCode.paid }
        let hasCancelled = payments.values.contains { $0.order == order.id && $0.state == .cancelled }
        if hasCancelled, has(.cancelLocksOrder) { throw ClickCode.cancelled }
    }

    // MARK: Amounts

    private func checkAmount(_ call: ClickCall, _ order: MerchantOrder) throws {
        let text = call.amount
        if text.lowercased() == "nan", has(.takesNaN) { return }
        if text.count > 100, has(.hugeAmountsCrash) { throw ClickCrash() }
        let isOdd = text.contains("e") || text.contains(",") || text.contains(" ") || text.contains("+")
        if isOdd, has(.oddFormsCrash) { throw ClickCode.failure }
        let unsigned = has(.comparesAbsolutes) && text.hasPrefix("-") ? String(text.dropFirst()) : text
        guard var tiyin = ClickAmount.exact(unsigned), tiyin > 0 else { throw ClickCode.amount }
        if has(.cutsTiyin), tiyin % 100 != 0 { tiyin -= 1 }
        guard order.isOneTime else { return }
        let due = has(.storesAmountsIn32Bits) ? Int64(Int32(clamping: order.amount)) : order.amount
        let isRight =
            has(.takesTooLittle) && tiyin <= due
            || has(.takesTooMuch) && tiyin >= due
            || has(.toleratesATiyin) && (tiyin - due).magnitude <= 1
            || has(.comparesIn32Bits) && Int32(truncatingIfNeeded: tiyin) == Int32(truncatingIfNeeded: due)
            || tiyin == due
        guard isRight else { throw ClickCode.amount }
    }
}
