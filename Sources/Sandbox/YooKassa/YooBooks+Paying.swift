import StrictJSON

/// What a payer pays by, on the page.
public enum YooKassaInstrument: Sendable, Hashable {
    /// A number of the test shop, see ``YooKassaTestCard``.
    case card(String)
    /// Anything that is no card.
    case other(YooKassaMethodType)

    var type: YooKassaMethodType {
        switch self {
        case .card: .bankCard
        case .other(let type): type
        }
    }
}

/// Why the simulated YooKassa does not let a payer pay.
public enum YooKassaPayRefusal: Error, Sendable, Hashable {
    /// There is no such payment.
    case unknown
    /// It was paid or canceled, or no payer has to act.
    case notPending
    /// The number is none of the test cards.
    case notACard
    /// The payment cannot be paid so.
    case notOffered
}

extension YooBooks {
    /// What a payment can be paid by.
    func offered(_ payment: YooKassaPayment) -> [YooKassaMethodType] {
        if let type = payment.body.methodType { return [type] }
        return (shops[payment.shopID]?.methods ?? []).filter { payment.body.isCaptured || $0.canHold }
    }

    /// The payer pays.
    ///
    /// Source: yookassa.md 8, 18.
    /// - Parameter isCodeRight: what the payer answers to 3-D Secure, if a card asks.
    mutating func pay(
        _ id: String, by instrument: YooKassaInstrument, isCodeRight: Bool, _ now: Int64
    ) throws(YooKassaPayRefusal) -> YooKassaPayment {
        settle(now)
        guard let payment = payments[id] else { throw .unknown }
        guard payment.status == .pending, !payment.isCharge else { throw .notPending }
        guard offered(payment).contains(instrument.type) else { throw .notOffered }
        var method = YooKassaMethod(id: id, type: instrument.type, shopID: payment.shopID)
        var refusal: (YooKassaReason, YooKassaParty)?
        if case .card(let number) = instrument {
            guard let card = YooKassaTestCard.find(number) else { throw .notACard }
            method.card = card
            payments[id]?.isCodePassed = card.asksForCode && isCodeRight
            if card.asksForCode, !isCodeRight {
                refusal = (.secureFailed, .paymentNetwork)
            } else if let reason = card.refusal {
                refusal = (reason, card.party)
            }
        }
        if shops[payment.shopID]?.limits(of: instrument.type).contains(payment.amount) == false {
            refusal = (.limitExceeded, .yooMoney)
        }
        payments[id]?.method = method
        if let (reason, party) = refusal {
            end(id, reason, by: party, now)
        } else {
            if payment.body.isSaving, conduct.savesMethods { save(&method) }
            payments[id]?.method = method
            take(id, now)
        }
        guard let after = payments[id] else { throw .unknown }
        return after
    }

    /// The payer says no.
    mutating func decline(
        _ id: String, _ reason: YooKassaReason, _ now: Int64
    ) throws(YooKassaPayRefusal) -> YooKassaPayment {
        settle(now)
        guard let payment = payments[id] else { throw .unknown }
        guard payment.status == .pending else { throw .notPending }
        end(id, reason, now)
        return payments[id] ?? payment
    }

    /// Keeps a method for charges without the payer.
    mutating func save(_ method: inout YooKassaMethod) {
        method.isSaved = true
        method.status = .active
        if methods[method.id] == nil { methodIDs.append(method.id) }
        methods[method.id] = method
    }
}
