import Logging
import Payments
import Specification
import Storage
import Synchronization
import TestSupport
import Testing
import YooKassa

/// A merchant with the gateway, and a YooKassa as a test plays it.
final class Kiosk: Sendable {
    let shop: TestStore
    let provider: ScriptedYooKassa
    let gateway: YooKassaGateway
    private let anomalyList: Heard<YooKassaAnomaly>
    private let eventList: Heard<YooKassaSubscriptionEvent>
    let failures: Failures

    /// What was told since the last look.
    var anomalies: [YooKassaAnomaly] { anomalyList.take() }
    var events: [YooKassaSubscriptionEvent] { eventList.take() }
    var clock: ManualClock { shop.clock }
    var payments: YooKassaPayments { gateway.payments }

    convenience init(
        hooks: PaymentHooks = PaymentHooks(), rates: YooKassaSpecification.Rates? = nil,
        jitterPercent: Int64 = 0,
        _ change: (inout YooKassaConfiguration) -> Void = { _ in }
    ) async throws {
        let shop = try await TestStore(hooks: hooks, migrations: YooKassaGateway.migrations)
        let specification = try Specifications.load().yookassa
        let pace = rates.map { YooKassaPace($0, clock: shop.clock.source) }
        var configuration = YooKassaConfiguration(
            shopID: "100500", isTest: true, returnURL: "https://shop.test/back")
        change(&configuration)
        try self.init(
            configuration, on: shop, ScriptedYooKassa(shop.clock, specification, pace: pace),
            jitter: { $0 + $0 * jitterPercent / 100 })
    }

    private init(
        _ configuration: YooKassaConfiguration, on shop: TestStore, _ provider: ScriptedYooKassa,
        jitter: @escaping @Sendable (Int64) -> Int64 = { $0 }
    ) throws {
        self.shop = shop
        self.provider = provider
        let (anomalies, events) = (Heard<YooKassaAnomaly>(), Heard<YooKassaSubscriptionEvent>())
        let failsToTell = Failures()
        gateway = try YooKassaGateway(
            configuration, service: shop.service, store: shop.store, specifications: try Specifications.load(),
            provider: provider, logger: .silent, onAnomaly: { anomalies.add($0) },
            onSubscription: { event in
                try failsToTell.check()
                events.add(event)
            }, jitter: jitter)
        anomalyList = anomalies
        eventList = events
        failures = failsToTell
    }

    /// Telling fails that often.
    final class Failures: Sendable {
        struct Deaf: Error {}
        let left = Mutex(0)

        func check() throws {
            let isDeaf = left.withLock { left in
                defer { left = max(left - 1, 0) }
                return left > 0
            }
            if isDeaf { throw Deaf() }
        }
    }

    /// The process is gone; another one opens what it left, with the same YooKassa.
    func killed() async throws -> Kiosk {
        await shop.close()
        return try Kiosk(gateway.configuration, on: shop.reopened(), provider)
    }

    /// 100 roubles.
    func create(
        _ minor: Int64 = 10_000, order: String? = nil, capture: Bool = true, saves: Bool = false, key: String? = nil
    ) async throws -> YooKassaPaymentView {
        let request = YooKassaPaymentRequest(
            amount: Money(minor: minor, currency: .rub), orderID: order, userID: "user123", capture: capture,
            savesMethod: saves, idempotencyKey: key)
        return try await payments.create(request).get()
    }

    /// The same, paid.
    func paid(_ minor: Int64 = 10_000, order: String? = nil) async throws -> YooKassaPaymentView {
        let view = try await create(minor, order: order)
        provider.pay(try #require(view.payment.providerID))
        await later(minutes: 1)
        return try await self.view(view.payment.id)
    }

    /// The same, held.
    func held(_ minor: Int64 = 10_000) async throws -> YooKassaPaymentView {
        let view = try await create(minor, capture: false)
        provider.pay(try #require(view.payment.providerID))
        await later(minutes: 1)
        return try await self.view(view.payment.id)
    }

    func view(_ id: String) async throws -> YooKassaPaymentView { try #require(try await payments.find(id)) }

    /// `state step phase refunded`
    func line(_ id: String) async throws -> String {
        let view = try await view(id)
        let transaction = view.transaction
        return "\(transaction.state.rawValue) \(view.payment.step.rawValue) \(transaction.phase ?? "-") "
            + "\(transaction.refundedAmount)"
    }

    /// Time passes, and the jobs run.
    func later(minutes: Int64 = 0, seconds: Int64 = 0) async {
        clock.advance(milliseconds: minutes * 60_000 + seconds * 1_000)
        await run()
    }

    func run() async {
        for job in YooKassaJob.allCases where job != .reconciliation { _ = await gateway.advance(job) }
    }

    @discardableResult
    func notify(_ event: String, _ id: String, status: String = "succeeded", from: String = "185.71.76.1") async -> Int
    {
        await gateway.notices.take(ScriptedYooKassa.notice(event, id, status: status), sourceAddress: from)
    }

    /// `origin state amount`, a refund a line.
    func refunds() async throws -> [String] {
        try await shop.rows(
            "SELECT origin, state, amount FROM yookassa_refunds ORDER BY requested_at, amount", columns: 3)
    }

    func count(_ table: String) async throws -> Int64 { try await shop.number("SELECT count(*) FROM \(table)") }

    /// The verifier finds nothing; then the database is closed.
    func close(_ location: SourceLocation = #_sourceLocation) async throws {
        #expect(try await findings() == [], sourceLocation: location)
        await shop.close()
    }

    func findings() async throws -> [String] {
        let verifier = Verifier(
            migrations: TestStore.migrations + YooKassaGateway.migrations, machine: shop.service.machine,
            gatewayChecks: [YooKassaGateway.check], now: shop.clock.now)
        return try await verifier.run(on: shop.store.engine).results.flatMap { result in
            result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
        }
    }
}

/// Collects what a callback is called with.
final class Heard<Item: Sendable>: Sendable {
    private let list = Mutex<[Item]>([])

    func add(_ item: Item) { list.withLock { $0.append(item) } }

    func take() -> [Item] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}
