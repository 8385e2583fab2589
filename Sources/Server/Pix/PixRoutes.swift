import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix
import QRImages
import Storage

/// The routes of Pix: what the merchant asks for, what the payer sees, what the bank tells.
struct PixRoutes: Sendable {
    let site: PixSite
    /// Nil: there is no merchant API, and no charge is made over HTTP.
    let access: MerchantAccess?
    let store: Store
    let clock: TimeSource
    let publicURL: String?
    /// What links to a group's pages begin with; nil: they are beside these.
    var groupURL: String?
    let bodyBytesMaximum: Int
    /// Who may send the bank's notices.
    let gate: PixWebhookGate
    let clientAddress: ClientAddress
    let inFlight = KeysInFlight()
    let comparison = Comparison<PixReconciliation.Report?>()

    static let path = "/payments/pix"
    static let noticePath = path + "/confirm"
    static let payoutPath = "/pix/payments"
    static let heldPath = "/pix/held"
    static let differencesPath = "/pix/differences"

    /// - Parameter hasMerchant: whether there is a merchant API.
    static func knownPaths(hasMerchant: Bool) -> [KnownPath] {
        let open = [
            KnownPath(noticePath, [.post]), KnownPath(noticePath + "/{secret}", [.post]),
            KnownPath(noticePath + "/{secret}/pix", [.post]), KnownPath(path + "/{id}/events", [.get, .head]),
            KnownPath(path + "/qr_code/{file}", [.get, .head]), KnownPath(path + "/assets/{file}", [.get, .head]),
        ]
        guard hasMerchant else { return open + [KnownPath(path + "/{id}", [.get, .head])] }
        // After what stands at the same depth and is no id.
        return open + [
            KnownPath(path, [.post]), KnownPath(path + "/{id}", [.get, .head, .patch]),
            KnownPath(path + "/{id}/cancel", [.post]), KnownPath(path + "/{id}/refunds", [.get, .head]),
            KnownPath(differencesPath, [.get, .head, .post]), KnownPath(heldPath, [.get, .head]),
            KnownPath(heldPath + "/{id}/refund", [.post]),
            KnownPath(heldPath + "/{id}/keep", [.post]), KnownPath(payoutPath, [.post]),
            KnownPath(payoutPath + "/{id}", [.get, .head]), KnownPath(payoutPath + "/{id}/settle", [.post]),
        ]
    }

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let group = router.group(RouterPath(Self.path)).add(middleware: PayerGuard(about: "Pix"))
        if let access {
            group.post("") { request, context in try await create(request, access, context.logger) }
            group.patch("{id}") { request, context in
                try await revise(request, context.parameters.get("id"), access, context.logger)
            }
            group.post("{id}/cancel") { request, context in
                try await cancel(request, context.parameters.get("id"), access, context.logger)
            }
            group.get("{id}/refunds") { request, context in
                try await refunds(request, context.parameters.get("id"), access, context.logger)
            }
            let held = router.group(RouterPath(Self.heldPath)).add(middleware: PayerGuard(about: "Pix"))
            held.get("") { request, context in try await self.held(request, access, context.logger) }
            held.post("{id}/refund") { request, context in
                try await giveBackHeld(request, context.parameters.get("id") ?? "", access, context.logger)
            }
            held.post("{id}/keep") { request, context in
                try await keepHeld(request, context.parameters.get("id") ?? "", access, context.logger)
            }
            let differences = router.group(RouterPath(Self.differencesPath)).add(middleware: PayerGuard(about: "Pix"))
            differences.get("") { request, context in
                try await self.differences(request, access, context.logger)
            }
            differences.post("") { request, context in try await compare(request, access, context.logger) }
            let payouts = router.group(RouterPath(Self.payoutPath)).add(middleware: PayerGuard(about: "Pix"))
            payouts.post("") { request, context in try await pay(request, access, context.logger) }
            payouts.get("{id}") { request, context in
                try await payout(request, context.parameters.get("id") ?? "", access, context.logger)
            }
            payouts.post("{id}/settle") { request, context in
                try await settle(request, context.parameters.get("id") ?? "", access, context.logger)
            }
        }
        group.post("confirm") { request, context in try await confirm(request, [], context) }
        group.post("confirm/{first}") { request, context in
            try await confirm(request, [context.parameters.get("first") ?? ""], context)
        }
        group.post("confirm/{first}/{second}") { request, context in
            let parts = ["first", "second"].map { context.parameters.get($0) ?? "" }
            return try await confirm(request, parts, context)
        }
        group.get("qr_code/{file}") { request, context in
            try await image(request, file: context.parameters.get("file") ?? "")
        }
        group.get("assets/{file}") { _, context in try Self.asset(context.parameters.get("file") ?? "") }
        group.get("{id}/events") { request, context in
            let id = try Self.id(context.parameters.get("id"))
            // The page is one step up.
            let base = links(request, dropping: 2)
            return try await PixEventStream(site: site, clock: clock)
                .response(
                    request, id, base: base, from: clientAddress.of(request, context), Self.language(request),
                    context.logger)
        }
        group.get("{id}") { request, context in
            try await page(request, context.parameters.get("id"))
        }
    }

    /// The id of a page; what cannot be one needs no look into the database.
    ///
    /// - Throws: ``Problem``
    static func id(_ text: (some StringProtocol)?) throws -> String {
        guard let text, text.utf8.count == 26,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
        else { throw Problem.noCharge }
        return String(text)
    }

    static func language(_ request: Request) -> PixLanguage {
        PixLanguage(
            query: request.uri.queryParameters["lang"].map(String.init),
            acceptLanguage: request.headers[.acceptLanguage])
    }

    /// What links begin with, up to and including `/payments/pix`: below the path that was called, which may be mounted
    /// anywhere, unless it is said where payers come in.
    ///
    /// - Parameter count: how many parts of the path come after that.
    func links(_ request: Request, dropping count: Int) -> String {
        if let publicURL { return publicURL + Self.path }
        let parts = request.uri.path.split(separator: "/")
        return "/" + parts.dropLast(count).joined(separator: "/")
    }

    private static func asset(_ name: String) throws -> Response {
        let (bytes, type): ([UInt8], String)
        switch name {
        case "pixpage.css": (bytes, type) = (PixPage.stylesheet, "text/css")
        case "pixpage.js": (bytes, type) = (PixPage.script, "text/javascript")
        default: throw Problem.nothingHere
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "\(type); charset=utf-8", .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
