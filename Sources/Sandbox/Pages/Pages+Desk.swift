import Specification

extension Pages {
    /// - Parameter pixPage: the payer's page of the order's newest charge.
    func orderValues(_ order: ShopOrder, pixPage: String? = nil, _ language: Language) -> [String: Any] {
        var values: [String: Any] = [
            "id": order.id, "slug": Self.slug(order.id),
            "status": order.isCumulative ? "open" : order.status,
            "statusText": text("order_\(order.isCumulative ? "open" : order.status)", language),
            "isPayable": order.isPayable, "isCumulative": order.isCumulative,
        ]
        if !order.description.isEmpty { values["description"] = order.description }
        values["amount"] = order.amount?.text(language)
        if order.isCumulative { values["paid"] = order.paid?.text(language) }
        values["isPix"] = order.amount?.currency == Amount.brl
        values["isYoo"] = order.amount?.currency == Amount.rub
        values["pixPage"] = pixPage.map { "\($0)?lang=\(language.rawValue)" }
        if let amount = order.amount, amount.currency == Amount.uzs, order.isPayable {
            let conduct = Conduct.magic(of: amount.minor)
            let atClick = ClickConduct.magic(of: amount.minor)
            if conduct != .normal {
                values["magic"] = text(conduct.key, language)
            } else if atClick != .normal {
                values["magic"] = text(atClick.key, language)
            }
        }
        return values
    }

    func receiptValues(_ receipt: Receipt, _ allowed: Set<PaymeSandbox.Action>, _ language: Language) -> [String: Any] {
        var values: [String: Any] = [
            "id": receipt.id, "short": String(receipt.id.suffix(6)), "order": receipt.order,
            "amount": Amount(tiyin: receipt.checkout.amount).text(language), "card": receipt.cardEnding,
            "state": receipt.state.rawValue, "stateText": text(receipt.state.key, language),
            "tone": receipt.state == .paid ? "good" : receipt.state == .cancelled ? "refused" : "lost",
            "hasActions": !allowed.isEmpty, "canFinish": allowed.contains(.perform),
            "canCancel": allowed.contains(.cancel), "canRefund": allowed.contains(.refund),
            "canRepeat": allowed.contains(.again), "canCheck": allowed.contains(.check),
            "canFiscal": allowed.contains(.fiscal),
            "reasons": specification.reasons.filter { $0.name != "refund" }.map { reason in
                [
                    "number": reason.number, "text": reason.text[language],
                    "isDefault": reason.name == "executionFailed",
                ] as [String: Any]
            },
        ]
        values["shopState"] = receipt.shopState.map { state in
            "\(state) \(text("state_\(specification.state(numbered: Int(state))?.name ?? "unknown")", language))"
        }
        // That it is cancelled, its state says already.
        if let failure = receipt.failure, failure != .cancelled { values["failure"] = failureText(failure, language) }
        return values
    }

    func failureText(_ failure: PaymentFailure, _ language: Language) -> String {
        switch failure {
        case .card(let key): text("outcome_\(key.dropFirst(5))", language)
        case .debit: text("outcome_debit", language)
        case .shop(let message): message[language].isEmpty ? text("outcome_shop", language) : message[language]
        case .unusable: text("outcome_unusable", language)
        case .cancelled: text("outcome_cancelled", language)
        }
    }

    func reconciliationValues(_ found: Reconciliation, _ language: Language) -> [String: Any] {
        [
            "at": Moment.text(found.at, as: .clock), "matched": found.matched, "isClean": found.differences.isEmpty,
            "differences": found.differences.prefix(50).map { difference in
                [
                    "what": text("differs_\(difference.kind.rawValue)", language), "order": difference.order,
                    "short": String(difference.id.suffix(6)),
                    "payme": difference.payme.isEmpty ? "–" : difference.payme,
                    "shop": difference.shop.isEmpty ? "–" : difference.shop,
                ]
            },
        ]
    }

    func cardValues(_ language: Language) -> [[String: Any]] {
        TestCard.allCases.map { card in
            [
                "number": card.number, "value": card.rawValue, "ending": card.ending,
                "text": text(card.key, language), "shortText": text("\(card.key)_short", language),
                "isFirst": card == .works,
            ]
        }
    }

    func conductValues(_ chosen: Conduct, _ language: Language) -> [[String: Any]] {
        Conduct.allCases.map { conduct in
            var values: [String: Any] = [
                "value": conduct.rawValue, "text": text(conduct.key, language), "isChosen": conduct == chosen,
            ]
            values["tiyin"] = conduct.magicTiyin
            return values
        }
    }

    /// A part of an element's id, another one for every order: what is neither letter, digit nor hyphen is written as
    /// an underscore and its byte.
    static func slug(_ id: String) -> String {
        id.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || character == "-" { return String(character) }
            return "_" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
