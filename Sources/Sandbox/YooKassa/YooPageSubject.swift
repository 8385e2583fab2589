/// What a payer is asked to confirm: a payment, or a card that is to be saved.
struct YooPageSubject: Sendable {
    let id: String
    /// What the form has to bring.
    let token: String
    /// `100.00 RUB`; empty: no money moves.
    let amount: String
    let description: String?
    let returnURL: String?
    /// Whether the payer's card is kept.
    let isSaving: Bool
    let offered: [YooKassaMethodType]
    let isWaiting: Bool
    /// Paid, held or saved.
    let isGood: Bool
    /// Why not.
    let reason: String?
    let isMethod: Bool
}

extension YooKassaSandbox {
    func subject(_ id: String) -> YooPageSubject? {
        settled { books, _ in
            if let payment = books.payments[id] {
                return YooPageSubject(
                    id: id, token: payment.formToken, amount: "\(YooSum.text(payment.amount)) \(payment.currency)",
                    description: payment.description, returnURL: payment.returnURL, isSaving: payment.body.isSaving,
                    offered: books.offered(payment), isWaiting: payment.status == .pending && !payment.isCharge,
                    isGood: payment.isPaid, reason: payment.cancellation?.reason, isMethod: false)
            }
            guard let method = books.methods[id], !method.formToken.isEmpty else { return nil }
            return YooPageSubject(
                id: id, token: method.formToken, amount: "", description: nil,
                returnURL: method.confirmation?.returnURL, isSaving: true, offered: [.bankCard],
                isWaiting: method.status == .pending, isGood: method.isSaved, reason: nil, isMethod: true)
        }
    }

    func pay(_ subject: YooPageSubject, _ card: YooKassaTestCard, isCodeRight: Bool) throws(YooKassaPayRefusal) {
        if subject.isMethod {
            try confirmMethod(subject.id, card: card.number, isCodeRight: isCodeRight)
        } else {
            try pay(subject.id, by: .card(card.number), isCodeRight: isCodeRight)
        }
    }

    func decline(_ subject: YooPageSubject) throws(YooKassaPayRefusal) {
        if subject.isMethod {
            // Any card that is refused.
            try confirmMethod(subject.id, card: "5555555555554527")
        } else {
            try decline(subject.id)
        }
    }
}
