import Specification

extension Pages {
    /// Everything that the section of purchases by groups shows.
    func groupValues(
        _ desk: GroupDesk, _ purchases: [ShopPurchase], _ currencies: [String], _ language: Language
    ) -> [String: Any] {
        [
            "groupPurchases": purchases.map { groupPurchaseValues($0, desk, language) },
            "hasNoGroups": purchases.isEmpty,
            "groupPlans": GroupPlan.allCases.map { ["plan": $0.rawValue, "planText": text($0.key, language)] },
            "groupCurrencies": currencies.map { code in
                ["code": code, "codeText": text("group_currency_\(code.lowercased())", language)]
            },
        ]
    }

    private func groupPurchaseValues(
        _ purchase: ShopPurchase, _ desk: GroupDesk, _ language: Language
    ) -> [String: Any] {
        let isOpen = purchase.state == "INITIALIZED"
        let isPaid = purchase.state == "SUCCESSFULL"
        var values: [String: Any] = [
            "id": purchase.id, "reference": purchase.reference, "state": purchase.state,
            "amount": purchase.amount.text(language), "tone": isPaid ? "good" : isOpen ? "lost" : "refused",
            "stage": text(Self.groupStage(purchase), language), "page": "\(purchase.page)?lang=\(language.rawValue)",
            "isOpen": isOpen, "canRefund": isPaid && purchase.refunded.minor < purchase.amount.minor,
            "emails": purchase.emails.joined(separator: ", "), "hasEmails": !purchase.emails.isEmpty,
        ]
        values["planText"] = desk.plan(of: purchase.id).map { text($0.key, language) }
        values["until"] = isOpen ? purchase.expiresAt.map { Moment.text($0, as: .minute) } : nil
        values["settlement"] = purchase.settlement.map { text("say_settlement_\($0)", language) }
        if purchase.refunded.minor > 0 { values["refunded"] = purchase.refunded.text(language) }
        return values
    }

    /// The key of what it waits for, or how it ended.
    static func groupStage(_ purchase: ShopPurchase) -> String {
        switch purchase.state {
        case "SUCCESSFULL": "group_stage_paid"
        case "FAILED": purchase.reason == "cancelled" ? "group_stage_cancelled" : "group_stage_failed"
        default: purchase.fundedAt == nil ? "group_stage_leader" : "group_stage_others"
        }
    }

    /// The mailbox, newest first.
    func mailValues(_ mailbox: Mailbox, _ language: Language) -> [String: Any] {
        let letters = mailbox.newest(30)
        return [
            "mails": letters.map { letter in
                var values: [String: Any] = [
                    "number": letter.number, "to": letter.mail.to, "subject": letter.mail.subject,
                    "words": letter.mail.text, "time": Moment.text(letter.at, as: .minute),
                    "machineTime": Moment.text(letter.at, as: .machine),
                ]
                values["link"] = letter.mail.link
                return values
            },
            "hasNoMails": letters.isEmpty,
        ]
    }
}

extension SandboxMail {
    /// The path of the page that it leads to: the first of this server's that stands on a line of its own.
    var link: String? {
        let line = text.split(whereSeparator: \.isNewline).first { line in
            line.hasPrefix("http") && line.contains("/pledg/") && !line.contains(" ")
        }
        return line.map { ShopClient.path(String($0)) }
    }
}
