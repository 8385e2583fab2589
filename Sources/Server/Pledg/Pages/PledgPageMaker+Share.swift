import Payments
import Pledg
import Specification

extension PledgPageMaker {
    /// A pledger's page.
    ///
    /// - Parameters:
    ///   - payer: what he wrote into the field for another's address, if that was refused.
    ///   - resumeURL: where his payment goes on.
    func share(
        _ view: PledgPledgerView, _ place: Place, _ notice: Notice, payer: String? = nil, resumeURL: String?,
        name: (String) -> String?
    ) -> String {
        let language = place.language
        let organiser = ["name": PledgWords.harmless(view.organiser)]
        var values: [String: Any] = ["seal": place.seal, "standing": Self.word(view)]
        if view.standing == .over {
            let end = Self.word(view)
            values["heading"] = texts.text("over_\(end)_heading", language)
            values["explanation"] = texts.text("over_\(end)_text", language)
            values["mood"] = Self.moods[end] ?? ""
            if end == "checking" { values["again"] = Self.againSeconds }
            return render("pledgshare", values, language, base: place.base, notice)
        }
        values["heading"] = texts.text("share_heading", language, organiser)
        values["amount"] = PledgWords.amount(view.amount, language)
        if let title = view.title { values["title"] = PledgWords.harmless(title) }
        switch view.standing {
        case .paid:
            values["heading"] = texts.text("paid_heading", language)
            values["explanation"] = texts.text(key("paid_text"), language, organiser)
            values["mood"] = "good"
        case .underWay:
            values["underWay"] = true
            values["again"] = Self.againSeconds
            if let resumeURL { values["resumeURL"] = resumeURL }
            values.merge(time(view.deadline, place)) { $1 }
        case .open, .declined:
            values["paying"] = true
            values["sendsMail"] = sendsMail
            values["whoPays"] = texts.text(key("share_who_pays"), language)
            values["mayDecline"] = view.standing == .open
            values["declineText"] = texts.text("decline_text", language, organiser)
            if view.standing == .declined { values["explanation"] = texts.text("declined_note", language) }
            values["payer"] = payer ?? ""
            values["payerIsWrong"] = payer != nil
            values["choices"] = choices(
                view.choices, view.amount, place, note: { $0.givesBack ? nil : "by_hand_share" }, name: name)
            values.merge(time(view.deadline, place)) { $1 }
        case .over: break
        }
        return render("pledgshare", values, language, base: place.base, notice)
    }

    private static func word(_ view: PledgPledgerView) -> String {
        switch view.standing {
        case .open: "open"
        case .underWay: "under-way"
        case .paid: "paid"
        case .declined: "declined"
        case .over:
            switch view.ending {
            case .paid: "paid"
            case .covered: "covered"
            case .returned: view.reason == .cancelled ? "recalled" : "returned"
            case .byHand: "byhand"
            case .unpaid: unpaid(view.reason)
            case nil: "checking"
            }
        }
    }

    private static let moods = [
        "paid": "good", "covered": "good", "unpaid": "bad", "cancelled": "bad", "failed": "bad",
    ]

    /// Time is not to blame where it was the shop, or the leader's payment.
    private static func unpaid(_ reason: PledgSpecification.Reason?) -> String {
        switch reason {
        case .cancelled: "cancelled"
        case .captureFailed, .holdLost: "failed"
        case .abandoned, .unpaid, .refunded, nil: "unpaid"
        }
    }
}
