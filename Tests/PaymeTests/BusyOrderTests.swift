import Payme
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3.8, 3.9.
@Suite("A second transaction on an order")
struct BusyOrderTests {
    @Test("is refused while the first one lives, and after it has paid, by the account range")
    func accountRange() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000   -> 1
                check   A 500000     -> OrderBusy(order_id)
                create  2 A 500000   -> OrderBusy(order_id)
                perform 1            -> 2
                check   A 500000     -> OrderNotPayable(order_id)
                create  2 A 500000   -> OrderNotPayable(order_id)
                show    2            -> TransactionNotFound
                """)
        }
    }

    @Test("is refused with 'not possible' where the setting says so; a check still speaks of the account")
    func unable() async throws {
        try await PaymeShop.with(configuration: .shop { $0.busyOrderError = .unable }) { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000   -> 1
                check   A 500000     -> OrderBusy(order_id)
                create  2 A 500000   -> CannotPerform
                perform 1            -> 2
                check   A 500000     -> OrderNotPayable(order_id)
                create  2 A 500000   -> CannotPerform
                create  2 Z 500000   -> OrderNotFound(order_id)
                """)
        }
    }

    @Test("names the configured account field")
    func field() async throws {
        try await PaymeShop.with(configuration: .shop { $0.accountField = "contract" }) { shop in
            try await shop.add()
            _ = try await shop.create(1, ["contract": "A"])
            #expect(try await shop.create(2, ["contract": "A"]).short == "OrderBusy(contract)")
        }
    }

    @Test("is welcome after a cancelled attempt")
    func afterCancelled() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000   -> 1
                cancel  1 3          -> -1
                check   A 500000     -> allow
                create  2 A 500000   -> 1
                perform 1            -> CannotPerform
                perform 2            -> 2
                cancel  1 5          -> -1
                show    2            -> 2
                """)
        }
    }

    @Test("is welcome after the money went back")
    func afterRefund() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000   -> 1
                perform 1            -> 2
                cancel  1 5          -> -2
                check   A 500000     -> allow
                create  2 A 500000   -> 1
                perform 2            -> 2
                show    1            -> -2/5
                """)
        }
    }

    @Test("stands alone on an account that is topped up")
    func cumulative() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                account P
                create  1 P 500000   -> 1
                create  2 P 700000   -> 1
                check   P 1          -> allow
                perform 2            -> 2
                create  3 P 700000   -> 1
                perform 1            -> 2
                cancel  2 5          -> -2
                cancel  3 3          -> -1
                show    1            -> 2
                """)
        }
    }

    @Test("is refused on an order that the merchant withdrew")
    func withdrawn() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            try await shop.base.execute("UPDATE orders SET cancelled_at = 1")
            #expect(try await shop.check().short == "OrderNotPayable(order_id)")
            #expect(try await shop.create().short == "OrderNotPayable(order_id)")
        }
    }
}
