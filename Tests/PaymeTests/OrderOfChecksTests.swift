import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 1.6: the first thing that is wrong is the answer.
@Suite("The order of checks")
struct OrderOfChecksTests {
    private static let absent = #"{"method":"CheckTransaction","params":{"id":"nobody"},"id":5}"#

    /// Whether it is POST and whether the key is right; the body; the answer and its id.
    private static let table = #"""
        POST | key | body                                                  | answer                           | id
        no   | no  | junk                                                  | NotPost                          | null
        no   | yes | ABSENT                                                | NotPost                          | null
        yes  | no  | junk                                                  | Unauthorized                     | null
        yes  | no  |                                                       | Unauthorized                     | null
        yes  | no  | [1]                                                   | Unauthorized                     | null
        yes  | no  | {"method":7,"id":5}                                   | Unauthorized                     | 5
        yes  | no  | {"method":"Nobody","params":{},"id":"x"}              | Unauthorized                     | "x"
        yes  | no  | {"method":"Nobody","params":{},"id":{}}               | Unauthorized                     | null
        yes  | no  | ABSENT                                                | Unauthorized                     | 5
        yes  | yes |                                                       | ParseError                       | null
        yes  | yes | junk                                                  | ParseError                       | null
        yes  | yes | {"id":5,"id":5}                                       | ParseError                       | null
        yes  | yes | {"id":5,}                                             | ParseError                       | null
        yes  | yes | 5                                                     | InvalidRequest                   | null
        yes  | yes | []                                                    | InvalidRequest                   | null
        yes  | yes | [ABSENT]                                              | InvalidRequest                   | null
        yes  | yes | {}                                                    | InvalidRequest(method)           | null
        yes  | yes | {"id":5}                                              | InvalidRequest(method)           | 5
        yes  | yes | {"method":null,"params":{},"id":5}                    | InvalidRequest(method)           | 5
        yes  | yes | {KNOWN,"id":5}                                        | InvalidRequest(params)           | 5
        yes  | yes | {KNOWN,"params":[],"id":5}                            | InvalidRequest(params)           | 5
        yes  | yes | {KNOWN,"params":{"id":"a"},"id":[]}                   | InvalidRequest(id)               | null
        yes  | yes | {KNOWN,"params":{"id":"a"},"id":true}                 | InvalidRequest(id)               | null
        yes  | yes | {"jsonrpc":"1.0",KNOWN,"params":{"id":"a"},"id":5}    | InvalidRequest(jsonrpc)          | 5
        yes  | yes | {"method":"Nobody","id":5}                            | InvalidRequest(params)           | 5
        yes  | yes | {"method":"Nobody","params":{},"id":5}                | MethodNotFound(Nobody)           | 5
        yes  | yes | {"method":"checktransaction","params":{},"id":5}      | MethodNotFound(checktransaction) | 5
        yes  | yes | {"method":"ChangePassword","params":{},"id":5}        | MethodNotFound(ChangePassword)   | 5
        yes  | yes | {KNOWN,"params":{},"id":5}                            | InvalidRequest(id)               | 5
        yes  | yes | {KNOWN,"params":{"id":5},"id":5}                      | InvalidRequest(id)               | 5
        yes  | yes | ABSENT                                                | TransactionNotFound              | 5
        yes  | yes | {"jsonrpc":"2.0",KNOWN,"params":{"id":"a"},"id":5}    | TransactionNotFound              | 5
        yes  | yes | {KNOWN,"params":{"id":"a"}}                           | TransactionNotFound              | null
        """#

    @Test("is this")
    func order() async throws {
        try await PaymeShop.with { shop in
            for line in Self.table.split(separator: "\n").dropFirst() {
                let cells = line.replacing("ABSENT", with: Self.absent)
                    .replacing("KNOWN", with: #""method":"CheckTransaction""#)
                    .split(separator: "|").map { String($0.trimmed) }
                let answer = try await shop.send(
                    cells[2].utf8, method: "CheckTransaction", isPost: cells[0] == "yes",
                    authorization: cells[1] == "yes" ? Credentials.header(PaymeShop.key) : nil)
                #expect([answer.short, answer.value["id"]?.text] == [cells[3], cells[4]], "\(line)")
            }
        }
    }

    @Test("puts an address that is not on the list beside a wrong key")
    func address() async throws {
        try await PaymeShop.with { shop in
            let answer = try await shop.send(Self.absent.utf8, isAddressAllowed: false)
            #expect(answer.short == "Unauthorized")
            #expect(answer.value["id"] == 5)
        }
    }

    /// The account, then the order's state, then the amount. Source: payme.md 3.1.
    @Test("looks at the account, then at the order, then at the amount")
    func business() async throws {
        try await PaymeShop.with { shop in
            try await shop.play(
                """
                order   A 500000
                check   Z 1          -> OrderNotFound(order_id)
                create  1 Z 1        -> OrderNotFound(order_id)
                check   A 1          -> WrongAmount
                create  1 A 1        -> WrongAmount
                create  2 A 500000   -> 1
                check   A 1          -> OrderBusy(order_id)
                create  1 A 1        -> OrderBusy(order_id)
                perform 2            -> 2
                check   A 1          -> OrderNotPayable(order_id)
                create  1 A 1        -> OrderNotPayable(order_id)
                """)
            #expect(try await shop.journal() == ["1 created", "1 performed"])
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
