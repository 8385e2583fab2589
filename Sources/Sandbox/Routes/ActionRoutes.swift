import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// What the page's buttons do. Every one is a plain form that answers with a redirect; the script asks for JSON
/// instead and stays where it is.
struct ActionRoutes: Sendable {
    let site: SandboxSite

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/sandbox/orders") { request, _ in try await addOrder(request) }
        router.post("/sandbox/pay") { request, _ in try await pay(request) }
        router.get("/sandbox/checkout") { request, _ in await checkout(request) }
        router.post("/sandbox/receipts/{id}/{action}") { request, context in
            try await act(request, context.parameters.get("id") ?? "", context.parameters.get("action") ?? "")
        }
        router.post("/sandbox/clock") { request, _ in
            let form = try await FormFields(request)
            await site.payme.twelveHoursLater(trying: form["then"] == "perform")
            return answer(.later, form, request)
        }
        router.post("/sandbox/statement") { request, _ in
            let form = try await FormFields(request)
            await site.payme.reconcile()
            return answer(.reconciled, form, request)
        }
        router.post("/sandbox/conformance") { request, _ in
            let form = try await FormFields(request)
            let suite = ConformanceDesk.Suite(rawValue: form["gateway"]) ?? .payme
            return answer(await site.desk.start(suite) ? .suite : .suiteRuns, form, request)
        }
    }

    private func addOrder(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        var amount: Amount?
        if form["kind"] != "cumulative" {
            amount = Amount(text: form["amount"], currency: currency(form["currency"]))
            guard let amount, amount.minor > 0 else { return answer(.badAmount, form, request) }
        }
        switch await site.shop.register(id: form["id"], description: form["description"], amount: amount) {
        case .made: return answer(.ordered, form, request)
        case .refused: return answer(.orderRefused, form, request)
        }
    }

    /// What the page offers; Payme's and Click's without another word.
    private func currency(_ asked: String) -> String {
        switch asked {
        case Amount.brl where site.pix != nil: asked
        case Amount.rub where site.yoo != nil: asked
        default: Amount.uzs
        }
    }

    /// Pays at once, with the first test card, what the server's own link asks for.
    private func pay(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        let language = Language(query: form["lang"], acceptLanguage: nil)
        let amount = form["amount"].isEmpty ? nil : Amount(text: form["amount"])
        guard form["amount"].isEmpty || amount != nil else { return answer(.badAmount, form, request) }
        guard let link = await link(form["order"], language, amount),
            let checkout = try? CheckoutRequest(link: link)
        else { return answer(.noOrder, form, request) }
        let receipt = try await site.payme.pay(
            checkout,
            PaymeSandbox.Payer(card: .works, code: TestCard.code, conduct: .magic(of: checkout.amount)))
        return answer(Self.notice(receipt), form, request)
    }

    static func notice(_ receipt: Receipt) -> Notice {
        switch receipt.state {
        case .paid: .paid
        case .waiting, .paused: .waiting
        default: .notPaid
        }
    }

    /// Follows the link that the server made for an order.
    private func checkout(_ request: Request) async -> Response {
        let language = SandboxRoutes.language(request)
        let query = request.uri.queryParameters
        let amount = query["amount"].flatMap { Amount(text: String($0)) }
        guard let link = await link(query["order"].map(String.init) ?? "", language, amount) else {
            return SandboxRoutes.redirect("/?lang=\(language.rawValue)&notice=\(Notice.noOrder.rawValue)#notice")
        }
        return SandboxRoutes.redirect("\(CheckoutRoutes.path)/\(link)")
    }

    /// The part of the server's link behind its host.
    private func link(_ order: String, _ language: Language, _ amount: Amount?) async -> String? {
        let home = "\(site.configuration.url)/?lang=\(language.rawValue)#orders"
        let found = await site.shop.order(order, language: language, amount: amount, returnURL: home)
        let prefix = SandboxConfiguration.checkoutURL(of: site.configuration.url) + "/"
        guard let link = found?.link, link.hasPrefix(prefix) else { return nil }
        return String(link.dropFirst(prefix.count))
    }

    private func act(_ request: Request, _ id: String, _ name: String) async throws -> Response {
        let form = try await FormFields(request)
        guard let action = PaymeSandbox.Action(rawValue: name) else { throw HTTPError(.notFound) }
        let reason = form["reason"].isEmpty ? nil : Int64(form["reason"])
        let isDone = await site.payme.act(action, id, reason: reason, losing: form["lose"] == "yes")
        return answer(isDone ? .done : .notPossible, form, request)
    }

    /// A redirect to the page, or the same in JSON for the script.
    func answer(_ notice: Notice, _ form: FormFields, _ request: Request) -> Response {
        let language = Language(query: form["lang"], acceptLanguage: request.headers[.acceptLanguage])
        guard request.headers[.accept]?.hasPrefix("application/json") == true else {
            return SandboxRoutes.redirect("/?lang=\(language.rawValue)&notice=\(notice.rawValue)#notice")
        }
        var body: JSONObject = [
            "notice": .string(site.pages.text(notice.key, language)), "tone": notice.isGood ? "good" : "refused",
        ]
        if let field = notice.field { body["field"] = .string(field) }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONValue.object(body).serialized())))
    }
}
