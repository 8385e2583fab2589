import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// What an operation answers when it does not refuse.
struct MerchantAnswer: Sendable {
    var status: HTTPResponse.Status = .ok
    var body: [UInt8]
    var mediaType = "application/json"
    var headers: HTTPFields = [:]
    /// Whether it is stored under the request's `Idempotency-Key` already, together with what it tells of.
    var isKept = false

    var response: Response {
        var fields = headers
        fields[.contentType] = mediaType
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}
