import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// The simulated API v3. It is no page, and no browser asks for it.
struct YooRoutes: Sendable {
    let yookassa: YooKassaSandbox
    /// What stands before `/v3`, with a slash at its beginning and none at its end.
    let base: String

    private static let bodyBytesMaximum = 1 << 18
    private static let prefix = "/v3/"

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            router.on("\(base)/v3/**", method: method) { request, _ in try await answer(request) }
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.bodyBytesMaximum)
        let path = request.uri.path.dropFirst(base.utf8.count + Self.prefix.utf8.count)
            .split(separator: "/", omittingEmptySubsequences: false).map { $0.removingPercentEncoding ?? "" }
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        let call = YooCall(
            method: request.method.rawValue, path: path, query: query,
            authorization: request.headers[.authorization], key: request.headers[Self.idempotenceKey],
            contentType: request.headers[.contentType], body: Array(body.readableBytesView))
        if let other = yookassa.standIn(for: call) {
            return await other.answer(call, target: String(request.uri.string.dropFirst(base.utf8.count)))
        }
        let reply = yookassa.answer(call)
        switch reply.fault {
        case .slow(let milliseconds), .stalled(let milliseconds):
            try await Task.sleep(for: .milliseconds(milliseconds))
        case .afterNotice: await yookassa.deliverDue()
        default: break
        }
        return Self.response(reply)
    }

    private static func response(_ reply: YooReply) -> Response {
        let bytes = reply.body.serialized()
        switch reply.fault {
        case .dropped, .lost, .stalled:
            // Less comes than was promised.
            let body = ResponseBody(contentLength: bytes.count + 2) { writer in
                try await writer.write(ByteBuffer(string: "{"))
                throw ConnectionCut()
            }
            return Response(status: .init(code: reply.status), headers: [.contentType: type], body: body)
        case .redirect: return Response(status: .temporaryRedirect, headers: [.location: "/elsewhere"])
        case .broken: return json(Array(bytes.dropLast(2)), reply)
        default: return json(bytes, reply)
        }
    }

    private static func json(_ bytes: [UInt8], _ reply: YooReply) -> Response {
        Response(
            status: .init(code: reply.status), headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The connection is closed in the middle of an answer.
    private struct ConnectionCut: Error {}

    private static let type = "application/json; charset=utf-8"
    private static let idempotenceKey = HTTPField.Name("Idempotence-Key")!
}
