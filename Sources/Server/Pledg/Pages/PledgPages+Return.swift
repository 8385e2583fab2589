import HTTPTypes
import Hummingbird
import Pledg

extension PledgPages {
    /// A payer comes back from a gateway. Nothing is believed: what is not known yet is asked, and the page asks again by
    /// itself until it is.
    func comeBack(_ visit: Visit) async throws -> Response {
        guard let view = try await gateway.returnView(visit.token) else { throw Miss.link }
        if let transaction = view.transaction { try await checkouts.hasten(transaction) }
        let language = visit.wish ?? view.language.flatMap(PledgLanguage.init(tag:)) ?? .en
        let back = PledgWayBack(visit.request.headers)?.link(from: "../..")
        if let back, view.standing == .paid {
            // In the browser in which he began there is nothing to be said that his own page does not say.
            return Response(
                status: .seeOther,
                headers: [
                    .location: back, .cacheControl: "no-store", .referrerPolicy: "no-referrer", .robotsTag: "noindex",
                ])
        }
        return html(maker.arrived(view, language, base: visit.base, back: back))
    }
}

extension PledgPageMaker {
    /// The page of a return address: how the payment stands, and that all else is done elsewhere.
    ///
    /// - Parameter back: the payer's own page, if this is the browser that came from there.
    func arrived(_ view: PledgReturnView, _ language: PledgLanguage, base: String, back: String? = nil) -> String {
        let (word, mood) =
            switch view.standing {
            case .checking: ("checking", "")
            case .paid: ("paid", "good")
            case .stray: ("stray", "bad")
            case .ended: ("ended", "bad")
            }
        let more = view.isLeader ? "arrived_more_leader" : "arrived_more"
        var values: [String: Any] = [
            "heading": texts.text("arrived_\(word)_heading", language),
            "explanation": texts.text("arrived_\(word)_text", language), "mood": mood, "standing": word,
        ]
        if let back { values["backURL"] = back } else { values["more"] = texts.text(key(more), language) }
        if view.standing == .checking { values["again"] = Self.againSeconds }
        return render("pledgnote", values, language, base: base)
    }
}
