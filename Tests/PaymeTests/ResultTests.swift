import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3, 4: every member, in this order; an unset time is 0, an unset reason or receiver null.
@Suite("A result is written exactly so")
struct ResultTests {
    @Test("at every step of a payment that is given back")
    func wholeLife() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            #expect(try await shop.check().text == #"{"jsonrpc":"2.0","result":{"allow":true},"id":1}"#)
            #expect(
                try await shop.create().text
                    == #"{"jsonrpc":"2.0","result":{"create_time":1795219200000,"transaction":"1","state":1,"receivers":null},"id":1}"#
            )
            #expect(try await shop.show().result?.text == Self.shown(perform: 0, cancel: 0, state: 1, reason: "null"))
            shop.clock.advance(milliseconds: 1_000)
            #expect(
                try await shop.perform().text
                    == #"{"jsonrpc":"2.0","result":{"transaction":"1","perform_time":1795219201000,"state":2},"id":1}"#)
            #expect(
                try await shop.show().result?.text
                    == Self.shown(perform: 1_795_219_201_000, cancel: 0, state: 2, reason: "null"))
            shop.clock.advance(milliseconds: 1_000)
            #expect(
                try await shop.cancel().text
                    == #"{"jsonrpc":"2.0","result":{"transaction":"1","cancel_time":1795219202000,"state":-2},"id":1}"#)
            #expect(
                try await shop.show().result?.text
                    == Self.shown(perform: 1_795_219_201_000, cancel: 1_795_219_202_000, state: -2, reason: "5"))
        }
    }

    @Test("when it was called off before it was performed")
    func calledOff() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            _ = try await shop.create()
            shop.clock.advance(milliseconds: 500)
            #expect(
                try await shop.cancel(reason: 3).result?.text
                    == #"{"transaction":"1","cancel_time":1795219200500,"state":-1}"#)
            #expect(
                try await shop.show().result?.text
                    == Self.shown(perform: 0, cancel: 1_795_219_200_500, state: -1, reason: "3"))
        }
    }

    @Test(
        "whatever id the call had", arguments: ["7", "-1", "\"a-b\"", "null", "1.50", "123456789012345678901234567890"])
    func ids(id: String) async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            let answer = try await shop.call(
                "CheckPerformTransaction", ["amount": 500_000, "account": ["order_id": "A"]],
                id: try JSONValue(parsing: id))
            #expect(answer.text == #"{"jsonrpc":"2.0","result":{"allow":true},"id":\#(id)}"#)
        }
    }

    @Test("and any reason is kept as it came", arguments: [0, 1, 10, 4_711, -3, Int64.max, Int64.min])
    func reasons(reason: Int64) async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            _ = try await shop.create()
            _ = try await shop.cancel(reason: reason)
            #expect(try await shop.show().result?["reason"] == .integer(reason))
        }
    }

    private static func shown(perform: Int64, cancel: Int64, state: Int64, reason: String) -> String {
        #"{"create_time":1795219200000,"perform_time":\#(perform),"cancel_time":\#(cancel),"transaction":"1","#
            + #""state":\#(state),"reason":\#(reason)}"#
    }
}
