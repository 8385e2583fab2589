import JSONRPC
import StrictJSON
import Testing

@Suite("A result that is streamed")
struct StreamTests {
    let shop: RPCDispatcher<Log>

    init() throws {
        shop = try Shop.plain.dispatcher()
    }

    private func list(_ rows: String) async -> RPCAnswer {
        await shop.answer(to: Array(#"{"method":"List","params":{"rows":\#(rows)},"id":"s"}"#.utf8), context: Log())
    }

    @Test("comes inside its envelope, chunk by chunk")
    func chunks() async throws {
        guard case .stream(let stream) = await list("[1,2,0,3,9]").body else {
            Issue.record("the answer is no stream")
            return
        }
        var chunks: [String] = []
        for try await chunk in stream { chunks.append(String(decoding: chunk, as: UTF8.self)) }
        #expect(chunks == [#"{"jsonrpc":"2.0","result":[1"#, ",2", ",3", "]", #","id":"s"}"#])
    }

    @Test("that fails before it begins is an internal error", arguments: ["[-1]", "[0,0,-1]"])
    func failsAtOnce(_ rows: String) async throws {
        let answer = await list(rows)
        let text = String(decoding: try await answer.body.collect(), as: UTF8.self)
        #expect(text == failure(-6, "Failed.", id: #""s""#))
        #expect(answer.underlyingError is Mishap)
        #expect(answer.method == "List")
    }

    @Test("that ends before it begins is an internal error", arguments: ["[]", "[0]"])
    func empty(_ rows: String) async throws {
        let answer = await list(rows)
        #expect(answer.errorCode == -6)
        #expect(answer.underlyingError != nil)
    }

    @Test("that fails on the way breaks off")
    func failsLater() async throws {
        let answer = await list("[1,2,-1]")
        #expect(answer.errorCode == nil)
        guard case .stream(let stream) = answer.body else {
            Issue.record("the answer is no stream")
            return
        }
        var chunks = 0
        await #expect(throws: Mishap.self) {
            for try await _ in stream { chunks += 1 }
        }
        #expect(chunks == 2)
    }

    @Test("can be read once")
    func once() async throws {
        let answer = await list("[1,9]")
        #expect(try await !answer.body.collect().isEmpty)
        await #expect(throws: (any Error).self) { try await answer.body.collect() }
    }
}
