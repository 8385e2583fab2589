import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3.11.
@Suite("A transaction lives for twelve hours")
struct ExpiryTests {
    @Test("from Payme's own time, to the millisecond")
    func exactly() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                order   B 500000
                order   C 500000
                create  1 A 500000             -> 1
                create  2 B 500000 @1          -> 1
                create  3 C 500000 @-1         -> 1
                wait    43200000
                perform 3                      -> CannotPerform
                perform 1                      -> 2
                wait    1
                perform 2                      -> 2
                show    3                      -> -1/4
                """)
            #expect(try await shop.stored(3)?.cancelTime == shop.opening + 43_200_000)
        }
    }

    @Test("and one that is older already is never stored")
    func bornOld() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000 @-43200001  -> CannotPerform
                show    1                      -> TransactionNotFound
                create  2 A 500000 @-43200000  -> 1
                create  2 A 500000 @-43200000  -> 1
                wait    1
                create  2 A 500000 @-43200000  -> CannotPerform
                show    2                      -> -1/4
                """)
            #expect(try await shop.journal() == ["1 created", "1 expired"])
        }
    }

    @Test("and may have been created in the future")
    func future() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000 @60000      -> 1
                wait    43260000
                perform 1                      -> 2
                """)
        }
    }

    @Test("and is cancelled when Create or Perform touches it, once")
    func lazily() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                order   B 500000
                create  1 A 500000             -> 1
                create  2 B 500000             -> 1
                wait    43200001
                create  1 A 500000 @0          -> CannotPerform
                perform 2                      -> CannotPerform
                wait    1000
                create  1 A 500000 @0          -> CannotPerform
                perform 2                      -> CannotPerform
                show    1                      -> -1/4
                show    2                      -> -1/4
                """)
            #expect(try await shop.journal() == ["1 created", "2 created", "1 expired", "2 expired"])
            #expect(try await shop.stored(1)?.cancelTime == shop.opening + 43_200_001)
        }
    }

    @Test("but CheckTransaction, CheckPerformTransaction and GetStatement leave it as it is")
    func looking() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000             -> 1
                wait    43200001
                show    1                      -> 1
                check   A 500000               -> allow
                show    1                      -> 1
                """)
            let statement = try await shop.statement(from: shop.opening, to: shop.opening)
            #expect(statement.result?["transactions"]?[0]?["state"] == 1)
            #expect(try await shop.journal() == ["1 created"])
        }
    }

    @Test("and then gives its order to the next one")
    func takeOver() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000             -> 1
                wait    43200000
                create  2 A 500000             -> OrderBusy(order_id)
                wait    1
                create  2 A 400000             -> WrongAmount
                show    1                      -> 1
                create  2 A 500000             -> 1
                show    1                      -> -1/4
                perform 1                      -> CannotPerform
                perform 2                      -> 2
                """)
            #expect(try await shop.journal() == ["1 created", "1 expired", "2 created", "2 performed"])
        }
    }

    @Test("and one that waited too long is cancelled with the reason that was given")
    func cancelled() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000             -> 1
                wait    50000000
                cancel  1 3                    -> -1
                show    1                      -> -1/3
                cancel  1 5                    -> -1
                show    1                      -> -1/3
                """)
        }
    }

    @Test("and the job does the same for one that nobody touches")
    func job() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000             -> 1
                wait    43200000
                """)
            #expect(try await shop.base.service.expireOverdue() == 0)
            shop.clock.advance(milliseconds: 1)
            #expect(try await shop.base.service.expireOverdue() == 1)
            try await shop.play(
                """
                show    1                      -> -1/4
                cancel  1 5                    -> -1
                create  2 A 500000             -> 1
                """)
        }
    }
}
