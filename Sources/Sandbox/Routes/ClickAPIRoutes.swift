import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// Click's Merchant API, simulated. Whoever calls proves who it is; it is no page, and no browser asks for it.
struct ClickAPIRoutes: Sendable {
    let click: ClickSandbox
    /// How long an answer that does not come takes; longer than the server waits.
    var silence = Duration.seconds(12)

    static let path = "/click/api/v2/merchant"
    private static let bodyBytesMaximum = 1 << 18

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        for method in [HTTPRequest.Method.get, .post, .put, .delete] {
            router.on("\(Self.path)/**", method: method) { request, _ in try await answer(request) }
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.bodyBytesMaximum)
        // As it came: an order's name may hold a slash.
        let path = request.uri.path.dropFirst(Self.path.utf8.count + 1)
            .split(separator: "/", omittingEmptySubsequences: false).map { $0.removingPercentEncoding ?? "" }
        let reply = await click.answer(
            ClickAPIRequest(
                method: request.method.rawValue, path: path, auth: request.headers[Self.auth],
                body: Array(body.readableBytesView)))
        if reply.fault == .silent { try await Task.sleep(for: silence) }
        return Self.response(reply)
    }

    private static func response(_ reply: ClickAPIReply) -> Response {
        let bytes = JSONValue.object(reply.body).serialized()
        switch reply.fault {
        case .closed, .silent:
            // Less comes than was promised.
            let body = ResponseBody(contentLength: bytes.count + 1) { writer in
                try await writer.write(ByteBuffer(bytes: bytes.prefix(1)))
                throw ConnectionCut()
            }
            return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
        case .lost, .dropped: return Response(status: .internalServerError)
        case .broken: return json(Array(bytes.dropLast(2)), 200)
        case .redirect: return Response(status: .temporaryRedirect, headers: [.location: "/elsewhere"])
        case .refused, nil: return json(bytes, reply.status)
        }
    }

    private static func json(_ bytes: [UInt8], _ status: Int) -> Response {
        Response(
            status: HTTPResponse.Status(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The connection is closed in the middle of an answer.
    private struct ConnectionCut: Error {}

    private static let auth = HTTPField.Name("Auth")!
}
