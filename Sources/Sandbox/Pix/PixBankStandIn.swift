import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Another bank that answers for some charges: the conformance suite plays one, and knows payments that this one does
/// not.
struct PixBankStandIn: Sendable {
    /// Without a slash at the end.
    let url: String
    let txids: Set<String>

    /// What it answers to the same call.
    func answer(_ path: [String]) async -> Response {
        let parts = path.map(PercentEncoding.encode).joined(separator: "/")
        let answer = await WireClient(seconds: 10).send(.GET, "\(url)/\(parts)", authorization: nil)
        return Response(
            status: .init(code: answer.status ?? 503), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.bytes)))
    }
}
