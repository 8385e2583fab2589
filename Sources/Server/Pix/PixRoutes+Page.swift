import HTTPTypes
import Hummingbird
import NIOCore
import Payments
import Pix
import Pledg
import QRImages

extension PixRoutes {
    /// `GET /payments/pix/{id}`: a page, or JSON for programs that ask for it.
    func page(_ request: Request, _ id: (some StringProtocol)?) async throws -> Response {
        let isJSON = Self.prefersJSON(request.headers[.accept])
        let language = Self.language(request)
        // Links of the page are relative.
        if request.uri.path.hasSuffix("/"), let id {
            return Response(status: .permanentRedirect, headers: [.location: "../\(try Self.id(id))"])
        }
        let view: PixChargeView?
        do {
            view = try await site.gateway.charges.find(Self.id(id))
        } catch let problem as Problem where problem.status == .notFound {
            view = nil
        }
        guard let view else {
            if isJSON { throw Problem.noCharge }
            return Self.html(site.page.lost(language), .notFound)
        }
        let now = clock.now
        // Whoever asks again and again has the page open, as whoever watches its events has.
        if view.status == .pending { site.gateway.charges.watch(view.charge.id) }
        guard isJSON else {
            let isOfGroup = PledgGateway.isOwnOrder(view.transaction.orderID)
            // The group's pages are beside this one, unless it is said where they are.
            let backURL = (isOfGroup ? PledgWayBack(request.headers) : nil)?.link(from: groupURL ?? "../..")
            return Self.html(await site.page.page(view, now: now, language, backURL: backURL))
        }
        let json = PixChargeJSON(view: view, base: links(request, dropping: 1), now: now).payer()
        return Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-store", .vary: "Accept"],
            body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// `GET /payments/pix/qr_code/{file}`: `ID.png`, `ID.svg`, or the id alone for a PNG.
    func image(_ request: Request, file: String) async throws -> Response {
        let parts = file.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let format = parts.count == 1 ? .png : QRImageFormat(rawValue: String(parts[1])),
            let view = try await site.gateway.charges.find(Self.id(parts[0])), let code = view.charge.code
        else { throw Problem.notFound("QR code of this name") }
        guard view.isPayable(at: clock.now) else { throw Problem.notPayable }
        // A code never changes: a page's id and the format say what the image is.
        let tag = "\"\(view.charge.txid)-\(format.rawValue)\""
        // Asked for each time: what is kept would be shown when it is paid.
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        if known.contains(tag) || known.contains("W/" + tag) || known == ["*"] {
            return Response(status: .notModified, headers: headers)
        }
        let image = try await site.images.image(of: code, as: format)
        headers[.contentType] = format.contentType
        // Opened by itself an SVG is a document.
        headers[.contentSecurityPolicy] = "default-src 'none'"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: image.bytes)))
    }

    /// JSON if it is wished for more than a page, or as much and named first. Nobody's wish is a page.
    static func prefersJSON(_ accept: String?) -> Bool {
        let items = AcceptedItem.all(accept ?? "")
        func wish(_ names: [String]) -> (weight: Int, place: Int) {
            for name in names {
                if let place = items.firstIndex(where: { $0.name == name }) { return (items[place].weight, place) }
            }
            return (0, .max)
        }
        let json = wish(["application/json", "application/*", "*/*"])
        let html = wish(["text/html", "text/*", "*/*"])
        return json.weight > html.weight || (json.weight == html.weight && json.place < html.place)
    }

    private static func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .vary: "Accept, Accept-Language", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy:
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                // Who knows the address sees the page: nobody is told it.
                .referrerPolicy: "no-referrer", .robotsTag: "noindex",
            ],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let robotsTag = HTTPField.Name("X-Robots-Tag")!
}
