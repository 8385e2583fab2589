import HTTPTypes
import Hummingbird
import Specification

/// Click's pay page and its cabinet, simulated.
///
/// Source: click.md 3.
struct ClickRoutes: Sendable {
    let site: SandboxSite
    let click: ClickSandbox

    static let payPath = "/click/pay"

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.get("/click/pay") { request, _ in try form(request) }
        router.post("/sandbox/click/pay") { request, _ in try await pay(request) }
        router.get("/sandbox/click/checkout") { request, _ in await checkout(request) }
        router.get("/sandbox/click/payments/{id}") { request, context in
            try await outcome(context.parameters.get("id") ?? "", request)
        }
        router.post("/sandbox/click/payments/{id}/{action}") { request, context in
            try await act(request, context.parameters.get("id") ?? "", context.parameters.get("action") ?? "")
        }
        router.post("/sandbox/click/invoices/{id}/{action}") { request, context in
            let form = try await FormFields(request)
            let id = context.parameters.get("id").flatMap { Int64($0) } ?? 0
            let isPaying = context.parameters.get("action") == "pay"
            let isDone = isPaying ? await click.payInvoice(id) : await click.deleteInvoice(id)
            return ActionRoutes(site: site).answer(isDone ? .done : .notPossible, form, request)
        }
    }

    /// Follows the link that the server made for an order.
    private func checkout(_ request: Request) async -> Response {
        let language = SandboxRoutes.language(request)
        let query = request.uri.queryParameters
        let amount = query["amount"].flatMap { Amount(text: String($0)) }
        let home = "\(site.configuration.url)/?lang=\(language.rawValue)#orders"
        let order = await site.shop.order(
            query["order"].map(String.init) ?? "", language: language, amount: amount, returnURL: home)
        let prefix = SandboxConfiguration.clickPayURL(of: site.configuration.url) + "?"
        guard let link = order?.clickLink, link.hasPrefix(prefix) else {
            return SandboxRoutes.redirect("/?lang=\(language.rawValue)&notice=\(Notice.noOrder.rawValue)#notice")
        }
        // Click's link knows no language; the page keeps the one that it is read in.
        return SandboxRoutes.redirect("\(Self.payPath)?\(link.dropFirst(prefix.count))&lang=\(language.rawValue)")
    }

    private func form(_ request: Request) throws -> Response {
        let query = request.uri.queryParameters
        let asked = try ClickPayRequest({ query[Substring($0)].map(String.init) ?? "" }, shop: click.shop)
        let isAsked = query["lang"] != nil || request.headers[.acceptLanguage] != nil
        let language = isAsked ? SandboxRoutes.language(request) : CheckoutRequest.defaultLanguage
        let pages = site.pages
        var values: [String: Any] = [
            "languages": pages.languages(language, path: "\(Self.payPath)?\(Self.query(asked))"),
            "amount": Amount(tiyin: asked.amount).text(language), "order": asked.order,
            "fields": asked.fields.map { ["name": $0.name, "value": $0.value] },
            "purses": pages.purseValues(language),
            "conducts": pages.clickConductValues(.magic(of: asked.amount), language),
        ]
        values["back"] = asked.returnURL
        return SandboxRoutes.html(pages.render("clickpay", values, language))
    }

    private static func query(_ asked: ClickPayRequest) -> String {
        asked.fields.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }

    private func pay(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        let asked = try ClickPayRequest({ form[$0] }, shop: click.shop)
        guard let purse = ClickPurse(rawValue: form["purse"]) else { throw HTTPError(.badRequest) }
        var conduct = ClickConduct(rawValue: form["conduct"]) ?? .magic(of: asked.amount)
        if !form["decline"].isEmpty { conduct = .declined }
        let receipt = try await click.pay(asked, purse, conduct)
        let language = Language(rawValue: form["lang"]) ?? CheckoutRequest.defaultLanguage
        return SandboxRoutes.redirect("/sandbox/click/payments/\(receipt.paydocID)?lang=\(language.rawValue)")
    }

    private func outcome(_ id: String, _ request: Request) async throws -> Response {
        guard let number = Int64(id), let receipt = await click.receipt(number) else { throw HTTPError(.notFound) }
        let language = SandboxRoutes.language(request)
        let pages = site.pages
        let isPaid = receipt.stage == .paid
        let isOver = receipt.stage.rawValue < 0
        var values: [String: Any] = [
            "languages": pages.languages(language, path: "/sandbox/click/payments/\(id)"),
            "title": pages.text(isPaid ? "outcome_paid" : isOver ? "outcome_not_paid" : "outcome_waiting", language),
            "tone": isPaid ? "good" : isOver ? "refused" : "lost",
            "amount": Amount(tiyin: receipt.amount).text(language), "order": receipt.order,
            "purse": pages.purseName(receipt.purse, language), "payment": receipt.paydocID,
            "back": receipt.returnURL ?? "/?lang=\(language.rawValue)",
        ]
        values["sentence"] =
            receipt.failure.map { pages.failureText($0, language) }
            ?? pages.text(
                isPaid ? "outcome_paid_text" : isOver ? "click_stage_reversed" : "click_outcome_waiting", language)
        return SandboxRoutes.html(pages.render("clickoutcome", values, language))
    }

    private func act(_ request: Request, _ id: String, _ name: String) async throws -> Response {
        let form = try await FormFields(request)
        guard let action = ClickSandbox.Action(rawValue: name), let number = Int64(id) else {
            throw HTTPError(.notFound)
        }
        let actions = ActionRoutes(site: site)
        if action == .reverse {
            // The shop asks; what Click then does is seen when the server calls.
            guard let asked = await click.expectReversal(number, ClickFault(rawValue: form["answer"])) else {
                return actions.answer(.notPossible, form, request)
            }
            let isTaken = await site.shop.refund(asked.transaction, order: asked.order)
            return actions.answer(isTaken ? .done : .notPossible, form, request)
        }
        let isDone = await click.act(
            action, number, error: Int64(form["error"]), losing: form["lose"] == "yes")
        return actions.answer(isDone ? .done : .notPossible, form, request)
    }
}
