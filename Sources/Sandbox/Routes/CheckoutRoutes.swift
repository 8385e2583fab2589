import HTTPTypes
import Hummingbird
import Specification

/// Payme's checkout, simulated: what a pay link or a pay form leads to.
///
/// Source: payme.md 6.1, 6.2.
struct CheckoutRoutes: Sendable {
    let site: SandboxSite

    static let path = "/checkout"

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.get("/checkout/**") { request, _ in
            // Base64 holds slashes: the rest of the path is one text.
            let link = String(request.uri.path.dropFirst(Self.path.utf8.count + 1))
            return try form(CheckoutRequest(link: link), request, path: request.uri.path)
        }
        router.post("/checkout") { request, _ in
            var checkout = try await CheckoutRequest(fields: FormFields(request).pairs)
            checkout.callback = checkout.callback ?? request.headers[.referer].flatMap(CheckoutRequest.address)
            return try form(checkout, request, path: nil)
        }
        router.post("/sandbox/checkout") { request, _ in try await pay(request) }
        router.get("/sandbox/receipts/{id}") { request, context in
            try await outcome(context.parameters.get("id") ?? "", request)
        }
    }

    private func form(_ checkout: CheckoutRequest, _ request: Request, path: String?) throws -> Response {
        guard checkout.merchant == site.configuration.merchantID else { throw CheckoutError.unknownMerchant }
        // The page's own choice of language is above that of the link.
        let asked = request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
        let language = asked ?? checkout.language ?? CheckoutRequest.defaultLanguage
        let pages = site.pages
        var values: [String: Any] = [
            "languages": path.map { pages.languages(language, path: $0) } ?? [],
            "amount": Amount(tiyin: checkout.amount).text(language),
            "account": checkout.account.map { ["name": $0.name, "value": $0.value] },
            "fields": checkout.fields.filter { $0.name != "lang" }.map { ["name": $0.name, "value": $0.value] },
            "cards": pages.cardValues(language), "code": TestCard.code, "expiry": TestCard.expiry,
            "conducts": pages.conductValues(.magic(of: checkout.amount), language),
        ]
        values["description"] = checkout.description
        values["back"] = checkout.returnAddress(receipt: "")
        return SandboxRoutes.html(pages.render("checkout", values, language))
    }

    private func pay(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        let checkout = try CheckoutRequest(fields: form.pairs)
        guard checkout.merchant == site.configuration.merchantID else { throw CheckoutError.unknownMerchant }
        guard let card = TestCard(rawValue: form["card"].filter { $0 != " " }) else { throw CheckoutError.card }
        let conduct = Conduct(rawValue: form["conduct"]) ?? .magic(of: checkout.amount)
        let receipt = try await site.payme.pay(
            checkout,
            PaymeSandbox.Payer(
                card: card, expiry: form["expiry"].filter { $0 != " " }, code: form["code"].filter { $0 != " " },
                conduct: conduct))
        let language = checkout.language ?? CheckoutRequest.defaultLanguage
        return SandboxRoutes.redirect("/sandbox/receipts/\(receipt.id)?lang=\(language.rawValue)")
    }

    /// Payme waits as long as the link says before it sends the payer back, without a word 15 seconds; a page that
    /// nobody can read is no help. Source: payme.md 6.2.
    private static func secondsToRead(_ checkout: CheckoutRequest) -> Int64 {
        checkout.callbackDelay.map { max($0 / 1_000, 5) } ?? 15
    }

    private func outcome(_ id: String, _ request: Request) async throws -> Response {
        guard let receipt = await site.payme.receipt(id) else { throw HTTPError(.notFound) }
        let language = SandboxRoutes.language(request)
        let pages = site.pages
        let isPaid = receipt.state == .paid
        let key = isPaid ? "outcome_paid" : receipt.failure == nil ? "outcome_waiting" : "outcome_not_paid"
        let back = receipt.checkout.returnAddress(receipt: receipt.id) ?? "/?lang=\(language.rawValue)"
        var values: [String: Any] = [
            "languages": pages.languages(language, path: "/sandbox/receipts/\(id)"),
            "title": pages.text(key, language), "tone": isPaid ? "good" : receipt.failure == nil ? "lost" : "refused",
            "amount": Amount(tiyin: receipt.checkout.amount).text(language), "order": receipt.order,
            "card": receipt.cardEnding, "receipt": receipt.id, "back": back,
        ]
        values["sentence"] =
            receipt.failure.map { pages.failureText($0, language) }
            ?? pages.text(isPaid ? "outcome_paid_text" : "outcome_waiting_text", language)
        let returns = isPaid && receipt.checkout.callback != nil
        let seconds = Self.secondsToRead(receipt.checkout)
        if returns {
            values["returns"] = pages.texts.text(
                Sentence("outcome_return", ["seconds": LocalizedText(same: "\(seconds)")]), language)
        }
        var response = SandboxRoutes.html(pages.render("outcome", values, language))
        if returns { response.headers[.refresh] = "\(seconds); url=\(back)" }
        return response
    }
}
