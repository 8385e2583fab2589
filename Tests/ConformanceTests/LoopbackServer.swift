import Hummingbird
import Logging
import StrictJSON

/// A server on a free port of 127.0.0.1, for as long as a closure runs.
enum LoopbackServer {
    static func run<Value: Sendable>(
        _ respond: @escaping @Sendable (Request) async throws -> Response,
        _ body: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in try await respond(request) }
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "merchant", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService(gracefulShutdownSignals: []) }
            defer { group.cancelAll() }
            let port = await ports.first { _ in true } ?? 0
            return try await body(port)
        }
    }

    /// A merchant API like Tiyin's, of which only the making of orders is there.
    static func makeOrder(
        _ request: Request, _ body: [UInt8], key: String, _ add: (MerchantOrder) async -> Void
    ) async -> Response {
        guard request.headers[.authorization] == "Bearer \(key)",
            request.headers.contains(where: { $0.name.canonicalName == "idempotency-key" })
        else { return Response(status: .unauthorized) }
        guard let order = try? JSONValue(parsing: body), let id = order["id"]?.stringValue
        else { return Response(status: .unprocessableContent) }
        let isOneTime = order["kind"] == "one_time"
        let tiyin = order["amount"]?["value"]?.stringValue.flatMap { Int64($0.filter { $0 != "." }) }
        guard isOneTime == (tiyin != nil) else { return Response(status: .unprocessableContent) }
        await add(MerchantOrder(id: id, amount: tiyin ?? 0, isOneTime: isOneTime))
        return Response(status: .created)
    }
}

extension MerchantResponse {
    /// The same, as the server library wants it.
    var http: Response {
        Response(
            status: .init(code: status), headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
