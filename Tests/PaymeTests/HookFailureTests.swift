import Payments
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing

/// Source: payme.md 3.3 (fulfilment that fails), 1.5 (internal failure).
@Suite("A shop's code that throws")
struct HookFailureTests {
    /// The hook that throws, and the calls that it spoils, after the calls that go well.
    private static let table = """
        account      | CheckPerformTransaction CreateTransaction | nothing
        mayPay       | CheckPerformTransaction CreateTransaction | nothing
        additional   | CheckPerformTransaction                   | nothing
        fiscalDetail | CheckPerformTransaction                   | nothing
        receivers    | CreateTransaction                         | nothing
        mayRefund    | CancelTransaction                         | performed
        record       | CreateTransaction                         | nothing
        record       | PerformTransaction CancelTransaction      | waiting
        record       | CancelTransaction                         | performed
        """

    @Test("is answered 'try again', nothing is stored, and the repeat goes well")
    func everyHook() async throws {
        for line in Self.table.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
            for method in cells[1] {
                try await spoil(hook: cells[0][0], method, when: cells[2][0])
            }
        }
    }

    private func spoil(hook: String, _ method: String, when standing: String) async throws {
        let what: Comment = "\(hook) in \(method) when \(standing)"
        let fuse = Fuse()
        try await PaymeShop.with(fuse.hooks(hook)) { shop in
            try await shop.add()
            if standing != "nothing" { _ = try await shop.create() }
            if standing == "performed" { _ = try await shop.perform() }
            let before = try await shop.everything()
            fuse.isBlown = true
            let failed = try await shop.usual(method)
            #expect(failed.short == "InternalError", what)
            #expect(failed.cause?.contains("ShopTrouble") == true, what)
            #expect(!failed.text.contains("ShopTrouble"), what)
            #expect(try await shop.everything() == before, what)
            fuse.isBlown = false
            #expect(try await shop.usual(method).error == nil, what)
        }
    }

    @Test("once, inside the storage transaction, undoes the payment; the repeat pays, and one event is published")
    func oncePerformed() async throws {
        let table = Migration("shop", ["CREATE TABLE sold (order_id TEXT NOT NULL)"])
        let fuse = Fuse()
        let hooks = ShopHooks { hooks in
            hooks.onRecord = { transaction, change, session in
                guard change == .performed else { return }
                try session.execute("INSERT INTO sold (order_id) VALUES ($1)", [.text(transaction.orderID)])
                try fuse.check()
            }
        }
        try await PaymeShop.with(hooks, migrations: [table]) { shop in
            try await shop.add()
            _ = try await shop.create()
            fuse.isBlown = true
            #expect(try await shop.perform().short == "InternalError")
            #expect(try await shop.show().outcome == "1")
            #expect(try await shop.base.number("SELECT count(*) FROM sold") == 0)
            fuse.isBlown = false
            shop.clock.advance(milliseconds: 5)
            let performed = try await shop.perform()
            #expect(performed.result?["perform_time"] == .integer(shop.clock.now))
            shop.clock.advance(milliseconds: 5)
            #expect(try await shop.perform().bytes == performed.bytes)
            #expect(try await shop.base.number("SELECT count(*) FROM sold") == 1)
            #expect(try await shop.outbox() == ["1 created", "1 performed"])
            #expect(try await shop.journal() == ["1 created", "1 performed"])
        }
    }

    @Test("spoils only its own call among those that share a commit")
    func neighbours() async throws {
        let hooks = ShopHooks { hooks in
            hooks.onRecord = { transaction, _, _ in
                if transaction.orderID == "order-3" { throw ShopTrouble() }
            }
        }
        try await PaymeShop.with(hooks) { shop in
            for number in 1...8 { try await shop.add("order-\(number)") }
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 1...8 {
                    group.addTask {
                        (number, try await shop.create(number, ["order_id": .string("order-\(number)")]).outcome)
                    }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
            #expect(answers.filter { $0.value != "1" } == [3: "InternalError"])
            #expect(try await shop.base.number("SELECT count(*) FROM transactions") == 7)
            #expect(try await shop.outbox().count == 7)
        }
    }
}

/// Throws while it is blown.
private final class Fuse: Sendable {
    private let state = Mutex(false)

    var isBlown: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    @Sendable func check() throws {
        if isBlown { throw ShopTrouble() }
    }

    /// A shop with this fuse in one of its hooks.
    func hooks(_ name: String) -> ShopHooks {
        ShopHooks { [self] hooks in
            switch name {
            case "account":
                hooks.onAccount = { question in
                    try self.check()
                    return .stored(id: question.reference ?? "")
                }
            case "mayPay":
                hooks.onMayPay = { _, _ in
                    try self.check()
                    return .allow
                }
            case "additional":
                hooks.onAdditional = { _, _ in
                    try self.check()
                    return []
                }
            case "fiscalDetail":
                hooks.onFiscalDetail = { _, _ in
                    try self.check()
                    return nil
                }
            case "receivers":
                hooks.onReceivers = { _, _ in
                    try self.check()
                    return []
                }
            case "mayRefund":
                hooks.onMayRefund = { _ in
                    try self.check()
                    return .allow
                }
            default: hooks.onRecord = { _, _, _ in try self.check() }
            }
        }
    }
}

extension PaymeShop {
    /// That call as Payme usually makes it.
    fileprivate func usual(_ method: String) async throws -> PaymeAnswer {
        switch method {
        case "CheckPerformTransaction": try await check()
        case "CreateTransaction": try await create()
        case "PerformTransaction": try await perform()
        default: try await cancel()
        }
    }
}
