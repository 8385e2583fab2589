import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import YooKassa

extension YooKassaRoutes {
    /// `POST /webhook`: stored and answered, whoever sends it; YooKassa is asked afterwards whether it is so.
    ///
    /// Source: yookassa.md 14
    func notice(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let body = try await request.bytes(upTo: site.gateway.notices.bytesMaximum)
        let status = await site.gateway.notices.take(body, sourceAddress: clientAddress.of(request, context))
        return Self.json(Array("{}".utf8), .init(code: status))
    }

    /// `GET /payments/yookassa/{id}/return`: the payer comes back. Nothing is believed: YooKassa is asked, and the page
    /// asks again by itself until it is known.
    ///
    /// Source: yookassa.md 23 #20
    func comeBack(_ request: Request, _ id: String?) async throws -> Response {
        let language = PixLanguage(
            query: request.uri.queryParameters["lang"].map(String.init),
            acceptLanguage: request.headers[.acceptLanguage], otherwise: .ru)
        guard let id = Self.id(id) else { return html(site.page.lost(language), .notFound) }
        guard let view = try await site.gateway.payments.find(id) else {
            return try await comeBackWithCard(id, language)
        }
        if view.status == .processing || view.status == .pending { try await site.gateway.payments.hasten(id) }
        return html(site.page.page(view, now: clock.now, language))
    }

    /// The same for a card that is saved without a payment: its subscription's id stands where the payment's would.
    private func comeBackWithCard(_ id: String, _ language: PixLanguage) async throws -> Response {
        guard let found = try await site.gateway.subscriptions.find(id), found.startsWithCard else {
            return html(site.page.lost(language), .notFound)
        }
        if found.state == .pending { try await site.gateway.subscriptions.hasten(id) }
        return html(site.page.page(found, now: clock.now, language))
    }

    private func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .vary: "Accept-Language",
                .xContentTypeOptions: "nosniff", .contentSecurityPolicy: site.page.policy,
                // Who knows the address sees the page: nobody is told it.
                .referrerPolicy: "no-referrer", .robotsTag: "noindex",
            ],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
