import Payments
import Pledg
import Specification

extension PledgPageMaker {
    /// What a leader wrote into a form that was refused.
    struct LeaderEntry: Sendable {
        /// Names and shares.
        var members: PledgMembersEntry?
        /// How many lines there are to be.
        var lines: Int?
        /// Which line is wrong.
        var flaw: PledgMembersEntry.Flaw?
        /// Another address for the share of that id.
        var replacing: (id: String, email: String)?
    }

    /// The leader's page.
    func leader(
        _ view: PledgLeaderView, _ place: Place, _ notice: Notice, _ entry: LeaderEntry = LeaderEntry(),
        resumeURL: String?, name: (String) -> String?
    ) -> String {
        let language = place.language
        func amount(_ minor: Int64) -> String {
            PledgWords.amount(Money(minor: minor, currency: view.amount.currency), language)
        }
        var values: [String: Any] = [
            "seal": place.seal, "phase": view.phase.rawValue, "total": PledgWords.amount(view.amount, language),
            "hasBasket": !view.lines.isEmpty,
            "basket": view.lines.map { line -> [String: Any] in
                [
                    "quantity": "\(line.quantity)", "name": PledgWords.harmless(line.name),
                    "amount": amount(line.quantity.multipliedReportingOverflow(by: line.unitAmount).partialValue),
                ]
            },
        ]
        if let title = view.title { values["title"] = PledgWords.harmless(title) }
        values.merge(story(view, place)) { $1 }
        let isChoosing = view.phase == .draft && view.deadline > place.now && !view.isUnderWay
        if view.isUnderWay {
            values["underWay"] = true
            values["again"] = Self.againSeconds
            if let resumeURL { values["resumeURL"] = resumeURL }
        }
        if isChoosing {
            values["choosing"] = true
            values.merge(choosing(view, place, entry)) { $1 }
            values.merge(paying(view, place, name)) { $1 }
        }
        if view.members.count > 1 {
            values["hasMembers"] = true
            values["members"] = members(view, place, entry)
        }
        if view.phase == .collecting || view.phase == .closing {
            let others = view.members.filter { !$0.isLeader }
            let (due, done) = (others.sum { $0.amount.minor }, others.filter(\.isPaid).sum { $0.amount.minor })
            values["progress"] = texts.text("progress", language, ["paid": amount(done), "total": amount(due)])
            values["progressMaximum"] = "\(max(1, due))"
            values["progressValue"] = "\(done)"
            values["progressMembers"] = texts.text(
                "progress_members", language, ["paid": "\(others.filter(\.isPaid).count)", "count": "\(others.count)"])
            if view.phase == .collecting, view.deadline > place.now, due > done {
                let missing = ["amount": amount(due - done)]
                values["cover"] = true
                values["coverText"] = texts.text("cover_text", language, missing)
                values["coverCheck"] = texts.text("cover_check", language, missing)
            }
        }
        return render("pledgleader", values, language, base: place.base, notice)
    }

    /// The heading, what to make of it, until when, and what comes back.
    private func story(_ view: PledgLeaderView, _ place: Place) -> [String: Any] {
        let language = place.language
        var values: [String: Any] = [:]
        let isOpen = view.deadline > place.now
        let (heading, text): (String, String) =
            switch view.phase {
            case .draft where isOpen: ("draft", "draft")
            case .collecting where isOpen: ("collecting", "collecting")
            case .draft, .collecting, .closing, .capturing: ("settling", "settling")
            case .succeeded: ("succeeded", "succeeded")
            case .failed: ("failed", Self.cause(view))
            }
        values["heading"] = texts.text("heading_\(heading)", language)
        values["explanation"] = texts.text("text_\(text)", language)
        values["mood"] = ["succeeded": "good", "failed": "bad"][heading] ?? ""
        if heading == "settling" { values["again"] = Self.againSeconds }
        if heading == "draft" || heading == "collecting" { values.merge(time(view.deadline, place)) { $1 } }
        func back(_ key: String, _ minor: Int64) {
            let money = Money(minor: minor, currency: view.amount.currency)
            values["back"] = texts.text(key, language, ["amount": PledgWords.amount(money, language)])
        }
        switch view.reimbursement {
        case .none: break
        case .pending(let minor): back("back_pending", minor)
        case .byHand(let minor): back("back_by_hand", minor)
        case .done(let minor): back("back_done", minor)
        }
        let isOver = view.phase == .succeeded || view.phase == .failed
        let url = view.phase == .succeeded ? view.successURL : view.cancelURL ?? view.successURL
        if isOver || view.phase == .draft, let url { values["shopURL"] = url }
        return values
    }

    private static func cause(_ view: PledgLeaderView) -> String {
        switch view.reason {
        case .abandoned: "abandoned"
        case .cancelled: "cancelled"
        // Everybody else may have paid.
        case .captureFailed, .holdLost: "not_kept"
        default: view.settlement == .leaderCovers ? "leader_covers" : "refund_all"
        }
    }

    /// The form of names and shares.
    private func choosing(_ view: PledgLeaderView, _ place: Place, _ given: LeaderEntry) -> [String: Any] {
        let language = place.language
        let maximum = specification.limits.membersMaximum - 1
        var entry = given.members ?? PledgMembersEntry(view, language)
        let used = entry.rows.count
        let lines = min(maximum, max(given.lines ?? 0, given.members == nil ? max(4, used + 2) : used))
        entry.rows += Array(repeating: PledgMembersEntry.Row(email: "", number: ""), count: max(0, lines - used))
        return [
            "membersHelp": texts.text(key("members_help"), language, ["count": "\(maximum)"]),
            "isEqual": entry.split == .equal, "isWeighted": entry.split == .weighted,
            "isCustom": entry.split == .custom,
            "ownEmail": view.members.first(where: \.isLeader)?.email ?? "", "ownNumber": entry.number,
            "ownIsWrong": given.flaw == .number(-1), "canGrow": entry.rows.count < maximum,
            "rows": entry.rows.enumerated().map { index, row -> [String: Any] in
                var isWrong = false
                if case .email(index, _) = given.flaw { isWrong = true }
                return [
                    "index": "\(index + 1)", "email": row.email, "number": row.number, "emailIsWrong": isWrong,
                    "numberIsWrong": given.flaw == .number(index),
                    "emailLabel": texts.text("email_label", language, ["number": "\(index + 1)"]),
                    "numberLabel": texts.text("number_label", language, ["number": "\(index + 1)"]),
                ]
            },
        ]
    }

    /// What paying means, and the ways to do it.
    private func paying(_ view: PledgLeaderView, _ place: Place, _ name: (String) -> String?) -> [String: Any] {
        let language = place.language
        let pledged = view.members.filter { !$0.isLeader }.sum { $0.amount.minor }
        let isGroup = view.members.count > 1
        var values: [String: Any] = [
            "paying": true,
            "choices": choices(
                view.choices, view.amount, place,
                note: { isGroup && !$0.reimbursesByItself ? "by_hand" : nil }, name: name),
        ]
        guard isGroup else {
            values["payText"] = texts.text("pay_alone", language)
            return values
        }
        values["payText"] = texts.text(
            "pay_group", language,
            [
                "total": PledgWords.amount(view.amount, language),
                "left": PledgWords.span(specification.timers.collecting, language),
                "pledged": PledgWords.amount(Money(minor: pledged, currency: view.amount.currency), language),
            ])
        values["ifUnpaid"] = texts.text("if_\(view.onFailure.rawValue)", language)
        return values
    }

    private func members(_ view: PledgLeaderView, _ place: Place, _ entry: LeaderEntry) -> [[String: Any]] {
        let isOpen = view.phase == .collecting && view.deadline > place.now
        let changeable = view.members.filter { isOpen && !$0.isLeader && !$0.isPaid && !$0.isUnderWay }
        return view.members.enumerated().map { index, member in
            var values: [String: Any] = [
                "index": "\(index)", "id": member.id,
                "who": member.isLeader ? texts.text("you", place.language) : member.email,
                "amount": PledgWords.amount(member.amount, place.language),
            ]
            if view.phase != .draft, let (key, tone) = Self.state(member, view) {
                values["state"] = texts.text("state_\(key)", place.language)
                values["tone"] = tone
            }
            guard changeable.contains(where: { $0.id == member.id }) else { return values }
            let isRefused = entry.replacing?.id == member.id
            values["isChangeable"] = true
            values["replaceHelp"] = texts.text(key("replace_help"), place.language)
            values["isOpen"] = isRefused
            values["newEmail"] = isRefused ? entry.replacing?.email ?? "" : ""
            values["changeLabel"] = texts.text("change", place.language, ["email": member.email])
            values["others"] = changeable.filter { $0.id != member.id }.map { ["id": $0.id, "email": $0.email] }
            return values
        }
    }

    private static func state(
        _ member: PledgLeaderView.Member, _ view: PledgLeaderView
    ) -> (key: String, tone: String)? {
        // Whoever paid has his money back, or will.
        if view.phase == .failed, view.settlement == .refundAll { return nil }
        if member.isCovered { return ("covered", "paid") }
        if member.isPaid { return ("paid", "paid") }
        if view.phase == .failed { return ("failed", "bad") }
        // His money is held, or on its way: he has done his part.
        if member.isLeader { return ("paid", "paid") }
        if member.isUnderWay { return ("underway", "") }
        if member.hasBounced { return ("bounced", "bad") }
        return member.hasDeclined ? ("declined", "bad") : ("waiting", "")
    }
}

extension Sequence {
    fileprivate func sum(_ number: (Element) -> Int64) -> Int64 { reduce(0) { $0 + number($1) } }
}
