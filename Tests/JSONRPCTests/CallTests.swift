import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("A call")
struct CallTests {
    let shop: RPCDispatcher<Log>

    init() throws {
        shop = try Shop.plain.dispatcher()
    }

    private func buy(_ action: String) async -> RPCAnswer {
        let body = #"{"method":"Buy","params":{"do":"\#(action)"},"id":1}"#
        return await shop.answer(to: Array(body.utf8), context: Log())
    }

    private func text(_ answer: RPCAnswer) async throws -> String {
        String(decoding: try await answer.body.collect(), as: UTF8.self)
    }

    @Test("answers the error its handler throws, with the document's code and texts")
    func declared() async throws {
        let answer = await buy("refuse")
        #expect(try await text(answer) == failure(-50, "Money.", data: "purse"))
        #expect(answer.errorCode == -50)
        #expect(answer.errorName == "NoMoney")
        #expect(answer.method == "Buy")
        #expect(answer.underlyingError == nil)
    }

    @Test("may put its own words to an error if the document lets it")
    func ownWords() async throws {
        let expected = failure(-50, "Money.", data: "purse")
            .replacing("Р50", with: "Своё").replacing("U50", with: "Oʻz").replacing("Money.", with: #"Own \"one\""#)
        #expect(try await text(buy("refuse in own words")) == expected)
        #expect(try await text(buy("refuse a constant in own words")) == failure(-3, "Request."))
    }

    @Test("that lacks the data its error needs is answered all the same, and the log hears of it")
    func lacksData() async throws {
        let answer = await buy("refuse silently")
        #expect(try await text(answer) == failure(-50, "Money."))
        let breach = try #require(answer.underlyingError as? RPCContractBreach)
        #expect(breach.description == "the handler of Buy raised NoMoney, without the data it needs")
    }

    @Test(
        "whose handler throws what it did not announce is an internal error", arguments: ["unannounced", "strangely"])
    func undeclared(_ how: String) async throws {
        let answer = await buy("refuse \(how)")
        #expect(try await text(answer) == failure(-6, "Failed."))
        #expect(answer.method == "Buy")
        #expect(answer.underlyingError is RPCContractBreach)
    }

    @Test("whose handler fails is an internal error, and only the log learns why")
    func fails() async throws {
        let answer = await buy("fail")
        #expect(try await text(answer) == failure(-6, "Failed."))
        #expect(answer.underlyingError is Mishap)
        #expect(try await text(buy("fail politely")) == failure(-6, "Failed."))
        #expect(await buy("cancel").underlyingError is CancellationError)
    }

    @Test("of a method that is optional and has no handler finds no method")
    func optional() async throws {
        let text = try await shop.text(#"{"method":"Later","params":{},"id":1}"#)
        #expect(text == failure(-4, "Method.", data: "Later"))
    }

    @Test("of an unknown method repeats its name, cut to a sane length")
    func unknown() async throws {
        #expect(try await shop.text(#"{"method":"","params":{},"id":1}"#) == failure(-4, "Method.", data: ""))
        #expect(try await shop.text(#"{"method":"buy","params":{},"id":1}"#) == failure(-4, "Method.", data: "buy"))
        #expect(
            try await shop.text(#"{"method":"a\"\n","params":{},"id":1}"#) == failure(-4, "Method.", data: #"a\"\n"#))
        let long = String(repeating: "x", count: 10_000)
        let cut = String(repeating: "x", count: 64)
        #expect(try await shop.text(#"{"method":"\#(long)","params":{},"id":1}"#) == failure(-4, "Method.", data: cut))
        // One character of ten thousand scalars.
        let tower = "e" + String(repeating: "\u{0301}", count: 9_999)
        let answer = try #require(try await shop.text(#"{"method":"\#(tower)","params":{},"id":1}"#))
        #expect(answer.utf8.count < 400)
    }

    @Test(
        "with parameters that do not fit says which, and never repeats their value",
        arguments: [
            (#"{"do":7}"#, -3, "do"),
            (#"{"do":null}"#, -3, "do"),
            (#"{}"#, -3, "do"),
            (#"{"do":"it","count":0}"#, -3, "count"),
            (#"{"do":"it","count":"secret"}"#, -3, "count"),
            (#"{"do":"it","count":1.0}"#, -3, "count"),
            (#"{"do":"it","count":null}"#, -3, "count"),
            (#"{"do":"it","count":99999999999999999999}"#, -3, "count"),
        ])
    func invalidParams(_ params: String, _ code: Int, _ path: String) async throws {
        let log = Log()
        let body = #"{"method":"Buy","params":\#(params),"id":1}"#
        let answer = await shop.answer(to: Array(body.utf8), context: log)
        #expect(try await text(answer) == failure(code, "Request.", data: path))
        #expect(answer.method == "Buy")
        #expect(answer.errorName == "InvalidRequest")
        #expect((answer.underlyingError as? SchemaViolation)?.path == path)
        #expect(log.entries.isEmpty)
    }

    @Test("may have an error of its own for parameters that do not fit")
    func ownInvalidParams() async throws {
        let text = try await shop.text(#"{"method":"List","params":{"rows":[1,"x"]},"id":1}"#)
        #expect(text == failure(-7, #"Bad \"list\"."#, data: "rows[1]"))
    }
}
