import Payme
import Payments
import Storage
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 4.
@Suite("GetStatement")
struct StatementTests {
    @Test("includes both ends of the period, and nothing beyond them")
    func bounds() async throws {
        try await PaymeShop.with { shop in
            let time = shop.opening
            for number in 1...5 {
                try await shop.add("order-\(number)")
                _ = try await shop.create(number, ["order_id": .string("order-\(number)")], time: time + Int64(number))
            }
            /// From and to, and the numbers of the transactions.
            let table: [(Int64, Int64, [Int])] = [
                (time + 2, time + 4, [2, 3, 4]), (time + 1, time + 5, [1, 2, 3, 4, 5]), (time + 3, time + 3, [3]),
                (0, .max, [1, 2, 3, 4, 5]), (.min, .max, [1, 2, 3, 4, 5]), (time + 6, .max, []), (0, time, []),
                (time + 4, time + 2, []), (.max, .min, []),
            ]
            for (from, to, numbers) in table {
                #expect(try await shop.numbers(from: from, to: to) == numbers, "\(from)...\(to)")
            }
        }
    }

    @Test("of a period in which nothing happened is an empty list")
    func empty() async throws {
        try await PaymeShop.with { shop async throws in
            #expect(
                try await shop.statement(from: 0, to: .max).text
                    == #"{"jsonrpc":"2.0","result":{"transactions":[]},"id":1}"#)
        }
    }

    @Test("goes by Payme's time, ascending, and by our number where times are equal")
    func order() async throws {
        try await PaymeShop.with { shop in
            for (number, offset) in [(1, 30), (2, 10), (3, 20), (4, 10), (5, 30), (6, 10)] as [(Int, Int64)] {
                try await shop.add("order-\(number)")
                _ = try await shop.create(
                    number, ["order_id": .string("order-\(number)")], time: shop.opening + offset)
                shop.clock.advance(milliseconds: 1)
            }
            #expect(try await shop.numbers(from: 0, to: .max) == [2, 4, 6, 3, 1, 5])
        }
    }

    @Test("shows every state, and no attempt that was refused")
    func states() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 100
                order   B 200
                order   C 300
                order   D 400
                create  1 A 100      -> 1
                create  2 B 200      -> 1
                create  3 C 300      -> 1
                create  4 D 400      -> 1
                create  5 D 400      -> OrderBusy(order_id)
                create  6 D 401      -> OrderBusy(order_id)
                create  7 Z 1        -> OrderNotFound(order_id)
                wait    10
                perform 2            -> 2
                perform 4            -> 2
                wait    10
                cancel  3 3          -> -1
                cancel  4 5          -> -2
                """)
            let rows = try await shop.statement(from: 0, to: .max).result?["transactions"]?.arrayValue ?? []
            #expect(rows.map { $0["state"] } == [1, 2, -1, -2])
            #expect(rows.map { $0["reason"] } == [.null, .null, 3, 5])
            #expect(rows.last?.text == Self.givenBack)
            #expect(rows.first?["perform_time"] == 0)
            #expect(rows.first?["cancel_time"] == 0)
        }
    }

    private static let givenBack =
        #"{"id":"000000000000000000000004","time":1795219200000,"amount":400,"account":{"order_id":"D"},"#
        + #""create_time":1795219200000,"perform_time":1795219200010,"cancel_time":1795219200020,"#
        + #""transaction":"4","state":-2,"reason":5,"receivers":null}"#

    @Test(
        "gives the account back as it came",
        arguments: [
            #"{"order_id":"A"}"#, #"{"order_id":197}"#, #"{"z":1,"order_id":"A","a":[true,null,{}]}"#,
            #"{"order_id":"A","имя":"Дилноза «А» 🙂","o'z":"ў"}"#,
            #"{"order_id":"A","rate":1.50,"big":123456789012345678901}"#,
            #"{"order_id":"A","quote":"\"\\\n\u0001"}"#,
        ])
    func account(account: String) async throws {
        try await PaymeShop.with { shop in
            for order in ["A", "197"] { try await shop.add(order) }
            #expect(try await shop.create(1, try JSONValue(parsing: account)).error == nil)
            let answer = try await shop.statement(from: 0, to: .max)
            #expect(answer.text.contains(#","account":\#(account),"create_time""#))
        }
    }

    @Test(
        "of bounds that are no integers is no request",
        arguments: [
            #"{}"#, #"{"from":1}"#, #"{"to":1}"#, #"{"from":"1","to":2}"#, #"{"from":1,"to":2.0}"#,
            #"{"from":null,"to":2}"#, #"{"from":1,"to":9223372036854775808}"#,
        ])
    func badBounds(params: String) async throws {
        try await PaymeShop.with { shop in
            let answer = try await shop.call("GetStatement", try JSONValue(parsing: params))
            #expect(answer.error == "InvalidRequest")
        }
    }

    @Test("of many pages is one list, each transaction once", arguments: [499, 500, 501, 1_000, 1_204])
    func pages(count: Int) async throws {
        try await PaymeShop.with { shop in
            // Many share a time, so that pages end between equals.
            try await shop.base.write { session in
                for number in 0..<count {
                    _ = try session.insert(
                        Transaction(
                            key: TransactionKey(
                                gateway: PaymeGateway.name, cashbox: PaymeGateway.cashbox,
                                externalID: PaymeClient.id(number)),
                            externalTime: 1_795_000_000_000 + Int64(number % 7), orderID: "P", account: "{}",
                            amount: Money(minor: Int64(number) + 1, currency: .uzs), createTime: 1_795_000_000_000,
                            isOneTime: false, holdsOrder: false))
                }
            }
            let rows = try await shop.statement(from: 0, to: .max).result?["transactions"]?.arrayValue ?? []
            #expect(rows.count == count)
            #expect(Set(rows.map { $0["id"] }).count == count)
            let keys = rows.compactMap { row -> [Int64]? in
                guard let time = row["time"]?.integerValue, let id = row["transaction"]?.stringValue else { return nil }
                return [time, Int64(id) ?? -1]
            }
            #expect(keys.count == count)
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test("leaves out what another gateway has")
    func otherGateways() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            _ = try await shop.create()
            try await shop.base.execute("UPDATE transactions SET gateway = 'click'")
            #expect(try await shop.numbers(from: 0, to: .max) == [])
            try await shop.base.execute("UPDATE transactions SET gateway = 'payme', cashbox = 'other'")
            #expect(try await shop.numbers(from: 0, to: .max) == [])
        }
    }
}

extension PaymeShop {
    /// The numbers of the transactions in a statement, in its order.
    fileprivate func numbers(from: Int64, to: Int64) async throws -> [Int] {
        let rows = try await statement(from: from, to: to).result?["transactions"]?.arrayValue ?? []
        return rows.compactMap { $0["id"]?.stringValue.flatMap { Int($0, radix: 16) } }
    }
}
