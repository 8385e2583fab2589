import StrictJSON
import Testing

@Suite("The body of POST /orders")
struct OrderRequestTests {
    /// The body, and the answer. `M` is an amount of 5000.00 UZS, `L` a fiscal line that costs that much.
    private static let table = #"""
        {"amount":M}                                                | 201
        {"amount":M,"currency":"UZS","kind":"one_time"}             | 201
        {"amount":M,"description":null,"fiscal":null}               | 201
        {"kind":"cumulative"}                                       | 201
        {"kind":"cumulative","currency":"USD"}                      | 201
        {"amount":{"value":"0.01","currency":"UZS"}}                | 201
        {"amount":{"value":"1.5","currency":"UZS"}}                 | 201
        {"amount":{"value":"007","currency":"UZS"}}                 | 201
        {"amount":{"value":"92233720368547758.07","currency":"UZS"}} | 201
                                                                    | 400 invalid-json
        junk                                                        | 400 invalid-json
        {"amount":M                                                 | 400 invalid-json
        {"amount":M,"amount":M}                                     | 400 invalid-json
        [{"amount":M}]                                              | 400 invalid-json
        null                                                        | 400 invalid-json
        {}                                                          | 400 invalid-request(amount)
        {"amount":null}                                             | 400 invalid-request(amount)
        {"amount":M,"price":1}                                      | 400 invalid-request(price)
        {"amount":M,"Currency":"UZS"}                               | 400 invalid-request(Currency)
        {"amount":5000}                                             | 400 invalid-request(amount)
        {"amount":"5000.00"}                                        | 400 invalid-request(amount)
        {"amount":{"value":5000,"currency":"UZS"}}                  | 400 invalid-request(amount)
        {"amount":{"value":5000.00,"currency":"UZS"}}               | 400 invalid-request(amount)
        {"amount":{"value":"5000.00"}}                              | 400 invalid-request(amount)
        {"amount":{"currency":"UZS"}}                               | 400 invalid-request(amount)
        {"amount":{"value":"1","currency":"UZS","x":1}}             | 400 invalid-request(amount)
        {"amount":{"value":"5e3","currency":"UZS"}}                 | 400 invalid-request(amount.value)
        {"amount":{"value":"-1","currency":"UZS"}}                  | 400 invalid-request(amount.value)
        {"amount":{"value":"+1","currency":"UZS"}}                  | 400 invalid-request(amount.value)
        {"amount":{"value":" 1","currency":"UZS"}}                  | 400 invalid-request(amount.value)
        {"amount":{"value":"1,50","currency":"UZS"}}                | 400 invalid-request(amount.value)
        {"amount":{"value":"1.","currency":"UZS"}}                  | 400 invalid-request(amount.value)
        {"amount":{"value":".5","currency":"UZS"}}                  | 400 invalid-request(amount.value)
        {"amount":{"value":"1.5.0","currency":"UZS"}}               | 400 invalid-request(amount.value)
        {"amount":{"value":"","currency":"UZS"}}                    | 400 invalid-request(amount.value)
        {"amount":{"value":"0","currency":"UZS"}}                   | 400 invalid-request(amount.value)
        {"amount":{"value":"0.00","currency":"UZS"}}                | 400 invalid-request(amount.value)
        {"amount":{"value":"1.005","currency":"UZS"}}               | 400 invalid-request(amount.value)
        {"amount":{"value":"1.000","currency":"UZS"}}               | 400 invalid-request(amount.value)
        {"amount":{"value":"١","currency":"UZS"}}                   | 400 invalid-request(amount.value)
        {"amount":{"value":"NaN","currency":"UZS"}}                 | 400 invalid-request(amount.value)
        {"amount":{"value":"92233720368547758.08","currency":"UZS"}} | 422 unprocessable(amount.value)
        {"amount":{"value":"99999999999999999","currency":"UZS"}} | 422 unprocessable(amount.value)
        {"amount":{"value":"000000000000000001","currency":"UZS"}} | 400 invalid-request(amount.value)
        {"amount":{"value":"99999999999999999999","currency":"UZS"}} | 400 invalid-request(amount.value)
        {"amount":{"value":"1","currency":"uzs"}}                   | 400 invalid-request(amount.currency)
        {"amount":{"value":"1","currency":"SUM"}}                   | 400 invalid-request(amount.currency)
        {"amount":M,"currency":"USD"}                               | 422 unprocessable(amount)
        {"amount":M,"currency":"sum"}                               | 400 invalid-request(currency)
        {"amount":M,"currency":860}                                 | 400 invalid-request(currency)
        {"amount":M,"id":""}                                        | 400 invalid-request(id)
        {"amount":M,"id":null}                                      | 400 invalid-request(id)
        {"amount":M,"id":5}                                         | 400 invalid-request(id)
        {"amount":M,"id":"a b"}                                     | 400 invalid-request(id)
        {"amount":M,"id":"a%2Fb"}                                   | 400 invalid-request(id)
        {"amount":M,"id":"a;b"}                                     | 400 invalid-request(id)
        {"amount":M,"id":"заказ"}                                   | 400 invalid-request(id)
        {"amount":M,"id":"LONG64"}                                  | 201
        {"amount":M,"id":"LONG64x"}                                 | 400 invalid-request(id)
        {"amount":M,"kind":"one-time"}                              | 400 invalid-request(kind)
        {"amount":M,"kind":null}                                    | 400 invalid-request(kind)
        {"amount":M,"kind":1}                                       | 400 invalid-request(kind)
        {"amount":M,"minimum":M}                                    | 400 invalid-request(minimum)
        {"amount":M,"maximum":M}                                    | 400 invalid-request(minimum)
        {"kind":"cumulative","amount":M}                            | 400 invalid-request(amount)
        {"kind":"cumulative","minimum":5}                           | 400 invalid-request(minimum)
        {"kind":"cumulative","minimum":M,"maximum":{"value":"4999.99","currency":"UZS"}} | 422 unprocessable(minimum)
        {"kind":"cumulative","minimum":M,"maximum":{"value":"9999","currency":"USD"}} | 422 unprocessable(maximum)
        {"kind":"cumulative","maximum":{"value":"0","currency":"UZS"}} | 400 invalid-request(maximum.value)
        {"amount":M,"description":""}                               | 400 invalid-request(description)
        {"amount":M,"description":"a\u0000b"}                      | 400 invalid-request(description)
        {"amount":M,"description":5}                                | 400 invalid-request(description)
        {"amount":M,"fiscal":{"receipt_type":0,"items":[L]}}        | 201
        {"amount":M,"fiscal":[]}                                    | 400 invalid-request(fiscal)
        {"amount":M,"fiscal":{}}                                    | 400 invalid-request(fiscal.receipt_type)
        {"amount":M,"fiscal":{"receipt_type":1,"items":[L]}}        | 400 invalid-request(fiscal.receipt_type)
        {"amount":M,"fiscal":{"receipt_type":0,"items":[]}}         | 400 invalid-request(fiscal.items)
        {"amount":M,"fiscal":{"receipt_type":0,"items":[L,{}]}}     | 400 invalid-request(fiscal.items[1].title)
        {"amount":M,"fiscal":{"receipt_type":0,"items":[L],"x":1}}  | 400 invalid-request(fiscal)
        {"amount":M,"fiscal":{"receipt_type":0,"items":[L,L]}}      | 422 unprocessable(fiscal)
        {"kind":"cumulative","fiscal":{"receipt_type":0,"items":[L]}} | 400 invalid-request(fiscal)
        {"amount":M,"fiscal":F"count":0,C,"vat_percent":12}]}}      | 400 invalid-request(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":-1,C,"vat_percent":12}]}}     | 400 invalid-request(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":0.0,C,"vat_percent":12}]}}    | 400 invalid-request(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":-0.5,C,"vat_percent":12}]}}   | 400 invalid-request(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":1e19,C,"vat_percent":12}]}}   | 422 unprocessable(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":1e-19,C,"vat_percent":12}]}}  | 422 unprocessable(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":1e999999999999999999999,C,"vat_percent":12}]}} | 422 unprocessable(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":1.0000000000000000001,C,"vat_percent":12}]}} | 422 unprocessable(fiscal.items[0].count)
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":0}]}}       | 201
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":100}]}}     | 201
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":99.99}]}}   | 201
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":1e2}]}}     | 201
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":-1}]}}      | 400 invalid-request(fiscal.items[0].vat_percent)
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":-0.01}]}}   | 400 invalid-request(fiscal.items[0].vat_percent)
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":101}]}}     | 400 invalid-request(fiscal.items[0].vat_percent)
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":100.01}]}}  | 400 invalid-request(fiscal.items[0].vat_percent)
        {"amount":M,"fiscal":F"count":2,C,"vat_percent":1e9}]}}     | 400 invalid-request(fiscal.items[0].vat_percent)
        {"amount":M,"fiscal":F"count":2,"code":"0070200100100000A","vat_percent":12}]}} | 400 invalid-request(fiscal.items[0].code)
        {"amount":M,"fiscal":F"count":2,"code":"٠٠٧٠٢٠٠١٠٠١٠٠٠٠٠١","vat_percent":12}]}} | 400 invalid-request(fiscal.items[0].code)
        """#

    /// A fiscal line of 2500.00 a piece, as far as `price`.
    private static let beginning = #"{"title":"Choy","price":250000,"package_code":"1","#
    private static let line =
        #"{"title":"Choy","price":260000,"count":2,"discount":20000,"code":"00702001001000001","#
        + #""package_code":"123456","vat_percent":12}"#

    @Test("is taken, or refused with the field at fault, and nothing is stored", arguments: Transport.allCases)
    func table(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            var stored = 0
            for row in rows(Self.table) {
                let body = row[0].replacing(":M", with: #":{"value":"5000.00","currency":"UZS"}"#)
                    .replacing("[L", with: "[" + Self.line).replacing(",L]", with: "," + Self.line + "]")
                    .replacing(#":F""#, with: #":{"receipt_type":0,"items":["# + Self.beginning + #"""#)
                    .replacing(",C,", with: #","code":"00702001001000001","#)
                    .replacing("LONG64", with: String(repeating: "k", count: 64))
                let reply = try await desk.post(body)
                #expect(reply.short == row[1], "\(row[0]): \(reply.text)")
                stored += reply.status == 201 ? 1 : 0
            }
            #expect(try await desk.get("/orders?limit=200")["items"]?.arrayValue?.count == stored)
        }
    }

    /// The fiscal detail of a 5000.00 order, and the answer. `I` is the beginning of a line.
    private static let sums = #"""
        {"receipt_type":0,"items":[I"price":500000,"count":1}]}                                                   | 201
        {"receipt_type":0,"items":[I"price":100000,"count":5}]}                                                   | 201
        {"receipt_type":0,"items":[I"price":300000,"count":1},I"price":100000,"count":2}]}                        | 201
        {"receipt_type":0,"items":[I"price":510000,"count":1,"discount":10000}]}                                  | 201
        {"receipt_type":0,"items":[I"price":400000,"count":1}],"shipping":{"title":"Yetkazish","price":100000}}   | 201
        {"receipt_type":0,"items":[I"price":333333,"count":1.5}]}                                                 | 201
        {"receipt_type":0,"items":[I"price":200000,"count":2.5}]}                                                 | 201
        {"receipt_type":0,"items":[I"price":1000000,"count":0.50}]}                                               | 201
        {"receipt_type":0,"items":[I"price":5,"count":1E+5}]}                                                     | 201
        {"receipt_type":0,"items":[I"price":500000,"count":1.0}]}                                                 | 201
        {"receipt_type":0,"items":[I"price":100000,"count":2.5},I"price":200000,"count":1.25}]}                   | 201
        {"receipt_type":0,"items":[I"price":200000,"count":2.6}]}                                                 | 422
        {"receipt_type":0,"items":[I"price":5,"count":1e6}]}                                                      | 422
        {"receipt_type":0,"items":[I"price":9000000000000000000,"count":2}]}                                      | 422
        {"receipt_type":0,"items":[I"price":9000000000000000000,"count":1.5}]}                                    | 422
        {"receipt_type":0,"items":[I"price":333333,"count":1.5},I"price":9000000000000000000,"count":9000000000}]} | 422
        {"receipt_type":0,"items":[I"price":9000000000000000000,"count":1},I"price":9000000000000000000,"count":1}]} | 422
        {"receipt_type":0,"items":[I"price":9,"count":999999999999999999},I"price":9000000000000000000,"count":1}]} | 422
        {"receipt_type":0,"items":[I"price":500001,"count":1}]}                                                   | 422
        {"receipt_type":0,"items":[I"price":500000,"count":1,"discount":1}]}                                      | 422
        {"receipt_type":0,"items":[I"price":500000,"count":1}],"shipping":{"title":"Yetkazish","price":1}}        | 422
        {"receipt_type":0,"items":[I"price":0,"count":1}]}                                                        | 422
        """#

    @Test("may have fiscal lines that add up to the amount; nobody adds up parts of a tiyin")
    func fiscalSums() async throws {
        try await Desk.with(.router) { desk in
            let item = #"{"title":"Choy","code":"00702001001000001","package_code":"1","vat_percent":12.5,"#
            for row in rows(Self.sums) {
                let detail = row[0].replacing("I\"", with: item + "\"")
                let reply = try await desk.post(
                    #"{"amount":{"value":"5000.00","currency":"UZS"},"fiscal":\#(detail)}"#)
                #expect("\(reply.status)" == row[1], "\(row[0]): \(reply.text)")
                guard reply.status == 201 else { continue }
                #expect(reply["fiscal"]?.text == detail)
                #expect(reply["forms"]?["payme"]?["fields"]?["detail"] != nil)
            }
        }
    }

    @Test(
        "says in words what is wrong",
        arguments: [
            (#"{"amount":{"value":"1.005","currency":"UZS"}}"#, "Must be a decimal above 0 with at most 2 decimals"),
            (#"{"amount":5}"#, #"Must be an object like {"value": "5000.00", "currency": "UZS"}, the value as text."#),
            (#"{"sum":5}"#, "There is no such field: remove it or correct its name."),
            (#"{"amount":{"value":"1","currency":"X"}}"#, "Must be one of UZS, BRL, RUB, EUR, USD, KZT, "),
            (#"{"a":1,"a":2}"#, "The body is not valid JSON. Invalid JSON at byte 7: duplicate key."),
        ])
    func words(body: String, detail: String) async throws {
        try await Desk.with(.router) { desk in
            let said = try await desk.post(body)["detail"]?.stringValue ?? ""
            #expect(said.hasPrefix(detail), "\(said)")
        }
    }

    @Test("may be as long as the limit, and no longer", arguments: Transport.allCases)
    func length(transport: Transport) async throws {
        try await Desk.with(transport, ["HTTP_BODY_BYTES_MAX": "2048"]) { desk in
            let body = #"{"kind":"cumulative"}"#
            #expect(try await desk.post(body + String(repeating: " ", count: 2_048 - body.utf8.count)).status == 201)
            let long = try await desk.post(body + String(repeating: " ", count: 2_049 - body.utf8.count))
            #expect(long.short == "413 too-large")
        }
    }

    @Test("has a description of up to 1,000 characters, counted as people count letters of any script")
    func description() async throws {
        try await Desk.with(.router) { desk async throws in
            for (count, status) in [(1_000, 201), (1_001, 400)] {
                let text = String(repeating: "ў", count: count)
                #expect(try await desk.post(#"{"kind":"cumulative","description":"\#(text)"}"#).status == status)
            }
        }
    }
}
