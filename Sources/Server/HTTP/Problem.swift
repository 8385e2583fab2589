import HTTPTypes
import Hummingbird
import StrictJSON

/// An error of the merchant API, as RFC 9457 writes it.
struct Problem: Error, HTTPResponseError {
    let status: HTTPResponse.Status
    /// Stable: programs may rely on it. The last part of `urn:tiyin:problem:…`.
    let type: String
    /// What happened and what to do.
    let detail: String
    /// Which part of the request is at fault, as a path.
    var field: String?
    var headers: HTTPFields = [:]

    /// Whether waiting is what to do about it.
    var isPassing: Bool { ["order-busy", "delivery-in-hand", "payment-under-way", "not-performed"].contains(type) }

    func response(from request: Request, context: some RequestContext) -> Response { response }

    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        writer.string("urn:tiyin:problem:\(type)")
        writer.key("title")
        writer.string(status.reasonPhrase)
        writer.key("status")
        writer.integer(status.code)
        writer.key("detail")
        writer.string(detail)
        // A member of the request may have an empty name.
        if let field, !field.isEmpty {
            writer.key("field")
            writer.string(field)
        }
        writer.endObject()
        return writer.bytes
    }

    static let mediaType = "application/problem+json"

    /// To be kept under an `Idempotency-Key`.
    var answer: MerchantAnswer {
        MerchantAnswer(status: status, body: body, mediaType: Self.mediaType, headers: headers)
    }

    var response: Response {
        var fields = headers
        fields[.contentType] = Self.mediaType
        fields[.xContentTypeOptions] = "nosniff"
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    static func invalid(_ field: String, _ detail: String) -> Problem {
        Problem(status: .badRequest, type: "invalid-request", detail: detail, field: field)
    }

    static func notFound(_ what: String) -> Problem {
        Problem(status: .notFound, type: "not-found", detail: "There is no \(what). Check the id.")
    }

    static let nothingHere = Problem(status: .notFound, type: "not-found", detail: "There is nothing at this path.")

    static func wrongMethod(allowed: [HTTPRequest.Method]) -> Problem {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed, type: "method-not-allowed", detail: "This path takes \(names) only.",
            headers: [.allow: names])
    }

    static let unauthorized = Problem(
        status: .unauthorized, type: "unauthorized",
        detail: "Send `Authorization: Bearer <key>`, with merchant.api_key or an API key that is valid.",
        headers: [.wwwAuthenticate: "Bearer"])

    static let orderExists = Problem(
        status: .conflict, type: "order-exists",
        detail: "There is another order with this id. Use a new id, or read it with GET /orders/{id}.", field: "id")

    static let internalFailure = Problem(
        status: .internalServerError, type: "internal",
        detail: "Something went wrong here. Repeat the request with the same Idempotency-Key.")
}
