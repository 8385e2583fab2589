import Click
import Hummingbird
import Logging
import NIOCore
import Payments
import ServiceLifecycle
import Specification
import StrictJSON
import Synchronization
import TestSupport

@testable import Sandbox
@testable import tiyin

/// The simulated Merchant API alone, on a port of its own, with a shop behind it that agrees to everything.
final class ClickBooth: Sendable {
    /// The moment, user and secret of the test vector. Source: click.md 2.
    static let moment: Int64 = 1_768_454_430_000
    static let secret = "k3y-Example"
    static let user: Int64 = 777

    struct Arrival: Sendable {
        let line: String
        let auth: String?
        let body: String
    }

    let clock: SandboxClock
    let click: ClickSandbox
    private let url: String
    private let arrived = Mutex<[Arrival]>([])

    private init(_ configuration: SandboxConfiguration, _ shop: SandboxClick) {
        let clock = SandboxClock { Self.moment }
        self.clock = clock
        url = configuration.url
        click = ClickSandbox(
            configuration: configuration, shop: shop, clock: clock, timeline: Timeline { clock.now },
            specification: Documents.all.click)
    }

    /// What a shop answers that agrees to everything; nil would be HTTP 500.
    static let agreeing: @Sendable (ClickAction, String) -> String? = { action, body in
        if body.contains("&error=-") { return #"{"error":-9,"error_note":"Transaction cancelled"}"# }
        return #"{"error":0,"error_note":"Success","merchant_\#(action == .prepare ? "prepare" : "confirm")_id":7}"#
    }

    /// Runs it while the closure runs.
    static func with<T>(
        firstNumber: Int64? = nil, shop: @escaping @Sendable (ClickAction, String) -> String? = ClickBooth.agreeing,
        _ body: (ClickBooth) async throws -> T
    ) async throws -> T {
        let port = try await FreePort.find()
        var configuration = SandboxConfiguration(
            url: "http://127.0.0.1:\(port)", paymeKey: "key", merchantID: "m", merchantKey: "merchant")
        configuration.pauseMilliseconds = 0
        var identity = SandboxClick(
            serviceID: SentCall.defaultService, merchantID: 1, merchantUserID: user, secretKey: secret)
        if let firstNumber { identity.firstNumber = firstNumber }
        let booth = ClickBooth(configuration, identity)
        let router = Router()
        router.add(middleware: Recorder(booth: booth))
        ClickAPIRoutes(click: booth.click, silence: .seconds(2)).add(to: router)
        for action in ClickAction.allCases {
            router.post(RouterPath(action.path)) { request, _ in
                let body = String(buffer: try await request.body.collect(upTo: 65_536))
                let answer = shop(action, body)
                return Response(
                    status: answer == nil ? .internalServerError : .ok,
                    body: .init(byteBuffer: ByteBuffer(string: answer ?? "")))
            }
        }
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in continuation.yield() }, logger: .silent)
        let group = ServiceGroup(configuration: .init(services: [application], logger: .silent))
        let task = Task { try await group.run() }
        var iterator = signals.makeAsyncIterator()
        await iterator.next()
        let result: Result<T, any Error>
        do {
            result = .success(try await body(booth))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        _ = try? await task.value
        return try result.get()
    }

    /// What the server calls Click with.
    func client(
        secret: String = ClickBooth.secret, user: Int64 = ClickBooth.user, service: Int64 = SentCall.defaultService,
        late milliseconds: Int64 = 0, deadlineSeconds: Int64 = 10
    ) throws -> ClickClient {
        let configuration = ClickConfiguration(
            serviceID: service, secretKey: secret, merchantUserID: user,
            apiURL: SandboxConfiguration.clickAPIURL(of: url))
        let clock = clock
        guard
            let client = ClickClient(
                configuration, clock: TimeSource { clock.now - milliseconds }, deadlineSeconds: deadlineSeconds)
        else { throw CancellationError() }
        return client
    }

    /// A payment of 5000 sums that was made by the link.
    func paid(_ order: String = "A", _ purse: ClickPurse = .uzcard) async -> ClickReceipt {
        await click.go(await click.begin(order, amount: 500_000, purse, .link), .normal)
    }

    /// What came to the Merchant API since the last look.
    func take() -> [Arrival] {
        arrived.withLock { list in
            defer { list = [] }
            return list.filter { $0.line.contains(ClickAPIRoutes.path) || $0.line.contains("elsewhere") }
        }
    }

    /// Without the part of the path that is always the same.
    func takeLines() -> [String] { take().map { $0.line.replacing(ClickAPIRoutes.path + "/", with: "") } }

    private struct Recorder<Context: RequestContext>: RouterMiddleware {
        let booth: ClickBooth

        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            var request = request
            let body = try await request.collectBody(upTo: 1 << 20)
            let arrival = Arrival(
                line: "\(request.method.rawValue) \(request.uri.path)",
                auth: request.head.headerFields.first { $0.name.canonicalName == "auth" }?.value,
                body: String(buffer: body))
            booth.arrived.withLock { $0.append(arrival) }
            return try await next(request, context)
        }
    }
}
