import Foundation
import HTTPTypes
public import Hummingbird
import NIOCore
import StrictJSON

extension TelegramSandbox {
    /// Adds the Bot API to a router.
    ///
    /// - Parameters:
    ///   - router: of a server of somebody else's, which must not log addresses: they have the token in them.
    ///   - base: what stands before `/bot…`, such as `/telegram`.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>, at base: String) {
        for method in [HTTPRequest.Method.get, .post] {
            router.on("\(base)/**", method: method) { request, _ in try await self.answer(request, base) }
        }
    }

    /// Serves the Bot API on 127.0.0.1 while the closure runs, then stops.
    ///
    /// - Parameters:
    ///   - port: 0: a free one.
    ///   - body: is given the base URL.
    /// - Throws: what the closure throws, or why it cannot be served.
    public func serving<T: Sendable>(port: Int = 0, _ body: (String) async throws -> T) async throws -> T {
        let router = Router()
        addRoutes(to: router, at: "")
        return try await LoopbackServer.serving(router, port: port, body)
    }

    private func answer(_ request: Request, _ base: String) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 18)
        let path = String(request.uri.path.dropFirst(base.utf8.count + 1))
        let call = TelegramCall(
            path: path.removingPercentEncoding ?? path, fields: Self.fields(request, Array(body.readableBytesView)))
        let now = clock()
        let reply = change { $0.answer(call, at: now) }
        tellObserver()
        if case .slow(let milliseconds) = reply.fault { try await Task.sleep(for: .milliseconds(milliseconds)) }
        let bytes = reply.body.serialized()
        guard reply.fault != .lost, reply.fault != .dropped else {
            // Less comes than was promised.
            let cut = ResponseBody(contentLength: bytes.count + 2) { writer in
                try await writer.write(ByteBuffer(string: "{"))
                throw CancellationError()
            }
            return Response(status: .init(code: reply.status), headers: [.contentType: "application/json"], body: cut)
        }
        return Response(
            status: .init(code: reply.status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// From JSON, a form, or the query. nil: what came is no JSON object.
    private static func fields(_ request: Request, _ body: [UInt8]) -> JSONObject? {
        if request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true {
            return (try? JSONValue(parsing: body))?.objectValue
        }
        var fields: JSONObject = [:]
        let form = String(decoding: body, as: UTF8.self)
        for part in [request.uri.query ?? "", form].flatMap({ $0.split(separator: "&") }) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(halves[0]), let value = decoded(halves.count == 2 ? halves[1] : "") else {
                continue
            }
            fields[name] = .string(value)
        }
        return fields
    }

    private static func decoded(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}
