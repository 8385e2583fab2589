extension YooBooks {
    /// Lets happen what time brings: payers who do not confirm, holds that end, what is under way.
    mutating func settle(_ now: Int64) {
        while let (subject, at) = open.takeDue(now) {
            switch subject {
            case .payment(let id):
                guard let payment = payments[id], payment.deadline == at else { continue }
                endPayment(payment, at)
            case .refund(let id):
                guard refunds[id]?.deadline == at else { continue }
                decideRefund(id, at)
            case .receipt(let id):
                guard receipts[id]?.deadline == at else { continue }
                decideReceipt(id, at)
            case .method(let id):
                guard methods[id]?.deadline == at else { continue }
                methods[id]?.deadline = nil
                methods[id]?.status = .inactive
            }
        }
    }

    private mutating func endPayment(_ payment: YooKassaPayment, _ at: Int64) {
        switch payment.status {
        case .pending where payment.isCharge: decideCharge(payment.id, at)
        case .pending: end(payment.id, .expiredOnConfirmation, at)
        case .waitingForCapture: end(payment.id, .expiredOnCapture, at)
        case .succeeded, .canceled: payments[payment.id]?.deadline = nil
        }
    }

    /// - Parameter at: milliseconds since 1970 UTC; nil: never.
    mutating func setDeadline(_ payment: String, _ at: Int64?) {
        payments[payment]?.deadline = at
        if let at { open.add(.payment(payment), at: at) }
    }

    /// A payment is canceled.
    /// - Parameter party: nil: who belongs to the reason.
    mutating func end(_ id: String, _ reason: YooKassaReason, by party: YooKassaParty? = nil, _ now: Int64) {
        guard payments[id] != nil else { return }
        if payments[id]?.status == .waitingForCapture {
            for index in charges.indices where charges[index].paymentID == id { charges[index].releasedAt = now }
        }
        payments[id]?.status = .canceled
        payments[id]?.deadline = nil
        payments[id]?.cancellation = YooKassaCancellation(party: party ?? reason.party, reason: reason.rawValue)
        announce(.paymentCanceled, id, now)
    }
}
