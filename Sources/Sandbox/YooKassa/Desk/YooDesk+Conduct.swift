import Specification

extension YooDesk {
    /// What goes wrong now.
    var mishap: YooMishap {
        get {
            if !yookassa.conduct.faults.isEmpty { return .down }
            let next = yookassa.nextFault
            return next.flatMap { fault in YooMishap.allCases.first { $0.fault == fault } } ?? .none
        }
        set {
            yookassa.nextFault = newValue.fault
            yookassa.conduct.faults =
                newValue == .down
                ? Dictionary(uniqueKeysWithValues: YooKassaOperation.allCases.map { ($0, .refused(500)) }) : [:]
        }
    }

    /// How YooKassa tells of payments now.
    var telling: YooTelling {
        get { YooTelling.allCases.first { $0.fault == yookassa.conduct.noticeFault } ?? .once }
        set { yookassa.conduct.noticeFault = newValue.fault }
    }

    /// What somebody does at YooKassa, past the server.
    enum Deed: String, Sendable, CaseIterable {
        /// The shop's staff give the money back in the cabinet.
        case refund
        /// YooKassa tells once more how a payment stands.
        case again
        /// Somebody tells the server what is not so.
        case forge
        /// The payer withdraws the permission to charge a card.
        case revoke
    }

    /// - Parameter id: of a payment, or of a saved card.
    /// - Returns: false if that is not possible.
    func act(_ deed: Deed, _ id: String) -> Bool {
        let payment = yookassa.payment(id)
        let order = payment.flatMap { self.order(of: $0) }
        switch deed {
        case .refund:
            guard let refund = yookassa.refundInCabinet(id) else { return false }
            say("note_yoo_cabinet", order: order, ["amount": LocalizedText(Amount(kopecks: refund.amount))])
        case .again:
            guard yookassa.repeatNotice(id) else { return false }
            say("note_yoo_again", order: order)
        case .forge:
            guard let payment, yookassa.forgeNotice(id, as: payment.isPaid ? .canceled : .succeeded) else {
                return false
            }
            say(payment.isPaid ? "note_yoo_forged_end" : "note_yoo_forged", order: order)
        case .revoke:
            guard yookassa.revoke(method: id) else { return false }
            say("note_yoo_revoked", order: nil)
        }
        return true
    }

    /// Chooses what becomes of the next charge of a subscription, and moves the clock until it is due.
    /// - Returns: false if nothing of it will be charged.
    func goOn(_ subscription: ShopSubscription, _ next: YooNextCharge) -> Bool {
        guard let at = subscription.chargedAt else { return false }
        let payers = [subscription.renewalPayment, subscription.firstPayment].compactMap(\.self)
        let method = payers.lazy.compactMap { [yookassa] id in
            yookassa.payments(withMetadata: "tx", id).first?.method
        }.first { $0.isSaved }
        guard let method else { return false }
        yookassa.refuseCharges(of: method.id, with: next.reason)
        say("note_yoo_jump", order: nil, ["time": LocalizedText(same: Moment.text(max(at, clock.now), as: .minute))])
        clock.advance(milliseconds: max(at - clock.now, 0) + 1_000)
        return true
    }
}
