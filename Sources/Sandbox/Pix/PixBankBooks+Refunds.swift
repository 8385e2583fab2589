import StrictJSON

extension PixBankBooks {
    /// How long a payment can be given back: 90 days.
    private static let refundMilliseconds: Int64 = 90 * 86_400_000

    /// Source: pix.md 3.5.
    mutating func requestRefund(
        _ endToEndID: String, _ id: String, _ call: PixBankCall, _ now: Int64
    ) throws(PixBankProblem) -> PixBankReply {
        guard let receipt = receipts[endToEndID] else { throw Self.noReceipt }
        guard (1...35).contains(id.utf8.count), id.utf8.allSatisfy(Self.isAlphanumeric) else {
            throw Self.wrong("respeita o padrão [a-zA-Z0-9]{1,35}", "id")
        }
        let object = try Self.object(call, .pixDevolucaoInvalida)
        guard let amount = object["valor"]?.stringValue.flatMap(PixSum.read), amount > 0 else {
            throw Self.wrong(#"respeita o padrão \d{1,10}\.\d{2} e não é zero"#, "devolucao.valor")
        }
        let natureText = (object["natureza"] ?? "ORIGINAL").stringValue ?? ""
        guard let nature = PixBankRefund.Nature(rawValue: natureText), nature == .original || nature == .withdrawal
        else { throw Self.wrong("é ORIGINAL ou RETIRADA", "devolucao.natureza") }
        let description = object["descricao"]?.stringValue
        guard (description ?? "").count <= 140 else { throw Self.wrong("até 140 caracteres", "devolucao.descricao") }
        // Also for a repeat: whoever lost the answer must ask for the refund.
        guard !receipt.refunds.contains(where: { $0.id == id }) else { throw Self.wrong("o id já foi usado", "id") }
        guard now - receipt.paidAt <= Self.refundMilliseconds else {
            throw Self.wrong("passaram mais de 90 dias", "devolucao")
        }
        guard receipt.reserved + amount <= receipt.amount else {
            throw Self.wrong("a soma das devoluções excede o valor do pix", "devolucao.valor")
        }
        let refund = PixBankRefund(
            id: id, returnID: Self.identifier("D", now), amount: amount, nature: nature, requestedAt: now,
            description: description, dueAt: now + conduct.refundMilliseconds, failure: conduct.refundFailure)
        receipts[endToEndID]?.refunds.append(refund)
        refundsUnderway.append(endToEndID)
        return PixBankReply(201, refund.json)
    }

    func readRefund(_ endToEndID: String, _ id: String) throws(PixBankProblem) -> PixBankReply {
        guard let receipt = receipts[endToEndID] else { throw Self.noReceipt }
        guard let refund = receipt.refunds.first(where: { $0.id == id }) else {
            throw PixBankProblem(.pixDevolucaoNaoEncontrada, "não há devolução com este id")
        }
        return PixBankReply(200, refund.json)
    }

    /// The bank takes the money back, whatever the merchant wants. Source: pix.md 3.5 (MED).
    /// - Parameter amount: centavos; nil: all that is left.
    /// - Returns: nil if there is no such payment, or not so much left of it.
    mutating func forceRefund(
        _ endToEndID: String, amount: Int64?, _ nature: PixBankRefund.Nature, _ now: Int64
    ) -> PixBankRefund? {
        settle(now)
        guard let receipt = receipts[endToEndID] else { return nil }
        let left = receipt.amount - receipt.reserved
        let amount = amount ?? left
        guard amount > 0, amount <= left else { return nil }
        let refund = PixBankRefund(
            id: PixChance.text(32), returnID: Self.identifier("D", now), amount: amount, nature: nature,
            requestedAt: now, description: nil, dueAt: now, failure: nil)
        receipts[endToEndID]?.refunds.append(refund)
        refundsUnderway.append(endToEndID)
        settle(now)
        return receipts[endToEndID]?.refunds.last
    }

    /// Ends what is due: refunds, and what payouts go through.
    mutating func settle(_ now: Int64) {
        for id in refundsUnderway {
            guard let receipt = receipts[id] else { continue }
            for index in receipt.refunds.indices where receipt.refunds[index].isDue(now) {
                receipts[id]?.refunds[index].settle()
                // Each end is told of. Source: pix.md 3.6.
                if let receipt = receipts[id] { announce(receipt, now) }
            }
        }
        refundsUnderway.removeAll { id in receipts[id]?.refunds.allSatisfy { $0.status != .underway } ?? true }
        for id in payoutsUnderway { payouts[id]?.proceed(now) }
        payoutsUnderway.removeAll { payouts[$0]?.course.isEmpty ?? true }
    }

    private static func wrong(_ reason: String, _ place: String) -> PixBankProblem {
        PixBankProblem(.pixDevolucaoInvalida, reason, at: place)
    }
}

extension PixBankRefund {
    fileprivate func isDue(_ now: Int64) -> Bool { status == .underway && dueAt <= now }

    fileprivate mutating func settle() {
        if let failure {
            status = .failed
            reason = failure
        } else {
            status = .done
            settledAt = dueAt
        }
    }
}
