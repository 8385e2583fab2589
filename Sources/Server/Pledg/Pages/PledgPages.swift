import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pledg

/// The pages of a group: the leader's and the pledgers', each behind a link that nobody guesses.
///
/// What is opened changes nothing: programs that read mail open links before people do. What is sent by a form has the
/// page's seal.
///
/// Source: pledg.md 7
struct PledgPages: Sendable {
    /// Whose page.
    enum Kind: String, Sendable {
        case leader, pledger

        /// What its links begin with.
        var path: String {
            switch self {
            case .leader: "/pledg/lead"
            case .pledger: "/pledg/share"
            }
        }
    }

    let gateway: PledgGateway
    let checkouts: any PledgCheckouts
    let maker: PledgPageMaker
    let seal: PledgSeal
    let pace: PledgPace
    let clock: TimeSource
    /// Where payers come in; nil: gateways lead them back as they like.
    let publicURL: String?
    let clientAddress: ClientAddress

    /// - Parameters:
    ///   - checkouts: the gateways as payers get to them.
    ///   - publicURL: such as `https://pay.example`, without a slash at the end; nil: nobody knows.
    ///   - clientAddress: whose forms are counted.
    ///   - zone: in which times are written.
    /// - Throws: ``PledgTexts/Flaw`` or a template's error for an embedded file that cannot be used.
    init(
        gateway: PledgGateway, checkouts: any PledgCheckouts, clock: TimeSource, publicURL: String?,
        clientAddress: ClientAddress, pace: PledgPace = PledgPace(), zone: GroupTimeZone = .utc
    ) throws {
        self.gateway = gateway
        self.checkouts = checkouts
        self.clock = clock
        self.publicURL = publicURL
        self.clientAddress = clientAddress
        self.pace = pace
        maker = try PledgPageMaker(
            gateway.specification, zone: zone, sendsMail: gateway.configuration.sendsMail)
        seal = PledgSeal(secret: gateway.configuration.linkSecret)
    }

    /// For 405 where only the method is wrong.
    static let knownPaths: [KnownPath] =
        [KnownPath(PledgPaths.back + "/{token}", [.get, .head])]
        + [Kind.leader, .pledger].flatMap { kind in
            [KnownPath(kind.path + "/{token}", [.get, .head])]
                + actions(kind).map { KnownPath("\(kind.path)/{token}/\($0)", [.post]) }
        }

    private static func actions(_ kind: Kind) -> [String] {
        switch kind {
        case .leader: LeaderAction.allCases.map(\.rawValue)
        case .pledger: PledgerAction.allCases.map(\.rawValue)
        }
    }

    /// Adds the pages to a router.
    ///
    /// Conform your context to ``PeerAddressContext``: without it forms are counted by link alone.
    func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.group(RouterPath(PledgPaths.back)).add(middleware: PayerGuard(about: "a group")).get("{token}") {
            request, context in
            await visit(request, context, isForm: false) { try await comeBack($0) }
        }
        for kind in [Kind.leader, .pledger] {
            let group = router.group(RouterPath(kind.path)).add(middleware: PayerGuard(about: "a group"))
            group.get("{token}") { request, context in
                await answer(request, context, kind, isForm: false) { call in try await show(call) }
            }
            for action in Self.actions(kind) {
                group.post(RouterPath("{token}/\(action)")) { request, context in
                    await answer(request, context, kind, isForm: true) { call in
                        try await submit(call, action, try await request.bytes(upTo: PledgForm.bytesMaximum))
                    }
                }
            }
        }
    }

    // MARK: Calls

    /// Somebody at a page.
    struct Call: Sendable {
        let request: Request
        var place: PledgPageMaker.Place
        /// Where he comes from; nil: nobody knows.
        let address: String?
        /// Whether he said which language he reads; else it is the purchase's.
        let hasWish: Bool

        /// In the purchase's language, if he did not say.
        func reading(_ tag: String?) -> Call {
            guard !hasWish, let language = tag.flatMap(PledgLanguage.init(tag:)) else { return self }
            var call = self
            call.place.language = language
            return call
        }

        var token: String { place.token }
    }

    /// Why no page is shown.
    enum Miss: Error {
        /// Nobody has such a link.
        case link
        /// Seconds to wait.
        case pace(Int64)
        /// No form of ours.
        case form(HTTPResponse.Status)
    }

    /// Somebody who opened an address of ours, or sent a form to one.
    struct Visit: Sendable {
        let request: Request
        let token: String
        /// The page itself, relative to the path that was called.
        let base: String
        let address: String?
        /// Milliseconds since 1970.
        let now: Int64
        /// Which language he said that he reads; nil: he did not.
        let wish: PledgLanguage?
    }

    private func answer(
        _ request: Request, _ context: some RequestContext, _ kind: Kind, isForm: Bool,
        _ work: (Call) async throws -> Response
    ) async -> Response {
        await visit(request, context, isForm: isForm) { visit in
            let place = PledgPageMaker.Place(
                kind: kind, token: visit.token, base: visit.base, language: visit.wish ?? .en, now: visit.now,
                seal: seal.make(visit.token, kind, now: visit.now))
            return try await work(
                Call(request: request, place: place, address: visit.address, hasWish: visit.wish != nil))
        }
    }

    private func visit(
        _ request: Request, _ context: some RequestContext, isForm: Bool, _ work: (Visit) async throws -> Response
    ) async -> Response {
        let token = context.parameters.get("token") ?? ""
        // Links of a page are relative: it may be mounted anywhere.
        let base = isForm ? "../\(token)" : request.uri.path.hasSuffix("/") ? "../\(token)" : token
        let visit = Visit(
            request: request, token: token, base: base, address: clientAddress.of(request, context), now: clock.now,
            wish: PledgLanguage.wish(
                query: request.uri.queryParameters["lang"].map(String.init),
                acceptLanguage: request.headers[.acceptLanguage]))
        let language = visit.wish ?? .en
        do {
            guard Self.isToken(token) else { throw Miss.link }
            return try await work(visit)
        } catch Miss.link {
            // Whoever has a good link is not held up by those who try links out, though they share an address.
            if let seconds = pace.take(.strangers, visit.address, at: visit.now) { return wait(seconds, language) }
            return html(maker.note("lost", language), .notFound)
        } catch Miss.pace(let seconds) {
            return wait(seconds, language, base: base, backURL: isForm && Self.isToken(token) ? base : nil)
        } catch Miss.form(let status) {
            return html(maker.note("trouble", language, base: base), status)
        } catch let error as any HTTPResponseError {
            return html(maker.note("trouble", language, base: base), error.status)
        } catch {
            // Not its words: they may hold what a payer wrote.
            context.logger.error("a group's page failed", metadata: ["error": "\(type(of: error))"])
            return html(
                maker.note("trouble", language, base: base, backURL: isForm ? base : nil), .internalServerError)
        }
    }

    private func wait(
        _ seconds: Int64, _ language: PledgLanguage, base: String = "", backURL: String? = nil
    ) -> Response {
        var response = html(
            maker.note("pace", language, ["seconds": "\(seconds)"], base: base, backURL: backURL), .tooManyRequests)
        response.headers[.retryAfter] = "\(seconds)"
        return response
    }

    /// 32 characters of base64 as URLs have it; what is none needs no look into the database.
    static func isToken(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }

    // MARK: Answers

    func html(_ text: String, _ status: HTTPResponse.Status = .ok, cookie: String? = nil) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .vary: "Accept-Language",
            .xContentTypeOptions: "nosniff", .contentSecurityPolicy: maker.policy,
            // Who knows the address sees the page: nobody is told it.
            .referrerPolicy: "no-referrer", .robotsTag: "noindex",
        ]
        headers[.setCookie] = cookie
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Back to the page, by GET: loading it again sends nothing again.
    func done(_ call: Call, _ said: String) -> Response {
        let place = call.place
        return Response(
            status: .seeOther,
            headers: [
                .location: "\(place.base)?lang=\(place.language.rawValue)&said=\(said)", .cacheControl: "no-store",
                .referrerPolicy: "no-referrer", .robotsTag: "noindex",
            ])
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
