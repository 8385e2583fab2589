import Logging
import Payments
import Pix
import Specification
import Storage
import Synchronization
import TestSupport
import Testing

/// A merchant with the gateway, and a bank as a test plays it.
final class Till: Sendable {
    let shop: TestStore
    let bank: ScriptedBank
    let gateway: PixGateway
    private let anomalyList: Heard<PixAnomaly>
    private let changeList: Heard<String>

    static let key = "12345678909"

    /// What was told since the last look.
    var anomalies: [PixAnomaly] { anomalyList.take() }
    var changes: [String] { changeList.take() }
    var charges: PixCharges { gateway.charges }
    var clock: ManualClock { shop.clock }

    convenience init(
        _ provider: PixConfiguration.Provider = .inter, hooks: PaymentHooks = PaymentHooks(),
        _ change: (inout PixConfiguration) -> Void = { _ in }
    ) async throws {
        let shop = try await TestStore(hooks: hooks, migrations: PixGateway.migrations)
        try self.init(provider, on: shop, ScriptedBank(shop.clock), change)
    }

    private init(
        _ provider: PixConfiguration.Provider, on shop: TestStore, _ bank: ScriptedBank,
        _ change: (inout PixConfiguration) -> Void
    ) throws {
        self.shop = shop
        self.bank = bank
        var configuration = PixConfiguration(
            key: try PixKey(Self.key), merchant: try BRCodeMerchant(name: "Fulano de Tal", city: "Brasília"),
            provider: provider)
        change(&configuration)
        let (anomalies, changes) = (Heard<PixAnomaly>(), Heard<String>())
        gateway = try PixGateway(
            configuration, service: shop.service, store: shop.store, specifications: try Specifications.load(),
            bank: provider == .static ? nil : bank, logger: .silent, onChange: { changes.add($0) },
            onAnomaly: { anomalies.add($0) })
        anomalyList = anomalies
        changeList = changes
    }

    /// The process is gone; another one opens what it left, with the same bank.
    func killed() async throws -> Till {
        await shop.close()
        return try Till(gateway.configuration.provider, on: shop.reopened(), bank) { $0 = self.gateway.configuration }
    }

    /// Another program on the same database, with the same bank.
    func beside() throws -> Till {
        try Till(gateway.configuration.provider, on: shop, bank) { $0 = self.gateway.configuration }
    }

    /// 100 reais for half an hour.
    func create(
        _ amount: Int64 = 10_000, order: String? = nil, expiry: Int64? = 1_800, key: String? = nil
    ) async throws -> PixChargeView {
        try await charges.create(
            PixChargeRequest(amount: amount, orderID: order, expirySeconds: expiry, idempotencyKey: key)
        ).get()
    }

    func view(_ id: String) async throws -> PixChargeView { try #require(try await charges.find(id)) }

    func status(_ id: String) async throws -> PixChargeView.Status { try await view(id).status }

    /// `status state refunded`
    func line(_ id: String) async throws -> String {
        let view = try await view(id)
        return "\(view.status) \(view.transaction.state.rawValue) \(view.transaction.refundedAmount)"
    }

    /// `standing amount reserved refunded`, a payment a line.
    func receipts() async throws -> [String] {
        try await shop.rows(
            "SELECT standing, amount, reserved, refunded FROM pix_receipts ORDER BY recorded_at, e2e_id", columns: 4)
    }

    /// `origin state amount`, a refund a line.
    func refunds() async throws -> [String] {
        try await shop.rows(
            "SELECT origin, state, amount FROM pix_refunds ORDER BY requested_at, amount", columns: 3)
    }

    func count(_ table: String) async throws -> Int64 { try await shop.number("SELECT count(*) FROM \(table)") }

    /// The verifier finds nothing; then the database is closed.
    func close(_ location: SourceLocation = #_sourceLocation) async throws {
        let verifier = Verifier(
            migrations: TestStore.migrations + PixGateway.migrations, machine: shop.service.machine,
            gatewayChecks: [PixGateway.check], now: shop.clock.now)
        let found = try await verifier.run(on: shop.store.engine).results.flatMap { result in
            result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
        }
        #expect(found == [], sourceLocation: location)
        await shop.close()
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
