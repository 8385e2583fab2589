import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("A request of Payme")
struct PaymeRequestTests {
    private static let dispatcher = Result {
        let payme = try Specifications.load().payme
        return try RPCDispatcher<Void>(
            document: payme,
            methods: payme.methods.map { method in RPCMethod(method.name, raises: []) { _, _ in .bytes([0x7B, 0x7D]) } }
        )
    }

    /// 0 stands for "reaches its handler".
    @Test(
        "has its parameters held against the document",
        arguments: [
            // CheckPerformTransaction: the shape of an amount is checked here, its size by the handler.
            ("CheckPerformTransaction", #"{"amount":500000,"account":{"order_id":"1"}}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":0,"account":{"order_id":1}}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":-5,"account":{"phone":"903595731"}}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":100000000000000000000000000000,"account":{"a":1}}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":500000,"account":{}}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":500000,"account":{"order_id":{"deep":[]}}}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":500000,"account":{"a":1},"unknown":true}"#, 0, ""),
            ("CheckPerformTransaction", #"{"amount":500000.0,"account":{"a":1}}"#, -32600, "amount"),
            ("CheckPerformTransaction", #"{"amount":5e5,"account":{"a":1}}"#, -32600, "amount"),
            ("CheckPerformTransaction", #"{"amount":"500000","account":{"a":1}}"#, -32600, "amount"),
            ("CheckPerformTransaction", #"{"amount":true,"account":{"a":1}}"#, -32600, "amount"),
            ("CheckPerformTransaction", #"{"amount":null,"account":{"a":1}}"#, -32600, "amount"),
            ("CheckPerformTransaction", #"{"account":{"a":1}}"#, -32600, "amount"),
            ("CheckPerformTransaction", #"{"amount":500000}"#, -32600, "account"),
            ("CheckPerformTransaction", #"{"amount":500000,"account":null}"#, -32600, "account"),
            ("CheckPerformTransaction", #"{"amount":500000,"account":[]}"#, -32600, "account"),
            ("CheckPerformTransaction", #"{"amount":500000,"account":"1"}"#, -32600, "account"),
            ("CreateTransaction", #"{"id":"a","time":1399114284039,"amount":1,"account":{}}"#, 0, ""),
            ("CreateTransaction", #"{"time":1399114284039,"amount":1,"account":{}}"#, -32600, "id"),
            ("CreateTransaction", #"{"id":5,"time":1399114284039,"amount":1,"account":{}}"#, -32600, "id"),
            ("CreateTransaction", #"{"id":"","time":1399114284039,"amount":1,"account":{}}"#, -32600, "id"),
            ("CreateTransaction", #"{"id":"a","time":0,"amount":1,"account":{}}"#, -32600, "time"),
            ("CreateTransaction", #"{"id":"a","time":-1,"amount":1,"account":{}}"#, -32600, "time"),
            ("CreateTransaction", #"{"id":"a","time":1e12,"amount":1,"account":{}}"#, -32600, "time"),
            ("CreateTransaction", #"{"id":"a","time":9223372036854775808,"amount":1,"account":{}}"#, -32600, "time"),
            ("CreateTransaction", #"{"id":"a","amount":1,"account":{}}"#, -32600, "time"),
            ("PerformTransaction", #"{"id":"53327b3fc92af52c0b72b695"}"#, 0, ""),
            ("PerformTransaction", #"{"id":null}"#, -32600, "id"),
            ("PerformTransaction", #"{}"#, -32600, "id"),
            ("CancelTransaction", #"{"id":"a","reason":5}"#, 0, ""),
            ("CancelTransaction", #"{"id":"a","reason":-77}"#, 0, ""),
            ("CancelTransaction", #"{"id":"a"}"#, -32600, "reason"),
            ("CancelTransaction", #"{"id":"a","reason":null}"#, -32600, "reason"),
            ("CancelTransaction", #"{"id":"a","reason":"5"}"#, -32600, "reason"),
            ("CheckTransaction", #"{"id":"a"}"#, 0, ""),
            ("CheckTransaction", #"{"id":["a"]}"#, -32600, "id"),
            ("GetStatement", #"{"from":0,"to":1399114284039}"#, 0, ""),
            ("GetStatement", #"{"from":5,"to":-5}"#, 0, ""),
            ("GetStatement", #"{"from":1399114284039}"#, -32600, "to"),
            ("GetStatement", #"{"from":"0","to":1}"#, -32600, "from"),
            ("GetStatement", #"{"from":0,"to":99999999999999999999}"#, -32600, "to"),
            ("SetFiscalData", #"{"id":"a","type":"PERFORM","fiscal_data":{"receipt_id":2,"status_code":0}}"#, 0, ""),
            (
                "SetFiscalData", #"{"id":"a","type":"CANCEL","fiscal_data":{"receipt_id":"2","status_code":1,"x":1}}"#,
                0, ""
            ),
            ("SetFiscalData", #"{"id":"a","type":"REFUND","fiscal_data":{"status_code":0}}"#, -32602, "type"),
            ("SetFiscalData", #"{"id":"a","type":"CANCEL","fiscal_data":{}}"#, -32602, "fiscal_data.status_code"),
            (
                "SetFiscalData", #"{"id":"a","type":"CANCEL","fiscal_data":{"status_code":"0"}}"#, -32602,
                "fiscal_data.status_code"
            ),
            ("SetFiscalData", #"{"id":"a","type":"CANCEL"}"#, -32602, "fiscal_data"),
            ("SetFiscalData", #"{"type":"CANCEL","fiscal_data":{"status_code":0}}"#, -32602, "id"),
            ("ChangePassword", #"{"password":"new"}"#, 0, ""),
            ("ChangePassword", #"{}"#, -31050, "password"),
            ("ChangePassword", #"{"password":""}"#, -31050, "password"),
            ("ChangeName", #"{}"#, -32601, "ChangeName"),
        ])
    func parameters(_ method: String, _ params: String, _ code: Int, _ data: String) async throws {
        let body = #"{"method":"\#(method)","params":\#(params),"id":7}"#
        let answer = try await Self.dispatcher.get().answer(to: Array(body.utf8), context: ())
        #expect(answer.errorCode ?? 0 == code)
        let json = try JSONValue(parsing: try await answer.body.collect())
        #expect(json["error"]?["data"]?.stringValue ?? "" == data)
        #expect(json["id"] == 7)
    }

    @Test("has an id of 1 to 64 characters")
    func longID() async throws {
        for (count, isFine) in [(1, true), (24, true), (64, true), (65, false), (5000, false)] {
            let id = String(repeating: "ё", count: count)
            let body = #"{"method":"CheckTransaction","params":{"id":"\#(id)"},"id":1}"#
            let answer = try await Self.dispatcher.get().answer(to: Array(body.utf8), context: ())
            #expect((answer.errorCode == nil) == isFine)
        }
    }

    @Test("is answered in three languages whatever is wrong with it")
    func texts() async throws {
        let checker = RPCAnswerChecker(document: try Specifications.load().payme)
        for body in [
            "", "[]", "{}", #"{"id":1,"method":"X","params":{}}"#, #"{"id":1,"method":"GetStatement","params":{}}"#,
        ] {
            let answer = try await Self.dispatcher.get().answer(to: Array(body.utf8), context: ())
            #expect(checker.problems(inAnswer: try await answer.body.collect(), toMethod: answer.method) == [])
        }
    }
}
