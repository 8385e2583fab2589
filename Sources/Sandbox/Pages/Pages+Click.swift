import Specification

extension Pages {
    func clickReceiptValues(
        _ receipt: ClickReceipt, _ allowed: Set<ClickSandbox.Action>, _ codes: ClickCodes, _ language: Language
    ) -> [String: Any] {
        var values: [String: Any] = [
            "id": receipt.paydocID, "order": receipt.order, "amount": Amount(tiyin: receipt.amount).text(language),
            "purse": purseName(receipt.purse, language), "origin": text(receipt.origin.key, language),
            "state": receipt.stage.rawValue, "stateText": text(receipt.stage.key, language),
            "tone": receipt.stage == .paid ? "good" : receipt.stage.rawValue < 0 ? "refused" : "lost",
            "hasOrder": !receipt.order.isEmpty,
            "hasActions": !allowed.isEmpty, "canRepeat": allowed.contains(.again),
            "canFinish": allowed.contains(.finish), "canCancel": allowed.contains(.cancel),
            "canReverse": allowed.contains(.reverse),
            "errors": [
                ["number": codes.bankRefused, "text": text("click_error_bank", language)],
                ["number": codes.calledOff, "text": text("click_error_off", language)],
            ] as [[String: Any]],
            "faults": ClickFault.offered.map { ["value": $0.rawValue, "text": text($0.key, language)] },
        ]
        values["prepareID"] = receipt.prepareID
        if let failure = receipt.failure { values["failure"] = failureText(failure, language) }
        return values
    }

    func invoiceValues(_ invoice: ClickInvoice, _ language: Language) -> [String: Any] {
        [
            "id": invoice.id, "order": invoice.order, "amount": Amount(tiyin: invoice.amount).text(language),
            "phone": invoice.phone, "state": invoice.state.rawValue, "stateText": text(invoice.state.key, language),
            "tone": invoice.state == .paid ? "good" : invoice.state == .deleted ? "refused" : "lost",
            "isWaiting": invoice.state == .waiting,
        ]
    }

    func failureText(_ failure: ClickFailure, _ language: Language) -> String {
        switch failure {
        case .bank: text("outcome_debit", language)
        case .payer: text("click_failed_payer", language)
        case .paidBefore: text("click_failed_paid_before", language)
        case .unusable: text("outcome_unusable", language)
        case .unconfirmed: text("click_failed_unconfirmed", language)
        case .shop(let note, let code):
            texts.text(
                Sentence(
                    "click_failed_shop", ["note": LocalizedText(same: note), "code": LocalizedText(same: "\(code)")]),
                language)
        }
    }

    /// `HUMO •••• 2002`
    func purseName(_ purse: ClickPurse, _ language: Language) -> String {
        purse.ending.map { "\(purse.processing) •••• \($0)" } ?? text("click_wallet", language)
    }

    func purseValues(_ language: Language) -> [[String: Any]] {
        ClickPurse.allCases.map { purse in
            var values: [String: Any] = [
                "value": purse.rawValue, "text": text(purse.key, language), "isFirst": purse == .uzcard,
            ]
            values["ending"] = purse.ending
            return values
        }
    }

    func clickConductValues(_ chosen: ClickConduct, _ language: Language) -> [[String: Any]] {
        ClickConduct.allCases.map { conduct in
            var values: [String: Any] = [
                "value": conduct.rawValue, "text": text(conduct.key, language), "isChosen": conduct == chosen,
            ]
            values["tiyin"] = conduct.magicTiyin
            return values
        }
    }
}
