import HTTPTypes
import Specification
import StrictJSON
import Testing

@Suite("What an API key may do")
struct ScopeTests {
    @Test("is what the document says of its scopes, operation by operation, and nothing else")
    func matrix() async throws {
        let document = try Specifications.load().merchant
        try await Desk.with(.router) { desk async throws in
            for scope in document.scopes.map(\.name) {
                let token = try await desk.makeKey([scope]).token
                for operation in document.operations {
                    guard let wanted = operation.scopes else { continue }
                    let method = try #require(HTTPRequest.Method(operation.method))
                    // Nothing has this id: where the key is let in, the answer is another refusal, or a list.
                    let path = operation.path.replacing("{id}", with: "0")
                    let reply = try await desk.send(
                        method, path, operation.mediaTypes.isEmpty ? nil : "[", token: token)
                    let isAllowed = wanted == [scope]
                    #expect((reply.status == 403) == !isAllowed, "\(scope): \(operation.id) \(reply.text)")
                    #expect(reply.status != 401)
                    guard !isAllowed else { continue }
                    #expect(reply.short == "403 forbidden")
                    #expect(reply["detail"]?.stringValue?.contains(wanted[0]) == true)
                    #expect(reply.header("WWW-Authenticate")?.contains(#"scope="\#(wanted[0])""#) == true)
                }
            }
        }
    }

    @Test("cannot be given away unless the key has it itself")
    func noMore() async throws {
        try await Desk.with(.router) { desk async throws in
            let token = try await desk.makeKey(["keys:write", "orders:read"]).token
            func make(_ scopes: String) async throws -> Reply {
                try await desk.send(.post, "/keys", #"{"name":"n","scopes":[\#(scopes)]}"#, token: token)
            }
            #expect(try await make(#""orders:read""#).status == 201)
            #expect(try await make(#""orders:read","keys:write""#).status == 201)
            let refused = try await make(#""orders:read","refunds:write""#)
            #expect(refused.short == "403 forbidden")
            #expect(refused["detail"]?.stringValue?.contains("refunds:write") == true)
            #expect(try await desk.get("/keys")["items"]?.arrayValue?.count == 3)
        }
    }
}
