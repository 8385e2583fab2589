import JSONRPC
import StrictJSON
import Testing

@Suite("A request")
struct EnvelopeTests {
    let shop: RPCDispatcher<Log>

    init() throws {
        shop = try Shop.plain.dispatcher()
    }

    @Test("is answered with its result and its id")
    func result() async throws {
        let body = #"{"jsonrpc":"2.0","method":"Buy","params":{"do":"it"},"id":7}"#
        let answer = await shop.answer(to: Array(body.utf8), context: Log())
        let text = String(decoding: try await answer.body.collect(), as: UTF8.self)
        #expect(text == #"{"jsonrpc":"2.0","result":{"sold":true},"id":7}"#)
        #expect(answer.method == "Buy")
        #expect(answer.errorCode == nil)
        #expect(answer.errorName == nil)
        #expect(answer.underlyingError == nil)
        #expect(answer.id == 7)
    }

    @Test("may bring its result as bytes")
    func bytes() async throws {
        let text = try await shop.text(#"{"method":"Buy","params":{"do":"bytes"},"id":7}"#)
        #expect(text == #"{"jsonrpc":"2.0","result":{"sold":true,"by":"bytes"},"id":7}"#)
    }

    @Test(
        "gets its id back exactly as it came",
        arguments: [
            "1", "0", "-5", "9223372036854775807", "99999999999999999999", "1.0", "1e5", "-0", "null", #""""#,
            #""abc""#,
            #""5""#, #""Платёж ʻ 💳""#, #""\"\\\n""#,
        ])
    func id(_ id: String) async throws {
        let good = try await shop.text(#"{"id": \#(id), "method": "Buy", "params": {"do": "it"}}"#)
        #expect(good == #"{"jsonrpc":"2.0","result":{"sold":true},"id":\#(id)}"#)
        let bad = try await shop.text(#"{"params": {}, "method": "Sell", "id": \#(id)}"#)
        #expect(bad == failure(-4, "Method.", data: "Sell", id: id))
    }

    @Test(
        "with an id that is no id is refused with id null",
        arguments: ["true", "false", "[]", "[1]", "{}", #"{"a":1}"#])
    func badID(_ id: String) async throws {
        let log = Log()
        let text = try await shop.text(#"{"method":"Buy","params":{"do":"it"},"id":\#(id)}"#, log: log)
        #expect(text == failure(-3, "Request.", data: "id", id: "null"))
        #expect(log.entries.isEmpty)
    }

    @Test(
        "that is no request is refused, with its id if it has one",
        arguments: [
            // body                                                       data       id
            (#"{"id":1}"#, "method", "1"),
            (#"{"id":1,"method":null,"params":{}}"#, "method", "1"),
            (#"{"id":1,"method":5,"params":{}}"#, "method", "1"),
            (#"{"id":1,"method":["Buy"],"params":{}}"#, "method", "1"),
            (#"{"id":1,"method":"Buy"}"#, "params", "1"),
            (#"{"id":1,"method":"Buy","params":null}"#, "params", "1"),
            (#"{"id":1,"method":"Buy","params":[]}"#, "params", "1"),
            (#"{"id":1,"method":"Buy","params":["it"]}"#, "params", "1"),
            (#"{"id":1,"method":"Buy","params":"do"}"#, "params", "1"),
            (#"{"id":1,"method":"Sell","params":5}"#, "params", "1"),
            (#"{"method":"Buy"}"#, "params", "null"),
            (#"{}"#, "method", "null"),
            (#"{"jsonrpc":"1.0","id":"x","method":"Buy","params":{"do":"it"}}"#, "jsonrpc", #""x""#),
            (#"{"jsonrpc":2.0,"id":1,"method":"Buy","params":{"do":"it"}}"#, "jsonrpc", "1"),
            (#"{"jsonrpc":null,"id":1,"method":"Buy","params":{"do":"it"}}"#, "jsonrpc", "1"),
        ])
    func invalid(_ body: String, _ data: String, _ id: String) async throws {
        let log = Log()
        #expect(try await shop.text(body, log: log) == failure(-3, "Request.", data: data, id: id))
        #expect(log.entries.isEmpty)
    }

    @Test("that is JSON but no object is refused", arguments: ["null", "1", "1.5", "true", #""Buy""#, "[]", "[{}]"])
    func scalar(_ body: String) async throws {
        #expect(try await shop.text(body) == failure(-3, "Request.", id: "null"))
    }

    @Test(
        "that is no JSON is a parse error",
        arguments: [
            "", " ", "{", "nonsense", "{'id':1}", #"{"id":1,}"#, #"{"id":1}{"id":2}"#, #"{"id":1,"id":1}"#, "[1,]",
            "\u{FEFF}{}", #"{"id":01}"#, #"{"id":1,"method":"\uD800"}"#, String(repeating: "[", count: 5000),
        ])
    func parseError(_ body: String) async throws {
        #expect(try await shop.text(body) == failure(-2, "Parse.", id: "null"))
        let answer = await shop.answer(to: Array(body.utf8), context: Log())
        #expect(answer.underlyingError is JSONError)
        #expect(answer.errorName == "ParseError")
    }

    @Test("with bytes that are not UTF-8 is a parse error")
    func notUTF8() async throws {
        let answer = await shop.answer(to: Array(#"{"id":""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8), context: Log())
        #expect(answer.errorCode == -2)
    }

    @Test("beyond the limits is a parse error")
    func limits() async throws {
        let small = try RPCDispatcher(
            document: Shop.plain.document(), methods: [Shop.buy, Shop.list], limits: JSONLimits(maximumBytes: 50))
        let body = #"{"method":"Buy","params":{"do":"it"},"id":1}"#
        #expect(await small.answer(to: Array(body.utf8), context: Log()).errorCode == nil)
        #expect(await small.answer(to: Array((body + "       ").utf8), context: Log()).errorCode == -2)
    }

    @Test("needs no id and no jsonrpc member, and may have members nobody knows")
    func tolerated() async throws {
        let text = try await shop.text(#"{"method":"Buy","params":{"do":"it","more":[1]},"extra":{}}"#)
        #expect(text == #"{"jsonrpc":"2.0","result":{"sold":true},"id":null}"#)
    }

    @Test("can be read from memory that is not an array")
    func read() async throws {
        let body = Array(#"{"method":"Buy","params":{"do":"it"},"id":"a"}"#.utf8)
        let message = body.withUnsafeBufferPointer(shop.read)
        #expect(message.id == "a")
        let answer = await shop.answer(to: message, context: Log())
        #expect(answer.method == "Buy")
        #expect(answer.errorCode == nil)
    }
}
