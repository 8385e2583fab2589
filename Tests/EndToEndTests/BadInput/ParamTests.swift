import Specification
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Params that do not fit")
    struct Params {
        /// Every method with params that work, and the kind that each param must have.
        private static let methods: [(name: String, params: JSONObject, kinds: [String: String])] = [
            (
                "CheckPerformTransaction", ["amount": 500_000, "account": ["order_id": "free"]],
                ["amount": "integer", "account": "object"]
            ),
            (
                "CreateTransaction",
                ["id": "x", "time": 1_795_219_200_000, "amount": 500_000, "account": ["order_id": "free"]],
                ["id": "string", "time": "integer", "amount": "integer", "account": "object"]
            ),
            ("PerformTransaction", ["id": "x"], ["id": "string"]),
            ("CancelTransaction", ["id": "x", "reason": 5], ["id": "string", "reason": "integer"]),
            ("CheckTransaction", ["id": "x"], ["id": "string"]),
            ("GetStatement", ["from": 1, "to": 2], ["from": "integer", "to": "integer"]),
            (
                "SetFiscalData", ["id": "x", "type": "PERFORM", "fiscal_data": ["status_code": 0]],
                ["id": "string", "type": "string", "fiscal_data": "object"]
            ),
        ]

        /// A value of every kind.
        private static let values: [JSONValue] = [
            nil, true, false, 1, -1, .number("1.0"), .number("1e5"), .number("0.1"), "", "1", "500000",
            "text", [], [1], [[:]], [:], ["id": "1"],
        ]

        private static func error(_ method: String) -> ProtocolError {
            method == "SetFiscalData" ? .invalidParams : .invalidRequest
        }

        @Test("the list of methods here is the document's")
        func methodsAreComplete() {
            let document = PaymeDocument.document.methods.filter { $0.name != "ChangePassword" }
            let (named, known) = (document.map { $0.name }, Self.methods.map { $0.name })
            #expect(named == known)
            for (method, known) in zip(document, Self.methods) {
                let names = Set(method.parameters.map { $0.name })
                #expect(names == Set(known.kinds.keys))
            }
        }

        @Test("every param of every method, of every wrong kind or missing, is refused by its name")
        func wrongKinds() async throws {
            try await Victim.with { victim in
                for (method, params, kinds) in Self.methods {
                    for (name, kind) in kinds {
                        for value: JSONValue? in [nil] + Self.values where value?.kind != kind {
                            var wrong = params
                            wrong[name] = value
                            let request: JSONValue = ["method": .string(method), "params": .object(wrong), "id": 7]
                            try await victim.expect(
                                request.serialized(), Self.error(method), id: 7, method: method, data: name,
                                "\(method) \(name) = \(value?.text ?? "nothing")")
                        }
                    }
                }
            }
        }

        @Test("values of the right kind and beyond all bounds are refused")
        func bounds() async throws {
            let long = String(repeating: "a", count: 65)
            let beyond: JSONValue = .number("9223372036854775808")
            let cases: [(String, JSONObject, String)] = [
                ("CreateTransaction", ["id": ""], "id"), ("CreateTransaction", ["id": .string(long)], "id"),
                ("CreateTransaction", ["time": 0], "time"), ("CreateTransaction", ["time": -1], "time"),
                ("CreateTransaction", ["time": beyond], "time"), ("PerformTransaction", ["id": .string(long)], "id"),
                ("CancelTransaction", ["reason": beyond], "reason"), ("GetStatement", ["from": beyond], "from"),
                ("GetStatement", ["to": .number("-9223372036854775809")], "to"),
                ("SetFiscalData", ["type": "perform"], "type"), ("SetFiscalData", ["type": "REFUND"], "type"),
            ]
            try await Victim.with { victim in
                for (method, changes, name) in cases {
                    var params = Self.methods.first { $0.name == method }?.params ?? [:]
                    for (name, value) in changes { params[name] = value }
                    let request: JSONValue = ["method": .string(method), "params": .object(params), "id": 7]
                    try await victim.expect(
                        request.serialized(), Self.error(method), id: 7, method: method, data: name,
                        "\(method) \(changes)")
                }
            }
        }

        @Test("an integer that is no amount is a wrong amount, an account that names no order is not found")
        func amountsAndAccounts() async throws {
            try await Victim.with { victim in
                for method in ["CheckPerformTransaction", "CreateTransaction"] {
                    for amount: JSONValue in [
                        0, .number("-0"), -1, -500_000, 499_999, 500_001, 5_000, .integer(.max), .integer(.min),
                        .number("1000000000000000000000000000000"), .number("18446744073710051616"),
                    ] {
                        let request = Victim.create(["method": .string(method)], params: ["amount": amount])
                        try await victim.expect(
                            request.serialized(), .wrongAmount, id: 7, method: method, "\(method) \(amount.text)")
                    }
                    for account: JSONValue in [
                        [:], ["order_id": nil], ["order_id": true], ["order_id": [1]], ["order_id": ["free": 1]],
                        ["order_id": .number("1.0")], ["order_id": ""], ["order_id": "Free"], ["order_id": "free "],
                        ["order_id": "free\u{0}"], ["order_id": "' OR '1'='1"], ["order_id": "%"], ["Order_id": "free"],
                        ["order": "free"], ["order_id": .string(String(repeating: "9", count: 40_000))],
                        ["order_id": -9_223_372_036_854_775_807],
                    ] {
                        let request = Victim.create(["method": .string(method)], params: ["account": account])
                        try await victim.expect(
                            request.serialized(), .orderNotFound, id: 7, method: method, data: "order_id",
                            "\(method) \(account.text.prefix(80))")
                    }
                }
            }
        }

        @Test("members that nobody knows are no mistake")
        func extraMembers() async throws {
            try await Victim.with { victim in
                let request: JSONValue = [
                    "jsonrpc": "2.0", "method": "CheckPerformTransaction", "extra": [1, [2]], "id": 7,
                    "params": [
                        "amount": 500_000, "account": ["order_id": "free", "phone": "998901234567", "deep": [[[]]]],
                        "time": "now", "id": [:],
                    ],
                ]
                let answer = try await victim.payme.send(request.serialized())
                #expect(answer.result?["allow"] == true)
            }
        }
    }
}
