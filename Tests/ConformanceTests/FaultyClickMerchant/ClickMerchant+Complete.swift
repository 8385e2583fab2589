extension ClickMerchant {
    func complete(_ call: ClickCall) async throws {
        guard orders[call.order] != nil || has(.takesUnknownOrderAtComplete) else { throw ClickCode.order }
        guard let id = call.prepareID else { return try completeWithoutID(call) }
        guard let payment = payments[id] else {
            if call.error < 0, has(.cancelOfUnknownSucceeds) || has(.createsAtComplete) { return }
            if has(.createsAtComplete) { return }
            throw ClickCode.payment
        }
        guard payment.order == call.order || has(.takesForeignIDs) || has(.takesUnknownOrderAtComplete) else {
            throw ClickCode.payment
        }
        if has(.racesComplete) || has(.racesCompleteWithCancel) {
            await linger(call.error < 0 ? 50 : 300)
        } else if has(.racesCancel), call.error < 0 {
            busy += 1
            defer { busy -= 1 }
            if busy > 1 { throw ClickCode.failure }
            await linger()
        } else if has(.racesTwoAttempts) {
            busy += 1
            await linger()
            defer { busy -= 1 }
            if busy > 1 {
                cancelAll(of: payment.order)
                throw ClickCode.cancelled
            }
        }
        // What was seen before the wait, where the fault is to believe it.
        let seen = has(.racesComplete) || has(.racesCompleteWithCancel) ? payment : payments[id] ?? payment
        switch seen.state {
        case .cancelled, .undone:
            if has(.deletesCancelled) { throw ClickCode.payment }
            throw ClickCode.cancelled
        case .performed: try completeAgain(call, seen)
        case .prepared where call.error < 0: try cancel(call, seen)
        case .prepared: try perform(call, seen)
        }
    }

    private func completeWithoutID(_ call: ClickCall) throws {
        if call.error < 0 {
            if has(.cancelWithoutIDCrashes) { throw ClickCrash() }
            throw ClickCode.cancelled
        }
        guard has(.completesWithoutID), let payment = payments.values.first(where: { $0.order == call.order }) else {
            throw ClickCode.request
        }
        payments[payment.number]?.state = .performed
    }

    private func completeAgain(_ call: ClickCall, _ payment: ClickPayment) throws {
        guard call.error < 0 else {
            if has(.completesAgain) { return }
            throw ClickCode.paid
        }
        if has(.saysCancelledStaysPaid) { throw ClickCode.cancelled }
        guard policy.undoes(call.error) else { throw ClickCode.paid }
        payments[payment.number]?.state = .undone
        throw ClickCode.cancelled
    }

    private func cancel(_ call: ClickCall, _ payment: ClickPayment) throws {
        if has(.cancelsOn5017Only), call.error != -5017 { return try perform(call, payment) }
        if has(.cancelOfOtherAmountFails), call.amount != payment.amountText { throw ClickCode.failure }
        payments[payment.number]?.state = .cancelled
        throw ClickCode.cancelled
    }

    private func perform(_ call: ClickCall, _ payment: ClickPayment) throws {
        if has(.comparesAmountTexts), call.amount != payment.amountText { throw ClickCode.amount }
        let amount = ClickAmount.exact(call.amount) ?? 0
        let tolerance = has(.toleratesATiyin) ? 1 : 0
        guard (amount - payment.amount).magnitude <= tolerance || has(.amountUncheckedAtComplete) else {
            throw ClickCode.amount
        }
        let isSecond = payments.values.contains { $0.order == payment.order && $0.state == .performed }
        if isSecond, has(.secondAttemptIsUnknown) { throw ClickCode.order }
        payments[payment.number]?.state = .performed
    }

    private func cancelAll(of order: String) {
        for payment in payments.values where payment.order == order { payments[payment.number]?.state = .cancelled }
    }
}
