import Logging
import Payments
import Pledg
import Specification
import Storage
import Synchronization
import TestSupport
import Testing

/// A merchant with the gateway, a group, and the gateways that it pays through.
final class Group: Sendable {
    let shop: TestStore
    let service: TransactionService
    let money: ScriptedMoney
    let mailbox: Mailbox
    let gateway: PledgGateway
    private let anomalyList: Heard

    static let hour: Int64 = 3_600_000
    static let secret = Array("a secret of at least 16 bytes".utf8)

    var clock: ManualClock { shop.clock }
    var anomalies: [PledgAnomaly] { anomalyList.take() }

    init(
        hooks: PaymentHooks = PaymentHooks(), on old: Group? = nil, secret: [UInt8] = secret,
        _ change: (inout PledgConfiguration) -> Void = { _ in }
    ) async throws {
        if let old {
            await old.shop.close()
            shop = try old.shop.reopened()
            money = old.money
            mailbox = old.mailbox
        } else {
            shop = try await TestStore(hooks: hooks, migrations: PledgGateway.migrations)
            money = ScriptedMoney()
            mailbox = Mailbox()
        }
        var configuration = PledgConfiguration(linkSecret: secret, sendsMail: true)
        change(&configuration)
        let listener = try PledgListener(configuration, specifications: try Specifications.load())
        let heard = Heard()
        service = TransactionService(
            store: shop.store, hooks: hooks, clock: shop.clock.source, timeoutReason: 4, targets: ["webhook"],
            orderTargets: ["webhook"], observers: [listener])
        gateway = try PledgGateway(
            listener, service: service, store: shop.store, money: money, mailer: mailbox, logger: .silent,
            onAnomaly: { heard.add($0) })
        anomalyList = heard
        money.connect(service)
    }

    // MARK: The story

    static func request(
        _ reference: String = "ORD-1", _ amount: Int64 = 9_000, key: String? = nil,
        onFailure: PledgConfiguration.OnFailure? = nil
    ) -> PledgRequest {
        PledgRequest(
            reference: reference, organiserEmail: "leader@example.com",
            amount: Money(minor: amount, currency: .eur),
            lines: [PledgLine(name: "Tent", quantity: 1, unitAmount: amount)], title: "Tent",
            onFailure: onFailure, idempotencyKey: key)
    }

    /// 90 euros among three: each 30.
    func create(
        _ reference: String = "ORD-1", amount: Int64 = 9_000, members: [String] = ["ann", "bob"],
        split: PledgSplit = .equal, onFailure: PledgConfiguration.OnFailure? = nil
    ) async throws -> PledgPurchaseView {
        let view = try await gateway.create(Self.request(reference, amount, onFailure: onFailure)).get()
        if !members.isEmpty {
            try await gateway.setMembers(
                view.pageToken, members.map { PledgMember(email: "\($0)@example.com") }, split
            ).get()
        }
        return view
    }

    /// A purchase whose leader has paid.
    func collecting(
        _ reference: String = "ORD-1", amount: Int64 = 9_000, members: [String] = ["ann", "bob"],
        split: PledgSplit = .equal, onFailure: PledgConfiguration.OnFailure? = nil, by gateway: String = "alpha"
    ) async throws -> PledgPurchaseView {
        let view = try await create(reference, amount: amount, members: members, split: split, onFailure: onFailure)
        try await payAdvance(view, by: gateway)
        return view
    }

    @discardableResult
    func payAdvance(_ view: PledgPurchaseView, by name: String = "alpha") async throws -> TransactionKey {
        let start = try await gateway.startAdvance(view.pageToken, gateway: name).get()
        let key = try await begin(start.orderID, start.amount, by: name)
        _ = try await service.perform(key).get()
        return key
    }

    /// The leader's money is held.
    func holdAdvance(_ view: PledgPurchaseView) async throws -> TransactionKey {
        let start = try await gateway.startAdvance(view.pageToken, gateway: "holder").get()
        let key = try await begin(start.orderID, start.amount, by: "holder")
        _ = try await service.mark(key, phase: Transaction.authorizedPhase).get()
        return key
    }

    func token(_ name: String, _ view: PledgPurchaseView) async throws -> String {
        let links = try await gateway.links(view.id)
        return try #require(links.first { $0.email.hasPrefix(name + "@") }?.token)
    }

    /// A pledger begins to pay.
    func begin(_ name: String, _ view: PledgPurchaseView, by gateway: String = "alpha") async throws -> TransactionKey {
        let start = try await self.gateway.startShare(try await token(name, view), gateway: gateway).get()
        return try await begin(start.orderID, start.amount, by: gateway)
    }

    /// Through a gateway of its own right: it holds the order while it waits, or not.
    func begin(
        _ order: String, _ amount: Money, by gateway: String = "alpha", holds: Bool = true
    ) async throws -> TransactionKey {
        try await attempt(order, amount, by: gateway, holds: holds).get()
    }

    func attempt(
        _ order: String, _ amount: Money, by gateway: String = "alpha", holds: Bool = true
    ) async throws -> Result<TransactionKey, Rejection> {
        let key = TransactionKey(gateway: gateway, cashbox: "", externalID: "t\(money.number())")
        let question = AccountQuestion(
            gateway: gateway, purpose: .create, fields: ["order": order], reference: order, amount: amount)
        return try await service.create(
            CreateCommand(
                key: key, externalTime: clock.now, account: "{}", question: question, deadline: nil,
                holdsOrderFromCreation: holds)
        ).map { _ in key }
    }

    @discardableResult
    func pay(_ name: String, _ view: PledgPurchaseView, by gateway: String = "alpha") async throws -> TransactionKey {
        let key = try await begin(name, view, by: gateway)
        _ = try await service.perform(key).get()
        return key
    }

    /// Every job, until nothing is due.
    func work() async {
        for _ in 0..<3 { for job in PledgJob.allCases { _ = await gateway.advance(job) } }
    }

    func advance(hours: Int64, milliseconds: Int64 = 0) async {
        clock.advance(milliseconds: hours * Self.hour + milliseconds)
        await work()
    }

    // MARK: What one sees

    /// `STATE machine refunded`
    func line(_ view: PledgPurchaseView) async throws -> String {
        let view = try await look(view)
        let state = try await shop.number(
            "SELECT t.state FROM transactions t JOIN pledg_purchases p ON p.transaction_id = t.id WHERE p.id = $1",
            [.text(view.id)])
        return "\(view.state.rawValue) \(state) \(view.refundedAmount)"
    }

    func look(_ view: PledgPurchaseView) async throws -> PledgPurchaseView {
        try #require(try await gateway.view(view.id))
    }

    func phase(_ view: PledgPurchaseView) async throws -> PledgSpecification.Phase {
        try #require(try await gateway.leaderView(view.pageToken)).phase
    }

    func leader(_ view: PledgPurchaseView) async throws -> PledgLeaderView {
        try #require(try await gateway.leaderView(view.pageToken))
    }

    func member(_ name: String, _ view: PledgPurchaseView) async throws -> PledgLeaderView.Member {
        try #require(try await leader(view).members.first { $0.email.hasPrefix(name + "@") })
    }

    /// `name state amount`, a member a line.
    func shares(_ view: PledgPurchaseView) async throws -> [String] {
        try await leader(view).members.map { "\($0.email.prefix { $0 != "@" }) \($0.state) \($0.amount.minor)" }
    }

    /// `kind state amount`, in the order of the alphabet.
    func movements(_ view: PledgPurchaseView) async throws -> [String] {
        try await shop.rows(
            "SELECT kind, state, amount FROM pledg_movements WHERE purchase_id = $1 ORDER BY kind, amount, id",
            [.text(view.id)], columns: 3)
    }

    /// What is with the merchant of a purchase, minor units: taken less given back.
    func kept(_ view: PledgPurchaseView) async throws -> Int64 {
        try await shop.number(
            """
            SELECT coalesce(sum(t.amount - t.refunded_amount), 0) FROM transactions t
            JOIN pledg_orders o ON o.order_id = t.order_id WHERE o.purchase_id = $1 AND t.state IN (2, -2)
            """, [.text(view.id)])
    }

    /// The transactions of a payment: `state refunded`.
    func payment(_ key: TransactionKey) async throws -> String {
        let transaction = try #require(try await service.find(key))
        return "\(transaction.state.rawValue) \(transaction.refundedAmount)"
    }

    /// `topic change`, what the merchant's webhook is told of a purchase, in its order.
    func events(_ view: PledgPurchaseView) async throws -> [String] {
        try await shop.rows(
            """
            SELECT o.topic, j.change FROM outbox o JOIN journal j ON j.id = o.journal_id
            JOIN pledg_purchases p ON p.transaction_id = o.transaction_id
            WHERE p.id = $1 AND o.topic IN ('group', 'secured') ORDER BY o.id
            """, [.text(view.id)], columns: 2)
    }

    /// What the verifier finds wrong.
    func verify() async throws -> [String] {
        let verifier = Verifier(
            migrations: TestStore.migrations + PledgGateway.migrations, machine: service.machine,
            gatewayChecks: [PledgGateway.check], now: clock.now)
        return try await verifier.run(on: shop.store.engine).results.flatMap { result in
            result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
        }
    }

    /// The verifier finds nothing; then the database is closed.
    func close(_ location: SourceLocation = #_sourceLocation) async throws {
        let found = try await verify()
        #expect(found == [], sourceLocation: location)
        await shop.close()
    }
}

/// Collects what was told.
final class Heard: Sendable {
    private let list = Mutex<[PledgAnomaly]>([])

    func add(_ item: PledgAnomaly) { list.withLock { $0.append(item) } }

    func take() -> [PledgAnomaly] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}
