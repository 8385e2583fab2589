import Conformance
import Hummingbird
import Logging
import StrictJSON

/// A merchant behind a real port, for as long as a closure runs.
struct MerchantServer {
    let merchant: Merchant
    let url: String

    /// Starts a server on a free port of 127.0.0.1 and stops it afterwards.
    static func run<Value: Sendable>(
        faults: Set<Fault> = [], refunds: Bool = true, takesFiscalData: Bool = true,
        clock: MerchantClock = MerchantClock(), _ body: @Sendable (MerchantServer) async throws -> Value
    ) async throws -> Value {
        let merchant = Merchant(faults: faults, clock: clock, refunds: refunds, takesFiscalData: takesFiscalData)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            try await respond(to: request, merchant)
        }
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "merchant", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService(gracefulShutdownSignals: []) }
            defer { group.cancelAll() }
            let port = await ports.first { _ in true } ?? 0
            return try await body(MerchantServer(merchant: merchant, url: "http://127.0.0.1:\(port)/payme"))
        }
    }

    private static func respond(to request: Request, _ merchant: Merchant) async throws -> Response {
        let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
        if request.uri.path == "/orders" { return await makeOrder(request, body, merchant) }
        if await merchant.isSilent { try await Task.sleep(for: .seconds(3600)) }
        let answer = await merchant.answer(
            MerchantRequest(
                method: request.method.rawValue, authorization: request.headers[.authorization],
                contentType: request.headers[.contentType], body: body))
        return Response(
            status: .init(code: answer.status), headers: [.contentType: answer.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// A merchant API like Tiyin's.
    private static func makeOrder(_ request: Request, _ body: [UInt8], _ merchant: Merchant) async -> Response {
        guard request.headers[.authorization] == "Bearer \(Merchant.merchantKey)",
            request.headers.contains(where: { $0.name.canonicalName == "idempotency-key" })
        else { return Response(status: .unauthorized) }
        guard let order = try? JSONValue(parsing: body), let id = order["id"]?.stringValue
        else { return Response(status: .unprocessableContent) }
        let isOneTime = order["kind"] == "one_time"
        let tiyin = order["amount"]?["value"]?.stringValue.flatMap { Int64($0.filter { $0 != "." }) }
        guard isOneTime == (tiyin != nil) else { return Response(status: .unprocessableContent) }
        await merchant.add(MerchantOrder(id: id, amount: tiyin ?? 0, isOneTime: isOneTime))
        return Response(status: .created)
    }
}
