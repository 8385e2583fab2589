import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 2.1 (Receiver), 3.2.
@Suite("The money may have several receivers")
struct ReceiverTests {
    private static func split(_ amounts: Int64...) -> ShopHooks {
        ShopHooks { hooks in
            hooks.onReceivers = { _, _ in
                amounts.enumerated().compactMap { Receiver(id: "cashbox-\($0.offset)", amount: $0.element) }
            }
        }
    }

    private static let shown =
        #""receivers":[{"id":"cashbox-0","amount":300000},{"id":"cashbox-1","amount":200000}]"#

    @Test("who are named in CreateTransaction, in its repeat and in the statement")
    func named() async throws {
        try await PaymeShop.with(Self.split(300_000, 200_000)) { shop in
            try await shop.add()
            let created = try await shop.create()
            #expect(created.text.hasSuffix(#""state":1,\#(Self.shown)},"id":1}"#))
            #expect(try await shop.create().bytes == created.bytes)
            _ = try await shop.perform()
            #expect(try await shop.statement(from: 0, to: .max).text.contains(Self.shown))
        }
    }

    @Test("who stay as they were when the payment was announced")
    func kept() async throws {
        let hooks = Self.split(300_000, 200_000)
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            let created = try await shop.create()
            hooks.onReceivers = { _, _ in [] }
            #expect(try await shop.create().bytes == created.bytes)
        }
    }

    @Test("whose shares must be the payment", arguments: [[500_001], [499_999], [500_000, 1], [.max, .max]])
    func wrongSum(amounts: [Int64]) async throws {
        let hooks = ShopHooks { hooks in
            hooks.onReceivers = { _, _ in amounts.compactMap { Receiver(id: "r", amount: $0) } }
        }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            #expect(try await shop.create().short == "InternalError")
            #expect(try await shop.everything() == [])
            #expect(try await shop.create(amount: 1).short == "WrongAmount")
        }
    }
}
