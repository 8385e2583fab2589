import Specification

extension PixDesk {
    /// Pays as the customer does at their bank.
    /// - Returns: false if the bank does not let them.
    func pay(_ txid: String, _ paying: PixPaying) -> Bool {
        guard let charge = bank.charge(txid) else { return false }
        let (half, order) = (max(1, charge.amount / 2), order(of: txid))
        do throws(PixPayRefusal) {
            switch paying {
            case .whole: try tell(bank.pay(txid: txid), "note_pix_paid", order)
            case .less: try tell(bank.pay(txid: txid, amount: half, slips: true), "note_pix_slipped", order)
            case .more:
                try tell(bank.pay(txid: txid, amount: charge.amount + half, slips: true), "note_pix_slipped", order)
            case .twice:
                try tell(bank.pay(txid: txid), "note_pix_paid", order)
                try tell(bank.pay(txid: txid, slips: true), "note_pix_again", order)
            case .late:
                guard charge.status == .active else { throw .notActive(charge.status) }
                // Before the server has looked again: what is paid late comes to an open charge, as in life.
                let receipt = try bank.payLate(txid: txid) { clock.advance(milliseconds: $0) }
                tell(receipt, "note_pix_late", order)
            case .forged:
                bank.forgeNotice(txid: txid, amount: charge.amount, key: shop.key)
                say("note_pix_forged", order: order)
            }
        } catch {
            say("note_pix_refused", order: order)
            return false
        }
        return true
    }

    private func tell(_ receipt: PixBankReceipt, _ key: String, _ order: String?) {
        say(key, order: order, ["amount": LocalizedText(Amount(centavos: receipt.amount))])
    }

    /// What somebody does at the bank.
    enum Deed: String, Sendable, CaseIterable {
        /// The bank takes a charge back.
        case remove
        /// The bank gives the payer's money back.
        case force
        /// A person agrees to a payout, or does not.
        case approve, refuse
    }

    /// - Parameter id: of a charge, a payment or a payout.
    /// - Returns: false if that is not possible.
    func act(_ deed: Deed, _ id: String) -> Bool {
        switch deed {
        case .remove:
            guard bank.removeCharge(id) else { return false }
            say("note_pix_removed", order: order(of: id))
        case .force:
            guard bank.forceRefund(id) != nil else { return false }
            say("note_pix_forced", order: receipt(id)?.txid.flatMap(order))
        case .approve, .refuse:
            let isWaiting = bank.payouts.first { $0.code == id }?.status == PixPayoutCourse.approval.statuses[0]
            guard isWaiting, bank.endPayout(id, as: deed == .approve ? "PAGO" : "REPROVADO") else { return false }
            say(deed == .approve ? "note_pix_approved" : "note_pix_disapproved", order: nil)
        }
        return true
    }

    func receipt(_ endToEndID: String) -> PixBankReceipt? {
        bank.receipts.first { $0.endToEndID == endToEndID }
    }
}
