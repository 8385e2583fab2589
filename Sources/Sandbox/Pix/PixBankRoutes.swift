import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// The simulated bank's API. It is no page, and no browser asks for it.
struct PixBankRoutes: Sendable {
    let bank: PixBankSandbox
    /// What stands before the paths of the API, with a slash at its beginning and none at its end.
    let base: String

    private static let bodyBytesMaximum = 1 << 18

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            router.on("\(base)/**", method: method) { request, _ in try await answer(request) }
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.bodyBytesMaximum)
        let path = request.uri.path.dropFirst(base.utf8.count + 1)
            .split(separator: "/", omittingEmptySubsequences: false).map { $0.removingPercentEncoding ?? "" }
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        let call = PixBankCall(
            method: request.method.rawValue, path: path, query: query,
            authorization: request.headers[.authorization], account: request.headers[Self.account],
            idempotencyKey: request.headers[Self.idempotencyKey], contentType: request.headers[.contentType],
            body: Array(body.readableBytesView))
        if let other = bank.standIn(for: call) { return await other.answer(path) }
        let reply = bank.answer(call)
        if case .slow(let milliseconds) = reply.fault { try await Task.sleep(for: .milliseconds(milliseconds)) }
        return Self.response(reply)
    }

    private static func response(_ reply: PixBankReply) -> Response {
        let bytes = reply.body?.serialized() ?? []
        switch reply.fault {
        case .dropped, .lost:
            // Less comes than was promised.
            let body = ResponseBody(contentLength: bytes.count + 2) { writer in
                try await writer.write(ByteBuffer(string: "{"))
                throw ConnectionCut()
            }
            return Response(status: .init(code: reply.status), headers: [.contentType: "application/json"], body: body)
        case .redirect: return Response(status: .temporaryRedirect, headers: [.location: "/elsewhere"])
        case .broken: return json(Array(bytes.dropLast(2)), reply)
        case .refused, .failedAfter, .slow, .tooMany, .tokenForgotten, .noCode, .wrongCode, nil:
            guard reply.body != nil else { return Response(status: .init(code: reply.status)) }
            return json(bytes, reply)
        }
    }

    private static func json(_ bytes: [UInt8], _ reply: PixBankReply) -> Response {
        Response(
            status: .init(code: reply.status),
            headers: [.contentType: reply.isProblem ? "application/problem+json" : "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The connection is closed in the middle of an answer.
    private struct ConnectionCut: Error {}

    private static let account = HTTPField.Name("x-conta-corrente")!
    private static let idempotencyKey = HTTPField.Name("x-id-idempotente")!
}
