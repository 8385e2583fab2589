import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 2.1 (Amount), 3.9.
@Suite("The amount")
struct AmountTests {
    @Test("of a one-time order is exactly the order's")
    func oneTime() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                check   A 499999                          -> WrongAmount
                check   A 500001                          -> WrongAmount
                check   A 0                               -> WrongAmount
                check   A -0                              -> WrongAmount
                check   A -500000                         -> WrongAmount
                check   A 9223372036854775807             -> WrongAmount
                check   A -9223372036854775808            -> WrongAmount
                check   A 9223372036854775808             -> WrongAmount
                check   A 1000000000000000000000000000000 -> WrongAmount
                check   A 18446744073710051616            -> WrongAmount
                create  1 A 0                             -> WrongAmount
                create  1 A -500000                       -> WrongAmount
                create  1 A 1000000000000000000000000000000 -> WrongAmount
                check   A 500000.0                        -> InvalidRequest(amount)
                check   A 5e5                             -> InvalidRequest(amount)
                check   A "500000"                        -> InvalidRequest(amount)
                check   A true                            -> InvalidRequest(amount)
                check   A null                            -> InvalidRequest(amount)
                check   A 500000                          -> allow
                """)
            #expect(try await shop.everything() == [])
        }
    }

    @Test(
        "is exact beyond 32 bits and beyond a double's 53", arguments: [1, 2_147_483_648, 9_007_199_254_740_993, .max])
    func large(amount: Int64) async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A \(amount)
                check   A \(amount - 1)      -> WrongAmount
                check   A \(amount)          -> allow
                create  1 A \(amount - 1)    -> WrongAmount
                create  1 A \(amount)        -> 1
                create  1 A \(amount)        -> 1
                perform 1                    -> 2
                """)
            let statement = try await shop.statement(from: 0, to: .max)
            #expect(statement.result?["transactions"]?[0]?["amount"] == .integer(amount))
        }
    }

    @Test("of an account that is topped up lies within its limits")
    func limits() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                account P 1000 9000
                check   P 999                 -> WrongAmount
                check   P 1000                -> allow
                check   P 9000                -> allow
                check   P 9001                -> WrongAmount
                create  1 P 999               -> WrongAmount
                create  1 P 9001              -> WrongAmount
                create  1 P 1000              -> 1
                create  2 P 9000              -> 1
                account M 1000
                check   M 999                 -> WrongAmount
                check   M 9223372036854775807 -> allow
                account N
                check   N 0                   -> WrongAmount
                check   N -1                  -> WrongAmount
                check   N 1                   -> allow
                """)
        }
    }
}
