import Specification

extension Pages {
    /// Everything that the section of the simulated bank shows.
    func pixValues(_ desk: PixDesk, _ language: Language) -> [String: Any] {
        let bank = desk.bank
        let receipts = Dictionary(grouping: bank.receipts) { $0.txid ?? "" }
        let charges = bank.charges.reversed().lazy
            .filter { desk.order(of: $0.txid)?.hasPrefix(desk.suitePrefix) != true }.prefix(20)
        let shown = charges.map { charge in
            pixChargeValues(charge, desk.charge(charge.txid), receipts[charge.txid] ?? [], desk.clock.now, language)
        }
        return [
            "pixCharges": Array(shown), "hasNoPixCharges": shown.isEmpty, "pixKey": desk.shop.key,
            "pixMishap": text(desk.mishap.key, language), "pixTelling": text(desk.telling.key, language),
            "pixMishapTone": desk.mishap == .none ? "good" : "refused",
            "pixTellingTone": desk.telling == .once ? "good" : "refused",
            "pixMishaps": PixMishap.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
            "pixTellings": PixTelling.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
            "pixCourses": PixPayoutCourse.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
            "pixPayouts": bank.payouts.suffix(10).reversed().map(pixPayoutValues),
            "hasPixPayout": desk.lastPayout != nil,
        ].merging(noticesWaiting(bank, language)) { $1 }
    }

    private func noticesWaiting(_ bank: PixBankSandbox, _ language: Language) -> [String: Any] {
        let count = bank.noticesWaiting
        guard count > 0 else { return [:] }
        return [
            "pixWaiting": texts.text(
                Sentence("pix_waiting", ["count": LocalizedText(same: "\(count)")]), language)
        ]
    }

    private func pixChargeValues(
        _ charge: PixBankCharge, _ known: PixShopCharge?, _ receipts: [PixBankReceipt], _ now: Int64,
        _ language: Language
    ) -> [String: Any] {
        let isActive = charge.status == .active
        let isOver = isActive && now > charge.expiresAt
        let tone = charge.status == .completed ? "good" : isActive && !isOver ? "lost" : "refused"
        var values: [String: Any] = [
            "id": charge.txid, "short": String(charge.txid.suffix(6)), "status": charge.status.rawValue,
            "amount": Amount(centavos: charge.amount).text(language), "tone": tone,
            "statusText": text(isOver ? "pix_charge_over" : Self.key(charge.status), language),
            "isActive": isActive, "until": Moment.text(charge.expiresAt, as: .minute),
            "payings": (isActive ? PixPaying.allCases : [.forged]).map {
                ["value": $0.rawValue, "text": text($0.key, language)]
            },
            "payments": receipts.map { pixReceiptValues($0, language) },
            "canCallOff": isActive && known?.transaction != nil,
        ]
        values["order"] = known?.order
        values["page"] = known?.page.map { "\($0)?lang=\(language.rawValue)" }
        values["shopState"] = known?.state.map { state in
            "\(state) \(text("state_\(specification.state(numbered: Int(state))?.name ?? "unknown")", language))"
        }
        return values
    }

    private func pixReceiptValues(_ receipt: PixBankReceipt, _ language: Language) -> [String: Any] {
        let left = receipt.amount - receipt.reserved
        return [
            "e2e": receipt.endToEndID, "e2eShort": String(receipt.endToEndID.suffix(6)),
            "sum": Amount(centavos: receipt.amount).text(language), "at": Moment.text(receipt.paidAt, as: .clock),
            "hasRest": left > 0, "rest": Amount(centavos: left).text(language),
            "refunds": receipt.refunds.map { refund in
                [
                    "part": Amount(centavos: refund.amount).text(language),
                    "why": text(refund.nature.isForced ? "pix_refund_forced" : "pix_refund_asked", language),
                    "standing": text(Self.key(refund.status), language),
                ]
            },
        ]
    }

    private func pixPayoutValues(_ payout: PixBankPayout) -> [String: Any] {
        [
            "code": payout.code, "codeShort": String(payout.code.suffix(6)),
            "sum": "\(Amount(centavos: payout.amount).decimal) BRL", "receiver": payout.receiver,
            "standing": payout.status, "isWaiting": payout.status == PixPayoutCourse.approval.statuses[0],
            "tone": payout.isPaid ? "good" : ["REPROVADO", "FALHA"].contains(payout.status) ? "refused" : "lost",
        ]
    }

    static func key(_ status: PixBankCharge.Status) -> String {
        switch status {
        case .active: "pix_charge_active"
        case .completed: "pix_charge_completed"
        case .removedByReceiver: "pix_charge_removed"
        case .removedByBank: "pix_charge_removed_by_bank"
        }
    }

    static func key(_ status: PixBankRefund.Status) -> String {
        switch status {
        case .underway: "pix_refund_underway"
        case .done: "pix_refund_done"
        case .failed: "pix_refund_failed"
        }
    }
}

extension PixBankRefund.Nature {
    /// Whether the bank wants it, and not the merchant.
    var isForced: Bool { self == .forcedFraud || self == .forcedOperational }
}
