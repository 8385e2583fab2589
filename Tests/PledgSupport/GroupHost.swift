import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import Payments
public import Pledg
import ServiceLifecycle
import Specification
import Storage
import Synchronization
public import TestSupport

@testable import Server

/// A group's pages on a free port of 127.0.0.1, with the gateway behind them and two simulated gateways to pay through.
public final class GroupHost: Sendable {
    public let shop: TestStore
    public let service: TransactionService
    public let gateway: PledgGateway
    let money: SimulatedMoney
    public let url: String
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    public static let secret = Array("a secret of at least 16 bytes".utf8)

    /// Whether the gateways answer nothing.
    public func setGatewaysDown(_ isDown: Bool) { money.setDown(isDown) }

    public var clock: ManualClock { shop.clock }

    /// - Parameter mailer: nil: no e-mails are written.
    public init(
        mailer: (any PledgMailer)? = Unread(), onFailure: PledgConfiguration.OnFailure = .leaderCovers,
        logger: Logger = .silent
    ) async throws {
        shop = try await TestStore(migrations: PledgGateway.migrations)
        money = SimulatedMoney()
        let specifications = try Specifications.load()
        let configuration = PledgConfiguration(
            onFailure: onFailure, linkSecret: Self.secret, sendsMail: mailer != nil)
        let listener = try PledgListener(configuration, specifications: specifications)
        service = TransactionService(
            store: shop.store, clock: shop.clock.source, timeoutReason: 4, targets: [], observers: [listener])
        gateway = try PledgGateway(
            listener, service: service, store: shop.store, money: money, mailer: mailer, logger: logger)
        money.connect(service)

        let responder = Late()
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: responder, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
        self.group = group
        task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await task.value
            throw CancellationError()
        }
        url = "http://127.0.0.1:\(port)"
        money.connect(url: url)
        let router = Router(context: TiyinRequestContext.self, options: .autoGenerateHeadEndpoints)
        try PledgPages(
            gateway: gateway, checkouts: money, clock: shop.clock.source, publicURL: url,
            clientAddress: ClientAddress(trustedProxies: [])
        ).addRoutes(to: router)
        Gate(money: money).addRoutes(to: router)
        router.add(
            middleware: MissedRoute(
                paths: PledgPages.knownPaths,
                operatorAccess: OperatorAccess(addresses: nil, clientAddress: ClientAddress(trustedProxies: []))))
        responder.set(router.buildResponder())
    }

    public func stop() async {
        await group.triggerGracefulShutdown()
        _ = try? await task.value
        await shop.close()
    }

    /// Starts one, runs the closure, stops it, whatever happened.
    public static func with<T>(
        mailer: (any PledgMailer)? = Unread(), onFailure: PledgConfiguration.OnFailure = .leaderCovers,
        logger: Logger = .silent, _ body: (GroupHost) async throws -> T
    ) async throws -> T {
        let host = try await GroupHost(mailer: mailer, onFailure: onFailure, logger: logger)
        do {
            let result = try await body(host)
            await host.stop()
            return result
        } catch {
            await host.stop()
            throw error
        }
    }

    // MARK: The story

    /// 90 euros for a tent, unless told.
    public func purchase(
        _ reference: String = "ORD-1", amount: Int64 = 9_000, currency: Currency = .eur, title: String = "Tent",
        name: String? = "Lea", language: String? = nil, organiser: String = "lea@example.com"
    ) async throws -> PledgPurchaseView {
        try await gateway.create(
            PledgRequest(
                reference: reference, organiserEmail: organiser, organiserName: name,
                amount: Money(minor: amount, currency: currency),
                lines: [PledgLine(name: title, quantity: 1, unitAmount: amount)], title: title, language: language,
                successURL: "https://shop.example/thanks", cancelURL: "https://shop.example/basket")
        ).get()
    }

    /// A purchase whose leader has paid for himself and these.
    public func collecting(
        _ names: [String] = ["ann", "bob"], language: String? = nil
    ) async throws -> PledgPurchaseView {
        let view = try await purchase(language: language)
        try await gateway.setMembers(
            view.pageToken, names.map { PledgMember(email: "\($0)@example.com") }, .equal
        ).get()
        try await pay { try await self.gateway.startAdvance(view.pageToken, gateway: "alpha").get() }
        return view
    }

    /// A pledger pays, without a page.
    public func pay(_ name: String, _ view: PledgPurchaseView) async throws {
        let token = try await token(name, view)
        try await pay { try await self.gateway.startShare(token, gateway: "alpha").get() }
    }

    private func pay(_ start: () async throws -> PledgStart) async throws {
        guard case .here(let path) = try await money.begin(try await start(), returnURL: nil, .en) else {
            throw CancellationError()
        }
        try await money.pay(String(path.split(separator: "/")[1]))
    }

    /// The token of a pledger's link.
    public func token(_ name: String, _ view: PledgPurchaseView) async throws -> String {
        let links = try await gateway.links(view.id)
        guard let token = links.first(where: { $0.email.hasPrefix(name + "@") })?.token else {
            throw CancellationError()
        }
        return token
    }

    public func leaderPath(_ view: PledgPurchaseView) -> String { "/pledg/lead/\(view.pageToken)" }

    public func sharePath(_ name: String, _ view: PledgPurchaseView) async throws -> String {
        "/pledg/share/\(try await token(name, view))"
    }

    /// Every job, until nothing is due.
    public func work() async {
        for _ in 0..<3 { for job in PledgJob.allCases { _ = await gateway.advance(job) } }
    }

    public func advance(hours: Int64, milliseconds: Int64 = 0) async {
        clock.advance(milliseconds: hours * 3_600_000 + milliseconds)
        await work()
    }

    public func leader(_ view: PledgPurchaseView) async throws -> PledgLeaderView {
        guard let found = try await gateway.leaderView(view.pageToken) else { throw CancellationError() }
        return found
    }
}

/// Takes e-mails, and nobody reads them.
public struct Unread: PledgMailer {
    public init() {}
    public func send(_ mail: PledgMail) async throws {}
}

/// Answers as soon as it is known what.
private final class Late: HTTPResponder {
    typealias Context = TiyinRequestContext

    private let responder = Mutex<RouterResponder<TiyinRequestContext>?>(nil)

    func set(_ responder: RouterResponder<TiyinRequestContext>) { self.responder.withLock { $0 = responder } }

    func respond(to request: Request, context: TiyinRequestContext) async throws -> Response {
        guard let responder = responder.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
        return try await responder.respond(to: request, context: context)
    }
}

/// The simulated gateways' own page.
private struct Gate: Sendable {
    let money: SimulatedMoney

    func addRoutes(to router: Router<TiyinRequestContext>) {
        let group = router.group("gate/{id}")
        group.get("") { _, context in
            let id = context.parameters.get("id") ?? ""
            guard let visit = money.visit(id) else { return Response(status: .notFound) }
            let html = """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Gate</title>
                <link rel="icon" href="data:,"></head><body><main><h1>\(visit.start.gateway)</h1>
                <p id="due">\(visit.start.amount)</p>
                <form method="post" action="\(id)/pay"><button id="pay">Pay</button></form>
                <form method="post" action="\(id)/refuse"><button id="refuse">Refuse</button></form>
                </main></body></html>
                """
            return Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: html)))
        }
        for action in ["pay", "refuse"] {
            group.post(RouterPath(action)) { _, context in
                let id = context.parameters.get("id") ?? ""
                if action == "pay" { try await money.pay(id) } else { try await money.refuse(id) }
                return Response(status: .seeOther, headers: [.location: money.visit(id)?.returnURL ?? "/"])
            }
        }
    }
}
