import JSONRPC
import StrictJSON
import Testing

@Suite("A batch")
struct BatchTests {
    private static let buy = #"{"jsonrpc":"2.0","method":"Buy","params":{"do":"it"},"id":1}"#
    private static let sold = #"{"jsonrpc":"2.0","result":{"sold":true},"id":1}"#

    @Test("is refused where the protocol has none")
    func refused() async throws {
        let log = Log()
        let text = try await Shop.plain.dispatcher().text("[\(Self.buy)]", log: log)
        #expect(text == failure(-3, "Request.", id: "null"))
        #expect(log.entries.isEmpty)
    }

    @Test("is answered one by one, in order")
    func answered() async throws {
        let log = Log()
        let body = """
            [\(Self.buy), 7, {"jsonrpc":"2.0","method":"Sell","id":2},
             {"jsonrpc":"2.0","method":"List","params":{"rows":[1,2,9]},"id":"s"}]
            """
        let text = try await Shop.standard.dispatcher().text(body, log: log)
        let expected = [
            Self.sold, failure(-3, "Request.", id: "null"), failure(-4, "Method.", data: "Sell", id: "2"),
            #"{"jsonrpc":"2.0","result":[1,2],"id":"s"}"#,
        ]
        #expect(text == "[" + expected.joined(separator: ",") + "]")
        #expect(log.entries == ["Buy it", "List"])
    }

    @Test("tells the log of every call")
    func calls() async throws {
        let body = #"[\#(Self.buy),{"jsonrpc":"2.0","method":"Buy","params":{"do":"fail"},"id":2}]"#
        let answer = try await Shop.standard.dispatcher().answer(to: Array(body.utf8), context: Log())
        #expect(answer.calls.map(\.method) == ["Buy", "Buy"])
        #expect(answer.calls.map(\.errorCode) == [nil, -6])
        #expect(answer.calls.map(\.id) == [1, 2])
        #expect(answer.calls[1].underlyingError is Mishap)
        // The bodies are in the answer already, and a batch of statements would be kept twice.
        for call in answer.calls { #expect(try await call.body.collect().isEmpty) }
        #expect(answer.method == nil)
    }

    @Test("holds a stream that breaks off against its own call only")
    func brokenStream() async throws {
        let body = #"[{"jsonrpc":"2.0","method":"List","params":{"rows":[1,-1]},"id":3},\#(Self.buy)]"#
        let text = try await Shop.standard.dispatcher().text(body)
        #expect(text == "[\(failure(-6, "Failed.", id: "3")),\(Self.sold)]")
    }

    @Test("that is empty or too long is refused as a whole", arguments: [0, 5, 100])
    func size(_ count: Int) async throws {
        let log = Log()
        let body = "[" + Array(repeating: Self.buy, count: count).joined(separator: ",") + "]"
        let text = try await Shop.standard.dispatcher().text(body, log: log)
        #expect(text == failure(-3, "Request.", id: "null"))
        #expect(log.entries.isEmpty)
    }

    @Test("of requests inside requests is no batch")
    func nested() async throws {
        let text = try await Shop.standard.dispatcher().text("[[\(Self.buy)]]")
        #expect(text == "[\(failure(-3, "Request.", id: "null"))]")
    }

    @Test("of notifications is not answered")
    func notifications() async throws {
        let log = Log()
        let notification = #"{"jsonrpc":"2.0","method":"Buy","params":{"do":"it"}}"#
        let shop = try Shop.standard.dispatcher()
        #expect(try await shop.text("[\(notification),\(notification)]", log: log) == nil)
        #expect(try await shop.text("[\(notification),\(Self.buy)]", log: log) == "[\(Self.sold)]")
        #expect(log.entries == Array(repeating: "Buy it", count: 4))
    }
}

@Suite("A notification")
struct NotificationTests {
    @Test("is carried out and not answered, however it ends")
    func silent() async throws {
        let shop = try Shop.standard.dispatcher()
        let log = Log()
        for call in [
            #""method":"Buy","params":{"do":"it"}"#, #""method":"Buy","params":{"do":"refuse"}"#,
            #""method":"Buy","params":{"do":"fail"}"#, #""method":"List","params":{"rows":[1,9]}"#,
            #""method":"Buy","params":{}"#, #""method":"Sell""#,
        ] {
            #expect(try await shop.text(#"{"jsonrpc":"2.0",\#(call)}"#, log: log) == nil)
        }
        #expect(log.entries == ["Buy it", "Buy refuse", "Buy fail", "List"])
    }

    @Test("has no id at all: null is one")
    func nullID() async throws {
        let text = try await Shop.standard.dispatcher().text(
            #"{"jsonrpc":"2.0","method":"Buy","params":{"do":"it"},"id":null}"#)
        #expect(text == #"{"jsonrpc":"2.0","result":{"sold":true},"id":null}"#)
    }

    @Test("that is no request is answered", arguments: [#"{"jsonrpc":"2.0"}"#, "{}", #"{"method":"Buy"}"#])
    func invalid(_ body: String) async throws {
        let answer = try await Shop.standard.dispatcher().answer(to: Array(body.utf8), context: Log())
        #expect(answer.errorCode == -3)
        guard case .bytes = answer.body else {
            Issue.record("there is no answer")
            return
        }
    }

    @Test("still tells the log how it ended")
    func logged() async throws {
        let body = #"{"jsonrpc":"2.0","method":"Buy","params":{"do":"fail"}}"#
        let answer = try await Shop.standard.dispatcher().answer(to: Array(body.utf8), context: Log())
        #expect(answer.errorCode == -6)
        #expect(answer.underlyingError is Mishap)
    }
}

@Suite("A protocol that wants the version")
struct VersionTests {
    @Test(
        "refuses a request without it",
        arguments: [#"{"method":"Buy","params":{"do":"it"},"id":1}"#, #"{"jsonrpc":"2","method":"Buy","id":1}"#])
    func required(_ body: String) async throws {
        #expect(try await Shop.standard.dispatcher().text(body) == failure(-3, "Request.", data: "jsonrpc"))
    }

    @Test("may take no parameters for an empty object")
    func params() async throws {
        let shop = try Shop.standard.dispatcher()
        #expect(
            try await shop.text(#"{"jsonrpc":"2.0","method":"Buy","id":1}"#) == failure(-3, "Request.", data: "do"))
        #expect(
            try await shop.text(#"{"jsonrpc":"2.0","method":"Buy","params":null,"id":1}"#)
                == failure(-3, "Request.", data: "params"))
    }
}
