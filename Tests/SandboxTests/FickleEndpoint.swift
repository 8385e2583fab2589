import Hummingbird
import Logging
import ServiceLifecycle
import StrictJSON
import Synchronization
import TestSupport

@testable import Sandbox

/// An endpoint that breaks a rule of the protocol, to prove that the simulated Payme notices.
final class FickleEndpoint: Sendable {
    enum Fault: Sendable {
        /// Another `create_time` for every repeat.
        case newAnswers
        /// HTTP 500 to everything but the check.
        case status500
    }

    private let calls = Mutex(0)
    private let fault: Fault

    private init(_ fault: Fault) {
        self.fault = fault
    }

    /// Runs it while the closure runs.
    /// - Returns: what the closure returns, given a simulated Payme that calls the endpoint, and its timeline.
    static func with<T>(
        _ fault: Fault, _ body: (PaymeSandbox, Timeline) async throws -> T
    ) async throws -> T {
        let endpoint = FickleEndpoint(fault)
        let router = Router()
        router.post("/payments/payme/webhook") { request, _ in try await endpoint.answer(request) }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: .silent)
        let group = ServiceGroup(configuration: .init(services: [application], logger: .silent))
        let task = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        let (payme, timeline) = try make(port: port)
        let result: Result<T, any Error>
        do {
            result = .success(try await body(payme, timeline))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        _ = try? await task.value
        return try result.get()
    }

    /// A simulated Payme that calls that port of this machine.
    static func make(port: Int) throws -> (PaymeSandbox, Timeline) {
        let clock = SandboxClock { 1_795_219_200_000 }
        let timeline = Timeline { clock.now }
        var configuration = SandboxConfiguration(
            url: "http://127.0.0.1:\(port)", paymeKey: "key", merchantID: "m", merchantKey: "merchant")
        configuration.pauseMilliseconds = 0
        let payme = PaymeSandbox(
            configuration: configuration, clock: clock, timeline: timeline, specifications: Documents.all)
        return (payme, timeline)
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 65_536)
        let call = try JSONValue(parsing: Array(body.readableBytesView))
        let number = calls.withLock { calls in
            calls += 1
            return Int64(calls)
        }
        if call["method"] == "CheckPerformTransaction" {
            return Self.response(["result": ["allow": true], "id": call["id"] ?? .null])
        }
        if fault == .status500 { return Response(status: .internalServerError) }
        let result: JSONValue = [
            "create_time": .integer(number), "perform_time": .integer(number), "cancel_time": .integer(number),
            "transaction": "1", "state": 1,
        ]
        return Self.response(["result": result, "id": call["id"] ?? .null])
    }

    private static func response(_ value: JSONValue) -> Response {
        Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }
}
