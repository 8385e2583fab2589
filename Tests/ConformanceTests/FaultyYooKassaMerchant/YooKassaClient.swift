import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import StrictJSON

/// How the merchant asks YooKassa's API.
struct YooKassaClient: Sendable {
    let url: String
    let shop: String
    let key: String
    let millisecondsMax: Int64

    enum Finding {
        case found(JSONObject)
        case missing
        case failed
    }

    /// The payment or the refund as it is now.
    func object(_ notice: YooKassaNotice) async -> Finding {
        let request = request("\(url)/\(notice.isRefund ? "refunds" : "payments")/\(notice.id)")
        guard let answer = try? await send(request) else { return .failed }
        switch answer.status {
        case .ok:
            guard let object = answer.body.objectValue, object["id"] != nil else { return .failed }
            return .found(object)
        case .notFound: return .missing
        default: return .failed
        }
    }

    /// A payment that waits for its payer.
    ///
    /// - Returns: its id
    func pay(_ amount: JSONValue, metadata: JSONValue, key: String) async -> String? {
        var request = request("\(url)/payments")
        request.method = .POST
        request.headers.add(name: "Idempotence-Key", value: key)
        let body: JSONValue = ["amount": amount, "capture": true, "metadata": metadata, "description": "A book"]
        request.body = .bytes(ByteBuffer(bytes: body.serialized()))
        guard let answer = try? await send(request), answer.status == .ok else { return nil }
        return answer.body["id"]?.stringValue
    }

    private func request(_ url: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        let login = Data("\(shop):\(key)".utf8).base64EncodedString()
        request.headers.add(name: "Authorization", value: "Basic \(login)")
        return request
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: HTTPResponseStatus, body: JSONValue) {
        let answer = try await HTTPClient.shared.execute(request, timeout: .milliseconds(millisecondsMax))
        let bytes = Array(try await answer.body.collect(upTo: 1 << 20).readableBytesView)
        return (answer.status, (try? JSONValue(parsing: bytes)) ?? .null)
    }
}
