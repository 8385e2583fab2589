import HTTPTypes
import Hummingbird
import Payments
import Pledg

extension PledgPages {
    /// What a leader's forms do.
    enum LeaderAction: String, Sendable, CaseIterable {
        case members, pay, again, replace, move, cover
    }

    /// What a pledger's forms do.
    enum PledgerAction: String, Sendable, CaseIterable {
        case pay, again, decline, mute
    }

    /// The page as it stands.
    func show(_ call: Call) async throws -> Response {
        let words = ["members", "to_pay", "replaced", "moved", "covered", "declined", "muted", "again"]
        let said = call.request.uri.queryParameters["said"].map(String.init)
        var notice = PledgPageMaker.Notice()
        if let said, words.contains(said) { notice.said = maker.texts.text("said_\(said)", call.place.language) }
        return try await page(call, notice, .ok)
    }

    func page(
        _ call: Call, _ notice: PledgPageMaker.Notice, _ status: HTTPResponse.Status,
        entry: PledgPageMaker.LeaderEntry = .init(), payer: String? = nil
    ) async throws -> Response {
        switch call.place.kind {
        case .leader:
            guard let view = try await gateway.leaderView(call.token) else { throw Miss.link }
            let call = call.reading(view.language)
            let resume = view.isUnderWay ? try await resume(call) : nil
            return html(
                maker.leader(view, call.place, notice, entry, resumeURL: resume?.url) { checkouts.name(of: $0) },
                status, cookie: resume?.cookie)
        case .pledger:
            guard let view = try await gateway.pledgerView(call.token) else { throw Miss.link }
            let call = call.reading(view.language)
            let resume = view.standing == .underWay ? try await resume(call) : nil
            return html(
                maker.share(view, call.place, notice, payer: payer, resumeURL: resume?.url) { checkouts.name(of: $0) },
                status, cookie: resume?.cookie)
        }
    }

    /// A form of a page of ours.
    func submit(_ call: Call, _ action: String, _ body: [UInt8]) async throws -> Response {
        let now = call.place.now
        let type = call.request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        guard type == "application/x-www-form-urlencoded" else { throw Miss.form(.unsupportedMediaType) }
        // Browsers that say where a form came from, and say that it is not ours.
        if let site = call.request.headers[.secFetchSite], site != "same-origin", site != "none" {
            throw Miss.form(.forbidden)
        }
        for (kind, who) in [(PledgPace.Kind.formsByAddress, call.address), (.formsByLink, call.token)] {
            if let seconds = pace.take(kind, who, at: now) { throw Miss.pace(seconds) }
        }
        guard let form = PledgForm(body) else { throw Miss.form(.badRequest) }
        guard seal.isGood(form["seal"], call.token, call.place.kind, now: now) else {
            return try await stale(call, action, form)
        }
        switch call.place.kind {
        case .leader: return try await lead(call, LeaderAction(rawValue: action), form)
        case .pledger: return try await share(call, PledgerAction(rawValue: action), form)
        }
    }

    /// Nothing is done; what was written into the form is not lost.
    private func stale(_ call: Call, _ action: String, _ form: PledgForm) async throws -> Response {
        var entry = PledgPageMaker.LeaderEntry()
        if call.place.kind == .leader, [.members, .pay].contains(LeaderAction(rawValue: action)) {
            entry.members = PledgMembersEntry(form)
        }
        return try await page(call, error("stale", call), .forbidden, entry: entry)
    }

    func error(_ key: String, _ call: Call, _ values: [String: String] = [:]) -> PledgPageMaker.Notice {
        PledgPageMaker.Notice(error: maker.texts.text("error_\(key)", call.place.language, values))
    }

    // MARK: Payments

    /// Begins a payment and leads to it.
    func begin(
        _ call: Call, _ form: PledgForm,
        _ start: (String) async throws -> Result<PledgStart, PledgRefusal>, payer: String? = nil
    ) async throws -> Response {
        let language = call.place.language
        for (kind, who) in [(PledgPace.Kind.paymentsByAddress, call.address), (.paymentsByLink, call.token)] {
            if let seconds = pace.take(kind, who, at: call.place.now) { throw Miss.pace(seconds) }
        }
        let name = form["gateway"]
        guard let title = checkouts.name(of: name) else {
            return try await page(call, error("gateway", call), .unprocessableContent)
        }
        let started: PledgStart
        switch try await start(name) {
        case .success(let start): started = start
        case .failure(let refusal): return try await refuse(call, refusal, text: payer ?? "", payer: payer)
        }
        // Gateways keep it, and payers' browsers show it to them: it is not the page itself.
        let returnURL = publicURL.map { "\($0)\(PledgPaths.back)/\(started.returnToken)?lang=\(language.rawValue)" }
        let checkout = try await checkouts.begin(started, returnURL: returnURL, language)
        switch checkout {
        case .here(let path):
            var headers: HTTPFields = [
                .location: Self.relative(path, depth: 4), .cacheControl: "no-store", .referrerPolicy: "no-referrer",
                .robotsTag: "noindex",
            ]
            headers[.setCookie] = wayBack(call, to: checkout)
            return Response(status: .seeOther, headers: headers)
        case .elsewhere(let url), .ours(let url):
            guard Self.isWeb(url) else { return try await page(call, error("begin", call), .unprocessableContent) }
            // By a page of ours: a form may lead to this server alone.
            return html(
                maker.note("go", language, ["gateway": title], base: call.place.base, goURL: url),
                cookie: wayBack(call, to: checkout, returnURL: returnURL))
        case .later: return done(call, "")
        case .underWay: return try await page(call, error("underway", call), .conflict)
        case .refused: return try await page(call, error("begin", call), .unprocessableContent)
        }
    }

    /// Where a payment goes on, and what the browser brings along to come back.
    private func resume(_ call: Call) async throws -> (url: String, cookie: String?)? {
        let isLeader = call.place.kind == .leader
        guard let transaction = try await gateway.paymentUnderWay(call.token, isLeader: isLeader),
            let checkout = try await checkouts.resume(transaction)
        else { return nil }
        switch checkout {
        case .here(let path):
            let depth = call.place.base.hasPrefix("../") ? 4 : 3
            return (Self.relative(path, depth: depth), wayBack(call, to: checkout))
        case .elsewhere(let url), .ours(let url): return Self.isWeb(url) ? (url, wayBack(call, to: checkout)) : nil
        case .later, .refused, .underWay: return nil
        }
    }

    /// Whether it is a page, and nothing that a browser carries out.
    private static func isWeb(_ url: String) -> Bool {
        ["https://", "http://"].contains { url.utf8.starts(with: $0.utf8) }
    }

    /// A path of this server from a page that lies that deep: what is in front of both stays.
    private static func relative(_ path: String, depth: Int) -> String {
        String(repeating: "../", count: depth - 1) + path.drop { $0 == "/" }
    }
}
