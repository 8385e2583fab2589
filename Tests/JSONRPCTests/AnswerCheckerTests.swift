import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("The checker of answers")
struct AnswerCheckerTests {
    let checker: RPCAnswerChecker

    init() throws {
        checker = RPCAnswerChecker(document: try Shop.plain.document())
    }

    private func problems(_ answer: String, _ method: String? = "Buy", id: JSONValue? = nil) -> [String] {
        checker.problems(inAnswer: Array(answer.utf8), toMethod: method, id: id)
    }

    @Test("finds nothing wrong with answers that are right")
    func right() {
        #expect(problems(#"{"jsonrpc":"2.0","result":{"sold":true},"id":1}"#, id: 1) == [])
        #expect(problems(failure(-50, "Money.", data: "purse")) == [])
        #expect(problems(failure(-8, "Closed.")) == [])
        #expect(problems(failure(-3, "Request.", data: "do")) == [])
        #expect(problems(failure(-3, "Request."), nil) == [])
        #expect(problems(failure(-4, "Method.", data: "Sell"), "Sell") == [])
        #expect(problems(failure(-7, #"Bad \"list\"."#), "List") == [])
        #expect(problems(failure(-50, "Other words.", data: "purse")) == [])
    }

    @Test(
        "finds what is wrong",
        arguments: [
            ("x", "Buy", "Invalid JSON at byte 0: unexpected byte"),
            ("[]", "Buy", "the answer is no object"),
            (#"{"result":{"sold":true},"id":1}"#, "Buy", #"`jsonrpc` is not "2.0""#),
            (#"{"jsonrpc":"2.0","result":{"sold":true}}"#, "Buy", "the answer has no id"),
            (#"{"jsonrpc":"2.0","result":{"sold":true},"id":true}"#, "Buy", "the id is of type boolean"),
            (#"{"jsonrpc":"2.0","result":{"sold":true},"id":2}"#, "Buy", "the id is not the one that was sent"),
            (#"{"jsonrpc":"2.0","id":1}"#, "Buy", "the answer has neither result nor error"),
            (#"{"jsonrpc":"2.0","result":{"sold":true},"id":1,"x":1}"#, "Buy", "the answer has a member x"),
            (#"{"jsonrpc":"2.0","result":{"sold":1},"id":1}"#, "Buy", "result: sold must be boolean"),
            (#"{"jsonrpc":"2.0","result":{},"id":1}"#, "Buy", "result: sold is missing"),
            (#"{"jsonrpc":"2.0","result":{},"id":1}"#, "Sell", "there is a result, but no such method"),
            (#"{"jsonrpc":"2.0","error":null,"id":1}"#, "Buy", "the error is no object"),
            (#"{"jsonrpc":"2.0","error":{"code":"-3"},"id":1}"#, "Buy", "the error's code is no integer"),
            (failure(-77, "Unknown."), "Buy", "Buy has no error -77"),
            (failure(-7, #"Bad \"list\"."#), "Buy", "Buy has no error -7"),
            (failure(-50, "Money.", data: "purse"), "List", "List has no error -50"),
            (failure(-50, "Money."), "Buy", "NoMoney: `data` is missing"),
            (failure(-8, "Shut."), "Buy", "Closed: the en text is not the document's"),
            (failure(-4, "Method."), "Sell", "NoSuchMethod: `data` is missing"),
            (failure(-50, "", data: "purse"), "Buy", "NoMoney: the en text is not the document's"),
        ])
    func wrong(_ answer: String, _ method: String, _ problem: String) {
        #expect(problems(answer, method, id: 1) == [problem])
    }

    @Test("finds members and types that no error has")
    func shape() {
        let good = failure(-8, "Closed.")
        #expect(problems(good.replacing(#""code""#, with: #""x":1,"code""#)) == ["the error has a member x"])
        #expect(
            problems(good.replacing(#""ru""#, with: #""kk":"x","ru""#)) == ["Closed: the message is not {ru, uz, en}"])
        let data = failure(-8, "Closed.", data: "x").replacing(#""x""#, with: "5")
        #expect(problems(data) == ["Closed: `data` is no string"])
        let both = #"{"jsonrpc":"2.0","result":{"sold":true},"error":null,"id":1}"#
        #expect(problems(both) == ["the answer has both result and error"])
    }

    @Test("takes either of two errors that share a code")
    func sharedCode() throws {
        let payme = try Specifications.load().payme
        let checker = RPCAnswerChecker(document: payme)
        for name in ["OrderNotFound", "PasswordMissing"] {
            let text = try #require(payme.error(named: name)).text
            let message: JSONValue = ["ru": .string(text.ru), "uz": .string(text.uz), "en": .string(text.en)]
            let answer: JSONValue = [
                "jsonrpc": "2.0", "error": ["code": -31050, "message": message, "data": "x"], "id": 1,
            ]
            #expect(checker.problems(inAnswer: answer, toMethod: "ChangePassword") == [])
        }
    }
}
