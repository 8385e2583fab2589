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
    static let knownPaths: [KnownPath] = [Kind.leader, .pledger].flatMap { kind in
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

    private func answer(
        _ request: Request, _ context: some RequestContext, _ kind: Kind, isForm: Bool,
        _ work: (Call) async throws -> Response
    ) async -> Response {
        let token = context.parameters.get("token") ?? ""
        let address = clientAddress.of(request, context)
        let now = clock.now
        // Links of a page are relative: it may be mounted anywhere.
        let base = isForm ? "../\(token)" : request.uri.path.hasSuffix("/") ? "../\(token)" : token
        let wish = PledgLanguage.wish(
            query: request.uri.queryParameters["lang"].map(String.init),
            acceptLanguage: request.headers[.acceptLanguage])
        let language = wish ?? .en
        do {
            if pace.isOver(.strangers, address, at: now) { throw Miss.pace(60) }
            guard Self.isToken(token) else { throw Miss.link }
            let place = PledgPageMaker.Place(
                kind: kind, token: token, base: base, language: language, now: now,
                seal: seal.make(token, kind, now: now))
            return try await work(Call(request: request, place: place, address: address, hasWish: wish != nil))
        } catch Miss.link {
            _ = pace.take(.strangers, address, at: now)
            return html(maker.note("lost", language), .notFound)
        } catch Miss.pace(let seconds) {
            let back = isForm && Self.isToken(token) ? base : nil
            var response = html(
                maker.note("pace", language, ["seconds": "\(seconds)"], base: base, backURL: back), .tooManyRequests)
            response.headers[.retryAfter] = "\(seconds)"
            return response
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
