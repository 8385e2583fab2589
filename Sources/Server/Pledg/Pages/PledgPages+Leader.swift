import HTTPTypes
import Hummingbird
import Payments
import Pledg
import Specification

extension PledgPages {
    func lead(_ call: Call, _ action: LeaderAction?, _ form: PledgForm) async throws -> Response {
        let token = call.token
        switch action {
        case .members: return try await setMembers(call, form)
        case .pay: return try await pay(call, form)
        case .again: return try await finish(call, "again", try await gateway.giveUpAdvance(token))
        case .cover:
            // Browsers that know the mark on the box do not let it through.
            guard form["sure"] == "yes" else {
                return try await page(call, error("check", call), .unprocessableContent)
            }
            return try await finish(call, "covered", try await gateway.coverRest(token))
        case .replace: return try await replace(call, form)
        case .move: return try await move(call, form)
        case nil: throw Miss.link
        }
    }

    /// Back to the page, or the page with why not.
    func finish(_ call: Call, _ said: String, _ result: Result<Void, PledgRefusal>) async throws -> Response {
        switch result {
        case .success: done(call, said)
        case .failure(let refusal): try await refuse(call, refusal)
        }
    }

    /// Friends who were typed and not saved are saved first, and the leader sees what each pays before he pays: who pays
    /// alone by mistake cannot share it any more.
    private func pay(_ call: Call, _ form: PledgForm) async throws -> Response {
        let token = call.token
        guard let view = try await gateway.leaderView(token) else { throw Miss.link }
        let isNew =
            !form.all("email").isEmpty
            && !PledgMembersEntry(form).isSame(as: PledgMembersEntry(view, call.place.language))
        guard view.phase == .draft, isNew else {
            return try await begin(call, form, { try await gateway.startAdvance(token, gateway: $0) })
        }
        return try await setMembers(call, form, said: "to_pay")
    }

    private func setMembers(_ call: Call, _ form: PledgForm, said: String = "members") async throws -> Response {
        guard let view = try await gateway.leaderView(call.token) else { throw Miss.link }
        var entry = PledgPageMaker.LeaderEntry(members: PledgMembersEntry(form))
        guard let members = entry.members else { throw Miss.link }
        if form["do"] == "more" {
            entry.lines = members.rows.count + 4
            return try await page(call, PledgPageMaker.Notice(), .ok, entry: entry)
        }
        let wish: (members: [PledgMember], split: PledgSplit)
        do throws(PledgMembersEntry.Flaw) {
            wish = try members.wish(view.amount.currency, maker.specification.limits)
        } catch {
            entry.flaw = error
            return try await refuse(call, error, members, view, entry)
        }
        switch try await gateway.setMembers(call.token, wish.members, wish.split) {
        case .success: return done(call, said)
        case .failure(let refusal):
            var text = ""
            if case .address(.duplicate) = refusal {
                // One of them is the leader's own.
                text = view.members.first(where: \.isLeader)?.email ?? ""
                if let place = members.row(of: text, maker.specification.limits) {
                    entry.flaw = .email(place, .duplicate)
                    text = members.rows[place].email
                }
            }
            return try await refuse(call, refusal, text: text, entry: entry)
        }
    }

    private func refuse(
        _ call: Call, _ flaw: PledgMembersEntry.Flaw, _ members: PledgMembersEntry, _ view: PledgLeaderView,
        _ entry: PledgPageMaker.LeaderEntry
    ) async throws -> Response {
        switch flaw {
        case .email(let index, let error):
            return try await refuse(call, .address(error), text: members.rows[index].email, entry: entry)
        case .number(let index):
            let text = index < 0 ? members.number : members.rows[index].number
            return try await wrongNumber(
                call, text, members.split == .weighted ? "2" : nil, view.amount.currency, entry)
        }
    }

    private func wrongNumber(
        _ call: Call, _ text: String, _ example: String?, _ currency: Currency, _ entry: PledgPageMaker.LeaderEntry
    ) async throws -> Response {
        let language = call.place.language
        let values = [
            "text": PledgWords.harmless(text, maximum: 40),
            "example": example ?? PledgWords.plain(Money(minor: 1_250, currency: currency), language),
        ]
        return try await page(call, error("number", call, values), .unprocessableContent, entry: entry)
    }

    /// Each new address is written to.
    private func replace(_ call: Call, _ form: PledgForm) async throws -> Response {
        if let seconds = pace.take(.invitationsByLink, call.token, at: call.place.now) { throw Miss.pace(seconds) }
        let (share, email) = (form["share"], form["email"])
        switch try await gateway.replace(call.token, share, email: email) {
        case .success: return done(call, "replaced")
        case .failure(let refusal):
            var entry = PledgPageMaker.LeaderEntry()
            if case .address = refusal { entry.replacing = (share, email) }
            return try await refuse(call, refusal, text: email, entry: entry)
        }
    }

    private func move(_ call: Call, _ form: PledgForm) async throws -> Response {
        guard let view = try await gateway.leaderView(call.token) else { throw Miss.link }
        let (text, target) = (form["amount"], form["to"])
        var amount: Int64?
        if !text.allSatisfy(\.isWhitespace) {
            guard let money = PledgMembersEntry.amount(text, view.amount.currency) else {
                return try await wrongNumber(call, text, nil, view.amount.currency, PledgPageMaker.LeaderEntry())
            }
            amount = money.minor
        }
        let result = try await gateway.reassign(
            call.token, form["share"], amount: amount, to: target.isEmpty ? nil : target)
        return try await finish(call, "moved", result)
    }
}
