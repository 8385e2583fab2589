import Specification
import StrictJSON

extension RPCDispatcher {
    /// Answers an array of requests, one after the other, if the protocol has batches.
    func answer(toBatch requests: [JSONValue], _ context: Context) async -> RPCAnswer {
        guard case .allowed(let limit) = rules.batches else { return refusal("must not be an array") }
        guard !requests.isEmpty else { return refusal("must not be empty") }
        guard requests.count <= limit else { return refusal("must not have more than \(limit) requests") }
        var body: [UInt8] = []
        var calls: [RPCAnswer] = []
        for request in requests {
            var call = await answer(toItem: request, context)
            if case .bytes(let bytes) = call.body {
                body.append(UInt8(ascii: body.isEmpty ? "[" : ","))
                body.append(contentsOf: bytes)
            }
            call.body = .empty
            calls.append(call)
        }
        if !body.isEmpty { body.append(UInt8(ascii: "]")) }
        var answer = RPCAnswer(body.isEmpty ? .empty : .bytes(body), id: .null)
        answer.calls = calls
        return answer
    }

    /// An answer that is bytes or nothing: a stream cannot be broken off inside an array, so it is awaited to its end.
    private func answer(toItem item: JSONValue, _ context: Context) async -> RPCAnswer {
        guard case .object(let request) = item else { return refusal("must be an object") }
        var answer = await answer(toRequest: request, context)
        guard case .stream = answer.body else { return answer }
        do {
            answer.body = .bytes(try await answer.body.collect())
            return answer
        } catch {
            var failure = failure(for: .internalError, id: answer.id, underlyingError: error)
            failure.method = answer.method
            return failure
        }
    }

    private func refusal(_ message: String) -> RPCAnswer {
        failure(for: .invalidRequest, underlyingError: SchemaViolation.here(message))
    }
}
